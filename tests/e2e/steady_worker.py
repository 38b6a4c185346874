"""Somebody who rates and marks without a pause, in a window of their own process, to be killed.

It writes down a line for whatever the window shows as saved, at the moment it shows it.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import IO

from PySide6.QtCore import Qt

from annotation_db.records import RoiRecord
from seagull_studio.app import make_application
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from tests.e2e.desk import Desk
from tests.e2e.projects import HEIGHT, WIDTH


class SteadyWorker:
    """Rates as fast as the window brings ROIs; marks a new one after every few."""

    def __init__(self, desk: Desk, seed: str, told: IO[str]) -> None:
        self._desk = desk
        self._told = told
        self._draw = random.Random(seed)
        self._given: list[str] = []
        # Connected after the mark itself: it shows what is said here already.
        desk.annotate.rating.save_state_changed.connect(self._say_ratings)
        desk.marking.saved.connect(self._say_roi)

    def work(self) -> None:
        """Without end."""
        while True:
            for _ in range(4):
                if self._desk.annotate.rating.current is not None:
                    self._rate()
            self._mark()

    def _rate(self) -> None:
        roi_id = self._desk.see_roi()
        votes = "".join(str(self._draw.randrange(5)) for _ in range(8))
        self._given.append(f"rating {roi_id} {votes}")
        self._desk.rate(votes, saved=False)

    def _mark(self) -> None:
        desk, draw = self._desk, self._draw
        picture = draw.choice(desk.marking.pictures).path if desk.marking.pictures else "p0.png"
        desk.mark(Path(picture).name)
        desk.take("p")
        x, y = draw.uniform(5, WIDTH - 65), draw.uniform(5, HEIGHT - 65)
        wide, high = draw.uniform(40, 60), draw.uniform(40, 60)
        for corner in ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)):
            driver.click_picture(desk.page.canvas, *corner)
        desk.key(Qt.Key.Key_Return)
        desk.accept()
        driver.press(desk.page.canvas, "m")
        desk.settle()

    def _say_ratings(self, state: SavedState, _reason: str) -> None:
        assert self._desk.saved is state
        if state is SavedState.SAVED:
            for line in self._given:
                self._told.write(f"{line}\n")
            self._given.clear()

    def _say_roi(self, roi: RoiRecord) -> None:
        self._told.write(f"roi {roi.id} {roi.area}\n")


def work(project: Path, settings: Path, annotator: str, told: Path) -> None:
    """Sit down at a window in this process and work, without end."""
    desk = Desk(make_application(), settings)
    desk.open(project, annotator)
    with told.open("w", encoding="utf-8", buffering=1) as book:
        SteadyWorker(desk, annotator, book).work()
