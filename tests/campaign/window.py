"""The real window of the campaign: rates, marks, aggregates, checks, until it is killed.

``python -m tests.campaign.window PROJECT TOLD SEED FAULT``
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from annotation_db.records import RoiRecord
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.app import make_application
from seagull_studio.operations.submission import Submission
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from tests.campaign.actors import Told, put_back_the_header_check
from tests.campaign.watchdog import watch
from tests.e2e.desk import Desk
from tests.e2e.projects import HEIGHT, WIDTH


class Person:
    """Somebody at the window who does a bit of everything, and notes what the window shows as saved."""

    def __init__(self, desk: Desk, project: Path, told: Told, draw: random.Random) -> None:
        self._desk, self._project, self._told, self._draw = desk, project, told, draw
        self._given: list[Submission] = []
        controller = desk.annotate.rating
        give = controller.saving.give

        def noted(submission: Submission) -> None:
            self._given.append(submission)
            give(submission)

        controller.saving.give = noted  # type: ignore[method-assign]
        controller.save_state_changed.connect(self._saved)
        desk.marking.saved.connect(self._marked)
        # Dialogs of results are read and put away.
        self._reader = QTimer(interval=200)
        self._reader.timeout.connect(self._put_away)
        self._reader.start()

    def work(self) -> None:
        """Without end."""
        project = self._desk.project
        while True:
            for _ in range(self._draw.randint(1, 4)):
                self._rate()
            match self._draw.randrange(5):
                case 0:
                    project.aggregate("paper", 1)
                case 1:
                    project.checking.check()
                case 2:
                    self._mark()
                case 3:
                    project.refresh()
                case _:
                    pass
            self._desk.studio.show_mode("annotate")

    def _rate(self) -> None:
        driver.wait_until(
            lambda: self._desk._roi_is_ready() or self._desk.annotate.rating.current is None, "a ROI or none"
        )
        if self._desk.annotate.rating.current is None:
            self._mark()
            return
        self._desk.rate("".join(str(self._draw.randrange(5)) for _ in SCALE_NAMES), saved=False)

    def _mark(self) -> None:
        desk, draw = self._desk, self._draw
        desk.mark(f"p{draw.randrange(2, 8)}.png")  # the first two may be withdrawn at any moment
        desk.take("p")
        x, y = draw.uniform(5, WIDTH - 65), draw.uniform(5, HEIGHT - 65)
        wide, high = draw.uniform(40, 60), draw.uniform(40, 60)
        for corner in ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)):
            driver.click_picture(desk.page.canvas, *corner)
        desk.key(Qt.Key.Key_Return)
        desk.accept()
        driver.press(desk.page.canvas, "m")
        desk.settle()

    def _saved(self, state: SavedState, sentence: str) -> None:
        if state is SavedState.FAILED:
            self._told.refused(sentence)
        if state is SavedState.SAVED:
            given, self._given = self._given, []
            for one in given:
                self._told.saved("rating", one.uid, [one.roi_uid, one.annotator_uid, list(one.votes)])

    def _marked(self, roi: RoiRecord) -> None:
        self._told.saved("roi", roi.uid, roi.area)

    def _put_away(self) -> None:
        dialog = QApplication.activeModalWidget()
        if (
            isinstance(dialog, QDialog)
            and dialog.isVisible()
            and "progress" not in type(dialog).__name__.lower()
        ):
            dialog.accept()


def main(project: str, told: str, seed: str, fault: str = "") -> None:
    book = Told(Path(told))
    if fault == "header":
        put_back_the_header_check()
    else:
        watch(book.refused)
    draw = random.Random(int(seed))
    desk = Desk(make_application(), Path(told).with_suffix(".ini"))
    desk.open(Path(project), f"annotator {draw.randrange(12)}")
    Person(desk, Path(project), book, draw).work()


if __name__ == "__main__":
    main(*sys.argv[1:])
