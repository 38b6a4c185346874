"""One thread owns the database: answers in order, in the window's thread, refusals as sentences."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.pictures import images
from annotation_db.rating import annotators
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.owners import leave


def names(store: Store) -> list[str]:
    with store.read() as session:
        return [image.path for image in images.list_all(session)]


def refuse(_store: Store) -> None:
    raise Refused("This is not to be; do something else.")


def break_down(_store: Store) -> None:
    raise ZeroDivisionError("nobody thought of that")


def test_answers_come_in_order_and_in_the_thread_that_asked(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    heard: list[tuple[Any, int]] = []
    worked_in: set[int] = set()

    def work(number: int, store: Store) -> int:
        worked_in.add(threading.get_ident())
        return number + 0 * len(names(store))

    for number in range(20):
        service.ask(
            lambda store, number=number: work(number, store),
            lambda answer: heard.append((answer, threading.get_ident())),
        )
    assert service.pending == 20
    qtbot.waitUntil(lambda: service.pending == 0)
    assert heard == [(number, threading.get_ident()) for number in range(20)]
    assert len(worked_in) == 1 and threading.get_ident() not in worked_in
    service.close()


def test_a_refusal_is_its_sentence_and_the_next_question_is_answered(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    heard: list[Any] = []
    service.ask(refuse, heard.append, heard.append)
    service.ask(names, heard.append, heard.append)
    qtbot.waitUntil(lambda: service.pending == 0)
    assert heard[0] == "This is not to be; do something else." and len(heard[1]) == 3
    service.close()


@pytest.mark.expects_log
def test_what_nobody_foresaw_is_logged_and_said(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    heard: list[str] = []
    service.ask(break_down, None, heard.append)
    qtbot.waitUntil(lambda: service.pending == 0)
    assert "log file" in heard[0] and "Traceback" not in heard[0]
    service.close()


def test_closing_finishes_what_was_asked_and_answers_no_more(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    done: list[str] = []
    heard: list[Any] = []
    for _ in range(5):
        service.ask(lambda store: done.append(store.url), heard.append)
    service.close()
    qtbot.wait(1)
    assert len(done) == 5 and heard == []
    service.ask(names, heard.append)
    service.close()
    assert service.pending == 5, "a closed service takes no questions"


def test_a_place_without_a_project_is_refused_each_time(qtbot: QtBot, tmp_path: Path) -> None:
    service = DatabaseService(tmp_path / "nowhere")
    heard: list[str] = []
    for _ in range(2):
        service.ask(names, None, heard.append)
    qtbot.waitUntil(lambda: service.pending == 0)
    assert len(heard) == 2 and all(str(tmp_path) in sentence for sentence in heard)
    service.close()


def add_annotator(store: Store) -> None:
    with store.write("test") as session:
        annotators.add(session, "late", who="test")


class Page(QObject):
    """Somebody who asks, and touches what is theirs when the answer comes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.told: list[Any] = []

    def hear(self, answer: Any) -> None:
        self.told.append((answer, self.objectName()))


@pytest.mark.parametrize("go", [delete, leave])
def test_an_answer_whose_owner_is_gone_is_dropped_and_the_write_is_done(
    qtbot: QtBot, project: Path, go: Any
) -> None:
    service = DatabaseService(project)
    window = QObject()
    page, other = Page(window), Page(window)
    binding = Page(page)
    hold = threading.Event()
    service.ask(lambda _store: hold.wait(10), owner=page)
    service.ask(add_annotator, binding.hear, binding.hear, owner=binding)
    service.ask(lambda _store: 7, other.hear, owner=other)
    go(page)
    hold.set()
    qtbot.waitUntil(lambda: service.pending == 0)
    assert binding.told == [] and other.told == [(7, "")]
    with Store.open(project) as store, store.read() as session:
        assert "late" in [person.name for person in annotators.list_all(session)]
    service.close()


@pytest.mark.expects_log
def test_a_refusal_that_nobody_hears_any_more_is_logged(
    qtbot: QtBot, project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = DatabaseService(project)
    page = Page()
    service.ask(refuse, page.hear, page.hear, owner=page)
    delete(page)
    qtbot.waitUntil(lambda: service.pending == 0)
    assert "not to be" in caplog.text
    service.close()


def test_the_thread_holds_nobody_who_asked(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    page = Page()
    gone = weakref.ref(page)
    service.ask(names, page.hear, page.hear, owner=page)
    qtbot.waitUntil(lambda: service.pending == 0)
    del page
    gc.collect()
    assert gone() is None
    service.close()


def test_a_service_that_is_left_ends_by_itself_and_answers_nobody(qtbot: QtBot, project: Path) -> None:
    service = DatabaseService(project)
    heard: list[Any] = []
    hold = threading.Event()
    service.ask(lambda _store: hold.wait(10), heard.append)
    service.ask(add_annotator, heard.append)
    service.leave()
    assert service.is_working, "nobody waited for it"
    hold.set()
    qtbot.waitUntil(lambda: not service.is_working)
    qtbot.wait(1)
    assert heard == []
    with Store.open(project) as store, store.read() as session:
        assert "late" in [person.name for person in annotators.list_all(session)]
    service.close()
