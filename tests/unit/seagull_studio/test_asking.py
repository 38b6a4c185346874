"""Whom the window asks about one ROI."""

from __future__ import annotations

from pathlib import Path

from annotation_db import predictions, rois
from annotation_db.prediction_records import PredictorInfo
from annotation_db.store import Store
from seagull_studio.operations import asking, models


def test_the_model_of_the_pre_fill_is_asked_else_the_newest(project: Path) -> None:
    with Store.open(project) as store:
        with store.read() as s:
            roi = rois.list_all(s)[0]
        assert asking.question(store, roi) is None
        with store.write("test") as s:
            old, _, new = (
                predictions.register(
                    s,
                    PredictorInfo(name=name, kind="baseline", signature=f"baseline-{name}", card={}),
                    "test",
                )
                for name in ("old", "middle", "new")
            )
        asked = asking.question(store, roi)
        assert asked is not None and asked.spec == str(project / "models" / new.signature)
        models.set_prefill(store, "test", "off", old.id, 0.1)
        asked = asking.question(store, roi)
        assert asked is not None and asked.spec == str(project / "models" / old.signature)
