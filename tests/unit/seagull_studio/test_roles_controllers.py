"""Roles without widgets: who is offered to lead, the passphrase, a pause, rights that change meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.rating import annotators, lead_passphrase
from seagull_studio.controllers.people import PeopleController
from seagull_studio.controllers.signing_in import SignInController
from seagull_studio.operations import acting, assigning, settings
from seagull_studio.operations import people as people_operations
from seagull_studio.operations import project as operations
from seagull_studio.operations.assigning import AssignChoices
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_questions import AskAnnotator, AskPassphrase, AskStillThere
from seagull_studio.state.project_view import AnnotatorChoice
from tests.unit.seagull_studio.sitting import Sitting, heard
from tests.unit.seagull_studio.test_people_controllers import people, signing_in

__all__ = ["people", "signing_in"]


def lead_with(sitting: Sitting, words: str = "") -> None:
    """Lea leads the project; with a passphrase, if one is given."""
    with Store.open(sitting.session.folder) as store:
        with store.write("test") as s:
            annotators.add(s, "Lea", role="lead", who="test")
        if words:
            lead_passphrase.set_new(store, words, "Lea")


def test_the_first_one_at_a_new_project_is_offered_to_lead_it(
    sitting: Sitting, signing_in: SignInController
) -> None:
    signing_in.begin("", replace(sitting.opening, annotators=()))
    signing_in.begin("", sitting.opening)
    signing_in.begin("", replace(sitting.opening, led=True))
    assert [question.role for question in sitting.person.asked] == ["lead", "", "annotator"]  # type: ignore[attr-defined]
    lead_with(sitting)
    signing_in.sign_in_as("Bo", "lead")
    sitting.settle()
    assert "has a lead" in sitting.person.refused[0]


def test_a_passphrase_is_asked_until_it_is_right_and_then_no_more(
    sitting: Sitting, signing_in: SignInController
) -> None:
    lead_with(sitting, "correct horse")
    signed_in, nobody = heard(signing_in.signed_in), heard(signing_in.nobody)
    sitting.person.will_say("wrong", "correct horse")
    signing_in.begin("Lea", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    (place,) = signed_in
    assert place.leads and place.standing.guarded and "not the lead's" in sitting.person.asked[1].sentence  # type: ignore[attr-defined]
    assert sitting.session.acting == place.actor and "correct" not in repr(place)
    with sitting.session.open_store() as store:
        assigning.assign(store, AssignChoices(), "Lea")
    asked = len(sitting.person.asked)
    for _ in range(3):
        sitting.session.database.ask(
            lambda store: assigning.assign(store, AssignChoices(), "Lea"), owner=signing_in
        )
        sitting.settle()
    assert len(sitting.person.asked) == asked and sitting.person.refused == []
    sitting.person.will_say(None)
    signing_in.sign_in_as("Lea", "annotator")
    sitting.settle()
    assert len(nobody) == 1 and signing_in.place == place, "who sat there goes on"


def test_what_somebody_may_do_changes_while_they_sit_there(
    sitting: Sitting, signing_in: SignInController
) -> None:
    signed_in, followed = heard(signing_in.signed_in), heard(signing_in.place_changed)
    signing_in.begin("ann", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    assert signed_in[0].leads and signed_in[0].marks, "nobody leads yet"
    lead_with(sitting)
    sitting.until(lambda: len(signed_in) == 2)
    assert (signed_in[1].leads, signed_in[1].marks) == (False, True)
    with Store.open(sitting.session.folder) as store:
        settings.change(store, {"who_may_mark": "leads", "idle_minutes": 7}, "Lea")
    sitting.until(lambda: bool(followed) and followed[-1].settings.idle_minutes == 7)
    assert not followed[-1].marks
    with Store.open(sitting.session.folder) as store:
        settings.change(store, {"feedback": True}, "Lea")
    sitting.until(lambda: followed[-1].settings.feedback)
    assert len(signed_in) == 2, "settings build no pages: what was begun on them stays"


def test_a_lead_who_becomes_somebodys_second_name_has_that_ones_rights(
    sitting: Sitting, signing_in: SignInController
) -> None:
    lead_with(sitting)
    signed_in = heard(signing_in.signed_in)
    with Store.open(sitting.session.folder) as store:
        operations.add_annotator(store, "Mia", "lead", "Lea")
        signing_in.begin("Lea", sitting.opening)
        sitting.until(lambda: bool(signed_in))
        people_operations.merge(store, "Mia", "Lea", "Mia")
        sitting.until(lambda: len(signed_in) == 2)
        settings.set_role(store, "ann", "lead", "Mia")
        settings.set_role(store, "Mia", "annotator", "ann")
        sitting.until(lambda: len(signed_in) == 3)
    assert [(one.annotator.name, one.leads) for one in signed_in] == [
        ("Lea", True),
        ("Mia", True),
        ("Mia", False),
    ]


def test_a_lead_is_asked_when_another_one_sets_a_passphrase(
    sitting: Sitting, signing_in: SignInController
) -> None:
    lead_with(sitting)
    signed_in = heard(signing_in.signed_in)
    signing_in.begin("Lea", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    sitting.person.will_say("correct horse")
    with Store.open(sitting.session.folder) as store:
        lead_passphrase.set_new(store, "correct horse", "other")
    sitting.until(lambda: bool(sitting.person.asked))
    sitting.settle()
    assert signing_in.place is not None and signing_in.place.leads
    sitting.session.database.ask(
        lambda store: acting.set_passphrase(store, "another horse", "Lea"), owner=signing_in
    )
    sitting.until(lambda: sitting.session.acting == signing_in.place.actor)  # type: ignore[union-attr]
    sitting.settle()
    assert len(sitting.person.asked) == 1 and signing_in.place.leads, "who set it is not asked"


def test_after_a_pause_the_same_person_goes_on_and_somebody_else_signs_in(
    sitting: Sitting, signing_in: SignInController
) -> None:
    lead_with(sitting, "correct horse")
    signed_in, left = heard(signing_in.signed_in), heard(signing_in.left)
    signing_in.begin("ann", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    sitting.person.will_say(True)
    signing_in.ask_who_sits(30)
    sitting.settle()
    assert sitting.person.asked == [AskStillThere("ann", 30)] and len(signed_in) == 1
    sitting.person.will_say(False, AnnotatorChoice("Lea", "lead", False), "correct horse")
    signing_in.ask_who_sits(30)
    sitting.until(lambda: len(signed_in) == 2)
    assert signed_in[1].annotator.name == "Lea" and signed_in[1].leads
    sitting.person.will_say(True, "correct horse")
    signing_in.ask_who_sits(30)
    sitting.settle()
    assert isinstance(sitting.person.asked[-1], AskPassphrase) and len(signed_in) == 2
    sitting.person.will_say(None, None)
    signing_in.ask_who_sits(30)
    sitting.settle()
    assert len(left) == 1, "nobody said who sits there"


@pytest.mark.parametrize("other", ["Lea", "LEA", "Mia"])
def test_after_a_pause_no_way_leads_back_into_a_leads_session(
    sitting: Sitting, signing_in: SignInController, other: str
) -> None:
    lead_with(sitting, "correct horse")
    signed_in, left, nobody = (heard(s) for s in (signing_in.signed_in, signing_in.left, signing_in.nobody))
    sitting.person.will_say("correct horse")
    signing_in.begin("Lea", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    # Somebody else, who says they are Lea and does not know the passphrase, or wants to lead all at once.
    somebody = AnnotatorChoice(other, "lead", other != "Lea")
    not_known = {"Lea": [None], "LEA": [None], "Mia": []}[other]
    sitting.person.will_say(False, somebody, *not_known, None)
    signing_in.ask_who_sits(30)
    sitting.until(lambda: bool(left))
    assert nobody == [] and len(signed_in) == 1
    assert [isinstance(one, AskAnnotator) for one in sitting.person.asked][-1], "asked until one is named"
    # Where the project could not be left they are asked on and on.
    sitting.person.will_say(AnnotatorChoice("ann", "annotator", False))
    signing_in.ask_after_pause()
    sitting.until(lambda: len(signed_in) == 2)
    assert signed_in[1].annotator.name == "ann" and not signed_in[1].leads


def test_after_a_pause_a_database_that_is_away_lets_nobody_go_on(
    sitting: Sitting, signing_in: SignInController
) -> None:
    lead_with(sitting, "correct horse")
    signed_in, left = heard(signing_in.signed_in), heard(signing_in.left)
    sitting.person.will_say("correct horse")
    signing_in.begin("Lea", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    database = sitting.session.folder / "project.sqlite"
    database.rename(database.with_name("away"))
    try:
        sitting.person.will_say(False)
        signing_in.ask_who_sits(30)
        sitting.until(lambda: bool(left))
        assert len(sitting.person.refused) == 1
    finally:
        database.with_name("away").rename(database)


def test_nobody_sits_down_before_what_is_not_saved_was_asked_about(sitting: Sitting, tmp_path: Path) -> None:
    answers, seen = [False, True], list[object]()

    def may_change() -> bool:
        acting_for = list[object]()
        sitting.session.database.ask(lambda store: acting_for.append(store.acting), owner=None)
        sitting.until(lambda: bool(acting_for))
        seen.append(acting_for[0])
        return answers.pop(0)

    made = SignInController(sitting.session, Settings(tmp_path / "settings.ini"), sitting.person, may_change)
    made.setParent(sitting.session)
    signed_in, nobody = heard(made.signed_in), heard(made.nobody)
    made.begin("ann", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    made.sign_in_as("ann", "annotator")
    sitting.settle()
    assert seen == [], "the same person loses nothing"
    made.sign_in_as("Bo", "annotator")
    sitting.until(lambda: bool(nobody))
    with Store.open(sitting.session.folder) as store, store.read() as s:
        assert "Bo" not in annotators.by_name(s), "who did not sit down is no annotator"
    talking = heard(made.talking_changed)
    made.sign_in_as("Bo", "annotator")
    sitting.until(lambda: len(signed_in) == 2)
    assert seen == [signed_in[0].actor] * 2 and signed_in[1].annotator.name == "Bo"
    assert talking == [True, False], "asked once, and nothing is to be done meanwhile"


def test_only_one_question_at_a_time_asks_who_sits_there(
    sitting: Sitting, signing_in: SignInController
) -> None:
    signed_in = heard(signing_in.signed_in)
    signing_in.begin("ann", sitting.opening)
    sitting.until(lambda: bool(signed_in))
    signing_in.change()
    signing_in.change()  # pressed twice
    signing_in.ask_who_sits(30)  # and it was just the time
    sitting.settle()
    assert [type(one) for one in sitting.person.asked] == [AskAnnotator]
    signing_in.ask_who_sits(30)
    sitting.settle()
    assert isinstance(sitting.person.asked[1], AskStillThere), "it was answered, so the next may come"


def test_roles_are_set_in_the_window(sitting: Sitting, people: PeopleController) -> None:
    rows = heard(people.rows_changed)
    sitting.session.database.ask(operations.overview, people.show, owner=people)
    sitting.settle()
    people.make_lead("ann")
    sitting.person.will_say(True, True)
    people.make_lead("ann")
    sitting.until(lambda: rows[-1][0].role == "lead")
    people.make_annotator("ann")
    sitting.settle()
    assert "last lead" in sitting.person.refused[0]
    assert "Nobody leads this project yet" in sitting.person.asked[0].sentence  # type: ignore[attr-defined]
