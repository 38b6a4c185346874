"""Marking without widgets: stale answers, drafts per picture, undo that follows the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.pictures.relocation import relocate
from model.segmenters.protocol import Hypothesis, Prompt
from seagull_studio.controllers.marking import MarkingController
from seagull_studio.services.database import DatabaseService
from tests.unit.seagull_studio.sitting import Written

POLYGON = [(5.0, 5.0), (60.0, 5.0), (60.0, 50.0), (5.0, 50.0)]


class Flow:
    """A controller on a real database; the segmenter's answers are given by the test."""

    def __init__(self, project: Path, qtbot: QtBot) -> None:
        self.project, self.qtbot = project, qtbot
        self.database = DatabaseService(project)
        self.asked: list[tuple[int, int, Prompt]] = []
        self.refused: list[str] = []
        self.saved: list[Any] = []
        self.person = Written()
        self.controller = MarkingController(
            self.database, "ann", lambda *question: self.asked.append(question), self.person
        )
        self.controller.refused.connect(self.refused.append)
        self.controller.saved.connect(self.saved.append)
        self.controller.start()
        self.settle()

    def ask(self, *question: Any) -> None:
        self.asked.append(question)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.database.pending == 0)

    def answer(self, at: int, side: int) -> None:
        """Answer question number `at` with squares of `side` and half of it."""
        generation, image_id, prompt = self.asked[at]
        masks = [np.zeros((96, 128), np.bool_) for _ in range(2)]
        masks[0][10 : 10 + side, 10 : 10 + side] = True
        masks[1][10 : 10 + side // 2, 10 : 10 + side // 2] = True
        found = [Hypothesis(mask, 0.9 - k / 10, None, prompt) for k, mask in enumerate(masks)]
        self.controller.answered(generation, image_id, found)

    @property
    def area(self) -> int:
        draft = self.controller.draft
        return draft.mask.area if draft and draft.mask else 0

    def stored(self) -> list[int]:
        with Store.open(self.project) as store, store.read() as session:
            return [roi.id for roi in rois.list_all(session)]


@pytest.fixture
def flow(qtbot: QtBot, project: Path) -> Iterator[Flow]:
    made = Flow(project, qtbot)
    yield made
    made.database.close()


def test_the_first_picture_without_a_roi_comes_first(flow: Flow) -> None:
    assert flow.controller.image == flow.controller.pictures[0]
    flow.controller.step(-1)
    assert flow.controller.image == flow.controller.pictures[0]
    flow.controller.step(2)
    assert flow.controller.image == flow.controller.pictures[2]


def test_only_the_answer_to_the_last_prompt_counts(flow: Flow) -> None:
    flow.controller.click(20, 20, True)
    flow.controller.click(30, 30, True)
    flow.answer(0, 40)
    assert flow.area == 0, "it answers an older question"
    flow.answer(1, 20)
    assert flow.area == 400
    flow.answer(1, 30)
    assert [len(prompt.points) for _, _, prompt in flow.asked] == [1, 2]


def test_an_answer_for_a_picture_that_was_left_is_dropped(flow: Flow) -> None:
    flow.controller.click(20, 20, True)
    flow.controller.step(1)
    flow.answer(0, 40)
    assert flow.area == 0
    flow.controller.step(-1)
    assert len(flow.asked) == 2, "coming back asks again"
    flow.answer(1, 40)
    assert flow.area == 1600


def test_an_answer_is_not_a_step_of_its_own(flow: Flow) -> None:
    flow.controller.click(20, 20, True)
    flow.answer(0, 40)
    flow.controller.cycle()
    assert flow.area == 400
    flow.controller.undo()
    assert flow.area == 1600
    flow.controller.undo()
    assert flow.controller.draft is not None and flow.controller.draft.is_empty
    flow.controller.redo()
    flow.controller.redo()
    assert flow.area == 400 and len(flow.asked) == 1, "nothing is computed twice"


def test_the_choice_among_hypotheses_is_told(flow: Flow) -> None:
    told: list[tuple[int, int]] = []
    flow.controller.hypothesis_chosen.connect(lambda *chosen: told.append(chosen))
    flow.controller.click(20, 20, True)
    flow.answer(0, 40)
    flow.controller.cycle()
    assert told == [(flow.asked[0][0], 1)]


def test_a_negative_click_or_an_eraser_on_nothing_does_nothing(flow: Flow) -> None:
    flow.controller.click(20, 20, False)
    flow.controller.stroke([(5, 5), (20, 20)], 4, False)
    flow.controller.polygon([(1, 1), (2, 2)])
    assert flow.controller.draft is not None and flow.controller.draft.is_empty and flow.asked == []


def test_accept_undo_and_redo_follow_the_database(flow: Flow) -> None:
    before = flow.stored()
    flow.controller.polygon(POLYGON)
    area = flow.area
    flow.controller.accept()
    flow.controller.undo()  # too early: the ROI is being written
    flow.settle()
    (roi,) = flow.saved
    assert flow.stored() == [*before, roi.id] and flow.area == 0
    flow.controller.undo()
    assert flow.area == 0, "not before the database has followed"
    flow.settle()
    assert flow.stored() == before and flow.area == area
    flow.controller.redo()
    flow.settle()
    assert flow.stored() == [*before, roi.id] and flow.area == 0


def test_withdrawing_is_kept_with_its_picture_when_another_is_opened_meanwhile(flow: Flow) -> None:
    before = flow.stored()
    flow.controller.withdraw(before[0])
    flow.controller.step(1)
    flow.settle()
    assert flow.stored() == before[1:]
    flow.controller.undo()
    flow.settle()
    assert flow.stored() == before[1:], "that step belongs to the other picture"
    flow.controller.step(-1)
    flow.controller.undo()
    flow.settle()
    assert flow.stored() == before


def test_a_refusal_leaves_the_draft(flow: Flow) -> None:
    flow.controller.polygon([(5.0, 5.0), (15.0, 5.0), (15.0, 15.0)])
    area = flow.area
    flow.controller.accept()
    flow.settle()
    assert len(flow.refused) == 1 and flow.refused[0].endswith(".")
    assert flow.area == area and flow.saved == []
    flow.controller.polygon(POLYGON)
    assert flow.area > area, "and it can be worked on"


def test_a_failed_decoding_is_said_once_and_only_if_it_still_matters(flow: Flow) -> None:
    flow.controller.click(20, 20, True)
    flow.controller.click(30, 30, True)
    flow.controller.decoding_failed(flow.asked[0][0], "An old complaint.")
    flow.controller.decoding_failed(flow.asked[1][0], "A new complaint.")
    assert flow.refused == ["A new complaint."]


def test_another_segmenter_is_asked_the_same_prompt(flow: Flow) -> None:
    flow.controller.click(20, 20, True)
    flow.answer(0, 40)
    flow.controller.set_segmenter("Other")
    assert flow.asked[1][2] == flow.asked[0][2]
    flow.answer(1, 36)
    flow.controller.accept()
    flow.settle()
    assert flow.saved[0].segmenter == "Other" and flow.saved[0].area == 36 * 36


def test_pictures_that_moved_meanwhile_are_stepped_through(flow: Flow, tmp_path: Path) -> None:
    """Another program found them at another place: what is in front is that picture, at its new place."""
    front = flow.controller.image
    assert front is not None
    Path(front.root).rename(tmp_path / "moved")
    with Store.open(flow.project) as store:
        relocate(store, tmp_path / "moved", "lead")
    shown: list[Any] = []
    flow.controller.picture_changed.connect(shown.append)
    flow.controller.start()
    flow.settle()
    assert [(image.id, image.root) for image in shown] == [(front.id, str(tmp_path / "moved"))]
    assert len(flow.controller.neighbours()) > 0
    flow.controller.step(1)
    flow.settle()
    assert flow.controller.image is not None and flow.controller.image.id != front.id


def test_a_picture_is_withdrawn_only_with_a_reason(flow: Flow) -> None:
    first = flow.controller.pictures[0]
    flow.controller.withdraw_picture(first.id, "p0.png")
    flow.settle()
    assert first in flow.controller.pictures and "p0.png" in flow.person.asked[0].title
    flow.person.will_say("blurred")
    flow.controller.withdraw_picture(first.id, "p0.png")
    flow.settle()
    flow.settle()
    assert first.id not in [image.id for image in flow.controller.pictures] and flow.refused == []
