"""What a person does in the real window, with the clock beside it. Each part runs in a process of its own.

    python -m tests.bench.window_parts PART PROJECT SCRATCH

prints one JSON object; `tests.bench.window` makes the projects, runs the parts and compares.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from seagull_studio.app import make_application
from seagull_studio.bindings.studio import Studio
from seagull_studio.services.settings import Settings
from seagull_studio.unattended import driver
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from tests.bench.pictures import peak_mib

VOTES = "55455532"
THINKING_MS = 2500
"""A person takes longer over eight votes; meanwhile the neighbours are loaded."""


class Desk:
    """The window with a project in it, and a person called Bench at it."""

    def __init__(self, project: Path, scratch: Path, weights: Path | None = None) -> None:
        application = make_application()
        settings = Settings(scratch / "settings.ini")
        if weights is not None:
            settings.set_choices(replace(settings.choices(), weights_folder=str(weights)))
        self.studio = Studio(application, settings)
        self.studio.show()
        self.studio.open_project(str(project), "Bench")

    @property
    def page(self) -> AnnotatePage:
        page: AnnotatePage = self.studio.window.findChildren(AnnotatePage)[-1]
        return page

    def shows(self, image_id: int) -> bool:
        picture = self.page.canvas.picture
        return picture is not None and picture.key == image_id and picture.complete

    def ready(self) -> bool:
        """A ROI is in front, at full resolution, and can be rated."""
        annotate = self.studio.annotate
        if annotate is None or annotate.rating.current is None:
            return False
        return self.shows(annotate.rating.current.entry.image.id) and self.page.panel.is_ready()

    def close(self) -> None:
        self.studio.close_project()


class Gaps:
    """The longest time between two turns of the event loop, on a timer of 5 ms."""

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(5)
        self._longest = 0.0

    def _tick(self) -> None:
        self._longest = max(self._longest, self._clock.nsecsElapsed() / 1e6)
        self._clock.restart()

    def take(self) -> float:
        """Milliseconds since the last call; starts anew."""
        self._tick()
        longest, self._longest = self._longest, 0.0
        return longest


def turn_until(happened: Callable[[], bool]) -> None:
    """Turn the event loop as the program does: asleep, and off the processor, until there is something."""
    waking = QTimer()
    waking.start(5)
    while not happened():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def rest(milliseconds: int) -> None:
    """Let the window and its threads work. (`QTest.qWait` keeps Python's lock: threads would stand still.)"""
    end = perf_counter() + milliseconds / 1000
    turn_until(lambda: perf_counter() > end)


def rate(project: Path, scratch: Path) -> dict[str, float]:
    """Rate by keyboard; the key that submits is the one that is timed."""
    desk = Desk(project, scratch)
    driver.wait_until(desk.ready, "the first ROI is shown")
    held, saved, shown = [], [], []
    annotate = desk.studio.annotate
    assert annotate is not None
    for turn in range(8):
        rest(THINKING_MS)
        driver.press(desk.page.panel, VOTES)
        before = annotate.rating.current
        start = perf_counter()
        driver.press_key(desk.page.panel, Qt.Key.Key_Return)
        returned = perf_counter()
        turn_until(lambda before=before: annotate.rating.current is not before and desk.ready())  # type: ignore[misc]
        desk.page.canvas.repaint()
        painted = perf_counter()
        turn_until(lambda: annotate.rating.saving.unsaved == 0)
        if turn:
            held.append(returned - start)
            shown.append(painted - start)
            saved.append(perf_counter() - start)
    desk.close()
    return {
        "held_ms": 1000 * max(held),
        "shown_ms": 1000 * statistics.median(shown),
        "shown_worst_ms": 1000 * max(shown),
        "saved_ms": 1000 * statistics.median(saved),
    }


def mark(project: Path, scratch: Path) -> dict[str, Any]:
    """Go to marking with SAM, and click; the longest gap of the event loop in each step."""
    desk = Desk(project, scratch, weights=scratch)
    driver.wait_until(desk.ready, "the first ROI is shown")
    gaps = Gaps()
    rest(2000)
    result: dict[str, Any] = {"gap_idle_ms": gaps.take()}
    annotate, session = desk.studio.annotate, desk.studio.session
    assert annotate is not None and session is not None
    marking, encoder = annotate.marking, session.encoder
    loaded: list[str] = []
    encoder.ready.connect(loaded.append)
    idle: list[object] = []
    encoder.busy.connect(lambda image_id: idle.append(image_id) if image_id is None else idle.clear())
    driver.press(desk.page.canvas, "m")
    driver.wait_until(lambda: bool(loaded), "the segmenter is loaded", 120)
    result |= {"segmenter": loaded[0], "gap_loading_ms": gaps.take()}
    driver.wait_until(lambda: bool(idle), "the pictures are encoded", 400)
    result["gap_encoding_ms"] = gaps.take()
    predictor = Predictor(scratch)
    for image in marking.pictures:
        desk.page.pictures.picture_chosen.emit(image.id)
        driver.wait_until(partial(desk.shows, image.id), "the picture is loaded")
        driver.wait_until(lambda image=image: encoder.embedding(image.id) is not None, "encoded", 400)  # type: ignore[misc]
        rest(500)
        ready = encoder.embedding(image.id)
        assert ready is not None
        predictor.use(ready[1].to_arrays()["features"], image.width, image.height)
        result[f"{image.width} x {image.height}"] = clicks(desk, predictor, gaps)
    desk.close()
    return result


def clicks(desk: Desk, predictor: Predictor, gaps: Gaps) -> dict[str, float]:
    """From the mouse button to the painted mask, and the baseline on the same points in turns; medians."""
    annotate = desk.studio.annotate
    assert annotate is not None
    marking = annotate.marking
    ours, plain, gap = [], [], []
    for turn in range(16):
        x, y = predictor.width * (0.3 + 0.025 * turn), predictor.height * 0.6
        rest(100)
        gaps.take()
        start = perf_counter()
        driver.click_picture(desk.page.canvas, x, y)
        turn_until(lambda: marking.draft is not None and marking.draft.mask is not None)
        desk.page.canvas.repaint()
        ours.append(perf_counter() - start)
        gap.append(gaps.take())
        marking.discard()
        rest(100)
        start = perf_counter()
        predictor.predict(x, y)
        plain.append(perf_counter() - start)
    return {
        "ours_ms": 1000 * statistics.median(ours[1:]),
        "plain_ms": 1000 * statistics.median(plain[1:]),
        "gap_ms": statistics.median(gap[1:]),
    }


class Predictor:
    """`SamPredictor` with the same weights and features: no window, no painting."""

    def __init__(self, weights: Path) -> None:
        from segment_anything import SamPredictor, sam_model_registry

        self._predictor = SamPredictor(sam_model_registry["vit_b"](str(weights / "sam_vit_b.pth")).eval())
        self.width = self.height = 0

    def use(self, features: Any, width: int, height: int) -> None:
        import torch

        self.width, self.height = width, height
        scale = 1024 / max(width, height)
        self._predictor.original_size = (height, width)
        self._predictor.input_size = (int(height * scale + 0.5), int(width * scale + 0.5))
        self._predictor.features, self._predictor.is_image_set = torch.from_numpy(features), True

    def predict(self, x: float, y: float) -> None:
        import numpy as np

        self._predictor.predict(np.array([[x, y]]), np.array([1]))


def large(project: Path, scratch: Path) -> dict[str, float]:
    """Open a project whose one picture has 100 megapixels."""
    desk = Desk(project, scratch)
    turn_until(lambda: desk.studio.annotate is not None and desk.studio.annotate.rating.current is not None)
    start = perf_counter()
    gaps = Gaps()
    turn_until(lambda: desk.page.canvas.picture is not None)
    desk.page.canvas.repaint()
    first = perf_counter() - start
    turn_until(lambda: desk.ready() and desk.page.canvas.is_refined)
    full = perf_counter() - start
    gap, peak = gaps.take(), peak_mib()
    rest(3000)
    desk.close()
    return {"first_s": first, "full_s": full, "gap_ms": gap, "peak_mib": peak, "gap_after_ms": gaps.take()}


def main() -> None:
    part: Callable[[Path, Path], dict[str, Any]] = {"rate": rate, "mark": mark, "large": large}[sys.argv[1]]
    print(json.dumps(part(Path(sys.argv[2]), Path(sys.argv[3]))), flush=True)


if __name__ == "__main__":
    main()
