"""The Review page without widgets, on the sample project, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from seagull_studio.controllers.review import ReviewController
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.review_view import BusyView, CaseView, DisputeList, PersonRow
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting, heard


@contextmanager
def opened(folder: Path, qtbot: QtBot) -> Iterator[Page]:
    """The page with all its figures."""
    sitting = Sitting(sample(folder), qtbot)
    made = Page(sitting)
    made.controller.refresh()
    made.settle()
    yield made
    sitting.close()


class Page:
    """The controller, and what it said last."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.controller = ReviewController(sitting.session, rating_form(), "Lea", sitting.person)
        self.busy = heard(self.controller.busy_changed)
        self.tabs = heard(self.controller.tab_wanted)
        self.alphas = heard(self.controller.overview.alphas_changed)
        self.firm = heard(self.controller.overview.firm_changed)
        self.pace = heard(self.controller.overview.pace_changed)
        self.coverage = heard(self.controller.overview.coverage_changed)
        self.reach = heard(self.controller.overview.reach_changed)
        self.people = heard(self.controller.annotators.rows_changed)
        self.person = heard(self.controller.annotators.person_changed)
        self.scale = heard(self.controller.annotators.scale_changed)
        self.lists = heard(self.controller.disputes.list_changed)
        self.cases = heard(self.controller.disputes.case_changed)
        self.outlines = heard(self.controller.disputes.outline_changed)
        self.trail = heard(self.controller.audit.rows_changed)

    def settle(self) -> None:
        """Wait until all figures are there."""
        self.sitting.until(lambda: bool(self.busy) and self.busy[-1] == BusyView())
        self.sitting.settle()

    def row(self, name: str) -> PersonRow:
        return next(row for row in self.people[-1] if row.name == name)

    @property
    def list(self) -> DisputeList:
        return self.lists[-1]

    @property
    def case(self) -> CaseView:
        return self.cases[-1]
