"""Waiting for threads without stopping the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

TICK_MS = 10
"""How often it is looked whether a thread that says no last word has ended."""


def wait_while(busy: Callable[[], bool]) -> None:
    """Let the window live, but take no input, until the threads are done."""
    if not busy():
        return
    tick = QTimer(interval=TICK_MS)
    tick.start()
    while busy():
        QCoreApplication.processEvents(
            QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
            | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )
    tick.stop()
