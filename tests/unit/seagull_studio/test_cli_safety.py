"""check, backup and restore on the command line: what they print, and their exit status."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database.store import Store
from annotation_db.rating import annotators, exclusions, lead_passphrase, ratings
from annotation_db.records import NewRating
from seagull_studio.cli import run
from seagull_studio.cli.acting_for import PASSPHRASE_VARIABLE
from tests.unit.annotation_db.conftest import Server, postgres  # noqa: F401 - a fixture
from tests.unit.annotation_db.io_project import rated

WORDS = "correct horse battery"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[str]:
    with rated(tmp_path) as store:
        pass
    yield str(store.folder)


def meddle(project: str, statement: str) -> None:
    with closing(sqlite3.connect(f"{project}/project.sqlite")) as database:
        database.execute(statement)
        database.commit()


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = run([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_backup_is_made_listed_and_put_back(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "restore", project) == (0, {"backups": []})
    status, made = printed(capsys, "backup", project)
    assert status == 0 and made["reason"] == "manual" and made["ratings"] == 66
    assert printed(capsys, "restore", project) == (0, {"backups": [made]})
    meddle(project, "DELETE FROM rating WHERE id > 60")
    status, refused = printed(capsys, "restore", project, "newest")
    assert status == 1 and "--yes" in refused["error"]
    status, done = printed(capsys, "restore", project, "newest", "--yes")
    assert status == 0 and done["backup"] == made["file"] and done["ratings"] == 66
    assert printed(capsys, "check", project)[1]["ok"]
    status, listed = printed(capsys, "restore", project)
    assert [one["ratings"] for one in listed["backups"]] == [60, 66]
    status, refused = printed(capsys, "restore", project, "tuesday", "--yes")
    assert status == 1 and "tuesday" in refused["error"]


@pytest.mark.parametrize(
    ("harm", "subject"),
    [
        ("UPDATE annotator SET name = CAST(x'ff41' AS TEXT) WHERE id = 2", "annotator row 2"),
        ("UPDATE annotator SET created_at = 'yesterday' WHERE id = 2", "annotator row 2"),
        ("UPDATE annotator SET simulated = 7 WHERE id = 2", "annotator row 2"),
        ("UPDATE image SET width = 'wide' WHERE id = 2", "image row 2"),
        ("UPDATE audit SET detail = '{' WHERE id = 2", "audit row 2"),
        ("UPDATE audit SET at = CAST(x'c3' AS TEXT) WHERE id = 2", "audit row 2"),
        ("UPDATE place SET state = x'00ff' WHERE id = 8", "place row 8"),
        ("UPDATE rating SET outcomes = '[' WHERE id = 2", "rating row 2"),
        ("UPDATE roi SET created_at = '2026-02-31 10:00:00.000000' WHERE id = 2", "roi row 2"),
        ("UPDATE project SET created_at = ''", "project row 1"),
    ],
)
def test_values_that_cannot_be_read_are_found_and_end_nothing(
    project: str, capsys: pytest.CaptureFixture[str], harm: str, subject: str
) -> None:
    with closing(sqlite3.connect(f"{project}/project.sqlite")) as database:
        database.execute("PRAGMA ignore_check_constraints=ON")
        database.execute(harm)
        database.commit()
    status, document = printed(capsys, "check", project)
    assert status == 1 and subject in {one["subject"] for one in document["findings"]}
    assert document["images"] == 5 and document["rois"] == 10
    for one in document["findings"]:
        assert one["message"].endswith(".") and "\n" not in one["message"]
    for command in (["annotator", "list"], ["aggregate"]):
        status, document = printed(capsys, *command, project)
        assert status == 0 or "damaged" in document["error"], document


def test_a_picture_and_a_mask_are_looked_at_although_a_row_is_damaged(
    project: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    meddle(project, "UPDATE image SET note = CAST(x'ff' AS TEXT) WHERE path = 'b.png'")
    meddle(project, "UPDATE roi SET created_by = CAST(x'ff' AS TEXT) WHERE id = 4")
    meddle(project, "UPDATE roi SET area = area + 1 WHERE id = 1")
    (tmp_path / "photos" / "e.png").unlink()
    _, document = printed(capsys, "check", project)
    assert ("picture", "e.png") in {(one["kind"], one["subject"]) for one in document["findings"]}
    assert "mask" in {one["kind"] for one in document["findings"]}


def test_what_the_project_refuses_is_laid_aside_only_when_asked_for(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(project) as store, store.write("lead") as s:
        given = ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[1] * 8))
        exclusions.exclude(s, "roi", 1, reason="masked twice", who="lead")
    meddle(project, f"DELETE FROM rating WHERE id = {given.id}")
    status, told = printed(capsys, "check", project, "--repair")
    assert status == 0 and (told["put_back"], told["laid_aside"]) == (0, 0) and not told["ok"]
    status, told = printed(capsys, "check", project, "--repair", "--lay-aside")
    assert status == 0 and (told["put_back"], told["laid_aside"]) == (0, 1)
    assert printed(capsys, "check", project)[1]["ok"]
    assert run(["check", project, "--lay-aside"]) == 2


def test_repair_saves_into_a_new_project(
    project: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert printed(capsys, "check", project, "--repair")[1]["rescued"] is None
    meddle(project, "UPDATE rating SET blur = (blur + 1) % 5 WHERE id = 7")
    status, document = printed(capsys, "check", project, "--repair", "--into", str(tmp_path / "saved"))
    rescued = document["rescued"]
    assert status == 0 and rescued["folder"] == str(tmp_path / "saved") and not rescued["whole"]
    table = next(one for one in rescued["tables"] if one["table"] == "rating")
    assert (table["saved"], table["left_out"], table["unreadable"]) == (65, 1, 0)
    assert printed(capsys, "check", str(tmp_path / "saved"))[1]["ok"]
    status, document = printed(capsys, "check", project, "--repair", "--into", str(tmp_path / "saved"))
    assert status == 1 and "in use" in document["error"]


def test_a_file_that_is_no_database(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "backup", project)
    Path(project, "project.sqlite").write_bytes(b"x" * 9000)
    status, document = printed(capsys, "check", project)
    assert status == 1 and document["findings"] and document["images"] is None
    status, document = printed(capsys, "check", project, "--repair")
    assert status == 1 and "Nothing of the database" in document["error"]
    assert printed(capsys, "restore", project, "newest", "--yes")[0] == 0
    assert printed(capsys, "check", project)[1]["ok"]


@pytest.fixture
def led(project: str) -> str:
    """Lea leads it, with a passphrase; one picture's ROI was rated by Ann, who is an annotator."""
    with Store.open(project) as store:
        with store.write("Lea") as s:
            annotators.add(s, "Lea", role="lead", who="Lea")
            annotators.add(s, "Ann", who="Lea")
        lead_passphrase.set_new(store, WORDS, "Lea")
    return project


def test_restoring_and_repairing_are_a_leads_where_roles_can_be_read(
    led: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, WORDS)
    assert printed(capsys, "backup", led)[0] == 0
    restore, repair = ("restore", led, "newest", "--yes"), ("check", led, "--repair")
    into = ("--into", str(tmp_path / "saved"))
    meddle(led, "DELETE FROM rating WHERE id = 66")  # its journal has it
    for command in (restore, repair, (*repair, "--lay-aside")):
        status, refused = printed(capsys, "--as", "Ann", *command)
        assert status == 1 and "is for leads, and Ann is an annotator" in refused["error"], command
        assert printed(capsys, "--as", "Nobody", *command)[0] == 1
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "wrong words")
    for command in (restore, repair):
        assert "not the lead's" in printed(capsys, *command)[1]["error"]
    with Store.open(led) as store, store.read() as s:
        assert len(ratings.all_latest(s)) == 65, "nothing was done"
    monkeypatch.setenv(PASSPHRASE_VARIABLE, WORDS)
    assert printed(capsys, "--as", "Lea", *restore)[1]["ratings"] == 66

    # Damaged, and its roles can still be read.
    meddle(led, "UPDATE rating SET blur = (blur + 1) % 5 WHERE id = 7")
    status, refused = printed(capsys, "--as", "Ann", *repair, *into)
    assert status == 1 and "is for leads" in refused["error"] and not (tmp_path / "saved").exists()
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "wrong words")
    before = Path(led, "project.sqlite").read_bytes()
    for _ in range(4):
        assert "not the lead's" in printed(capsys, *repair, *into)[1]["error"]
    assert Path(led, "project.sqlite").read_bytes() == before, "a damaged one is left as it is"
    monkeypatch.setenv(PASSPHRASE_VARIABLE, WORDS)
    assert printed(capsys, *repair, *into)[1]["rescued"]["folder"] == str(tmp_path / "saved")


@pytest.mark.parametrize("harm", ["UPDATE annotator SET created_at = 'x'", None])
def test_what_cannot_say_who_leads_it_is_saved_by_anybody(
    led: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, harm: str | None
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, WORDS)
    printed(capsys, "backup", led)
    monkeypatch.delenv(PASSPHRASE_VARIABLE)
    if harm is None:
        Path(led, "project.sqlite").write_bytes(b"x" * 9000)
    else:
        meddle(led, harm)
    status, done = printed(capsys, "--as", "Ann", "restore", led, "newest", "--yes")
    assert status == 0 and done["ratings"] == 66
    assert printed(capsys, "check", led)[1]["ok"]


def test_projects_on_a_server(postgres: Server, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    url = postgres.new_database()
    Store.create(url, "p").close()
    status, made = printed(capsys, "backup", url)
    assert status == 0 and made["ratings"] == 0
    assert printed(capsys, "restore", url) == (0, {"backups": [made]})
    assert printed(capsys, "restore", url, "newest", "--yes")[0] == 0
    assert printed(capsys, "check", url)[1]["ok"]
