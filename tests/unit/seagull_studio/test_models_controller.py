"""The Models page without widgets: cards, pre-fill, jobs, the bias report and weights of a real project."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import PredictorInfo
from seagull_studio.controllers.models import ModelsController
from seagull_studio.state.models_view import BiasView, JobRow, ModelCard, PrefillView
from seagull_studio.state.questions import ChooseFolder, ChooseNewFile, Confirm
from seagull_studio.state.rating_view import rating_form
from tests.unit.seagull_studio.sitting import Sitting, heard


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


@pytest.fixture
def models(sitting: Sitting, weights: Path) -> ModelsController:
    made = ModelsController(sitting.session, rating_form("en"), "lead", [weights], sitting.person)
    made.setParent(sitting.session)
    return made


def register(project: Path, name: str) -> int:
    with Store.open(project) as store, store.write("test") as s:
        info = PredictorInfo(name=name, kind="baseline", signature=f"baseline-{name}", card={"rois": 60})
        return predictions.register(s, info, "test").id


def test_a_model_is_told_with_what_it_lacks_and_used_for_the_pre_fill(
    sitting: Sitting, models: ModelsController, project: Path
) -> None:
    key = str(register(project, "ours"))
    cards, prefills = heard(models.models_changed), heard(models.prefill_changed)
    baseline = heard(models.baseline_changed)
    models.refresh()
    sitting.settle()
    (card,) = cards[-1]
    assert isinstance(card, ModelCard) and (card.name, card.predicted, card.missing) == ("ours", 0, 6)
    assert "fitted to 60 labelled ROIs" in card.detail and not card.for_prefill
    assert models.keys == [key]
    assert prefills[-1] == PrefillView("off", "", prefills[-1].control_share, ((key, "ours"),))
    assert baseline[-1][0] is False and baseline[-1][1].startswith("0 ROIs on 0 pictures")

    models.set_prefill("reveal", key, 0.25)
    sitting.settle()
    assert cards[-1][0].for_prefill and prefills[-1].policy == "reveal"
    other = register(project, "better")
    models.use_for_prefill(str(other))
    sitting.settle()
    with Store.open(project) as store, store.read() as s:
        kept = prefill.policy(s)
    assert kept.predictor is not None and kept.predictor.id == other
    assert (kept.policy, kept.control_share) == ("reveal", 0.25)


def test_a_model_chosen_while_the_pre_fill_is_off_is_not_called_used(
    sitting: Sitting, models: ModelsController, project: Path
) -> None:
    key = str(register(project, "ours"))
    cards = heard(models.models_changed)
    models.refresh()
    sitting.settle()
    models.use_for_prefill(key)
    sitting.settle()
    assert not cards[-1][0].for_prefill and "Nobody sees" in sitting.person.shown[0].sentence
    models.set_prefill("prefill", key, 0.2)
    sitting.settle()
    assert cards[-1][0].for_prefill and len(sitting.person.shown) == 1


def test_the_baseline_is_fitted_by_one_job_at_a_time(sitting: Sitting, models: ModelsController) -> None:
    over = heard(models.jobs.ended)
    models.jobs.fit_baseline()
    models.jobs.fit_baseline()
    sitting.until(lambda: bool(sitting.person.refused))
    assert len(sitting.person.refused) == 1 and "fits the baseline already" in sitting.person.refused[0]
    sitting.until(lambda: bool(over))
    models.jobs.cancel("a job whose folder is gone")
    models.jobs.resume("a job whose folder is gone")
    models.jobs.open_log("a job whose folder is gone")
    assert len(sitting.person.refused) == 1 and sitting.person.opened == []


def test_what_the_database_refuses_is_told(sitting: Sitting, models: ModelsController) -> None:
    models.set_prefill("prefill", "999", 0.2)
    sitting.settle()
    assert len(sitting.person.refused) == 1 and sitting.person.refused[0].endswith(".")


def test_one_job_predicts_with_a_model_at_a_time(
    sitting: Sitting, models: ModelsController, project: Path, tmp_path: Path
) -> None:
    jobs, over = heard(models.jobs.jobs_changed), heard(models.jobs.ended)
    nowhere = tmp_path / "no-checkpoint"
    sitting.person.will_say(nowhere)
    models.choose_checkpoint()
    assert isinstance(sitting.person.asked[0], ChooseFolder)
    assert models.jobs.predicting == {str(nowhere)}
    models.add_checkpoint(str(nowhere))
    assert "predicts with this model already" in sitting.person.refused[0]
    sitting.until(lambda: bool(over))
    (row,) = jobs[-1]
    assert isinstance(row, JobRow) and row.title == "Predict" and row.status == "failed"
    assert models.jobs.predicting == frozenset()
    models.jobs.open_log(row.id)
    assert sitting.person.opened == [Path(row.log_path)]
    sitting.settle()


def test_a_disk_that_takes_no_job_is_told(sitting: Sitting, models: ModelsController, project: Path) -> None:
    (project / "jobs").rmdir() if (project / "jobs").is_dir() else None
    (project / "jobs").write_text("in the way")
    models.jobs.fit_baseline()
    sitting.settle()
    assert len(sitting.person.refused) == 1 and sitting.session.jobs.states == ()


def test_the_bias_report_is_computed_told_and_saved(
    sitting: Sitting, models: ModelsController, tmp_path: Path
) -> None:
    reports, busy = heard(models.bias.report_changed), heard(models.bias.busy_changed)
    models.bias.save()
    assert sitting.person.asked == [], "there is nothing to save yet"
    models.bias.compute()
    sitting.settle()
    assert busy == [True, False]
    assert isinstance(reports[0], BiasView) and len(reports[0].rows) == 8
    file = tmp_path / "bias.csv"
    sitting.person.will_say(file, tmp_path / "nowhere" / "bias.csv")
    models.bias.save()
    assert isinstance(sitting.person.asked[0], ChooseNewFile)
    assert file.read_text().startswith("scale,shown,control")
    models.bias.save()
    assert "could not be written" in sitting.person.refused[0]


def test_weights_are_looked_for_and_fetched_only_when_agreed(
    sitting: Sitting, models: ModelsController, weights: Path
) -> None:
    found, sources = heard(models.weights.checkpoints_changed), heard(models.weights.sources_changed)
    models.weights.refresh()
    sitting.settle()
    assert found == [[]] and not any(row.present for row in sources[0])
    models.weights.download(sources[0][0].name)
    (asked,) = sitting.person.asked
    assert isinstance(asked, Confirm) and not asked.danger and str(weights) in asked.sentence
    assert sitting.person.watched == [], "nobody agreed"
    models.weights.open_folder()
    assert sitting.person.opened == [weights]


def test_others_writing_is_read_again_but_weights_are_not(
    sitting: Sitting, models: ModelsController, project: Path
) -> None:
    cards, found = heard(models.models_changed), heard(models.weights.checkpoints_changed)
    register(project, "theirs")
    models.others_wrote(frozenset({"predictions"}))
    sitting.settle()
    assert [card.name for card in cards[-1]] == ["theirs"] and found == []


def test_without_labels_there_is_nothing_to_train_on(sitting: Sitting, models: ModelsController) -> None:
    models.finetuning.choose()
    sitting.settle()
    assert sitting.person.asked == [] and "no labels to train on yet" in sitting.person.refused[0]
