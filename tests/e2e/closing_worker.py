"""A person who closes the window in the middle of something, in a process of their own.

``python -m tests.e2e.closing_worker PROJECT SETTINGS SEED``: opens the project, rates, begins something
that takes long, and leaves at a drawn moment in a drawn way. Prints each rating that the window showed as
saved, and a last line when everything was given back.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from seagull_studio.app import make_application
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_view import ExportChoices
from seagull_studio.unattended import driver
from seagull_studio.views.models.models_page import ModelsPage
from tests.e2e.desk import Desk

LONGEST_S = 1.2
"""Until the window is left; the works take about as long."""


class Leaver:
    """Begins one of the long works and leaves.

    Parameters
    ----------
    other : Path
        Another project, to open instead.
    """

    def __init__(self, desk: Desk, project: Path, other: Path, seed: str) -> None:
        self._desk = desk
        self._project, self._other = project, other
        self._draw = random.Random(seed)

    def work(self) -> None:
        """Rate one ROI, begin something, leave; returns when the event loop may end."""
        desk, draw = self._desk, self._draw
        if draw.random() < 0.5:
            print(f"rating {desk.rate()}", flush=True)
        begin = draw.choice(
            (
                self._aggregate,
                self._export,
                self._import_pictures,
                self._import_ratings,
                self._check,
                self._bias,
                self._weights,
                self._mark,
                self._sign_in,
                self._rate_on,
                self._open_other,
            )
        )
        begin()
        wait = draw.uniform(0, LONGEST_S) * draw.random()
        print(f"{begin.__name__[1:]}, left after {wait:.3f} s", flush=True)
        end = time.monotonic() + wait
        driver.wait_until(lambda: time.monotonic() >= end, "the moment comes")

    def _aggregate(self) -> None:
        self._desk.project.aggregate("paper", 1)

    def _export(self) -> None:
        folder = self._project.parent / f"export-{self._draw.random()}"
        self._desk.project.exports.export(
            ExportChoices(folder, ("seagull", "llava", "coco", "csv"), 0.8, 0, copy_images=True)
        )

    def _import_pictures(self) -> None:
        self._desk.project.imports.import_images(self._project.parent / "more")

    def _import_ratings(self) -> None:
        self._desk.project.imports.import_file("ratings", self._project.parent / "ratings.csv")

    def _check(self) -> None:
        self._desk.project_page.check_requested.emit() if self._desk.project else None

    def _bias(self) -> None:
        self._desk.studio.show_mode("models")
        self._desk.studio.window.findChildren(ModelsPage)[-1].bias_requested.emit()

    def _weights(self) -> None:
        self._desk.studio.show_mode("models")

    def _mark(self) -> None:
        self._desk.mark("p1.png")
        driver.click_picture(self._desk.page.canvas, 120, 90)

    def _sign_in(self) -> None:
        assert self._desk.studio.signing_in is not None
        self._desk.studio.signing_in.sign_in_as(self._draw.choice(("ann", "bob", "new one")), "annotator")

    def _rate_on(self) -> None:
        for _ in range(3):
            self._desk.rate(saved=False)

    def _open_other(self) -> None:
        self._desk.studio.open_project(str(self._other), "ann")


def main(project: str, settings: str, seed: str) -> int:
    application = make_application()
    desk = Desk(application, Path(settings))
    desk.open(Path(project), "ann")
    Leaver(desk, Path(project), Path(project).parent / "other" / "project", seed).work()
    how: Callable[[], object] = random.Random(seed + "how").choice(
        (desk.studio.window.close, application.closeAllWindows, QApplication.quit)
    )
    QTimer.singleShot(0, how)
    status = application.exec()
    assert desk.studio.session is None, "the project is still open"
    Settings(Path(settings)).sync()
    print("ended", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
