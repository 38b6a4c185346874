"""Long work: progress, result, refusal, cancelling, each told once in the thread that started it."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from annotation_db.errors import Cancelled, Refused
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.services.long_task import LongTasks, LongWork


def outcome(qtbot: QtBot, work: LongWork, *, cancel: bool = False) -> list[tuple[str, Any]]:
    """Everything that a task says, in order."""
    tasks = LongTasks()
    task = tasks.make(work, owner=None)
    heard: list[tuple[str, Any]] = []
    task.progressed.connect(lambda *now: heard.append(("progressed", now)))
    task.done.connect(lambda result: heard.append(("done", result)))
    task.failed.connect(lambda sentence: heard.append(("failed", sentence)))
    task.cancelled.connect(lambda: heard.append(("cancelled", None)))
    task.finished.connect(lambda: heard.append(("finished", threading.get_ident())))
    task.start()
    if cancel:
        task.cancel()
    qtbot.waitUntil(lambda: bool(heard) and heard[-1][0] == "finished")
    assert heard.pop() == ("finished", threading.get_ident())
    return heard


def test_progress_and_result(qtbot: QtBot) -> None:
    def work(progress: Progress, cancelled: CancelCheck) -> str:
        for number in range(1, 1001):
            progress(number, 1000, "counting")
        return "counted"

    *told, last = outcome(qtbot, work)
    assert last == ("done", "counted")
    assert told[-1] == ("progressed", (1000, 1000, "counting")), "the end is always told"
    assert len(told) < 100, "not every step is"


def test_a_refusal_is_its_sentence(qtbot: QtBot) -> None:
    def work(progress: Progress, cancelled: CancelCheck) -> None:
        raise Refused("No; try something else.")

    assert outcome(qtbot, work) == [("failed", "No; try something else.")]


@pytest.mark.expects_log
def test_what_nobody_foresaw_is_a_sentence_too(qtbot: QtBot) -> None:
    def work(progress: Progress, cancelled: CancelCheck) -> None:
        raise KeyError("x")

    ((kind, sentence),) = outcome(qtbot, work)
    assert kind == "failed" and "log file" in sentence


def test_cancelling_says_neither_done_nor_failed(qtbot: QtBot) -> None:
    asked = threading.Event()

    def work(progress: Progress, cancelled: CancelCheck) -> None:
        while not cancelled():
            asked.wait(0.005)
        raise Cancelled("Stopped.")

    assert outcome(qtbot, work, cancel=True) == [("cancelled", None)]


class Steady:
    """Work that goes on until it is told to stop."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    def __call__(self, progress: Progress, cancelled: CancelCheck) -> None:
        done = 0
        while not cancelled():
            self.begun.set()
            progress(done := done + 1, 0, "still at it")
            threading.Event().wait(0.001)
        self.ended.set()
        raise Cancelled("Stopped.")


@pytest.mark.parametrize("late", [False, True])
def test_when_its_owner_is_deleted_the_work_stops_and_nobody_is_told(qtbot: QtBot, late: bool) -> None:
    tasks, owner, work = LongTasks(), QObject(), Steady()
    heard: list[str] = []
    task = tasks.make((lambda _progress, _cancelled: 1) if late else work, owner=owner)
    for name in ("done", "failed", "cancelled", "finished"):
        getattr(task, name).connect(lambda *_, name=name: heard.append(name + owner.objectName()))
    task.start()
    if late:
        while task.is_working:  # without the event loop: the answer lies in the queue then
            time.sleep(0.001)
    else:
        qtbot.waitUntil(work.begun.is_set)
    delete(owner)
    qtbot.waitUntil(lambda: not tasks.is_working)
    qtbot.wait(20)
    assert heard == [] and (late or work.ended.is_set())
    tasks.close()


def test_closing_cancels_joins_and_tells_nobody(qtbot: QtBot) -> None:
    tasks, works = LongTasks(), [Steady(), Steady()]
    heard: list[str] = []
    for work in works:
        task = tasks.make(work, owner=None)
        task.cancelled.connect(lambda: heard.append("cancelled"))
        task.progressed.connect(lambda *_: None)
        task.start()
    qtbot.waitUntil(lambda: all(work.begun.is_set() for work in works))
    tasks.close()
    assert all(work.ended.is_set() for work in works) and not tasks.is_working
    delete(tasks)
    qtbot.wait(20)
    assert heard == []


def test_a_task_is_gone_when_it_has_answered(qtbot: QtBot) -> None:
    tasks = LongTasks()
    task = tasks.make(lambda _progress, _cancelled: 1, owner=None)
    with qtbot.waitSignal(task.finished):
        task.start()
    qtbot.waitUntil(lambda: not tasks.children())


def test_whoever_is_told_may_close_everything(qtbot: QtBot) -> None:
    tasks = LongTasks()
    task = tasks.make(lambda _progress, _cancelled: 1, owner=None)
    told: list[int] = []

    def close(result: int) -> None:
        told.append(result)
        tasks.close()
        tasks.deleteLater()

    task.done.connect(close)
    task.start()
    qtbot.waitUntil(lambda: told == [1])
    qtbot.wait(20)
