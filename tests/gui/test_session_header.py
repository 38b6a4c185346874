"""The session header and the saved mark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from seagull_studio.state.session_view import SavedState, SessionView
from seagull_studio.views.rating.saved_mark import SavedMark
from seagull_studio.views.rating.session_header import SessionHeader

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_the_saved_mark_says_each_state(qtbot):
    mark = SavedMark()
    qtbot.addWidget(mark)
    assert mark.text() == "Nothing to save"
    mark.set_state(SavedState.SAVING)
    assert mark.text() == "Saving…"
    mark.set_state(SavedState.SAVED)
    assert mark.text() == "Saved"
    assert mark._retry.isHidden()


def test_a_failed_save_says_why_and_can_be_tried_again(qtbot):
    mark = SavedMark()
    qtbot.addWidget(mark)
    mark.resize(400, 32)
    mark.show()
    mark.set_state(SavedState.FAILED, "the disk is full.")
    assert mark.text() == "Not saved: the disk is full."
    with qtbot.waitSignal(mark.retry_requested):
        QTest.mouseClick(mark._retry, Qt.MouseButton.LeftButton)


def test_the_header_shows_progress_pace_and_name(qtbot):
    header = SessionHeader()
    qtbot.addWidget(header)
    header.set_session(SessionView("Wei", 40, 60, 12, 9.42))
    assert header._numbers.text() == "40 rated, 60 open"
    assert (header._bar.value(), header._bar.maximum()) == (40, 100)
    assert header._pace.text() == "This session: 12 · 9.4 s each"
    header.set_session(SessionView("Wei", 0, 0, 0, None, simulated=True))
    assert header._name.text() == "Wei (simulated)"
    with qtbot.waitSignal(header.annotator_clicked):
        header._name.click()


def test_the_pause_reminder_moves_nothing_and_can_be_dismissed(qtbot):
    header = SessionHeader()
    qtbot.addWidget(header)
    header.show()
    before = header.minimumSizeHint()
    header.show_pause(30)
    assert header.pause_shown()
    assert header.minimumSizeHint() == before
    with qtbot.waitSignal(header.pause_dismissed):
        header._pause.dismissed.emit()
    assert not header.pause_shown()
