"""What comes of the dialog of the settings, without widgets."""

from __future__ import annotations

import pytest

from annotation_db.database.store import Store
from annotation_db.rating import check_items
from seagull_studio.controllers.project_settings import ProjectSettingsController
from seagull_studio.operations import qualify, settings
from seagull_studio.services.long_task import LongTask
from seagull_studio.state.project_questions import AskProjectSettings
from seagull_studio.state.project_settings import SettingsAnswer
from tests.unit.seagull_studio.sitting import Sitting, heard


@pytest.fixture
def controller(sitting: Sitting) -> ProjectSettingsController:
    made = ProjectSettingsController(sitting.session, "Lea", sitting.person)
    made.setParent(sitting.session)
    return made


def test_check_items_are_made_beside_the_connection_that_ratings_are_saved_on(
    sitting: Sitting, controller: ProjectSettingsController
) -> None:
    session, person = sitting.session, sitting.person
    person.will_say(SettingsAnswer({"qualification": True}))
    controller.open()
    sitting.until(lambda: bool(person.watched))
    (task,) = session.tasks.findChildren(LongTask)
    answers: list[bool] = []
    for _ in range(5):
        session.database.ask(qualify_is_on, answers.append, owner=controller)
    sitting.until(lambda: len(answers) == 5)
    assert answers == [False] * 5 and task.is_working  # asked and answered while items are made
    task.cancel()
    sitting.settle()
    with Store.open(session.folder) as store, store.read() as s:
        assert check_items.standing(s) == [] and not settings.facts(store).settings.qualification
    assert person.refused == []


def test_a_set_that_is_there_is_not_made_again_and_refused_settings_come_back(
    sitting: Sitting, controller: ProjectSettingsController
) -> None:
    session, person = sitting.session, sitting.person
    with Store.open(session.folder) as store:
        qualify.make_set(store, "Lea", {"practice": 1, "graded": 1, "gold": 1}, 3)
    changed = heard(controller.changed)
    person.will_say(SettingsAnswer({"qualification": True}))
    controller.open()
    sitting.until(lambda: bool(changed))
    assert person.watched == []
    with Store.open(session.folder) as store, store.read() as s:
        assert len(check_items.standing(s)) == 3 and settings.facts(store).settings.qualification

    wrong = SettingsAnswer({"gold_share": 7.0})
    person.will_say(wrong)
    controller.open()
    sitting.until(lambda: bool(person.refused))
    question = person.asked[-1]
    assert isinstance(question, AskProjectSettings) and question.begun == wrong


def qualify_is_on(store: Store) -> bool:
    return settings.facts(store).settings.qualification
