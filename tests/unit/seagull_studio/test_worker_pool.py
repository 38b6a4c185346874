"""The threads for work without the database: answers by owner, and nothing saved waits for them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.errors import PictureError
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.worker_pool import THREADS, WorkerPool
from tests.unit.seagull_studio.test_database_service import Page, delete


def refuse() -> None:
    raise PictureError("a.png is gone; put it back.")


def test_answers_and_sentences_reach_whoever_asked(qtbot: QtBot) -> None:
    pool = WorkerPool()
    heard: list[Any] = []
    pool.ask(lambda: threading.current_thread(), heard.append, owner=None)
    pool.ask(refuse, heard.append, heard.append, owner=None)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert "a.png is gone; put it back." in heard
    assert threading.current_thread() not in heard
    pool.close()


def test_an_owner_that_is_gone_hears_nothing_and_leaving_ends_the_threads(qtbot: QtBot) -> None:
    pool = WorkerPool()
    hold = threading.Event()
    page, other, heard = Page(), Page(), []
    pool.ask(hold.wait, page.hear, owner=page)
    pool.ask(hold.wait, other.hear, owner=other)
    delete(page)
    hold.set()
    qtbot.waitUntil(lambda: len(other.told) == 1)
    assert page.told == []
    pool.ask(lambda: "too late", heard.append, owner=None)
    pool.close()
    qtbot.wait(1)
    assert heard == [] and not pool.is_working


def test_hashing_pictures_delays_no_write(qtbot: QtBot, tmp_path: Path) -> None:
    Store.create(tmp_path / "p", "p").close()
    database, pool = DatabaseService(tmp_path / "p"), WorkerPool()
    hold = threading.Event()
    for _ in range(THREADS + 2):  # as many pictures as are looked at, and more
        pool.ask(lambda: hold.wait(20), owner=None)
    stored: list[int] = []
    database.ask(lambda _store: 1, stored.append)
    qtbot.waitUntil(lambda: stored == [1])
    assert pool.is_working
    hold.set()
    pool.close()
    database.close()
