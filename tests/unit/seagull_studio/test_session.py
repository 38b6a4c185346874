"""The services of one project: closed together, leaving no thread; and the log of a sitting."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from seagull_studio.operations import project as operations
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.session import Session
from seagull_studio.state.session_view import SessionLog


def test_closing_ends_every_thread(qtbot: QtBot, project: Path) -> None:
    before = set(threading.enumerate())
    database = DatabaseService(project)
    openings: list[operations.Opening] = []
    database.ask(operations.opening, openings.append)
    qtbot.waitUntil(lambda: bool(openings))
    session = Session(openings[0], database)
    assert session.folder == project and session.project.name == "small"
    assert any(thread.name.startswith("seagull") for thread in set(threading.enumerate()) - before)
    session.close()
    left = [t.name for t in set(threading.enumerate()) - before if t.name.startswith("seagull")]
    assert left == []
    session.deleteLater()


def test_the_pace_is_the_median(qtbot: QtBot) -> None:
    log = SessionLog(0.0)
    assert log.pace is None and log.count == 0
    for seconds in (4.0, 100.0, 6.0):
        log = log.rated(seconds)
    assert log.pace == 6.0 and log.count == 3


def test_a_pause_is_due_half_an_hour_after_the_last() -> None:
    log = SessionLog(0.0, 30)
    assert not log.pause_due(1799) and log.pause_due(1800)
    rested = log.rested(1800)
    assert not rested.pause_due(3599) and rested.pause_due(3600)
    assert not SessionLog(0.0, 0).pause_due(1e9), "0 switches it off"
