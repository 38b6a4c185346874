"""Models and predictions: stored, replaced, kept where a rating names them, checked value by value."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database import audit
from annotation_db.errors import NotFound, Refused
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import (
    DistortionPrediction,
    NewPrediction,
    PredictorInfo,
    StoreReport,
)
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.predicted import CONFIDENT, SAID, model, said


def test_a_model_is_known_by_its_signature(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        first = predictions.register(s, PredictorInfo("A", "seagull", "s1", {"rois": 3}, True), "lead")
        again = predictions.register(s, PredictorInfo("A, renamed", "seagull", "s1", {"rois": 4}), "lead")
        other = predictions.register(s, PredictorInfo("A", "baseline", "s2"), "lead")
        assert (again.id, again.uid, again.name, again.card) == (
            first.id,
            first.uid,
            "A, renamed",
            {"rois": 4},
        )
        assert again.untrained and not other.untrained
        assert [record.id for record in predictions.predictors(s)] == [other.id, first.id]
        assert predictions.get_predictor(s, first.id) == again
        assert predictions.find_predictor(s, "s1") == again == predictions.find_predictor(s, first.uid)
        assert predictions.find_predictor(s, "A") == other
        actions = [entry.action for entry in audit.list_all(s)]
        assert actions.count("predictor.register") == 2
        with pytest.raises(NotFound, match="the models here are A, A, renamed"):
            predictions.find_predictor(s, "B")
        with pytest.raises(NotFound, match="no model number 99"):
            predictions.get_predictor(s, 99)


@pytest.mark.parametrize(
    ("info", "told"),
    [
        (PredictorInfo(" ", "plugin", "s"), "needs a name"),
        (PredictorInfo("A", "plugin", ""), "and a signature"),
        (PredictorInfo("A", "magic", "s"), "kind seagull, baseline or plugin"),  # type: ignore[arg-type]
    ],
)
def test_a_model_that_cannot_be_taken(filled: Filled, info: PredictorInfo, told: str) -> None:
    with filled.store.write() as s, pytest.raises(Refused, match=told):
        predictions.register(s, info, "lead")


def test_everything_said_is_read_back(any_filled: Filled) -> None:
    roi = any_filled.rois[0]
    five = (0.1, 0.2, 0.3, 0.25, 0.15)
    new = NewPrediction(
        roi.id,
        (5, None, 3, 2, 1, 0, 3, None),
        (0.9, None, 0.5, 0.5, 1, 0, 0.25, None),
        quality_probabilities=five,
        quality_score=2.25,
        distortions={
            "blur": DistortionPrediction(0.1, None, 4.75),
            "noise": DistortionPrediction(0.95, five, 0.5),
        },
        raw_text="The quality is good.",
        unreadable=("colorfulness", "importance"),
        seconds=0.5,
    )
    with any_filled.store.write() as s:
        made = model(s)
        assert predictions.store(s, made.id, [new]) == StoreReport(1, 0)
    with any_filled.store.read() as s:
        got = predictions.of_roi(s, roi.id, made.id)
        assert got is not None
        for name in NewPrediction.__slots__:
            assert getattr(got, name) == getattr(new, name), name
        assert predictions.get_many(s, [got.id, 999]) == {got.id: got}
        assert predictions.of_predictor(s, made.id) == [got]
        assert predictions.of_roi(s, any_filled.rois[1].id, made.id) is None


def test_only_the_same_roi_and_model_is_replaced(any_filled: Filled) -> None:
    rois = any_filled.rois
    with any_filled.store.write() as s:
        a, b = model(s), model(s, "Model B", "bbbb")
        predictions.store(s, a.id, [said(roi.id) for roi in rois[:3]])
        predictions.store(s, b.id, [said(roi.id) for roi in rois[:2]])
        before = {(p.roi_id, p.predictor_id): p for m in (a, b) for p in predictions.of_predictor(s, m.id)}
        assert predictions.store(s, a.id, [said(rois[0].id, [1] * 8), said(rois[3].id)]) == StoreReport(2, 0)
    with any_filled.store.read() as s:
        after = {(p.roi_id, p.predictor_id): p for m in (a, b) for p in predictions.of_predictor(s, m.id)}
        changed = {key for key in before if before[key] != after[key]}
        assert changed == {(rois[0].id, a.id)} and after[rois[0].id, a.id].votes == (1,) * 8
        assert after[rois[0].id, a.id].uid != before[rois[0].id, a.id].uid
        assert set(after) - set(before) == {(rois[3].id, a.id)}
        assert predictions.counts(s) == {a.id: 4, b.id: 2}


def test_what_an_annotator_saw_is_never_changed(any_filled: Filled) -> None:
    roi, other, who = any_filled.rois[0], any_filled.rois[1], any_filled.annotators[0]
    with any_filled.store.write() as s:
        made = model(s)
        predictions.store(s, made.id, [said(roi.id), said(other.id)])
        shown = predictions.of_roi(s, roi.id, made.id)
        assert shown is not None
        ratings.submit(
            s,
            NewRating(
                roi_id=roi.id, annotator_id=who.id, votes=SAID, prefill="shown", prediction_id=shown.id
            ),
        )
        again = [said(roi.id, [0] * 8), said(other.id, [0] * 8)]
        assert predictions.store(s, made.id, again) == StoreReport(stored=1, kept=1)
        assert predictions.of_roi(s, roi.id, made.id) == shown


def test_what_is_missing_comes_picture_by_picture(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        made = model(s)
        predictions.store(s, made.id, [said(any_filled.rois[2].id)])
        exclusions.exclude(s, "roi", any_filled.rois[5].id, reason="blurred face", who="lead")
        pairs = predictions.missing(s, made.id)
        assert [roi.id for roi, _ in pairs] == [any_filled.rois[k].id for k in (0, 1, 3, 4)]
        assert all(roi.image_id == image.id for roi, image in pairs)
        predictions.store(s, made.id, [said(roi.id) for roi, _ in pairs])
        assert predictions.missing(s, made.id) == []
        predictions.store(s, made.id, [said(any_filled.rois[5].id)])
        assert predictions.counts(s) == {made.id: 5}  # the withdrawn one is not told
        with pytest.raises(NotFound, match="no model number 99"):
            predictions.missing(s, 99)


def test_float32_slack_is_put_back_into_range(filled: Filled) -> None:
    new = said(filled.rois[0].id, quality_probabilities=(1.0000002, -1e-8, 0, 0, 0), quality_score=4.000001)
    with filled.store.write() as s:
        made = model(s)
        predictions.store(s, made.id, [new])
        got = predictions.of_roi(s, filled.rois[0].id, made.id)
    assert got is not None and got.quality_probabilities == (1, 0, 0, 0, 0) and got.quality_score == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"votes": (6, *SAID[1:])}, "blur takes a whole number from 0 to 5, not 6"),
        ({"votes": (*SAID[:7], 5)}, "importance takes a whole number from 0 to 4"),
        ({"votes": (2.5, *SAID[1:])}, "blur takes a whole number"),
        ({"votes": SAID[:7]}, "for each scale"),
        ({"confidences": CONFIDENT[:7]}, "for each scale"),
        ({"confidences": (1.5, *CONFIDENT[1:])}, "confidence in blur must be a number from 0 to 1"),
        ({"confidences": (float("nan"), *CONFIDENT[1:])}, "not nan"),
        ({"quality_score": 4.5}, "the quality must be a number from 0 to 4"),
        ({"importance_probabilities": (1.0,)}, "importance must have five probabilities, not 1"),
        ({"quality_probabilities": (2, 0, 0, 0, 0)}, "each probability of quality"),
        ({"unreadable": ("blur",)}, "blur is called unreadable, and has a vote"),
        ({"unreadable": ("sharpness",)}, "'sharpness' is called unreadable, and is no scale"),
        ({"distortions": {"rain": DistortionPrediction(0, None, 5)}}, "'rain' is not one of the distortions"),
        ({"distortions": {"blur": DistortionPrediction(0, None, 6)}}, "the value of blur"),
        ({"distortions": {"blur": DistortionPrediction(-1, None, 5)}}, "the probability of blur"),
        ({"seconds": -1.0}, "its time in seconds"),
    ],
)
def test_a_prediction_off_its_scales_is_refused(filled: Filled, wrong: dict[str, Any], told: str) -> None:
    values: dict[str, Any] = {"votes": SAID, "confidences": CONFIDENT, **wrong}
    with filled.store.write() as s:
        made = model(s)
        with pytest.raises(Refused, match=told) as refusal:
            predictions.store(s, made.id, [NewPrediction(filled.rois[0].id, **values)])
        assert str(refusal.value).startswith("The prediction for ROI number 1 cannot be stored: ")


def test_unknown_rois_and_doubles_are_refused(filled: Filled) -> None:
    with filled.store.write() as s:
        made = model(s)
        with pytest.raises(NotFound, match="no ROI number 99"):
            predictions.store(s, made.id, [said(1), said(99)])
        with pytest.raises(Refused, match="ROI number 1 comes twice"):
            predictions.store(s, made.id, [said(1), said(1)])
        with pytest.raises(NotFound, match="no model number 99"):
            predictions.store(s, 99, [said(1)])
        assert predictions.store(s, made.id, []) == StoreReport(0, 0)


@pytest.mark.parametrize("column", [*SCALE_NAMES, "quality_score"])
def test_no_sql_client_can_store_what_is_off_the_scale(filled: Filled, column: str, tmp_path: Path) -> None:
    with filled.store.write() as s:
        predictions.store(s, model(s).id, [said(1)])
    with closing(sqlite3.connect(filled.store.folder / "project.sqlite")) as plain:
        for value in (6, -1, 5 if column in ("quality", "importance") else 7):
            with pytest.raises(sqlite3.IntegrityError, match=f"ck_prediction_{column}"):
                plain.execute(f"UPDATE prediction SET {column} = {value}")
        plain.execute(f"UPDATE prediction SET {column} = NULL")
