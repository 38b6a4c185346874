"""The rating flow on a real database: order, truthful saving, corrections, skipping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.rating import RatingController
from seagull_studio.operations.rating import take_next
from seagull_studio.operations.submission import Submission
from seagull_studio.services.database import DatabaseService
from seagull_studio.state.session_view import SavedState

VOTES = Votes(5, 5, 3, 5, 5, 2, 3, 4)
OTHER = Votes(0, 1, 2, 3, 4, 5, 0, 1)


class Heard:
    """What a controller said, in order."""

    def __init__(self, controller: RatingController) -> None:
        self.shown: list[Any] = []
        self.saves: list[SavedState] = []
        self.reasons: list[str] = []
        controller.current_changed.connect(self.shown.append)
        controller.save_state_changed.connect(self._saved)

    def _saved(self, state: SavedState, reason: str) -> None:
        self.saves.append(state)
        self.reasons.append(reason)


def stored(project: Path) -> list[Any]:
    with Store.open(project) as store, store.read() as session:
        return ratings.all_latest(session)


@pytest.fixture
def flow(qtbot: QtBot, project: Path) -> Iterator[tuple[RatingController, Heard, QtBot]]:
    database = DatabaseService(project)
    controller = RatingController(database, 1)
    heard = Heard(controller)
    controller.start()
    qtbot.waitUntil(lambda: controller.current is not None)
    yield controller, heard, qtbot
    database.close()


def settle(controller: RatingController, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: controller._database.pending == 0)


def test_every_roi_comes_once_and_never_twice_one_picture_in_a_row(
    flow: tuple[RatingController, Heard, QtBot], project: Path
) -> None:
    controller, heard, qtbot = flow
    seen = []
    while controller.current is not None:
        seen.append(controller.current.entry)
        controller.submit(VOTES)
        settle(controller, qtbot)
    assert len({entry.roi.id for entry in seen}) == len(seen) == 6
    pictures = [entry.image.id for entry in seen]
    assert all(a != b for a, b in pairwise(pictures))
    assert len(stored(project)) == 6
    assert heard.shown[-1] is None


def test_saved_is_said_only_when_it_is_on_disk(
    flow: tuple[RatingController, Heard, QtBot], project: Path
) -> None:
    controller, heard, qtbot = flow
    on_disk_when_said: list[int] = []
    controller.save_state_changed.connect(
        lambda state, _: on_disk_when_said.append(len(stored(project))) if state is SavedState.SAVED else None
    )
    controller.submit(VOTES)
    assert heard.saves == [SavedState.SAVING]
    qtbot.waitUntil(lambda: SavedState.SAVED in heard.saves)
    assert on_disk_when_said == [1]
    assert stored(project)[0].votes == VOTES


def test_the_next_roi_does_not_wait_for_the_database(
    flow: tuple[RatingController, Heard, QtBot],
) -> None:
    controller, _, qtbot = flow
    settle(controller, qtbot)
    first = controller.current
    controller.submit(VOTES)
    assert controller.current is not None and first is not None
    assert controller.current.entry.roi.id != first.entry.roi.id


def test_a_correction_is_a_new_revision_and_leads_back(
    flow: tuple[RatingController, Heard, QtBot], project: Path
) -> None:
    controller, _, qtbot = flow
    settle(controller, qtbot)
    first = controller.current
    controller.submit(VOTES)
    settle(controller, qtbot)
    second = controller.current
    controller.back()
    settle(controller, qtbot)
    assert controller.current is not None and first is not None and second is not None
    assert controller.current.entry.roi.id == first.entry.roi.id
    assert controller.current.own_votes == VOTES
    controller.submit(OTHER)
    settle(controller, qtbot)
    assert controller.current is not None and controller.current.entry.roi.id == second.entry.roi.id
    (rating,) = stored(project)
    assert (rating.revision, rating.votes) == (2, OTHER)


def test_what_another_page_rated_during_a_correction_does_not_come_back(
    flow: tuple[RatingController, Heard, QtBot], project: Path
) -> None:
    controller, _, qtbot = flow
    controller.submit(VOTES)
    settle(controller, qtbot)
    in_front = controller.current
    controller.back()
    qtbot.waitUntil(lambda: controller.current is not None and controller.current.own_votes is not None)
    # The Review page rates by the same saver.
    roi = in_front.entry.roi
    controller.saving.give(Submission(roi.id, 1, OTHER, datetime.now(UTC), 1000, roi_uid=roi.uid))
    settle(controller, qtbot)
    controller.forward()
    settle(controller, qtbot)
    assert controller.current is not None and controller.current.entry.roi.id != roi.id
    assert [one.revision for one in stored(project) if one.roi_id == roi.id] == [1]


def test_back_goes_further_back_and_forward_changes_nothing(
    flow: tuple[RatingController, Heard, QtBot], project: Path
) -> None:
    controller, _, qtbot = flow
    order = []
    for _ in range(3):
        settle(controller, qtbot)
        assert controller.current is not None
        order.append(controller.current.entry.roi.id)
        controller.submit(VOTES)
    settle(controller, qtbot)
    waiting = controller.current
    for expected in reversed(order):
        controller.back()
        settle(controller, qtbot)
        assert controller.current is not None and controller.current.entry.roi.id == expected
    controller.back()
    settle(controller, qtbot)
    assert controller.current.entry.roi.id == order[0], "there is nothing before the first"
    controller.forward()
    assert controller.current == waiting
    assert all(rating.revision == 1 for rating in stored(project))


def test_a_skipped_roi_comes_last(flow: tuple[RatingController, Heard, QtBot]) -> None:
    controller, _, qtbot = flow
    settle(controller, qtbot)
    assert controller.current is not None
    skipped = controller.current.entry.roi.id
    controller.skip()
    seen = []
    settle(controller, qtbot)
    while controller.current is not None:
        seen.append(controller.current.entry.roi.id)
        controller.submit(VOTES)
        settle(controller, qtbot)
    assert seen[-1] == skipped and len(seen) == 6


def test_what_was_put_off_comes_round_in_order(flow: tuple[RatingController, Heard, QtBot]) -> None:
    controller, _, qtbot = flow
    settle(controller, qtbot)
    seen = []
    for _ in range(18):
        assert controller.current is not None
        seen.append(controller.current.entry.roi.id)
        controller.skip()
        settle(controller, qtbot)
    assert len(set(seen[:6])) == 6 and seen[6:12] == seen[:6] and seen[12:] == seen[:6]


def test_back_fetches_what_was_put_off_by_mistake(flow: tuple[RatingController, Heard, QtBot]) -> None:
    controller, _, qtbot = flow
    settle(controller, qtbot)
    order = []
    for put_off in (False, True, True):
        assert controller.current is not None
        order.append(controller.current.entry.roi.id)
        controller.skip() if put_off else controller.submit(VOTES)
        settle(controller, qtbot)
    for expected in (order[2], order[1]):
        controller.back()
        settle(controller, qtbot)
        assert controller.current is not None and controller.current.entry.roi.id == expected
        assert controller.current.own_votes is None, "it is rated for the first time"
    controller.back()
    settle(controller, qtbot)
    assert controller.current is not None and controller.current.entry.roi.id == order[0]
    assert controller.current.own_votes == VOTES
    controller.forward()
    assert controller.current is not None and controller.current.entry.roi.id == order[1]


def test_a_window_that_was_just_opened_goes_back_to_earlier_ratings(qtbot: QtBot, project: Path) -> None:
    order = []
    for _ in range(2):  # two sessions
        database = DatabaseService(project)
        controller = RatingController(database, 1)
        controller.start()
        for _ in range(2):
            settle(controller, qtbot)
            assert controller.current is not None
            order.append(controller.current.entry.roi.id)
            controller.submit(VOTES)
        settle(controller, qtbot)
        database.close()
    database = DatabaseService(project)
    controller = RatingController(database, 1)
    can: list[bool] = []
    rated: list[tuple[float, bool]] = []
    controller.can_go_back_changed.connect(can.append)
    controller.rated.connect(lambda seconds, corrects: rated.append((seconds, corrects)))
    controller.start()
    settle(controller, qtbot)
    waiting = controller.current
    assert can[-1] and controller.can_go_back
    for expected in reversed(order):
        controller.back()
        settle(controller, qtbot)
        assert controller.current is not None and controller.current.entry.roi.id == expected
        assert controller.current.own_votes == VOTES
    controller.back()
    settle(controller, qtbot)
    assert controller.current is not None and controller.current.entry.roi.id == order[0], "the first of all"
    controller.submit(VOTES)
    settle(controller, qtbot)
    assert controller.current == waiting and [corrects for _, corrects in rated] == [True]
    revisions = {rating.roi_id: rating.revision for rating in stored(project)}
    assert revisions[order[0]] == 2
    database.close()


def test_what_could_not_be_saved_is_kept_and_saved_on_retry(qtbot: QtBot, project: Path) -> None:
    database = DatabaseService(project)
    controller = RatingController(database, 1)
    heard = Heard(controller)
    controller.start()
    qtbot.waitUntil(lambda: controller.current is not None and database.pending == 0)
    assert controller.current is not None
    with Store.open(project) as other, other.write("lead") as s:
        withdrawn = exclusions.exclude(
            s, "roi", controller.current.entry.roi.id, reason="by mistake", who="l"
        )
    controller.submit(VOTES)
    qtbot.waitUntil(lambda: SavedState.FAILED in heard.saves, timeout=20_000)
    assert controller.saving.failed == 1 and stored(project) == []
    with Store.open(project) as other, other.write("lead") as s:
        exclusions.lift(s, withdrawn.id, who="l")
    assert heard.reasons[heard.saves.index(SavedState.FAILED)].endswith(".")
    controller.retry()
    qtbot.waitUntil(lambda: controller.saving.unsaved == 0)
    assert [rating.votes for rating in stored(project)] == [VOTES]
    database.close()


def test_a_roi_that_others_filled_is_not_handed_out(qtbot: QtBot, tmp_path: Path) -> None:
    from tests.unit.seagull_studio.conftest import make_project

    project = make_project(tmp_path, pictures=2, rois_each=1, raters_wanted=1)
    with Store.open(project) as store:
        with store.write("test") as session:
            bob = annotators.add(session, "bob", who="test").id
        first = take_next(store, 1, after_image=None)
        second = take_next(store, bob, after_image=None)
        third = take_next(store, 1, after_image=None)
    assert first.current is not None and second.current is not None and third.current is not None
    assert first.current.entry.roi.id != second.current.entry.roi.id
    assert third.current.entry.roi.id == first.current.entry.roi.id
    assert second.upcoming == ()
