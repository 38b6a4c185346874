"""`evaluate` and `predict --out` as commands: the agreed document, refusals, the report, the whole way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from annotation_db.pictures import masks
from annotation_db.vocabulary.scales import DISTORTIONS
from seagull_studio.operations import evaluation
from tests.unit.annotation_db.io_project import box, pictures, write_csv, write_json
from tests.unit.model.evaluation_files import label, said, write_labels, write_predictions
from tests.unit.seagull_studio.predict_parts import plugin
from tests.unit.seagull_studio.test_cli_commands import Terminal, run

__all__ = ["plugin", "run"]

NAMES = tuple(f"p{n:02d}.png" for n in range(12))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a JSON value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(each)


def every_null_has_a_reason(document: dict[str, Any]) -> bool:
    for one in parts(document):
        told = set(one.get("undefined") or ())
        missing = {key for key, value in one.items() if value is None and key != "undefined"}
        if "undefined" in one and not missing <= told | {
            key for key in one if key == "ci95" and "ci95" in told
        }:
            return False
        if isinstance(one.get("ci95"), dict):
            lost = {f"ci95.{key}" for key, value in one["ci95"].items() if value is None}
            if "undefined" in one and not lost <= told:
                return False
    return True


@pytest.fixture
def files(run: Terminal) -> Terminal:
    """Labels of twelve pictures with two ROIs each, and two models' predictions."""
    rng = np.random.default_rng(0)
    truth = rng.uniform(0, 4, 24)
    labels = [label(float(y), float(4 - y), blur=n % 5) for n, y in enumerate(truth)]
    near, far = (np.clip(truth + rng.normal(0, spread, 24), 0, 4) for spread in (0.3, 2.0))
    write_labels(run.folder / "rois_test.json", [*labels, None], each=2)
    write_predictions(run.folder / "near.jsonl", [said(float(x), 2.0, blur=1) for x in near], each=2)
    write_predictions(run.folder / "far.jsonl", [said(float(x), float(x)) for x in far], each=2)
    return run


BASIC = ("evaluate", "--predictions", "near.jsonl", "--labels", "rois_test.json")


def test_the_agreed_document(files: Terminal) -> None:
    told = files.json(*BASIC, "--against", "far.jsonl", "--bootstrap", 200)
    assert (told["rois"], told["images"], told["left_out"], told["unreadable"]) == (24, 12, 1, 0)
    assert {"srocc", "plcc", "plcc_logistic", "ci95"} <= told["quality"].keys()
    assert set(told["quality"]["ci95"]) == {"srocc", "plcc"} and told["importance"]["srocc"] is None
    for name in ("types", "severity"):
        assert {"precision", "recall", "f1", "ci95"} <= told[name].keys() and "f1" in told[name]["ci95"]
    assert {*DISTORTIONS, "clean", "average"} <= told["per_distortion_f1"].keys()
    against = told["against"]
    assert {"difference", "ci95"} <= against["quality"]["srocc"].keys() & against["types"]["f1"].keys()
    assert against["quality"]["srocc"]["difference"] > 0 and against["severity"]["f1"]["difference"] > 0
    assert set(told["panel"]["scales"]) == {*DISTORTIONS, "quality", "importance"}
    assert "ANOTHER data set" in told["published"]["note"] and told["published"]["types"]["f1"] == 0.5908
    assert every_null_has_a_reason(told) and "NaN" not in json.dumps(told)
    again = files.json(*BASIC, "--against", "far.jsonl", "--bootstrap", 200, "--seed", 0)
    assert again == told


def test_what_people_read(files: Terminal) -> None:
    status, out, err = files(*BASIC, "--against", "far.jsonl", "--bootstrap", 50)
    assert status == 0 and "n/a" in out and "24 ROIs of 12 pictures" in out and "ANOTHER" in out
    assert "Compared with far" in out and "1 ROIs of the label file have no label" in err


def test_refusals_are_one_sentence(files: Terminal) -> None:
    whole = (files.folder / "near.jsonl").read_text().splitlines()
    for lines, why in (
        (whole[:-1], "p011.png r1"),
        ([*whole, whole[0]], "repeats the ROI p000.png r0"),
        ([*whole[:3], whole[3][:40]], "Line 4"),
        ([*whole, whole[0].replace("p000", "p999")], "add --subset"),
    ):
        (files.folder / "bad.jsonl").write_text("\n".join(lines))
        bad = ("evaluate", "--predictions", "bad.jsonl", "--labels", "rois_test.json")
        assert why in files.refused(*bad)
    assert files.json(*bad, "--subset", "--bootstrap", 5)["rois"] == 24
    assert "cannot be read" in files.refused(*BASIC, "--against", "none.jsonl")
    assert "no label file" in files.refused(
        "evaluate", "--predictions", "near.jsonl", "--labels", "near.jsonl"
    )
    (files.folder / "notes.html").write_text("mine")
    assert "is there already" in files.refused(*BASIC, "--report", "notes.html")
    assert (
        files(*BASIC, "--bootstrap", "0")[0] == 2 and files("evaluate", "--labels", "rois_test.json")[0] == 2
    )


class Page(HTMLParser):
    """What a page fetches, runs, and says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_is_one_page_with_nothing_fetched_and_everything_escaped(files: Terminal) -> None:
    evil = "<script>alert(1)</script>"
    lines = [json.loads(line) for line in (files.folder / "near.jsonl").read_text().splitlines()]
    given = {"probabilities": [0.2] * 5, "score": 2.0}
    lines = [
        {**line, "importance": given, "model": evil, "text": f"{evil} {n}"} for n, line in enumerate(lines)
    ]
    (files.folder / "near.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    files.json(*BASIC, "--against", "far.jsonl", "--bootstrap", 20, "--report", "report.html")
    text = (files.folder / "report.html").read_text()
    page = Page(text)
    assert "script" not in page.tags and evil in page.text and evil not in text
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in page.links)
    assert page.tags.count("article") == 20 and "The picture is not there." in page.text
    assert {"figure-scatter-quality", "figure-confusion-importance"} <= set(
        re.findall(r'id="(figure-[\w-]+)"', text)
    )
    assert "ANOTHER data set" in page.text and "Attainable" in page.text and "The quality is" in page.text
    document = evaluation.measure(
        files.folder / "near.jsonl", files.folder / "rois_test.json", bootstrap=20
    ).document
    assert f'<data value="{document["quality"]["srocc"]!r}">' in text


def test_a_picture_outside_the_folder_is_not_shown(files: Terminal) -> None:
    pictures(files.folder / "outside", ("secret.png",))
    with Image.open(files.folder / "outside" / "secret.png") as picture:
        mask = np.ones((picture.height, picture.width), np.bool_)
    mask[:3] = False
    coded = {"label": label(), "size": list(mask.shape), "rle": masks.encode(mask).counts}
    for folder, shown in (("../outside", 0), ("outside", 1)):
        entry = {"img": f"{folder}/secret.png", "id": "r", **coded}
        (files.folder / "rois_test.json").write_text(json.dumps([entry]))
        line = {"img": entry["img"], "id": "r", **said()}
        (files.folder / "near.jsonl").write_text(json.dumps(line) + "\n")
        where = ("--images", "." if shown else "photos")
        files.json(*BASIC, "--bootstrap", 5, "--report", "report.html", "--overwrite", *where)
        assert (files.folder / "report.html").read_text().count("data:image") == shown


def test_from_ratings_to_an_evaluation(run: Terminal) -> None:
    """A project with ratings, its export, an untrained checkpoint, its predictions, and their evaluation."""
    pictures(run.folder / "photos", NAMES)
    run.json("new", run.project, "--images", "photos", "--min-area", 16)
    entries = write_json(run.folder / "rois.json", [box(name, "r1") for name in NAMES])
    run.json("import", run.project, entries, "--kind", "rois")
    rng = np.random.default_rng(2)
    truth = rng.uniform(0, 4, (len(NAMES), 8))
    rows = []
    for k in range(7):
        votes = np.clip(np.rint(truth + rng.normal(0, 0.7, truth.shape)), 0, 4).astype(int)
        rows += [[name, "r1", f"rater {k}", *row] for name, row in zip(NAMES, votes.tolist(), strict=True)]
    run.json("import", run.project, write_csv(run.folder / "ratings.csv", rows), "--kind", "ratings")
    run.json("export", run.project, "export", "--copy-images")
    run.json("init-checkpoint", "tiny", "--preset", "tiny")
    spec = f"{run.folder / 'tiny'}?mode=given"
    document = run.json("predict", run.project, "--model", spec, "--device", "cpu", "--out", "said.jsonl")
    assert document["lines"] == 12 and document["out"] == "said.jsonl" and document["predicted"] == 12
    lines = [json.loads(line) for line in Path("said.jsonl").read_text().splitlines()]
    assert [line["img"] for line in lines] == list(NAMES) and all(line["untrained"] is True for line in lines)
    assert all(len(line["distortion_probabilities"]) == 6 and line["unreadable"] == [] for line in lines)
    # Nothing is left to predict, and the file is written all the same; other files stay.
    again = run.json("predict", run.project, "--model", spec, "--device", "cpu", "--out", "said.jsonl")
    assert (again["predicted"], again["lines"]) == (0, 12)
    assert "no prediction file" in run.refused(
        "predict", run.project, "--model", spec, "--out", "ratings.csv"
    )
    told = run.json(
        "evaluate", "--predictions", "said.jsonl", "--labels", "export/rois.json", "--report", "r.html"
    )
    assert (told["rois"], told["images"], told["untrained"]) == (12, 12, True)
    assert told["panel"]["rois"] == 12 and told["panel"]["scales"]["quality"]["attainable"]["plcc"] > 0.5
    assert set(told["calibration"]) == {*DISTORTIONS, "quality", "importance"}
    assert told["files"]["labels"]["changed_since_export"] is False
    page = Path("r.html").read_text()
    assert page.count("data:image/jpeg") == 12 and "UNTRAINED" in page and "Votes:" in page
    test_part = json.loads(Path("export/rois_test.json").read_text())
    part = ("evaluate", "--predictions", "said.jsonl", "--labels", "export/rois_test.json")
    assert "add --subset" in run.refused(*part)
    assert run.json(*part, "--subset")["rois"] == len(test_part)


def test_a_model_that_does_not_tell_all_is_unreadable_there(run: Terminal, plugin: Path) -> None:
    pictures(run.folder / "photos", NAMES[:2])
    run.json("new", run.project, "--images", "photos", "--min-area", 16)
    entries = write_json(run.folder / "rois.json", [box(name, "r1") for name in NAMES[:2]])
    run.json("import", run.project, entries, "--kind", "rois")
    run.json("predict", run.project, "--model", "scripted:", "--out", "said.jsonl")
    for line in map(json.loads, Path("said.jsonl").read_text().splitlines()):
        answers = [line["quality"]["score"], line["importance"]["score"]]
        lost = [name for name, value in zip(("quality", "importance"), answers, strict=True) if value is None]
        lost += ["distortions"] if None in line["distortions"].values() else []
        assert line["unreadable"] == lost and line["untrained"] is True
