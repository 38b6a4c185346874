"""The annotator's page and the filter against a small case that is worked out by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from seagull_studio.controllers.review import ReviewController
from seagull_studio.controllers.review_filter import as_filter
from seagull_studio.state.filter_view import FilterAnswer, FilterFields
from seagull_studio.state.project_questions import AskFilter
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.review_view import BusyView
from tests.copies import copied
from tests.unit.annotation_db.conftest import make_filled, what_fills
from tests.unit.seagull_studio.sitting import Sitting, heard

QUALITY = (0, 1, 2, 3, 1, 2)
"""Of the six ROIs, as three annotators see it; the fourth says one level more, and on the last one 0."""
SEVERE = (5, 5, 5, 5, 5, 5)
MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def sitting(qtbot: QtBot, tmp_path: Path) -> Iterator[Sitting]:
    copied(make_filled, tmp_path)
    with Store.open(tmp_path / "project") as store:
        filled = what_fills(store)
        with store.write("lead") as s:
            for number, who in enumerate(filled.annotators):
                # The fourth rates them from the last to the first.
                order = range(6) if number < 3 else reversed(range(6))
                for minute, roi in enumerate(order):
                    own = QUALITY[roi] if number < 3 else (0 if roi == 5 else QUALITY[roi] + 1)
                    new = NewRating(
                        roi_id=filled.rois[roi].id,
                        annotator_id=who.id,
                        votes=(*SEVERE, own, 2),
                        submitted_at=MORNING + timedelta(minutes=minute),
                        duration_ms=1000 * (number + 1),
                    )
                    ratings.submit(s, new)
    made = Sitting(tmp_path / "project", qtbot)
    yield made
    made.close()


def test_figures_of_the_one_who_differs(sitting: Sitting, tmp_path: Path) -> None:
    controller = ReviewController(sitting.session, rating_form(), "Lea", sitting.person)
    busy, rows = heard(controller.busy_changed), heard(controller.annotators.rows_changed)
    people, scales = heard(controller.annotators.person_changed), heard(controller.annotators.scale_changed)
    controller.refresh()
    sitting.until(lambda: bool(busy) and busy[-1] == BusyView())
    fourth = next(row for row in rows[-1] if row.name == "annotator 3")
    controller.annotators.choose(fourth.id)
    view = scales[-1]

    # Rows are the others (all three say QUALITY), columns the own vote.
    expected = np.zeros((5, 5), dtype=int)
    for others, own in ((0, 1), (1, 2), (2, 3), (3, 4), (1, 2), (2, 0)):
        expected[others, own] += 1
    assert np.array_equal(view.confusion, expected)
    # In the order in which they were given, from the last ROI to the first: first far below, then above.
    assert len(view.residuals) == 6
    assert view.residuals[0] < -1 and (view.residuals[1:] > 0).all()
    assert np.allclose(view.residuals[1:], view.residuals[1])  # equally far, wherever on the scale
    last = controller.material.rois  # type: ignore[union-attr]
    roi_ids = sorted(last)
    assert view.deviant[0].roi_id == roi_ids[5] and view.deviant[0].own == view.words[0]
    sizes = [abs(row.residual) for row in view.deviant]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) == 6
    assert "No session is longer" in view.drift

    # Own bias beside everybody's: (5 x 1 - 2) / 6 = 1/2 above them in mean, so above all others.
    quality = next(one for one in people[-1].bias if one.title == "Quality")
    noise = next(one for one in people[-1].inconsistency if one.title == "Quality")
    assert quality.own is not None and len(quality.others) == 3
    assert quality.own > 0 > max(quality.others) and np.allclose(quality.others, quality.others[0])
    assert noise.own is not None and noise.own > 1.5 * max(noise.others)

    # The table as a file says what the table says; somebody who rates exactly as others has no noise.
    sitting.person.will_say(tmp_path / "people.csv")
    controller.annotators.save()
    with (tmp_path / "people.csv").open(newline="", encoding="utf-8") as file:
        told = {row["annotator"]: row for row in csv.DictReader(file)}
    assert [told[f"annotator {n}"]["median_seconds"] for n in range(4)] == ["1.0", "2.0", "3.0", "4.0"]
    assert {row["ratings"] for row in told.values()} == {"6"}
    assert float(told["annotator 3"]["mean_abs_bias"]) == pytest.approx(fourth.bias)
    assert float(told["annotator 3"]["mean_alpha_gain_without"]) > 0
    assert sitting.person.refused == []


def test_a_filter_narrows_the_lists_and_is_kept_by_its_name(sitting: Sitting) -> None:
    controller = ReviewController(sitting.session, rating_form(), "Lea", sitting.person)
    busy, lists = heard(controller.busy_changed), heard(controller.disputes.list_changed)
    said = heard(controller.disputes.filter.said)
    controller.refresh()
    sitting.until(lambda: bool(busy) and busy[-1] == BusyView())
    third = sorted(controller.material.rois)[2]  # type: ignore[union-attr]
    with Store.open(sitting.session.folder) as store, store.write("Lea") as s:
        one = ratings.on_roi(s, third)[0][0]
        exclusions.exclude(s, "rating", one.id, reason="slipped", who="Lea")
    sitting.person.will_say(FilterAnswer(FilterFields(fewer_than=4), "ones"))
    controller.disputes.filter.ask()
    sitting.until(lambda: said[-1:] == ["ones"])
    assert lists[-1].roi_ids.tolist() == [third]
    assert not lists[-1].everything and "filtered" in lists[-1].caption
    asked = sitting.person.asked[-1]
    assert isinstance(asked, AskFilter) and asked.view.annotators[0] == "annotator 0"
    controller.disputes.look_at_all()
    assert len(lists[-1].roi_ids) == 6 and said[-1] == "" and lists[-1].everything
    # Chosen by its name, with a field beside it; both hold.
    sitting.person.will_say(FilterAnswer(FilterFields(named="ones", level="component")))
    controller.disputes.filter.ask()
    sitting.until(lambda: said[-1] == "on")
    asked = sitting.person.asked[-1]
    assert isinstance(asked, AskFilter) and asked.view.saved == ("ones",)
    assert len(lists[-1].roi_ids) == 0
    sitting.person.will_say(FilterAnswer(FilterFields(annotator="annotator 3", stability=100)))
    controller.disputes.filter.ask()
    sitting.until(lambda: len(lists[-1].roi_ids) > 0)
    sitting.person.will_say(FilterAnswer(FilterFields(), "\n"))
    controller.disputes.filter.ask()
    sitting.until(lambda: bool(sitting.person.refused))
    assert "cannot be called" in sitting.person.refused.pop()


def test_every_field_is_asked_for() -> None:
    wanted = as_filter(
        FilterFields("", "set", "scene", "object", 2, 9, "blur", 5, 60, "Ann", "baseline", 1.5)
    )
    assert wanted.as_json() == {
        "sources": ["set"],
        "groups": ["scene"],
        "level": "object",
        "rated_at_least": 2,
        "rated_fewer_than": 9,
        "labels": {"blur": [5]},
        "stability_below": 0.6,
        "annotators": ["Ann"],
        "model": "baseline",
        "distance_at_least": 1.5,
    }
    assert as_filter(FilterFields(distance=2.0)).takes_all
