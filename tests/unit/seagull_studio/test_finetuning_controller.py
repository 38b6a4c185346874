"""Finetuning without widgets: the sample project's labels, a tiny untrained network, real jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.predictions import prefill
from annotation_db.rating import annotators
from annotation_db.records import Actor
from seagull_studio.controllers.finetuning import FinetuneController, settings_of
from seagull_studio.controllers.models import ModelsController
from seagull_studio.operations import finetuning as operations
from seagull_studio.operations import untrained_checkpoint
from seagull_studio.state.models_view import JobRow
from seagull_studio.state.project_questions import AskFinetune
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.training_view import FinetuneAnswer, FinetuneFields, TrainingView
from tests.copies import copied
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting, heard

WAIT = 400_000


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = sample(tmp_path)
    with Store.open(made) as store:
        labels.store_run(store, labels.policy_named("paper"), "lead")
    return made


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    copied(_tiny, tmp_path)
    return tmp_path / "weights"


def _tiny(folder: Path) -> None:
    untrained_checkpoint.make(folder / "weights" / "tiny", "tiny")


@pytest.fixture
def sitting(qtbot: QtBot, project: Path) -> Iterator[Sitting]:
    made = Sitting(project, qtbot)
    yield made
    made.close()


@pytest.fixture
def models(sitting: Sitting, weights: Path) -> ModelsController:
    made = ModelsController(sitting.session, rating_form("en"), "lead", [weights], sitting.person)
    made.setParent(sitting.session)
    return made


def look(question: AskFinetune) -> FinetuneAnswer:
    return FinetuneAnswer("look", replace(question.view.fields, epochs=1, preset="paper"))


def start(question: AskFinetune) -> FinetuneAnswer:
    return FinetuneAnswer("start", question.view.fields)


def exports(project: Path) -> list[Path]:
    return sorted((project / "training").glob("export-*"))


def asked(sitting: Sitting) -> list[AskFinetune]:
    return [one for one in sitting.person.asked if isinstance(one, AskFinetune)]


@pytest.mark.timeout(1500)  # processes that import torch
def test_from_labels_to_a_model_that_is_used_only_by_choice(
    sitting: Sitting, models: ModelsController, project: Path
) -> None:
    told, rows = heard(models.finetuning.training_changed), heard(models.jobs.jobs_changed)
    cards = heard(models.models_changed)
    sitting.person.will_say(look, start)
    models.finetuning.choose()
    sitting.qtbot.waitUntil(lambda: bool(rows and rows[-1]), timeout=WAIT)
    first, second = asked(sitting)
    assert first.view.look is None and "(UNTRAINED)" in first.view.bases[0][1]
    shown = second.view.look
    assert shown is not None and shown.can_start
    assert [row[0] for row in shown.parts] == ["Training", "Validation", "Test"]
    assert "training labels are firm" in shown.levels[0]
    assert shown.sentences[0].startswith("This training will take about")
    assert "UNTRAINED" in shown.alarm and "SIMULATED" in shown.alarm
    assert len(exports(project)) == 1

    def row() -> JobRow:
        found: JobRow = rows[-1][-1]
        return found

    def view() -> TrainingView:
        found: TrainingView = told[-1][1]
        return found

    sitting.qtbot.waitUntil(lambda: row().status in ("done", "failed"), timeout=WAIT)
    assert row().status == "done", row().what
    sitting.qtbot.waitUntil(lambda: bool(told) and bool(view().figures), timeout=WAIT)
    assert told[-1][0] == row().id
    loss, _, plcc, *_ = view().charts
    assert len(loss.curves[0].points) == row().total
    assert {level.name for level in plcc.levels} == {"attainable, quality", "attainable, importance"}
    reach = {row.name: row.attainable for row in view().figures}
    assert (reach["SROCC, quality"], reach["SROCC, importance"]) == ("–", "–")
    assert reach["PLCC, quality"] != "–" and reach["PLCC, importance"] != "–"
    assert view().figures[0].present == "–" and "No model was used for the pre-fill" in view().note
    assert Path(view().report).is_file() and "UNTRAINED" in view().warning

    models.finetuning.predict(row().id)
    assert models.jobs.predicting == {operations.spec_of(view().adapter)}
    sitting.qtbot.waitUntil(lambda: len(rows[-1]) == 2 and rows[-1][0].is_over, timeout=WAIT)
    assert rows[-1][0].status == "done", rows[-1][0].what
    models.refresh()
    sitting.settle()
    assert view().predicted
    (key,) = models.keys
    card = cards[-1][0]
    assert card.name.startswith("tiny, finetuned (run-") and not card.for_prefill
    assert card.detail.startswith("Finetuned on ") and "given" not in card.detail
    assert "UNTRAINED" in card.detail and "SIMULATED" in card.detail
    with Store.open(project) as store, store.read() as s:
        assert prefill.policy(s).predictor is None, "nobody chose it"
    models.use_for_prefill(key)
    sitting.settle()

    # The next one stands beside the one that is used now; nobody has to be there when it ends.
    sitting.person.will_say(look, start)
    models.finetuning.choose()
    sitting.qtbot.waitUntil(lambda: len(rows[-1]) == 3 and rows[-1][0].is_over, timeout=WAIT)
    sitting.qtbot.waitUntil(lambda: bool(view().figures) and view().present != "", timeout=WAIT)
    assert view().present.startswith("tiny, finetuned (run-")
    assert view().figures[0].present == view().figures[0].own.split(" ")[0], "the same seed and labels"
    out = Path(view().adapter).parent
    comparison = json.loads((out / "comparison.json").read_text())
    assert comparison["evaluation"]["against"]["quality"]["srocc"]["difference"] == pytest.approx(0)

    # A window that is opened afterwards shows the same.
    again = FinetuneController(sitting.session, "lead", [], sitting.person, models.jobs)
    again.setParent(sitting.session)
    seen = heard(again.training_changed)
    sitting.until(lambda: len(seen) == 2)
    assert view() in [one for _, one in seen]


def test_what_nobody_trains_on_is_removed(
    sitting: Sitting, models: ModelsController, project: Path, weights: Path
) -> None:
    sitting.person.will_say(look, None)
    models.finetuning.choose()
    sitting.qtbot.waitUntil(lambda: len(asked(sitting)) == 2, timeout=WAIT)
    sitting.settle()
    assert exports(project) == [] and sitting.session.jobs.states == ()


def test_why_it_cannot_be_trained_is_told_where_it_was_asked(
    sitting: Sitting, models: ModelsController, project: Path
) -> None:
    def of_nothing(question: AskFinetune) -> FinetuneAnswer:
        return FinetuneAnswer("look", replace(question.view.fields, train=10, base="/nowhere"))

    sitting.person.will_say(of_nothing, None)
    models.finetuning.choose()
    sitting.qtbot.waitUntil(lambda: len(asked(sitting)) == 2, timeout=WAIT)
    shown = asked(sitting)[1].view.look
    assert shown is not None and not shown.can_start and shown.alarm.endswith(".")
    assert asked(sitting)[1].view.fields.base == "/nowhere"
    assert exports(project) == [] and sitting.person.refused == []


def test_only_a_lead_may(sitting: Sitting, models: ModelsController, project: Path) -> None:
    with Store.open(project) as store, store.write("test") as s:
        annotators.add(s, "Lea", who="test", role="lead")
        person = annotators.add(s, "Bo", who="test", role="annotator")
    sitting.session.database.ask(
        lambda store: setattr(store, "acting", Actor(person.name, person.id)), owner=models
    )
    models.finetuning.choose()
    sitting.settle()
    assert len(sitting.person.refused) == 1 and asked(sitting) == []


def test_settings_say_only_what_differs() -> None:
    assert settings_of(FinetuneFields(epochs=2)) == {"epochs": 2}
    assert settings_of(FinetuneFields(less_memory=True, four_bit=True)) == {
        "epochs": 5,
        "gradient_checkpointing": True,
        "quantised": "4bit",
    }
