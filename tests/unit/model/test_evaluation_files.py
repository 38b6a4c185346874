"""Prediction files and label files: what is taken, and what is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotation_db.vocabulary.scales import DISTORTIONS
from model.evaluation import label_file, prediction_file
from model.evaluation.errors import EvaluationRefused
from model.evaluation.prediction_file import PredictedRoi, as_line, refuse_unfit
from tests.unit.model.evaluation_files import key, label, said, write_labels, write_predictions


def refused(path: Path, lines: list[Any]) -> str:
    """Why a file of these lines is refused; texts are written as they are."""
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines))
    with pytest.raises(EvaluationRefused) as caught:
        prediction_file.read(path)
    return str(caught.value)


GOOD = {**key(0), **said(2.5, 1.0, blur=2)}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quality": {"score": 4.1}}, "score of quality is 4.1"),
        ({"quality": {"score": -0.1}}, "not a number from 0 to 4"),
        ({"quality": {"score": "3"}}, 'is "3", not a number'),
        ({"quality": {"score": True}}, "is true, not a number"),
        ({"quality": {}}, "has no score"),
        ({"quality": 3}, "quality is 3 and no object"),
        ({"importance": None}, "importance is null and no object"),
        ({"distortions": {**said()["distortions"], "blur": 6}}, "blur is 6, not a whole number from 0 to 5"),
        ({"distortions": {**said()["distortions"], "blur": 2.5}}, "blur is 2.5"),
        ({"distortions": {**said()["distortions"], "haze": 1}}, '"haze" is no distortion'),
        ({"distortions": {"blur": 1}}, "lack colorfulness"),
        ({"img": ""}, 'img is "" and no name'),
        ({"id": 3}, "id is 3 and no name"),
        ({"unreadable": ["quality"]}, "quality is said to be unreadable and has a value"),
        ({"unreadable": ["distortions"]}, "distortions is said to be unreadable"),
        ({"unreadable": ["noise"]}, "noise is said to be unreadable and has a value"),
        ({"quality": {"score": None}, "unreadable": []}, "quality is null and not said"),
        ({"unreadable": ["beauty"]}, 'names "beauty"'),
        ({"unreadable": "quality"}, "no list of names"),
        ({"quality": {"score": 1, "probabilities": [0.5, 0.5]}}, "not 5 probabilities"),
        ({"quality": {"score": 1, "probabilities": [1, 1, 0, 0, 0]}}, "add up to 2"),
        ({"distortion_probabilities": {"blur": [1, 0, 0, 0, 0]}}, "not 6 probabilities"),
    ],
)
def test_a_line_that_is_not_of_the_form_is_refused_by_its_number(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    told = refused(tmp_path / "bad.jsonl", [{**GOOD, **key(1)}, {**GOOD, **changes}])
    assert told.startswith(f"Line 2 of {tmp_path / 'bad.jsonl'}") and why in told


def test_text_that_is_no_json_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    whole = json.dumps(GOOD)
    assert "Line 2" in refused(path, [whole, json.dumps({**GOOD, **key(1)})[:-9]])
    assert "cut short" in refused(path, [whole[:-9]])
    assert "holds NaN, which is no number" in refused(path, [whole.replace("2.5", "NaN")])
    assert "holds Infinity" in refused(path, [whole.replace("2.5", "Infinity")])
    assert "1e999" in refused(path, [whole.replace("2.5", "1e999")])
    assert "two things of 'img'" in refused(path, [whole.replace("{", '{"img": "other.png", ', 1)])
    assert "Line 1" in refused(path, ["[1, 2]"]) and "nested too deeply" in refused(path, ["[" * 100_000])
    assert "holds no predictions" in refused(path, ["", "  "])
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(EvaluationRefused, match="not UTF-8"):
        prediction_file.read(path)
    for place, why in ((tmp_path, "is a folder"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(EvaluationRefused, match=why):
            prediction_file.read(place)


def test_a_roi_that_comes_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    told = refused(tmp_path / "bad.jsonl", [GOOD, {**GOOD, **key(1)}, GOOD])
    assert "Line 3" in told and "p000.png r0 of line 1" in told


def test_lines_are_written_and_read_back_the_same(tmp_path: Path) -> None:
    probabilities = {"quality": (0.1, 0.2, 0.3, 0.4, 0.0), "blur": (0.5, 0.0, 0.0, 0.0, 0.0, 0.5)}
    made = PredictedRoi(
        "ä b.png",
        "r1",
        {"quality": 1.75, "importance": None},
        {**dict.fromkeys(DISTORTIONS, 5), "blur": 0, "noise": None},
        probabilities,
        "uid1",
        "The quality is poor.\nWith\u2028line ends",
    )
    path = tmp_path / "one.jsonl"
    path.write_text(as_line(made, model="m", untrained=True) + "\r\n\n", encoding="utf-8-sig")
    read = prediction_file.read(path)
    assert read.rois == {("ä b.png", "r1"): made} and (read.model, read.untrained) == ("m", True)
    assert json.loads(as_line(made))["unreadable"] == ["importance", "distortions"]
    whole = {**GOOD, "distortions": {**said()["distortions"], "blur": 3.0}, "unreadable": []}
    plain = prediction_file.read(write_predictions(tmp_path / "plain.jsonl", [whole]))
    assert plain.rois["p000.png", "r0"].distortions["blur"] == 3 and plain.model == "plain"
    single = {**GOOD, "distortions": {**said()["distortions"], "noise": None}, "unreadable": ["noise"]}
    assert prediction_file.read(write_predictions(path, [single])).rois["p000.png", "r0"].unreadable == (
        "distortions",
    )


def test_what_may_be_replaced(tmp_path: Path) -> None:
    assert prediction_file.is_one(write_predictions(tmp_path / "a.jsonl", [said()]))
    (tmp_path / "empty").write_text("")
    assert prediction_file.is_one(tmp_path / "empty")
    for text in ("notes", "[]", '{"img": "a"}', "3"):
        (tmp_path / "other").write_text(text)
        assert not prediction_file.is_one(tmp_path / "other")
    assert not prediction_file.is_one(tmp_path)


def test_files_that_do_not_fit_are_refused_by_name(tmp_path: Path) -> None:
    labels = label_file.read(write_labels(tmp_path / "rois.json", [label(), label(), None]))

    def unfit(lines: list[dict[str, Any]], **options: bool) -> str:
        read = prediction_file.read(write_predictions(tmp_path / "p.jsonl", lines))
        with pytest.raises(EvaluationRefused) as caught:
            refuse_unfit(read, labels, **{"subset": False, **options})
        return str(caught.value)

    told = unfit([said()])
    assert "no line for 1 of the 2 labelled ROIs" in told and "p001.png r0" in told
    assert "p001.png r0" in unfit([said()], subset=True)
    more = [said()] * 10
    assert "7 lines" in unfit(more) and "p003.png r0" in unfit(more) and "and 2 more" in unfit(more)
    assert "add --subset" in unfit(more)
    refuse_unfit(prediction_file.read(write_predictions(tmp_path / "p.jsonl", more)), labels, subset=True)
    # Without a label, so its line may be there or not.
    for count in (2, 3):
        path = write_predictions(tmp_path / "p.jsonl", [said()] * count)
        refuse_unfit(prediction_file.read(path), labels, subset=False)
    assert "is it of another export" in unfit([{**said(), "img": "other.png"}])


def test_a_label_file_of_another_export_is_known_by_its_uids(tmp_path: Path) -> None:
    entry = {**key(0), "uid": "one", "label": label()}
    (tmp_path / "rois.json").write_text(json.dumps([entry]))
    labels = label_file.read(tmp_path / "rois.json")
    for uid, fits in (("one", True), ("two", False)):
        read = prediction_file.read(write_predictions(tmp_path / "p.jsonl", [{**said(), "uid": uid}]))
        if fits:
            refuse_unfit(read, labels, subset=False)
            continue
        with pytest.raises(EvaluationRefused, match=r"of another export.*another uid: p000\.png r0"):
            refuse_unfit(read, labels, subset=True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{}", "no list of ROIs"),
        ("[1]", "no list of ROIs"),
        ("[", "no label file"),
        ('[{"img": "a", "id": "r", "label": NaN}]', "holds NaN"),
        ("[]", "no ROI with a label"),
        (json.dumps([{**key(0), "label": None}]), "no ROI with a label"),
        (json.dumps([{**key(0)}]), "Entry 1 of .* has no label"),
        (json.dumps([{**key(0), "label": label()}, {**key(0), "label": None}]), "names it twice"),
        (json.dumps([{**key(0), "label": {**label(), "quality": {"mean": 5}}}]), "mean of quality is 5"),
        (json.dumps([{**key(0), "label": {**label(), "distortions": {}}}]), "has no blur"),
        (json.dumps([{**key(0), "label": label(blur=1) | {"importance": 3}}]), "importance is 3"),
    ],
)
def test_what_is_no_label_file_is_refused(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "rois.json").write_text(content)
    with pytest.raises(EvaluationRefused, match=why):
        label_file.read(tmp_path / "rois.json")


def test_a_level_outside_the_vocabulary_and_a_changed_file(tmp_path: Path) -> None:
    bad = label(blur=1)
    bad["distortions"]["blur"]["severity"]["level"] = 5
    (tmp_path / "rois.json").write_text(json.dumps([{**key(0), "label": bad}]))
    with pytest.raises(EvaluationRefused, match="level of blur is 5, not a whole number from 0 to 4"):
        label_file.read(tmp_path / "rois.json")
    path = write_labels(tmp_path / "rois.json", [label()])
    assert not label_file.read(path).changed
    manifest = {
        "files": {"rois.json": {"sha256": label_file.read(path).sha256}},
        "simulated_annotators": ["s"],
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert not label_file.read(path).changed and label_file.read(path).simulated
    path.write_text(path.read_text() + " ")
    assert label_file.read(path).changed
