"""Hands for the window: press keys, click the picture, answer dialogs, wait, take screenshots."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from seagull_studio.views.canvas import Canvas

D = TypeVar("D", bound=QDialog)
PATIENCE_S = 60.0


class ScenarioFailed(Exception):
    """Something that should have happened in the window did not."""


def pause(milliseconds: int) -> None:
    """Let the window work, and the other threads of Python beside it."""
    loop = QEventLoop()  # not QTest.qWait: that holds the interpreter while it waits
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def wait_until(happened: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Let the window work until `happened()`.

    Raises
    ------
    GaveUp
        If it does not within `seconds`; the message is `what`.
    """
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise ScenarioFailed(f"This did not happen within {seconds:.0f} s: {what}.")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.002)


def focus(widget: QWidget) -> None:
    """Bring the widget's window to the front: shortcuts belong to the active window."""
    window = widget.window()
    if not window.isActiveWindow():
        window.activateWindow()
        wait_until(window.isActiveWindow, "the window comes to the front", 10)


def press(widget: QWidget, keys: str) -> None:
    """Press character keys one after the other."""
    focus(widget)
    for key in keys:
        QTest.keyClick(widget, key)


def press_key(
    widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press one key, with a modifier held."""
    focus(widget)
    QTest.keyClick(widget, key, modifier)


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """Where the picture point (x, y) is on the canvas, in the widget's logical pixels."""
    ratio = canvas.devicePixelRatioF()
    device_x, device_y = canvas.camera.to_device(x, y)
    return QPoint(round(device_x / ratio), round(device_y / ratio))


def click_picture(
    canvas: Canvas, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    """Click the picture point (x, y)."""
    QTest.mouseClick(canvas, button, Qt.KeyboardModifier.NoModifier, at(canvas, x, y))


def drag_picture(canvas: Canvas, points: list[tuple[float, float]]) -> None:
    """Press at the first picture point, move through the others, let go at the last."""
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, none, at(canvas, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, at(canvas, *point))
        QCoreApplication.processEvents()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, none, at(canvas, *points[-1]))


def button(parent: QWidget, text: str) -> QPushButton:
    """The button of that text below `parent`.

    Raises
    ------
    GaveUp
        If there is none.
    """
    for candidate in parent.findChildren(QPushButton):
        if candidate.text().replace("&", "") == text:
            return candidate
    raise ScenarioFailed(f"There is no button called {text}.")


def answer(kind: type[D], act: Callable[[D], None]) -> None:
    """Do `act` with the next dialog of this kind, once it is shown (modal dialogs wait for it)."""

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                timer.stop()
                timer.deleteLater()
                act(widget)
                return

    timer = QTimer(QCoreApplication.instance())
    timer.timeout.connect(look)
    timer.start(20)


def find_dialog(kind: type[D]) -> D | None:
    """The dialog of this kind that is on the screen."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, kind) and widget.isVisible():
            return widget
    return None


def screenshot(widget: QWidget, path: Path) -> Path:
    """Save what `widget` shows, in device pixels."""
    pause(80)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not widget.grab().save(str(path)):
        raise ScenarioFailed(f"The screenshot {path} could not be written.")
    return path
