"""``annotator merge``, ``exclude``, ``readmit``, and what an import of ratings is told by options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database import backup_files
from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import ratings
from seagull_studio import cli
from tests.unit.annotation_db.io_project import HEADER, box, project, write_csv, write_json

GOOD = ["5", "5", "5", "5", "5", "5", "3", "2"]


@pytest.fixture
def at(tmp_path: Path) -> str:
    """A project with two ROIs, each rated by Ann and Bo."""
    with project(tmp_path):
        pass
    found = str(tmp_path / "project")
    entries = write_json(tmp_path / "rois.json", [box("a.png", "r1"), box("b.png", "r1")])
    rows = [[image, "r1", who, *GOOD] for image in ("a.png", "b.png") for who in ("Ann", "Bo")]
    for file, kind in ((entries, "rois"), (write_csv(tmp_path / "r.csv", rows), "ratings")):
        assert cli.run(["import", found, str(file), "--kind", kind]) == 0
    return found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object, status: int = 0) -> Any:
        capsys.readouterr()
        assert cli.run([*map(str, arguments), "--json"]) == status
        return json.loads(capsys.readouterr().out)

    return call


def counts(run: Any, at: str) -> list[int]:
    return [roi["n"] for roi in run("aggregate", at, "--min-raters", 1)["rois"]]


def test_excluding_and_readmitting(run: Any, at: str) -> None:
    assert counts(run, at) == [2, 2]
    done = run("exclude", at, "--annotator", "Bo", "--reason", "asleep")
    assert (done["kind"], done["target"], done["reason"], done["lifted_at"]) == (
        "annotator",
        "Bo",
        "asleep",
        None,
    )
    assert counts(run, at) == [1, 1]
    assert "excluded already" in run("exclude", at, "--annotator", "Bo", "--reason", "x", status=1)["error"]
    assert run("readmit", at, "--annotator", "Bo")["lifted_at"] is not None
    assert "nothing to readmit" in run("readmit", at, "--annotator", "Bo", status=1)["error"]
    with Store.open(at) as store, store.read() as s:
        uid, roi_uid = ratings.all_latest(s)[0].uid, rois.list_all(s)[1].uid
    run("exclude", at, "--rating", uid, "--reason", "a slip")
    run("exclude", at, "--roi", "a.png#r1", "--reason", "cut off")
    run("exclude", at, "--roi", roi_uid, "--reason", "too small")
    listed = run("exclude", at)["excluded"]
    assert [(one["kind"], one["target"]) for one in listed] == [
        ("rating", uid),
        ("roi", "a.png#r1"),
        ("roi", "b.png#r1"),
    ]
    run("readmit", at, "--roi", "a.png#r1")
    assert counts(run, at) == [1]
    for wrong in (
        ("exclude", at, "--annotator", "Bo"),
        ("exclude", at, "--annotator", "Bo", "--roi", "a.png#r1", "--reason", "x"),
        ("exclude", at, "--reason", "x"),
        ("readmit", at),
    ):
        assert "Wrong usage" in run(*wrong, status=2)["error"]
    for target in ("--rating", "--roi", "--annotator"):
        assert "There is no" in run("exclude", at, target, "nobody", "--reason", "x", status=1)["error"]


def test_merging_and_undoing(run: Any, at: str) -> None:
    assert run("annotator", "merge", at, "Ann", "Bo") == {"kept": "Ann", "other": "Bo", "shared": 2}
    (person,) = run("annotator", "list", at)["annotators"]
    assert (person["annotator"], person["also"], person["ratings"]) == ("Ann", ["Bo"], 2)
    assert counts(run, at) == [1, 1]
    assert run("annotator", "unmerge", at, "Bo")["shared"] == 2
    assert counts(run, at) == [2, 2]
    assert "write Ann as it is" in run("annotator", "merge", at, "ANN", "Bo", status=1)["error"]


def test_before_a_merge_a_backup_is_made(run: Any, at: str) -> None:
    assert "merge" in run("annotator", "merge", at, "Ann", "Ann", status=1)["error"]
    assert "no annotator" in run("annotator", "merge", at, "Ann", "Cy", status=1)["error"]
    assert backup_files.listing(Path(at)) == [], "of a merge that was refused there is none"
    run("annotator", "merge", at, "Ann", "Bo")
    (made,) = backup_files.listing(Path(at))
    assert made.reason == "before-merge"
    run("restore", at, made.path.name, "--yes")
    found = run("annotator", "list", at)["annotators"]
    assert [(one["annotator"], one["also"], one["ratings"]) for one in found] == [
        ("Ann", [], 2),
        ("Bo", [], 2),
    ]


def test_all_names_of_a_person_are_listed(run: Any, at: str) -> None:
    run("annotator", "add", at, "Cy")
    run("annotator", "merge", at, "Bo", "Cy")
    run("annotator", "merge", at, "Ann", "Bo")
    (person,) = run("annotator", "list", at)["annotators"]
    assert (person["annotator"], person["also"]) == ("Ann", ["Cy", "Bo"])


def test_near_names_and_tables_are_told_about_by_options(run: Any, at: str, tmp_path: Path) -> None:
    assert "nearly that of Ann" in run("annotator", "add", at, "ann", status=1)["error"]
    assert run("annotator", "add", at, "ann", "--another-person")["annotator"] == "ann"
    file = tmp_path / "odd.csv"
    header = ["Q" if name == "quality" else name for name in HEADER]
    rows = [["a.png", "r1", "Zo\xeb", *GOOD], ["b.png", "r1", "ZO\xcb", *GOOD]]
    file.write_bytes("\n".join(";".join(row) for row in (header, *rows)).encode("cp1252"))
    told = ["import", at, file, "--kind", "ratings"]
    assert "windows-1252" in run(*told, status=1)["error"]
    told += ["--encoding", "windows-1252"]
    assert "no column quality" in run(*told, status=1)["error"]
    told += ["--map", "quality=q"]
    refused = run(*told, status=1)
    assert refused["spellings"] == [{"name": "ZO\xcb", "like": "Zo\xeb"}]
    assert "--same-person" in refused["complaints"][0]["message"]
    report = run(*told, "--same-person", "--separator", ";")
    assert (report["added"], report["new_annotators"]) == (2, ["Zo\xeb"])
    for wrong in (
        ["--map", "beauty=Q"],
        ["--map", "quality"],
        ["--separator", "dot"],
        ["--encoding", "morse"],
        ["--same-person", "--distinct-names"],
    ):
        assert "Wrong usage" in run("import", at, file, "--kind", "ratings", *wrong, status=2)["error"]
    assert "Wrong usage" in run("import", at, file, "--kind", "rois", "--same-person", status=2)["error"]


def test_messages_are_left_and_listed(run: Any, at: str) -> None:
    left = run("message", at, "Bo", "Blur of the background counts.")
    assert (left["annotator"], left["text"], left["read_at"]) == (
        "Bo",
        "Blur of the background counts.",
        None,
    )
    run("message", at, "Ann", "Thank you.")
    assert [one["annotator"] for one in run("message", at)["messages"]] == ["Bo", "Ann"]
    assert run("message", at, "Bo")["messages"] == [left]
    assert "no annotator called" in run("message", at, "Cy", "Hello", status=1)["error"]
