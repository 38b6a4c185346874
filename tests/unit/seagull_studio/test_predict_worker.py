"""The worker process of "predict this ROI": real processes, answered, refused, killed, started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from annotation_db.pictures import masks
from model.predictors.protocol import RoiPrediction
from seagull_studio.services.predict_worker import PredictWorker, RoiToPredict
from tests.unit.seagull_studio.predict_parts import plugin, save_checkpoint

__all__ = ["plugin"]
WAIT_MS = 60_000


@pytest.fixture
def worker(qapp: object, tmp_path: Path) -> Iterator[PredictWorker]:
    made = PredictWorker(tmp_path / "logs" / "worker.txt")
    yield made
    made.close()


@pytest.fixture
def roi(tmp_path: Path) -> RoiToPredict:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (96, 128, 3), dtype=np.uint8)).save(tmp_path / "a.png")
    mask = np.zeros((96, 128), np.bool_)
    mask[10:50, 10:60] = True
    return RoiToPredict(7, str(tmp_path / "a.png"), (96, 128), masks.encode(mask).counts)


def answer(qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict) -> object:
    """The prediction, or the sentence, that a question comes to."""
    got: list[tuple[int, object]] = []
    take = lambda roi_id, said: got.append((roi_id, said))  # noqa: E731
    worker.predicted.connect(take)
    worker.failed.connect(take)
    worker.ask(roi)
    qtbot.waitUntil(lambda: bool(got), timeout=WAIT_MS)
    worker.predicted.disconnect(take)
    worker.failed.disconnect(take)
    assert got[0][0] == roi.roi_id and not worker.busy
    return got[0][1]


def test_a_small_seagull_answers_and_stays_warm(
    qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict, tmp_path: Path
) -> None:
    checkpoint = save_checkpoint(tmp_path / "tiny")
    worker.set_model(f"seagull:{checkpoint}?mode=given", "cpu")
    with qtbot.waitSignal(worker.ready, timeout=WAIT_MS) as ready:
        first = answer(qtbot, worker, roi)
    assert ready.args[0]["untrained"] is True and ready.args[0]["signature"].startswith("seagull-")
    assert isinstance(first, RoiPrediction) and first.quality is not None
    pid = worker._process.processId()
    second = answer(qtbot, worker, roi)
    assert second == first and worker._process.processId() == pid
    damaged = RoiToPredict(8, roi.picture, roi.size, "damaged")
    assert "mask" in str(answer(qtbot, worker, damaged))
    gone = RoiToPredict(9, str(tmp_path / "gone.png"), roi.size, roi.counts)
    assert "gone.png" in str(answer(qtbot, worker, gone))


def test_a_killed_process_is_one_sentence_and_is_started_again(
    qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict, plugin: Path
) -> None:
    worker.set_model("scripted:", "cpu")
    assert isinstance(answer(qtbot, worker, roi), RoiPrediction)
    os.kill(worker._process.processId(), signal.SIGKILL)
    said = answer(qtbot, worker, roi)
    if not isinstance(said, RoiPrediction):
        assert "process ended" in str(said)
        assert isinstance(answer(qtbot, worker, roi), RoiPrediction)


def test_a_process_that_dies_while_it_works(
    qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict, plugin: Path
) -> None:
    worker.set_model("scripted:kill", "cpu")
    assert isinstance(answer(qtbot, worker, roi), RoiPrediction)
    failed: list[tuple[int, str]] = []
    worker.failed.connect(lambda roi_id, sentence: failed.append((roi_id, sentence)))
    worker.ask(roi)
    worker.ask(RoiToPredict(8, roi.picture, roi.size, roi.counts))
    qtbot.waitUntil(lambda: len(failed) == 2, timeout=WAIT_MS)
    assert [roi_id for roi_id, _ in failed] == [7, 8] and not worker.busy
    assert "The model's process ended, perhaps for want of memory" in failed[0][1]
    assert isinstance(answer(qtbot, worker, roi), RoiPrediction)


def test_a_model_that_can_not_be_used_and_none_at_all(
    qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict
) -> None:
    assert "No model was chosen" in str(answer(qtbot, worker, roi))
    worker.set_model("baseline:/nowhere", "cpu")
    assert "There is no baseline in" in str(answer(qtbot, worker, roi))


def test_closing_ends_the_process(
    qtbot: QtBot, worker: PredictWorker, roi: RoiToPredict, plugin: Path
) -> None:
    worker.set_model("scripted:", "cpu")
    worker.ask(roi)
    process = worker._process
    qtbot.waitUntil(lambda: process.processId() > 0, timeout=WAIT_MS)
    pid = process.processId()
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
