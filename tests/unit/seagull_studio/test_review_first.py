"""What the Review page shows before all ratings are read is what it shows afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from annotation_db.database.schema import Rating
from annotation_db.rating import annotators, exclusions
from seagull_studio.operations import review
from seagull_studio.operations.review_first import first_look
from tests.unit.seagull_studio.review_page import Page, opened
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path, qtbot) as made:
        yield made


def test_it_is_what_is_read_later(page: Page) -> None:
    with page.sitting.session.open_store() as store:
        with store.write("Lea") as s:
            one, other, third = s.scalars(select(Rating).order_by(Rating.id).limit(3)).all()
            exclusions.exclude(s, "rating", one.id, reason="slip", who="Lea")
            careless = annotators.find(s, "sim-careless").id
            exclusions.exclude(s, "annotator", careless, reason="careless", who="Lea")
            exclusions.exclude(s, "roi", other.roi_id + 1, reason="too small", who="Lea")
        look, material = first_look(store), review.read(store)
    counted = np.bincount(material.table.annotator, minlength=len(material.table.annotator_ids))
    later = dict(zip(material.table.annotator_ids.tolist(), counted.tolist(), strict=True))
    assert {who: n for who, n in look.ratings.items() if n} == later
    assert look.ratings.get(careless, 0) == 0 and third.annotator_id != careless
    assert (look.people, look.coverage, look.raters_wanted) == (
        material.people,
        material.coverage,
        material.raters_wanted,
    )


def test_people_and_coverage_are_there_before_any_figure(page: Page) -> None:
    first, last = page.people[0], page.people[-1]
    assert [(row.name, row.role, row.ratings) for row in first] == [
        (row.name, row.role, row.ratings) for row in last
    ]
    assert all(row.bias is None for row in first) and any(row.bias is not None for row in last)
    assert page.coverage[0] == page.coverage[-1]


def test_somebody_is_excluded_while_the_ratings_are_read(qtbot: QtBot, tmp_path: Path) -> None:
    sitting = Sitting(sample(tmp_path), qtbot)
    page = Page(sitting)
    page.controller.refresh()
    page.sitting.until(lambda: bool(page.people))
    assert page.controller.is_computing and page.row("sim-careless").bias is None
    page.controller.annotators.choose(page.row("sim-careless").id)
    page.sitting.person.will_say("careless")
    page.controller.annotators.exclude()
    page.sitting.until(lambda: page.row("sim-careless").excluded)
    page.settle()
    assert page.row("sim-careless").ratings == 0
    sitting.close()


def test_a_role_is_given_while_the_ratings_are_read(qtbot: QtBot, tmp_path: Path) -> None:
    sitting = Sitting(sample(tmp_path), qtbot)
    page = Page(sitting)
    page.controller.refresh()
    page.sitting.until(lambda: bool(page.people))
    with sitting.session.open_store() as store, store.write("Lea") as s:
        ada = annotators.add(s, "Ada", who="Lea").id
    page.controller.compute()
    page.sitting.until(lambda: any(row.name == "Ada" for row in page.people[-1]))
    assert page.controller.is_computing and page.controller.material is None
    page.controller.annotators.choose(ada)
    page.sitting.person.will_say(True)
    page.controller.annotators.set_role("lead")
    page.sitting.until(lambda: page.row("Ada").role == "lead")
    page.settle()
    sitting.close()
