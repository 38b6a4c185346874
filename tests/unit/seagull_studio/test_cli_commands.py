"""Every command in one process: what it prints, where, and with which exit status."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database.store import Store
from annotation_db.rating import annotators, ratings
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio import cli
from seagull_studio.log import log_file
from tests.unit.annotation_db.io_project import NAMES, box, pictures, write_csv, write_json

GOOD = [5, 5, 5, 5, 5, 5, 3, 2]


class Terminal:
    """Calls commands and reads back both streams."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self.folder = folder
        self.project = str(folder / "project")

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        status = cli.run([str(argument) for argument in arguments])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def json(self, *arguments: object, status: int = 0) -> Any:
        """The one JSON document of a command."""
        got, out, err = self(*arguments, "--json")
        assert got == status, (out, err)
        return json.loads(out)

    def refused(self, *arguments: object) -> str:
        """The one sentence of a refusal, the same on both streams."""
        status, out, err = self(*arguments)
        assert status == 1 and out == "" and err.count("\n") == 1
        document = self.json(*arguments, status=1)
        assert document["error"] == err.strip()
        return err.strip()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys, tmp_path)


@pytest.fixture
def made(run: Terminal) -> Terminal:
    """A project of five pictures with one ROI each."""
    pictures(run.folder / "photos")
    run.json("new", run.project, "--images", "photos", "--source", "lab", "--min-area", 16)
    rois = write_json(run.folder / "rois.json", [box(name, "r1") for name in NAMES])
    run.json("import", run.project, rois, "--kind", "rois")
    return run


def rate(run: Terminal, raters: int = 7) -> Path:
    rows = [[name, "r1", f"rater {k}", *GOOD[:6], k % 5, 2] for name in NAMES for k in range(raters)]
    return write_csv(run.folder / "ratings.csv", rows)


def test_new_reports_duplicates_and_refused_pictures(run: Terminal) -> None:
    folder = pictures(run.folder / "photos")
    (folder / "copy.png").write_bytes((folder / "a.png").read_bytes())
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    status, out, err = run("new", run.project, "--images", folder, "--raters", 3, "--name", "Lab")
    assert status == 0 and "5 pictures added, 1 duplicates, 1 refused." in out
    assert "copy.png has the same bytes as a.png" in err and "broken.jpg" in err
    with Store.open(run.project) as store, store.read() as s:
        from annotation_db import project

        assert (project.get(s).name, project.get(s).raters_wanted) == ("Lab", 3)
    document = run.json("new", "other", "--images", folder)
    assert document["images"]["added"] == 5 and document["name"] == "other"
    assert document["images"]["duplicates"] == [{"file": "copy.png", "same_as": "a.png"}]
    assert [entry["file"] for entry in document["images"]["refused"]] == ["broken.jpg"]


def test_new_refuses_what_it_cannot_make(made: Terminal) -> None:
    assert "There is a project in" in made.refused("new", made.project, "--images", "photos")
    (made.folder / "empty").mkdir()
    assert "no picture" in made.refused("new", "other", "--images", "empty")
    assert "nowhere" in made.refused("new", "other", "--images", "nowhere")
    assert not (made.folder / "other").exists()


def test_import_tells_what_it_did(made: Terminal) -> None:
    file = rate(made, 2)
    dry = made.json("import", made.project, file, "--kind", "ratings", "--dry-run")
    assert (dry["applied"], dry["added"], dry["new_annotators"]) == (False, 10, ["rater 0", "rater 1"])
    status, out, err = made("import", made.project, file, "--kind", "ratings")
    assert (status, err) == (0, "")
    assert out == (
        "ratings.csv (csv): 10 ratings added, 0 already there.\nNew annotators: rater 0, rater 1.\n"
    )
    again = made.json("import", made.project, file, "--kind", "ratings", "--format", "csv")
    assert (again["added"], again["already"]) == (0, 10)


def test_import_refuses_by_line(made: Terminal) -> None:
    rows = [
        ["a.png", "r1", "Ann", *GOOD],
        ["b.png", "r1", "Ann", 6, *GOOD[1:]],
        ["z.png", "r1", "Ann", *GOOD],
    ]
    file = write_csv(made.folder / "bad.csv", rows)
    status, out, err = made("import", made.project, file, "--kind", "ratings")
    assert (status, out) == (1, "")
    lines = err.splitlines()
    assert lines[0] == "line 3: blur must be from 0 to 5, not 6."
    assert lines[1].startswith("line 4: no picture z.png")
    assert lines[2].startswith("bad.csv was not imported and nothing was changed: 2 lines")
    document = made.json("import", made.project, file, "--kind", "ratings", status=1)
    assert document["error"] == lines[2]
    assert [entry["line"] for entry in document["complaints"]] == [3, 4]
    with Store.open(made.project) as store, store.read() as s:
        assert ratings.all_latest(s) == [] and annotators.list_all(s) == []


def test_import_shows_twenty_complaints_and_json_all(made: Terminal) -> None:
    file = write_json(made.folder / "bad.json", [box("z.png", str(k)) for k in range(30)])
    _, _, err = made("import", made.project, file, "--kind", "rois")
    assert "... and 10 more" in err and len(err.splitlines()) == 22
    assert len(made.json("import", made.project, file, "--kind", "rois", status=1)["complaints"]) == 30
    skipped = made.json("import", made.project, file, "--kind", "rois", "--skip")
    assert (skipped["added"], skipped["left_out"]) == (0, 30)


def test_import_of_more_pictures(made: Terminal) -> None:
    pictures(made.folder / "more", ["another.png", "a.png"])
    (made.folder / "more" / "a.png").write_bytes((made.folder / "photos" / "a.png").read_bytes())
    document = made.json("import", made.project, made.folder / "more", "--kind", "images")
    assert document["added"] == 1 and len(document["duplicates"]) == 1


def test_aggregate_prints_the_agreed_document(made: Terminal) -> None:
    made.json("import", made.project, rate(made), "--kind", "ratings")
    document = made.json("aggregate", made.project)
    assert set(document) == {"policy", "rois"} and len(document["rois"]) == 5
    entry = document["rois"][0]
    assert set(entry) == {"roi", "uid", "image", "n", "status", "quality", "importance", "distortions"}
    of_mean = {"sum", "n", "mean", "sd", "ci95", "level", "overdispersed", "counts", "stability"}
    assert set(entry["quality"]) == of_mean and document["policy"]["interval"] == "clopper-pearson"
    assert list(entry["distortions"]) == list(SCALE_NAMES[:6])
    assert entry["status"] == "labelled" and entry["quality"]["sum"] == 0 + 1 + 2 + 3 + 4 + 0 + 1
    assert entry["distortions"]["blur"]["present"] is False
    few = made.json("aggregate", made.project, "--min-raters", 8, "--policy", "include-non-existent")
    assert {roi["status"] for roi in few["rois"]} == {"insufficient"}
    status, out, _ = made("aggregate", made.project)
    assert status == 0 and "Label run 3 (paper, at least 7 ratings): 5 ROIs labelled" in out
    assert "no label policy best" in made.refused("aggregate", made.project, "--policy", "best")


def test_export_takes_the_last_run_while_it_is_true(made: Terminal) -> None:
    made.json("import", made.project, rate(made), "--kind", "ratings")
    made.json("aggregate", made.project, "--min-raters", 5)
    report = made.json("export", made.project, "one", "--format", "coco", "--format", "csv,llava")
    assert report["counts"]["labelled"] == 5 and report["policy"]["min_raters"] == 5
    assert {"coco.json", "labels.csv", "llava_train.json"} <= set(report["files"])
    assert "rois.json" not in report["files"]
    with (made.folder / "one" / "votes.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 35
    extra = write_csv(made.folder / "more.csv", [["a.png", "r1", "late", *GOOD]])
    made.json("import", made.project, extra, "--kind", "ratings")
    status, _, err = made("export", made.project, "two")
    assert status == 0 and "Ratings changed since label run 1" in err
    named = made.json("export", made.project, "three", "--min-raters", 8)
    assert named["counts"]["labelled"] == 1
    assert "is not empty" in made.refused("export", made.project, "three")
    assert made.json("export", made.project, "three", "--overwrite")["counts"]["labelled"] == 5


def test_annotators_and_assignments(made: Terminal) -> None:
    assert "add annotators first" in made.refused("assign", made.project)
    made.json("annotator", "add", made.project, "Ann")
    assert made.json("annotator", "add", made.project, "Lea", "--role", "lead")["role"] == "lead"
    assert "Ann already" in made.refused("annotator", "add", made.project, "Ann")
    report = made.json("assign", made.project)
    told = {"assigned": 5, "rois": 5, "short": 5, "per_annotator": {"Ann": 5}, "open": {"Ann": 5}}
    assert report == told | {"dry_run": False, "touched": 5, "left": 0, "loaded": 0}
    listed = made.json("annotator", "list", made.project)["annotators"]
    assert [(a["annotator"], a["role"], a["open"]) for a in listed] == [
        ("Ann", "annotator", 5),
        ("Lea", "lead", 0),
    ]
    assert made.json("assign", made.project, "--take-back", "Ann") == {"annotator": "Ann", "taken_back": 5}
    assert made.json("annotator", "list", made.project)["annotators"][0]["open"] == 0
    assert "no annotator called Bo" in made.refused("assign", made.project, "--take-back", "Bo")
    assert made("assign", made.project, "--take-back", "Ann", "--raters", "3")[0] == 2


def test_check_says_what_needs_attention(made: Terminal) -> None:
    assert made.json("check", made.project) == {"ok": True, "images": 5, "rois": 5, "findings": []}
    (made.folder / "photos" / "a.png").unlink()
    status, out, err = made("check", made.project)
    assert (status, out) == (1, "") and "a.png" in err.splitlines()[0]
    document = made.json("check", made.project, status=1)
    assert document["ok"] is False and document["findings"][0]["kind"] == "picture" and document["error"]


def test_demo_states_that_it_is_simulated(run: Terminal) -> None:
    document = run.json("demo", "sample")
    assert document["simulated"] is True and document["simulated_annotators"] == document["annotators"] > 6
    run.refused("demo", "sample")


def test_doctor_examines_the_machine(run: Terminal) -> None:
    document = run.json("doctor")
    assert document["libraries"]["numpy"] and document["gpu"]["torch"]
    assert document["pair"] == {"matches": True, "reason": None, "mend": None}
    assert set(document) >= {"weights", "window", "system_libraries", "disk", "log", "problems"}
    status, out, _ = run("doctor")
    assert status == 0 and "torch" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["assign"],
        ["aggregate", "--json"],
        ["export", "out"],
        ["check", "--json"],
        ["import", "file.csv", "--kind", "ratings"],
        ["embed"],
    ],
)
def test_a_project_that_is_none_is_one_sentence(run: Terminal, arguments: list[str]) -> None:
    command, *rest = arguments
    status, out, err = run(command, run.folder / "nowhere", *rest)
    assert status == 1 and "nowhere" in err and err.count("\n") == 1
    assert ("--json" in rest) == bool(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["new", "p"],
        ["new", "p", "--images", "x", "--raters", "none"],
        ["import", "p", "f"],
        ["import", "p", "f", "--kind", "votes"],
        ["import", "p", "f", "--kind", "ratings", "--format", "coco"],
        ["import", "p", "f", "--kind", "ratings", "--skip"],
        ["import", "p", "f", "--kind", "rois", "--revise"],
        ["export", "p", "f", "--format", "pdf"],
        ["export", "p", "f", "--train", "1.5"],
        ["aggregate", "p", "--min-raters", "0"],
        ["annotator", "add", "p", "n", "--role", "king"],
    ],
)
def test_wrong_usage_is_status_two(run: Terminal, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and "Traceback" not in err and err
    status, out, _ = run(*arguments, "--json")
    assert status == 2 and list(json.loads(out)) == ["error"]


def test_a_mistake_of_ours_goes_to_the_log_and_not_to_the_person(
    run: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(Store, "open", broken)
    status, out, err = run("check", run.project, "--json")
    assert status == 1 and "Traceback" not in err and str(log_file()) in err
    assert json.loads(out)["error"] == err.strip()
    assert "RuntimeError: inside" in log_file().read_text(encoding="utf-8")


def test_stopping_with_the_keyboard_is_one_sentence(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "open", pressed)
    assert run.refused("check", run.project).startswith("Stopped")
