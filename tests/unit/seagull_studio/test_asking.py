"""Whom the window asks about one ROI."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import PredictorInfo
from seagull_studio.jobs import predict
from seagull_studio.operations import ask_model, models
from tests.unit.seagull_studio.scripted_plugin import Scripted


def test_the_model_of_the_pre_fill_is_asked_else_the_newest(project: Path) -> None:
    with Store.open(project) as store:
        with store.read() as s:
            roi = rois.list_all(s)[0]
        assert ask_model.question(store, roi) is None
        with store.write("test") as s:
            old, _, new = (
                predictions.register(
                    s,
                    PredictorInfo(name=name, kind="baseline", signature=f"baseline-{name}", card={}),
                    "test",
                )
                for name in ("old", "middle", "new")
            )
        asked = ask_model.question(store, roi)
        assert asked is not None and asked.spec == str(project / "models" / new.signature)
        models.set_prefill(store, "test", "off", old.id, 0.1)
        asked = ask_model.question(store, roi)
        assert asked is not None and asked.spec == str(project / "models" / old.signature)


@pytest.mark.parametrize("spec", ["scripted:second/mine?a=1", "metric:brisque", "maker:"])
def test_a_model_is_loaded_again_with_all_that_it_was_named_with(project: Path, spec: str) -> None:
    made = Scripted("none")
    with Store.open(project) as store:
        record = predict.register(store, predict.info(made, spec))
        assert models.spec_of(record, project) == spec
        made.kind = "seagull"
        made.card = {"checkpoint": "/models/x", "answers": "given"}
        made.signature = "seagull-1"
        for asked, kept in (
            ("seagull:/models/x?quantised=4bit&base=/models/y", "/models/x?quantised=4bit&base=/models/y"),
            ("x", "/models/x?mode=given"),
        ):
            record = predict.register(store, predict.info(made, asked))
            assert models.spec_of(record, project) == kept
