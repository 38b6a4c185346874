"""Opening, making and leaving projects without widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from seagull_studio.controllers.leaving import may_leave
from seagull_studio.controllers.making import MakingController
from seagull_studio.controllers.opening import OpeningController
from seagull_studio.controllers.rating_saver import RatingSaver
from seagull_studio.controllers.recent import RecentController
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_questions import AskNewProject
from seagull_studio.state.project_view import NewProject
from seagull_studio.state.questions import Confirm
from tests.unit.seagull_studio.sitting import Sitting, Written, heard


@pytest.fixture
def opening(qtbot: QtBot) -> Iterator[OpeningController]:
    made = OpeningController(Written())
    yield made
    made.give_up()
    made.close()


@pytest.fixture
def making(qtbot: QtBot) -> Iterator[MakingController]:
    made = MakingController(Written())
    yield made
    made.tasks.close()


def person_of(controller: OpeningController | MakingController) -> Written:
    person = controller._person
    assert isinstance(person, Written)
    return person


def test_a_project_is_opened_for_whoever_was_named(
    opening: OpeningController, project: Path, qtbot: QtBot
) -> None:
    opened = heard(opening.opened)
    opening.open(str(project), "ann")
    assert opening.is_opening
    qtbot.waitUntil(lambda: bool(opened))
    ((found, database, annotator),) = opened
    assert found.project.name == "small" and annotator == "ann" and not opening.is_opening
    database.close()


def test_what_cannot_be_opened_is_told(opening: OpeningController, tmp_path: Path, qtbot: QtBot) -> None:
    opening.open(str(tmp_path / "nowhere"), "")
    qtbot.waitUntil(lambda: bool(person_of(opening).refused))
    assert not opening.is_opening and str(tmp_path / "nowhere") in person_of(opening).refused[0]


def test_what_is_given_up_says_nothing(opening: OpeningController, project: Path, qtbot: QtBot) -> None:
    opened = heard(opening.opened)
    opening.open(str(project), "ann")
    opening.give_up()
    qtbot.waitUntil(lambda: not opening.is_working)
    qtbot.wait(20)
    assert opened == [] and person_of(opening).refused == []


def test_a_new_project_is_made_with_its_pictures_and_opened(
    making: MakingController, tmp_path: Path, project: Path, qtbot: QtBot
) -> None:
    made = heard(making.made)
    pictures = tmp_path / "pictures"
    (pictures / "twin.png").write_bytes((pictures / "p0.png").read_bytes())
    wanted = NewProject(tmp_path / "new", pictures, "lab", "New", 5)
    person_of(making).will_say(wanted)
    making.take_folder(str(pictures))
    (asked,) = person_of(making).asked
    assert isinstance(asked, AskNewProject) and asked.pictures == pictures
    qtbot.waitUntil(lambda: bool(person_of(making).shown))
    assert made == [str(tmp_path / "new")] and Store.is_project(tmp_path / "new")
    assert "3 pictures" in person_of(making).shown[0].sentence


def test_a_project_that_is_dropped_is_opened(making: MakingController, project: Path) -> None:
    made = heard(making.made)
    making.take_folder(str(project))
    assert made == [str(project)] and person_of(making).asked == []


def test_recent_projects_say_which_are_missing(qtbot: QtBot, project: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.remember_project(str(tmp_path / "gone"), "Gone")
    settings.remember_project(str(project), "small")
    recent = RecentController(settings)
    lists = heard(recent.listed)
    recent.show()
    qtbot.waitUntil(
        lambda: [(one.name, one.missing) for one in lists[-1]] == [("small", False), ("Gone", True)]
    )
    recent.forget(str(tmp_path / "gone"))
    assert [one.name for one in lists[-1]] == ["small"]


def test_leaving_without_ratings_that_are_not_saved_is_a_question(sitting: Sitting) -> None:
    saving = RatingSaver(sitting.session.database, sitting.session)
    assert may_leave(saving, sitting.person) and sitting.person.asked == []
    saving._kept = 2
    assert not may_leave(saving, sitting.person)
    (asked,) = sitting.person.asked
    assert isinstance(asked, Confirm) and not asked.danger and asked.sentence.startswith("Ratings kept")
    sitting.person.will_say(True)
    assert may_leave(saving, sitting.person)
