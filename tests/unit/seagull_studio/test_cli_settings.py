"""``settings``, ``instructions``, ``passphrase``, ``annotator role``, and whom commands act for."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.rating import lead_passphrase
from seagull_studio import cli
from seagull_studio.cli.acting_for import PASSPHRASE_VARIABLE
from tests.unit.annotation_db.io_project import project

WORDS = "correct horse battery"


@pytest.fixture
def at(tmp_path: Path) -> str:
    with project(tmp_path):
        pass
    return str(tmp_path / "project")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: object, status: int = 0) -> Any:
        capsys.readouterr()
        assert cli.run([*map(str, arguments), "--json"]) == status
        return json.loads(capsys.readouterr().out)

    return call


def set_words(at: str, run: Any, monkeypatch: pytest.MonkeyPatch, words: str = WORDS) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(words + "\n"))
    assert run("passphrase", at, "--set") == {"passphrase": True}


def test_settings_are_shown_and_set(run: Any, at: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = run("settings", at)
    assert found["who_may_mark"] == "everybody" and found["idle_minutes"] == 30
    assert (found["passphrase"], found["instructions"], type(found["seed"])) == (False, 0, int)
    changed = run(
        "settings", at, "--set", "raters_wanted=9", "--set", "who_may_mark=leads", "--set", "name=A b"
    )
    assert changed == {**found, "raters_wanted": 9, "who_may_mark": "leads", "name": "A b"}
    assert "no setting 'seed'" in run("settings", at, "--set", "seed=3", status=1)["error"]
    assert "NAME=VALUE" in run("settings", at, "--set", "feedback", status=1)["error"]
    assert (
        "At least 1"
        in run("settings", at, "--set", "feedback=yes", "--set", "raters_wanted=0", status=1)["error"]
    )
    assert run("settings", at) == changed, "all or none"
    assert cli.run(["settings", at, "--set", "feedback=yes"]) == 0
    assert "feedback = yes" in capsys.readouterr().out


def test_instructions_come_from_a_file(run: Any, at: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Hello\n\n![](a.png)", encoding="utf-8")
    assert "a.png" in run("instructions", at, "--file", page, status=1)["error"], "there is no such picture"
    page.write_text("# Hello", encoding="utf-8")
    assert run("instructions", at, "--file", page) == {"text": "# Hello", "pictures": [], "changed": True}
    assert run("instructions", at)["text"] == "# Hello"
    assert run("instructions", at, "--clear")["changed"] and not run("instructions", at)["text"]
    assert "Wrong usage" in run("instructions", at, "--clear", "--file", page, status=2)["error"]


def test_roles_and_whom_a_command_acts_for(run: Any, at: str) -> None:
    run("annotator", "add", at, "Ann")
    assert run("assign", at, "--as", "Ann")["assigned"] == 0, "nobody leads yet"
    assert run("annotator", "role", at, "Ann", "lead") == {"annotator": "Ann", "role": "lead"}
    assert "last lead" in run("annotator", "role", at, "Ann", "annotator", status=1)["error"]
    assert "Wrong usage" in run("annotator", "role", at, "Ann", "boss", status=2)["error"]
    run("annotator", "add", at, "Bo", "--as", "Ann")
    for command in (
        ("assign", at),
        ("aggregate", at),
        ("export", at, Path(at).parent / "out"),
        ("annotator", "add", at, "Cy"),
        ("annotator", "role", at, "Bo", "lead"),
        ("annotator", "merge", at, "Ann", "Bo"),
        ("exclude", at, "--annotator", "Ann", "--reason", "x"),
        ("settings", at, "--set", "feedback=yes"),
        ("instructions", at, "--clear"),
        ("import", at, at, "--kind", "images"),
        ("picture", "withdraw", at, "a.png", "--reason", "x"),
        ("prefill", at, "--control", "0.1"),
        ("agreement", at),
        ("backup", at),
        ("predict", at, "--model", "metric:none"),
        ("fit-baseline", at),
        ("embed", at),
    ):
        assert "is for leads, and Bo is an annotator" in run("--as", "Bo", *command, status=1)["error"], (
            command
        )
    assert run("assign", at)["assigned"] == 0, "without --as the command line acts as a lead"
    assert "no annotator called Dee" in run("assign", at, "--as=Dee", status=1)["error"]
    assert "--as NAME once" in run("assign", at, "--as", "Bo", "--as", "Ann", status=2)["error"]
    with Store.open(at) as store, store.read() as s:
        assert {entry.who for entry in audit.list_all(s) if entry.subject == "annotator 2"} == {"Ann"}


def test_a_passphrase_is_asked_of_whoever_acts_as_a_lead(
    run: Any, at: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("annotator", "add", at, "Lea", "--role", "lead")
    run("annotator", "add", at, "Ann")
    set_words(at, run, monkeypatch)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("annotator", "list", at)["annotators"], "what shows nothing of others asks for nothing"
    for as_lead in ((), ("--as", "Lea")):
        assert "passphrase was not given" in run("assign", at, *as_lead, status=1)["error"]
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "wrong")
    assert "not the lead's passphrase" in run("assign", at, status=1)["error"]
    monkeypatch.setenv(PASSPHRASE_VARIABLE, WORDS)
    assert run("assign", at)["rois"] == 0 and run("assign", at, "--as", "Lea")["rois"] == 0
    set_words(at, run, monkeypatch, "another passphrase")
    assert "not the lead's passphrase" in run("passphrase", at, "--remove", status=1)["error"]
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "another passphrase")
    assert run("passphrase", at, "--remove") == {"passphrase": False}
    assert WORDS not in "".join(capsys.readouterr())
    assert WORDS.encode() not in (Path(at) / "project.sqlite").read_bytes()


def test_a_forgotten_passphrase_is_taken_away_by_the_owner_of_the_file(
    run: Any, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("annotator", "add", at, "Lea", "--role", "lead")
    set_words(at, run, monkeypatch)
    assert "nobody could be asked" in run("passphrase", at, "--forgotten", status=1)["error"]
    monkeypatch.setattr("os.geteuid", lambda: 12345, raising=False)
    assert "owns the database" in run("passphrase", at, "--forgotten", "--yes", status=1)["error"]
    monkeypatch.undo()
    assert run("passphrase", at, "--forgotten", "--yes") == {"passphrase": False}
    with Store.open(at) as store:
        assert not lead_passphrase.is_set(store)
    assert "Wrong usage" in run("passphrase", at, "--set", "--remove", status=2)["error"]
