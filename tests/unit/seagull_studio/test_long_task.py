"""Long work: progress, result, refusal, cancelling, each told once in the thread that started it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.errors import Cancelled, Refused
from seagull_studio.services.long_task import IsCancelled, LongTasks, LongWork, Progress


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
    def work(progress: Progress, cancelled: IsCancelled) -> str:
        for number in range(1, 1001):
            progress(number, 1000, "counting")
        return "counted"

    *told, last = outcome(qtbot, work)
    assert last == ("done", "counted")
    assert told[-1] == ("progressed", (1000, 1000, "counting")), "the end is always told"
    assert len(told) < 100, "not every step is"


def test_a_refusal_is_its_sentence(qtbot: QtBot) -> None:
    def work(progress: Progress, cancelled: IsCancelled) -> None:
        raise Refused("No; try something else.")

    assert outcome(qtbot, work) == [("failed", "No; try something else.")]


@pytest.mark.expects_log
def test_what_nobody_foresaw_is_a_sentence_too(qtbot: QtBot) -> None:
    def work(progress: Progress, cancelled: IsCancelled) -> None:
        raise KeyError("x")

    ((kind, sentence),) = outcome(qtbot, work)
    assert kind == "failed" and "log file" in sentence


def test_cancelling_says_neither_done_nor_failed(qtbot: QtBot) -> None:
    asked = threading.Event()

    def work(progress: Progress, cancelled: IsCancelled) -> None:
        while not cancelled():
            asked.wait(0.005)
        raise Cancelled("Stopped.")

    assert outcome(qtbot, work, cancel=True) == [("cancelled", None)]
