"""A lead asks the model while marking: twice, about several ROIs, and after somebody else has asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.predictions import predictions
from annotation_db.rating import annotators
from seagull_studio.unattended import driver
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.unit.seagull_studio.predict_parts import add_baseline, make_rated


@pytest.fixture
def project(tmp_path: Path, baseline: Path) -> Path:
    """With a fitted baseline, and two leads."""
    made = make_rated(tmp_path)
    add_baseline(made, baseline)
    with Store.open(made) as store, store.write("test") as s:
        for name in ("lee", "ming"):
            annotators.add(s, name, role="lead", who="test")
    return made


def look_at_roi(desk: Desk, number: int) -> None:
    """Choose a ROI of the picture that is being marked."""
    roi = desk.annotate._mark._rois[number]
    desk.page.rois.roi_chosen.emit(roi.id)
    assert desk.annotate._mark.current_roi is not None


def ask(desk: Desk) -> None:
    driver.button(desk.page, "Ask the model about this ROI").click()


def see_answer(desk: Desk) -> str:
    driver.wait_until(
        lambda: ", by baseline" in desk.page.reveal.text(), f"an answer, not {desk.page.reveal.text()}"
    )
    desk.settle()
    return desk.page.reveal.text()


def kept(project: Path) -> int:
    with Store.open(project) as store, store.read() as s:
        return sum(predictions.counts(s).values())


def test_two_clicks_get_one_answer_and_others_in_their_order(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "lee")
    desk.mark("p3.png")
    look_at_roi(desk, 0)
    ask(desk)
    ask(desk)
    see_answer(desk)
    look_at_roi(desk, 1)
    ask(desk)
    look_at_roi(desk, 2)
    ask(desk)
    ask(desk)
    third = desk.annotate._mark.current_roi
    assert third is not None
    driver.wait_until(
        lambda: desk.page.reveal.text().startswith(f"{third.external_id}, by"), "the third answer"
    )
    desk.settle()
    assert kept(project) == 3


def test_whoever_sits_down_next_may_ask_too(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "lee")
    desk.mark("p3.png")
    look_at_roi(desk, 0)
    ask(desk)
    see_answer(desk)
    look_at_roi(desk, 1)
    ask(desk)  # and does not wait for it

    desk.sign_in("ming")
    desk.mark("p4.png")
    look_at_roi(desk, 0)
    ask(desk)
    see_answer(desk)
    assert kept(project) >= 2, "the model is known to whoever asks later, too"
