"""People without widgets: added, told apart, excluded and merged; and who signs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.rating import annotators
from annotation_db.records import AnnotatorRecord
from seagull_studio.controllers.people import PeopleController
from seagull_studio.controllers.signing_in import SignInController
from seagull_studio.operations import project as operations
from seagull_studio.services.owners import leave
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_questions import AskAnnotator, AskMerge, AskSamePerson, AskUnmerge
from seagull_studio.state.project_view import AnnotatorChoice
from seagull_studio.state.questions import AskReason, Confirm
from tests.unit.seagull_studio.sitting import Sitting, heard


@pytest.fixture
def people(sitting: Sitting) -> PeopleController:
    made = PeopleController(sitting.session, "lead", sitting.person)
    made.setParent(sitting.session)
    made.changed.connect(lambda: sitting.session.database.ask(operations.overview, made.show, owner=made))
    return made


@pytest.fixture
def signing_in(sitting: Sitting, tmp_path: Path) -> SignInController:
    made = SignInController(sitting.session, Settings(tmp_path / "settings.ini"), sitting.person)
    made.setParent(sitting.session)
    return made


def everybody(project: Path) -> list[AnnotatorRecord]:
    with Store.open(project) as store, store.read() as s:
        return list(annotators.list_all(s))


def names(project: Path) -> list[str]:
    return [person.name for person in everybody(project)]


def test_a_new_name_is_added_at_once(sitting: Sitting, people: PeopleController, project: Path) -> None:
    rows = heard(people.rows_changed)
    sitting.person.will_say(AnnotatorChoice("bob", "lead", True))
    people.add()
    sitting.settle()
    assert [(row.name, row.role) for row in rows[-1]] == [("ann", "annotator"), ("bob", "lead")]
    assert [type(question) for question in sitting.person.asked] == [AskAnnotator]


@pytest.mark.parametrize(("answer", "added"), [("ann", False), ("", True), (None, False)])
def test_nearly_the_same_name_is_asked_about(
    sitting: Sitting, people: PeopleController, project: Path, answer: str | None, added: bool
) -> None:
    sitting.person.will_say(AnnotatorChoice("Ann", "annotator", True), answer)
    people.add()
    sitting.settle()
    assert sitting.person.asked[-1] == AskSamePerson("Ann", ("ann",))
    assert ("Ann" in names(project)) == added


def test_somebody_is_excluded_with_a_reason_and_readmitted(
    sitting: Sitting, people: PeopleController, project: Path
) -> None:
    people.exclude("ann")
    sitting.settle()
    assert isinstance(sitting.person.asked[-1], AskReason) and not everybody(project)[0].excluded
    sitting.person.will_say("clicked through", True)
    people.exclude("ann")
    sitting.settle()
    assert everybody(project)[0].excluded
    people.readmit("ann")
    sitting.settle()
    asked = sitting.person.asked[-1]
    assert isinstance(asked, Confirm) and not asked.danger and not everybody(project)[0].excluded


def test_two_names_become_one_person_and_two_again(
    sitting: Sitting, people: PeopleController, project: Path
) -> None:
    rows = heard(people.rows_changed)
    sitting.person.will_say(AnnotatorChoice("bob", "annotator", True))
    people.add()
    sitting.settle()
    sitting.person.will_say("bob", "bob")
    people.merge("ann")
    sitting.settle()
    assert sitting.person.asked[-1] == AskMerge("ann", ("bob",))
    assert [(row.name, row.also) for row in rows[-1]] == [("ann", ("bob",))]
    people.unmerge("ann")
    sitting.settle()
    assert sitting.person.asked[-1] == AskUnmerge("ann", ("bob",))
    assert [row.name for row in rows[-1]] == ["ann", "bob"]


def test_what_is_refused_is_told(sitting: Sitting, people: PeopleController) -> None:
    changed = heard(people.changed)
    sitting.person.will_say(True)
    people.readmit("ann")
    sitting.settle()
    assert changed == [] and "not excluded" in sitting.person.refused[0]


def test_whoever_was_named_or_rated_last_is_signed_in_without_a_question(
    sitting: Sitting, signing_in: SignInController, tmp_path: Path
) -> None:
    signed_in = heard(signing_in.signed_in)
    signing_in.begin("bob", sitting.opening)
    sitting.settle()
    assert [place.annotator.name for place in signed_in] == ["bob"] and sitting.person.asked == []
    Settings(tmp_path / "settings.ini").remember_annotator(sitting.session.project.uid, "ann")
    again = SignInController(sitting.session, Settings(tmp_path / "settings.ini"), sitting.person)
    again.setParent(sitting.session)
    signed_in = heard(again.signed_in)
    again.begin("", sitting.opening)
    sitting.settle()
    assert [place.annotator.name for place in signed_in] == ["ann"] and sitting.person.asked == []


def test_somebody_says_who_they_are_or_nobody_is_signed_in(
    sitting: Sitting, signing_in: SignInController
) -> None:
    signed_in, nobody = heard(signing_in.signed_in), heard(signing_in.nobody)
    signing_in.begin("", sitting.opening)
    assert len(nobody) == 1
    sitting.person.will_say(AnnotatorChoice("ANN", "annotator", True), None)
    signing_in.begin("", sitting.opening)
    sitting.settle()
    assert len(nobody) == 2 and signed_in == []
    sitting.person.will_say(AnnotatorChoice("ANN", "annotator", True), "ann")
    signing_in.begin("", sitting.opening)
    sitting.settle()
    assert [place.annotator.name for place in signed_in] == ["ann"]


def test_a_project_that_is_left_while_the_question_is_open_signs_nobody_in(
    sitting: Sitting, signing_in: SignInController
) -> None:
    signed_in, nobody = heard(signing_in.signed_in), heard(signing_in.nobody)

    def go(_question: AskAnnotator) -> AnnotatorChoice:
        leave(signing_in)
        return AnnotatorChoice("ann", "annotator", False)

    sitting.person.will_say(go)
    signing_in.begin("", sitting.opening)
    sitting.settle()
    assert signed_in == [] and nobody == []
