"""After thirty minutes of rating the window reminds of a pause, and again thirty minutes after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from seagull_studio.bindings import rating as binding
from seagull_studio.operations import settings
from seagull_studio.views.kit.icons import IconButton
from seagull_studio.views.rating.session_header import PauseLine
from tests.e2e import projects
from tests.e2e.conftest import Sit


def test_the_window_reminds_of_a_pause_and_again(
    sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.make(tmp_path, pictures=6)
    at = [1000.0]
    monkeypatch.setattr(binding.time, "monotonic", lambda: at[0])
    desk = sit()
    desk.open(project, "Ada")
    header = desk.page.header
    desk.rate()
    at[0] += 29 * 60
    desk.rate()
    assert not header.pause_shown()

    # The half hour is over while a ROI is looked at: the minute's tick says so, without another rating.
    at[0] += 60
    desk.annotate._rate._reminder.timeout.emit()
    assert header.pause_shown() and "30 minutes of rating" in header.findChild(PauseLine)._text.text()
    desk.rate()  # the reminder takes no key
    assert header.pause_shown()
    header.findChild(PauseLine).findChild(IconButton).click()
    assert not header.pause_shown()
    at[0] += 29 * 60
    desk.rate()
    assert not header.pause_shown()
    at[0] += 60
    desk.rate()
    assert header.pause_shown()

    # A lead sets another time, or none: the open window follows.
    header.findChild(PauseLine).findChild(IconButton).click()
    with Store.open(project) as store:
        settings.change(store, {"reminder_minutes": 0}, "Lea")
    with Store.open(project) as store, store.read():
        pass
    desk.studio.session.changes.look()  # type: ignore[union-attr]
    desk.settle()
    at[0] += 24 * 3600
    desk.rate()
    assert not header.pause_shown()
