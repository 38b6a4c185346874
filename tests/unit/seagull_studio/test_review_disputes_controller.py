"""Disputes without widgets: settled, asked about, sent back, looked at blind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database import content_hash
from annotation_db.database.schema import Roi
from annotation_db.database.store import Store
from annotation_db.rating import acceptances, annotators, messages, ratings, requests
from annotation_db.records import Actor, NewRating
from seagull_studio.state.project_questions import AskMore, MoreAnswer
from seagull_studio.state.questions import AskNumbers, Confirm
from tests.unit.seagull_studio.review_page import Page, opened


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path, qtbot) as made:
        yield made


def test_disputes_are_settled_one_after_the_other(page: Page) -> None:
    disputes, person = page.controller.disputes, page.sitting.person
    page.sitting.until(lambda: bool(page.outlines))
    first = page.case
    assert first.place.startswith("1 of ") and len(first.strips) == 8
    assert [vote.caption for vote in first.votes][:2] == ["A", "B"]
    disputes.set_names_shown(True)
    assert all(vote.caption.startswith("sim-") for vote in page.case.votes)
    disputes.set_names_shown(False)

    person.will_say("slipped")
    disputes.exclude_rating(first.votes[0].rating_id)
    page.sitting.until(lambda: not page.case.votes[0].counts)
    page.settle()
    disputes.exclude_rating(first.votes[0].rating_id)  # again: readmitted without a question
    page.sitting.until(lambda: page.case.votes[0].counts)
    page.settle()

    roi = disputes.current
    person.will_say("both are right")
    disputes.accept()
    page.sitting.until(lambda: disputes.current != roi)
    page.settle()
    assert roi not in page.list.roi_ids.tolist()
    disputes.set_accepted_shown(True)
    assert roi in page.list.roi_ids.tolist() and roi in page.list.accepted
    disputes.choose(roi)
    page.sitting.until(lambda: page.case.roi_id == roi)
    assert page.case.accepted and "both are right" in page.case.said
    disputes.accept()
    page.sitting.until(lambda: not page.case.accepted)
    page.settle()

    before = page.controller.material.waiting.get(roi, 0)
    person.will_say(MoreAnswer(3))
    disputes.ask_for_more()
    page.sitting.until(lambda: any(row.what == "more ratings asked for" for row in page.trail[-1]))
    page.settle()
    assert page.controller.material.waiting[roi] == before + 3
    gone = disputes.current
    person.will_say("nothing is in it")
    disputes.withdraw()
    page.sitting.until(lambda: gone not in page.list.roi_ids.tolist())
    page.settle()
    assert person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        assert acceptances.standing(s) == {} and requests.waiting(s)[roi] == before + 3


def test_the_list_is_walked_and_ordered(page: Page) -> None:
    disputes = page.controller.disputes
    order = page.list.roi_ids.tolist()
    disputes.step(1)
    page.sitting.until(lambda: page.case.roi_id == order[1])
    disputes.step(-1)
    page.sitting.until(lambda: page.case.roi_id == order[0])
    disputes.step(-1)
    page.sitting.settle()
    assert page.case.roi_id == order[0]
    disputes.set_order("spread", "quality")
    spread = page.list.figures[:, 1]
    assert (spread[:-1] >= spread[1:]).all() and page.list.roi_ids.tolist() != order


def test_more_is_asked_for_only_after_its_cost_was_said(page: Page) -> None:
    person = page.sitting.person
    person.will_say((80, 14), None)
    page.controller.more.ask()
    asked = person.asked[-1]
    assert isinstance(person.asked[-2], AskNumbers) and isinstance(asked, Confirm)
    assert "hours of work" in asked.sentence and page.controller.material.waiting.keys() <= set(range(99))
    before = dict(page.controller.material.waiting)
    person.will_say((80, 14), True)
    page.controller.more.ask()
    page.sitting.until(lambda: page.trail[-1][0].what == "more ratings asked for")
    page.settle()
    assert sum(page.controller.material.waiting.values()) > sum(before.values())
    person.will_say((80, 14))
    page.controller.more.ask()
    assert person.shown[-1].sentence == "There is no ROI to ask for." and person.shown[-1].lines

    person.will_say(True)
    page.controller.audit.undo(page.trail[-1][0].id)
    page.sitting.until(lambda: page.trail[-1][0].what == "request taken back")
    page.settle()
    assert page.controller.material.waiting == before


def test_more_is_asked_of_those_who_were_named(page: Page) -> None:
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        ann, bo = (annotators.add(s, name, who="Lea").id for name in ("Ann", "Bo"))
        roi = page.controller.disputes.current
        assert roi is not None
        ratings.submit(s, NewRating(roi_id=roi, annotator_id=bo, votes=(5, 5, 5, 5, 5, 5, 2, 2)))
    page.controller.compute()
    page.settle()
    before = page.controller.material.waiting.get(roi, 0)
    page.controller.disputes.choose(roi)
    page.sitting.settle()
    person = page.sitting.person
    person.will_say(MoreAnswer(2, ("Ann", "Bo")))  # Bo has rated it already
    page.controller.disputes.ask_for_more()
    page.sitting.until(lambda: page.trail[-1][0].what == "ROIs handed out")
    page.settle()
    asked = person.asked[-1]
    assert isinstance(asked, AskMore) and asked.people == ("Ann", "Bo")  # nobody simulated
    assert page.controller.material.waiting[roi] == before + 2 and person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        assert requests.has_place(s, roi, ann)
        assert requests.least_loaded(s, [ann, bo]) == [bo, ann]


def test_a_roi_goes_back_to_marking_and_whoever_marked_it_is_told(page: Page) -> None:
    roi = page.controller.disputes.current
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        ann = annotators.add(s, "Ann", who="Lea").id
        s.get_one(Roi, roi).created_by = "Ann"
        s.get_one(Roi, roi).content_hash = content_hash.of_row(s.get_one(Roi, roi))
    page.sitting.person.will_say("cuts the ear off")
    page.controller.disputes.send_back()
    page.sitting.until(lambda: roi not in page.list.roi_ids.tolist())
    page.settle()
    assert page.sitting.person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        (told,) = messages.unread(s, ann)
        assert told.text.endswith("is to be marked anew: cuts the ear off") and told.by == "Lea"
    entry = next(row for row in page.trail[-1] if row.what == "ROI withdrawn")
    assert entry.why == "cuts the ear off" and entry.can_undo


def test_a_blind_second_look_shows_the_votes_only_after_ones_own_rating(page: Page) -> None:
    sitting, disputes = page.sitting, page.controller.disputes
    with Store.open(sitting.session.folder) as store, store.write("Lea") as s:
        lea = annotators.add(s, "Lea", role="lead", who="Lea")
    sitting.session.acting = Actor(lea.name, lea.id)
    roi, votes = page.case.roi_id, len(page.case.votes)
    disputes.set_blind(True)
    assert page.case.hidden and page.case.votes == page.case.strips == ()
    assert page.case.name == f"ROI {roi}" and page.list.names[0] == f"ROI {roi}"  # no file's name
    disputes.second_look.picture_shown(disputes._case.image.id)
    disputes.second_look.attend(True)
    disputes.second_look.submit((5, 5, 5, 5, 5, 5, 2, 3))
    sitting.until(lambda: not page.case.hidden)
    page.settle()
    assert page.case.roi_id == roi and len(page.case.votes) == votes + 1
    with Store.open(sitting.session.folder) as store, store.read() as s:
        given = ratings.latest(s, roi, lea.id)
        assert given is not None and given.votes.quality == 2 and given.prefill == "none"
        assert given.id in ratings.on_roi(s, roi)[1]  # it counts
    # Of what was seen there is no blind look any more; of the next one there is.
    disputes.step(1)
    sitting.until(lambda: page.case.roi_id != roi)
    assert page.case.hidden
    disputes.set_blind(False)
    assert not page.case.hidden
    disputes.set_blind(True)
    assert not page.case.hidden
    assert sitting.person.refused == []
