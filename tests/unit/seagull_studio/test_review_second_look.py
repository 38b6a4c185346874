"""What a blind second look hides, what the session remembers of it, and how its rating is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.rating import annotators, ratings
from annotation_db.records import Actor
from seagull_studio.controllers.review import ReviewController
from seagull_studio.operations import review_actions
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.review_view import CaseView, Target
from seagull_studio.state.session_view import SavedState
from seagull_studio.views.review.disputes_tab import DisputesTab
from tests.unit.seagull_studio.review_page import Page, opened
from tests.unit.seagull_studio.sitting import heard

LEVELS = (5, 5, 5, 5, 5, 5, 2, 3)


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path, qtbot) as made:
        sit_down(made, "Lea")
        yield made


def sit_down(page: Page, name: str) -> int:
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        person = annotators.add(s, name, role="lead", who="Lea")
    page.sitting.session.acting = Actor(person.name, person.id)
    return person.id


def test_nothing_tells_of_votes_before_the_own_rating(page: Page, qtbot: QtBot, tmp_path: Path) -> None:
    disputes, person = page.controller.disputes, page.sitting.person
    tab = DisputesTab(rating_form())
    qtbot.addWidget(tab)
    disputes.list_changed.connect(tab.set_list)
    roi = page.case.roi_id
    with Store.open(page.sitting.session.folder) as store:
        review_actions.accept(store, roi, "six of seven say blur", "Lea")
    page.controller.compute()
    page.settle()
    disputes.set_accepted_shown(True)
    disputes.look_at(Target("presence", "blur"))
    page.sitting.settle()
    before = page.list
    assert not before.blind and "lur" in before.caption and tab.save.isEnabled()

    disputes.set_blind(True)
    blind = page.list
    assert blind.blind and "lur" not in blind.caption and blind.accepted == frozenset()
    assert len(blind.roi_ids) > len(before.roi_ids)  # not only those of certain votes
    for order, scale in (("spread", "quality"), ("stability", ""), ("bimodality", "noise")):
        disputes.set_order(order, scale)
        assert page.list.roi_ids.tolist() == blind.roi_ids.tolist()
    assert not any(one.isEnabled() for one in (tab.save, tab.order, tab.scale))
    assert all(tab.table.isColumnHidden(column) for column in range(2, 6))
    disputes.save()
    assert person.asked == []
    disputes.choose(roi)
    page.sitting.until(lambda: page.case.roi_id == roi)
    assert page.case.hidden and not page.case.accepted and "six of seven" not in page.case.said

    disputes.set_blind(False)
    assert page.list.caption == before.caption and tab.save.isEnabled()
    assert not tab.table.isColumnHidden(2)
    file = tmp_path / "disputes.csv"
    person.will_say(file)
    disputes.save()
    page.sitting.settle()
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(page.list.roi_ids) + 1


def test_what_was_seen_is_known_to_a_page_that_was_built_anew_and_is_of_one_person(page: Page) -> None:
    sitting, disputes = page.sitting, page.controller.disputes
    disputes.second_look.attend(True)
    disputes.choose(page.list.roi_ids.tolist()[1])
    sitting.settle()
    seen = page.case.roi_id
    page.controller.deleteLater()

    again = ReviewController(sitting.session, rating_form(), "Lea", sitting.person, page.saving)
    cases, busy = heard(again.disputes.case_changed), heard(again.busy_changed)
    again.disputes.set_blind(True)
    again.refresh()
    sitting.until(lambda: bool(busy) and bool(cases) and cases[-1] is not None)
    sitting.settle()

    def shown(roi_id: int) -> CaseView:
        again.disputes.choose(roi_id)
        sitting.until(lambda: cases[-1].roi_id == roi_id)
        found: CaseView = cases[-1]
        return found

    assert not shown(seen).hidden
    other = next(one for one in page.list.roi_ids.tolist() if not sitting.session.has_seen(one))
    assert shown(other).hidden
    sit_down(page, "Bo")
    assert shown(seen).hidden


def test_a_list_that_told_votes_after_the_blind_look_was_left_is_remembered(page: Page) -> None:
    disputes, people = page.controller.disputes, page.controller.annotators
    people.choose(page.row("sim-reversed").id)
    counted = page.scale[-1].confusion
    others, own = (int(one) for one in np.argwhere(counted > 0)[0])
    cell = Target("confusion", "quality", (page.row("sim-reversed").id, others, own))
    disputes.set_blind(True)
    disputes.look_at(cell)
    page.sitting.settle()
    hidden = [one for one in page.list.roi_ids.tolist() if not page.sitting.session.has_seen(one)]
    disputes.set_blind(False)  # now it is narrowed to the cell
    told = page.list.roi_ids.tolist()
    assert told and set(told) < set(hidden)
    assert all(page.sitting.session.has_seen(one) for one in told)


def test_a_rating_that_cannot_be_stored_comes_back_and_is_stored_once(page: Page) -> None:
    sitting, disputes = page.sitting, page.controller.disputes
    lea = sitting.session.acting.annotator_id  # type: ignore[union-attr]
    states, failed = heard(page.saving.state_changed), heard(disputes.second_look.failed)
    disputes.set_blind(True)
    roi = page.case.roi_id
    # Neither the database nor the journal takes the rating of somebody who is not there.
    sitting.session.acting = Actor("nobody", 10**6)
    disputes.choose(roi)
    sitting.settle()
    disputes.second_look.submit(LEVELS)
    sitting.until(lambda: bool(failed))
    assert tuple(failed[0]) == LEVELS and states[-1][0] is SavedState.FAILED
    assert len(sitting.person.refused) == 1 and page.case.hidden and page.saving.failed == 1

    sitting.session.acting = Actor("Lea", lea)
    disputes.choose(roi)
    sitting.settle()
    disputes.second_look.submit(LEVELS)
    disputes.second_look.submit(LEVELS)  # a second click while it is on its way
    sitting.until(lambda: not page.case.hidden)
    page.settle()
    assert states[-1][0] is SavedState.SAVED and page.saving.failed == 0
    with Store.open(sitting.session.folder) as store, store.read() as s:
        given = ratings.latest(s, roi, lea)
        assert given is not None and given.revision == 1
