"""What holds in every test: no display, no network, settings of its own, nothing left behind."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.copies import templates
from tests.library_warnings import OURS, judged

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Inside pytest's own wrapper, which takes down the warnings that are shown."""
    with judged():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules of tests import libraries, too."""
    with judged():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def room_for_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    templates().folder = tmp_path_factory.mktemp("templates")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, caches and logs of the tests never touch those of the person running them."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("HOME", str(home))
    return home


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in OURS:
            self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_log_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning that our code logs fails the test, unless it is marked ``expects_log``."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    if collector.records and request.node.get_closest_marker("expects_log") is None:
        said = "; ".join(f"{r.name}: {r.getMessage()}" for r in collector.records)
        pytest.fail(f"unexpected log warning: {said}")


@pytest.fixture(scope="module")
def windows() -> Iterator[list[str]]:
    """Names of this file's tests with windows; what these left in circles goes while no other test runs."""
    names: list[str] = []
    yield names
    if names:
        gc.collect()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, windows: list[str]) -> Iterator[None]:
    """No top-level widget and no thread of ours outlives the test that made it."""
    threads_before = set(threading.enumerate())
    shows = "qtbot" in request.fixturenames or "qapp" in request.fixturenames
    if shows:  # to collect what a test made, nobody needs to look through all of torch each time
        windows.append(request.node.name)
        gc.freeze()
    yield
    if shows:
        try:
            _no_widget_left()
        finally:
            gc.unfreeze()
    deadline = time.monotonic() + 5
    while True:
        left = [t for t in set(threading.enumerate()) - threads_before if t.name.startswith("seagull")]
        if not left:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {[t.name for t in left]}")
        time.sleep(0.01)


def _no_widget_left() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    # pytest-qt closes what was given to qtbot.addWidget; deferred deletes need the loop once.
    for widget in app.topLevelWidgets():
        if widget.parent() is None and not widget.isVisible():
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()
    gc.collect()
    left = [w for w in app.topLevelWidgets() if w.isVisible()]
    if left:
        names = [f"{type(w).__name__} {w.objectName()}" for w in left]
        for widget in left:
            widget.close()
        pytest.fail(f"windows left open: {names}")
