"""The predict job on a real project with a small real checkpoint, and with models that have bad days."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Refused
from annotation_db.predictions import predictions
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.jobs import job_reading, jobs, predict, predict_job
from seagull_studio.jobs.predict_shards import run_shards, this_share
from tests.unit.seagull_studio.predict_parts import plugin, save_checkpoint

__all__ = ["plugin"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def store(project: Path) -> Iterator[Store]:
    with Store.open(project) as made:
        yield made


def stored(store: Store) -> int:
    with store.read() as s:
        return sum(predictions.counts(s).values())


def test_every_roi_gets_a_prediction_once(store: Store, checkpoint: Path) -> None:
    told: list[tuple[int, int, str]] = []
    spec = f"seagull:{checkpoint}?mode=given"
    report = predict.run(store, spec, device="cpu", progress=lambda *now: told.append(now))
    assert (report.predicted, report.pictures, report.failed, report.stopped) == (6, 3, (), False)
    assert told[0] == (0, 0, f"loading {spec}") and told[-1] == (3, 3, "tiny")
    with store.read() as s:
        (model,) = predictions.predictors(s)
        rows = predictions.of_predictor(s, model.id)
        assert predictions.missing(s, model.id) == []
    assert model.untrained and model.kind == "seagull" and model.card["checkpoint"] == str(checkpoint)
    for row in rows:
        assert row.quality_probabilities is not None and abs(sum(row.quality_probabilities) - 1) < 1e-5
        expected = float(np.dot(row.quality_probabilities, range(5)))
        assert row.quality_score == pytest.approx(expected)
        assert row.votes[6] == int(np.argmax(row.quality_probabilities))
        assert row.confidences[6] == pytest.approx(max(row.quality_probabilities))
        assert set(row.distortions) == set(SCALE_NAMES[:6]) and None not in row.votes
        assert row.seconds is not None and row.raw_text
    again = predict.run(store, spec, device="cpu")
    assert (again.predicted, again.pictures) == (0, 0) and stored(store) == 6


def test_another_way_of_asking_is_another_model(store: Store, checkpoint: Path) -> None:
    given = predict.run(store, f"seagull:{checkpoint}?mode=given", device="cpu", limit_images=1)
    own = predict.run(store, f"{checkpoint}?mode=own&max_new_tokens=4", device="cpu", limit_images=1)
    assert given.predictor_id != own.predictor_id and stored(store) == 4
    # An untrained network does not answer in sentences: said, and nothing guessed.
    with store.read() as s:
        rows = predictions.of_predictor(s, own.predictor_id or 0)
    for row in rows:
        assert {"quality", "importance"} <= set(row.unreadable)
        assert row.votes[6] is None and row.votes[7] is None
    assert own.unreadable == 2 and "could not be read in full" in predict.sentence(own)


def test_a_stopped_run_goes_on_where_it_stopped(store: Store, plugin: Path) -> None:
    asked = iter([False, True])
    first = predict.run(store, "scripted:", cancelled=lambda: next(asked))
    assert (first.stopped, first.predicted) == (True, 2) and stored(store) == 2
    with pytest.raises(Cancelled, match="Stopped with 0 ROIs"):
        predict_job.run_job(store, {"model": "scripted:"}, cancelled=lambda: True)
    assert "predicted 4 ROIs on 2 pictures" in predict_job.run_job(store, {"model": "scripted:"})


def test_a_picture_or_a_roi_that_can_not_be_assessed_is_said_and_left_out(
    store: Store, plugin: Path, project: Path
) -> None:
    (project.parent / "pictures" / "p1.png").write_bytes(b"broken")
    report = predict.run(store, "scripted:second")
    assert report.predicted == 2
    assert [path for path, _ in report.failed] == ["p0.png", "p1.png", "p2.png"]
    assert "can not be assessed" in report.failed[0][1] and "has changed" in report.failed[1][1]
    assert "3 could not be predicted" in predict.sentence(report)


def test_running_out_of_memory_keeps_what_was_predicted(store: Store, plugin: Path) -> None:
    with pytest.raises(Refused, match=r"too little memory.* 2 ROIs were predicted and are kept"):
        predict.run(store, "scripted:memory")
    assert stored(store) == 2


def test_a_killed_job_loses_at_most_one_picture(store: Store, plugin: Path, project: Path) -> None:
    folder = jobs.prepare(project / "jobs", "predict", str(project), {"model": "scripted:kill"})
    done = subprocess.run([sys.executable, "-m", "seagull_studio.job", str(folder)], capture_output=True)
    assert done.returncode == -9 and stored(store) == 2
    assert job_reading.read(folder).status == "lost"
    report = predict.run(store, "scripted:")
    assert report.predicted == 4 and stored(store) == 6


FULL_DISK = """
    import sys
    from annotation_db.errors import StudioError
    from annotation_db.database.store import Store
    from seagull_studio.jobs import predict, predict_job
    with Store.open(sys.argv[1]) as store:
        try:
            predict.run(store, "scripted:full")
        except StudioError as error:
            print(type(error).__name__, error)
"""


def test_on_a_full_disk_it_is_said_what_is_kept(store: Store, plugin: Path, project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL_DISK), str(project)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 ROIs were predicted and are kept." in done.stdout, done.stdout + done.stderr
    assert "DiskError" in done.stdout and "nothing was changed" not in done.stdout
    assert stored(store) == 2


@pytest.mark.parametrize(("processes", "pictures"), [(1, 2), (2, 2)])
def test_a_job_takes_so_many_pictures_with_several_processes_too(
    store: Store, plugin: Path, processes: int, pictures: int
) -> None:
    options = {"model": "scripted:", "device": "cpu", "processes": processes, "limit_images": pictures}
    predict_job.run_job(store, options)
    assert stored(store) == 2 * pictures


def test_the_shares_of_a_limit_add_up_to_it(store: Store, plugin: Path) -> None:
    reports = [
        predict.run(store, f"scripted:/{count}-{limit}", limit_images=limit, shard=(index, count))
        for count, limit in ((2, 1), (2, 2), (3, 2))
        for index in range(count)
    ]
    assert [report.pictures for report in reports] == [1, 0, 1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("nothing:x", "There is no model nothing:x; give a folder"),
        ("seagull:/nowhere", "is no folder"),
        ("seagull:x?speed=1", "There is no option speed"),
        ("seagull:x?mode=both", "mode is one of own, given"),
        ("seagull:x?quantised=8bit", "quantised is one of 4bit, not 8bit"),
        ("seagull:x?max_new_tokens=-1", "a number above 0"),
        ("baseline:/nowhere", "There is no baseline in"),
    ],
)
def test_a_model_that_can_not_be_used_is_one_sentence(store: Store, spec: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        predict.run(store, spec)
    with store.read() as s:
        assert predictions.predictors(s) == []


def test_two_processes_share_the_pictures(store: Store, plugin: Path) -> None:
    told: list[tuple[int, int, str]] = []
    report = run_shards(store, "scripted:", processes=2, device="cpu", progress=lambda *now: told.append(now))
    assert (report.predicted, report.pictures, report.stopped) == (6, 3, False) and stored(store) == 6
    assert told[-1][:2] == (3, 3) and report.predictor_id is not None


def test_a_process_that_dies_is_said_and_the_others_rows_stay(store: Store, plugin: Path) -> None:
    with pytest.raises(Refused, match=r"Process 2 of 2 ended without a word \(status -9\)"):
        run_shards(store, "scripted:kill", processes=2, device="cpu")
    assert 2 <= stored(store) <= 4
    with pytest.raises(Refused, match="can not share cuda:1"):
        run_shards(store, "scripted:", processes=2, device="cuda:1")


def test_alone_a_process_does_everything() -> None:
    share = this_share("cpu", {})
    assert (share.index, share.count, share.device) == (0, 1, "cpu")
