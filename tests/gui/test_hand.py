"""The hands that drive the window without a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from seagull_studio.unattended import driver


def steps_beside(wait: Callable[[], object]) -> float:
    """How many steps a second another thread of Python makes while this one waits."""
    stop = threading.Event()
    steps = 0

    def work() -> None:
        nonlocal steps
        while not stop.is_set():
            steps += 1

    thread = threading.Thread(target=work)
    thread.start()
    before, began = steps, time.perf_counter()
    wait()
    made, took = steps - before, time.perf_counter() - began
    stop.set()
    thread.join()
    return made / took


def test_threads_work_while_the_hand_waits(qapp: QApplication) -> None:
    asleep = steps_beside(lambda: time.sleep(0.2))
    # A tenth: a busy machine is no failure. A wait that holds the interpreter leaves a fiftieth.
    assert steps_beside(lambda: driver.pause(200)) > asleep / 10

    end = time.monotonic() + 0.2
    assert steps_beside(lambda: driver.wait_until(lambda: time.monotonic() > end, "it is late")) > asleep / 10


def test_the_window_works_while_the_hand_waits(qapp: QApplication) -> None:
    went_off, gone = [], []
    QTimer.singleShot(10, lambda: went_off.append(True))
    thing = QObject()
    thing.destroyed.connect(lambda: gone.append(True))
    thing.deleteLater()
    began = time.monotonic()
    driver.pause(50)
    assert went_off and gone
    assert time.monotonic() - began >= 0.04  # timers of Qt may be 5 % early
