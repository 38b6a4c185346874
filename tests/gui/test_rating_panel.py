"""The rating panel, driven by real keys."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import rating_form
from seagull_studio.views.kit import style
from seagull_studio.views.rating.rating_panel import RatingPanel
from seagull_studio.views.rating.session_header import SessionHeader

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key


@pytest.fixture
def panel(qtbot) -> RatingPanel:
    made = RatingPanel(rating_form())
    qtbot.addWidget(made)
    made.set_roi("dog.jpg r1")
    made.resize(440, 780)
    made.show()
    made.activateWindow()
    made.setFocus()
    return made


def keys(panel: RatingPanel, text: str) -> None:
    for character in text:
        QTest.keyClick(panel, character)


def test_nine_keys_make_a_rating(panel, qtbot):
    with qtbot.waitSignal(panel.submitted) as sent:
        keys(panel, "45213032")
        QTest.keyClick(panel, Key.Key_Return)
    assert sent.args == [(4, 5, 2, 1, 3, 0, 3, 2)]
    assert panel.outcomes() == ("given",) * 8


def test_the_keypad_works_too(panel, qtbot):
    with qtbot.waitSignal(panel.submitted) as sent:
        for digit in (Key.Key_5,) * 6 + (Key.Key_4, Key.Key_1):
            QTest.keyClick(panel, digit, Qt.KeyboardModifier.KeypadModifier)
        QTest.keyClick(panel, Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert sent.args == [(5, 5, 5, 5, 5, 5, 4, 1)]


def test_a_second_enter_does_not_submit_again(panel):
    sent = []
    panel.submitted.connect(sent.append)
    keys(panel, "00000000")
    QTest.keyClick(panel, Key.Key_Return)
    QTest.keyClick(panel, Key.Key_Return)
    assert len(sent) == 1
    keys(panel, "1")  # corrected before the next ROI came
    QTest.keyClick(panel, Key.Key_Return)
    assert sent[1] == (0, 0, 0, 0, 0, 0, 0, 1)


def test_arrows_move_between_rows_and_levels(panel):
    QTest.keyClick(panel, Key.Key_Down)
    QTest.keyClick(panel, Key.Key_Down)
    QTest.keyClick(panel, Key.Key_Up)
    assert panel.current_row() == 1
    QTest.keyClick(panel, Key.Key_Right)
    assert panel.votes()[1] == 0
    QTest.keyClick(panel, Key.Key_Right)
    assert panel.votes()[1] == 1
    for _ in range(9):
        QTest.keyClick(panel, Key.Key_Left)
    assert panel.votes()[1] == 0
    assert panel.current_row() == 1
    QTest.keyClick(panel, Key.Key_End)
    assert panel.current_row() == 7
    QTest.keyClick(panel, Key.Key_Down)
    assert panel.current_row() == 7
    QTest.keyClick(panel, Key.Key_Left)
    assert panel.votes()[7] == 4
    QTest.keyClick(panel, Key.Key_Home)
    assert panel.current_row() == 0


def test_backspace_takes_back_the_last_level(panel):
    changes = []
    panel.changed.connect(lambda *what: changes.append(what))
    keys(panel, "32")
    QTest.keyClick(panel, Key.Key_Backspace)
    assert panel.votes()[:2] == (3, None)
    assert panel.current_row() == 1
    QTest.keyClick(panel, Key.Key_Backspace)
    assert panel.votes()[:2] == (None, None)
    assert panel.current_row() == 0
    QTest.keyClick(panel, Key.Key_Backspace)
    assert changes == [(0, 3, "given"), (1, 2, "given"), (1, -1, ""), (0, -1, "")]


@pytest.mark.parametrize(("before", "digit", "title"), [("", "6", "Blur"), ("000000", "5", "Quality")])
def test_a_digit_off_the_scale_is_said_quietly(panel, before, digit, title):
    keys(panel, before)
    row = panel.current_row()
    keys(panel, digit)
    assert panel.current_row() == row
    assert panel.votes()[row] is None
    assert title in panel.hint() and digit in panel.hint()
    keys(panel, "1")
    assert panel.hint() == ""


def test_enter_before_the_end_goes_to_the_missing_row(panel):
    sent = []
    panel.submitted.connect(sent.append)
    keys(panel, "11")
    QTest.keyClick(panel, Key.Key_Down)
    keys(panel, "1111")
    QTest.keyClick(panel, Key.Key_Return)
    assert sent == []
    assert panel.current_row() == 2
    assert panel.hint() == "Still missing: Compression, Importance."


def test_a_key_held_down_fills_one_row_only(panel):
    QTest.keyPress(panel, Key.Key_3)
    repeat = QKeyEvent(QEvent.Type.KeyPress, Key.Key_3, Qt.KeyboardModifier.NoModifier, "3", True)
    assert panel.handle_key(repeat)
    assert panel.votes() == (3,) + (None,) * 7


def test_earlier_votes_come_back_for_re_rating(panel, qtbot):
    panel.set_votes((5, 5, 5, 5, 5, 5, 4, 3))
    assert panel.current_row() == 0
    with qtbot.waitSignal(panel.submitted) as sent:
        keys(panel, "2")
        QTest.keyClick(panel, Key.Key_Return)
    assert sent.args == [(2, 5, 5, 5, 5, 5, 4, 3)]


def test_a_rating_that_was_begun_goes_on_at_its_first_empty_row(panel):
    panel.set_votes((5, 4, None, 3, None, None, None, None))
    assert panel.current_row() == 2
    keys(panel, "1")
    assert panel.votes()[:4] == (5, 4, 1, 3), "nothing that was given is overwritten"


def test_votes_off_their_scale_are_refused(panel):
    with pytest.raises(ValueError, match="quality takes 0 to 4"):
        panel.set_votes((5, 5, 5, 5, 5, 5, 5, 3))
    with pytest.raises(ValueError):
        panel.set_votes((5, 5))


def test_a_suggestion_counts_only_when_confirmed(panel):
    for row, level in enumerate((4, 5, 2, 3, 1, 5, 3, 2)):
        panel.set_suggestion(row, level, 0.8)
    assert panel.votes() == (None,) * 8
    assert panel.rows[0].buttons[4].ghost == pytest.approx(0.8)
    QTest.keyClick(panel, Key.Key_Space)
    QTest.keyClick(panel, Key.Key_Return)
    keys(panel, "0")
    keys(panel, "3")
    assert panel.votes()[:4] == (4, 5, 0, 3)
    assert panel.outcomes()[:5] == ("confirmed", "confirmed", "changed", "confirmed", None)
    assert panel.rows[0].buttons[4].ghost is None
    QTest.keyClick(panel, Key.Key_Left)  # starts from what was suggested
    assert panel.votes()[4] == 0


def test_space_belongs_to_the_canvas_without_a_suggestion(panel):
    space = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    assert not panel.handle_key(space)
    panel.set_suggestion(0, 1, 0.5)
    assert panel.handle_key(space)
    control = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert not panel.handle_key(control)


def test_a_window_shortcut_does_not_take_the_panels_keys(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    made = RatingPanel(rating_form(), window)
    QVBoxLayout(window).addWidget(made)
    made.set_roi("r1")
    stolen = []
    QShortcut(QKeySequence(Key.Key_Backspace), window).activated.connect(lambda: stolen.append(1))
    window.show()
    window.activateWindow()
    made.setFocus()
    keys(made, "3")
    QTest.keyClick(made, Key.Key_Backspace)
    assert stolen == []
    assert made.votes()[0] is None


def test_when_there_is_nothing_to_rate_keys_do_nothing(panel):
    panel.set_empty("All rated.")
    keys(panel, "333")
    QTest.keyClick(panel, Key.Key_Return)
    assert panel.votes() == (None,) * 8
    assert panel.hint() == "All rated."
    assert not panel.is_ready()
    panel.set_roi("r2")
    assert panel.is_ready() and panel.hint() == ""


def test_the_mouse_can_do_it_too(panel, qtbot):
    QTest.mouseClick(panel.rows[1].buttons[3], Qt.MouseButton.LeftButton)
    assert panel.votes()[1] == 3
    assert panel.current_row() == 2
    assert panel.hasFocus()
    QTest.mouseClick(panel.rows[1].buttons[3], Qt.MouseButton.LeftButton)
    assert panel.rows[1].buttons[3].isChecked()


def test_nothing_jumps_between_rois_rows_and_states(panel):
    def places() -> list[QPoint]:
        QApplication.processEvents()
        return [row.mapTo(panel, QPoint(0, 0)) for row in panel.rows] + [
            panel._help.mapTo(panel, QPoint(0, 0)),
            QPoint(panel.minimumSizeHint().width(), panel.minimumSizeHint().height()),
        ]

    start = places()
    keys(panel, "9")
    assert places() == start
    keys(panel, "00000")
    assert places() == start
    panel.set_suggestion(7, 3, 0.4)
    assert places() == start
    panel.set_empty("All rated. New ROIs will appear here, as soon as somebody marks them; thank you.")
    assert places() == start


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_header_and_panel_fit_into_900_pixels(qtbot, qapp, language):
    style.install(qapp, "light")
    side = QWidget()
    qtbot.addWidget(side)
    layout = QVBoxLayout(side)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(SessionHeader())
    layout.addWidget(RatingPanel(rating_form(language)))
    side.show()
    assert side.minimumSizeHint().height() <= 860  # leaves room for a menu bar and the title


def test_no_word_of_any_level_is_cut_off(panel):
    for row in panel.rows:
        for button in row.buttons:
            assert button.width() >= button.sizeHint().width()


def test_the_strip_shows_the_wording_and_an_example_of_the_current_row(panel):
    keys(panel, "31")
    assert panel._help._title.text() == "Compression"
    QTest.keyClick(panel, Key.Key_Up)
    assert panel._help.shown_level == 1
    assert panel._help._picture.has_picture()
    QTest.mouseMove(panel.rows[0].buttons[0])
    for row in panel.rows:
        for button in row.buttons:
            assert button.level.wording in button.toolTip()


def test_f1_opens_the_examples_and_the_keys_go_on_working(panel):
    QTest.keyClick(panel, Key.Key_F1)
    assert panel.examples_shown()
    QTest.keyClick(panel._sheet, Key.Key_2)
    assert panel.votes()[0] == 2
    assert panel._sheet._title.text() == "Colorfulness"
    QTest.keyClick(panel._sheet, Key.Key_F1)
    assert not panel.examples_shown()
    QTest.keyClick(panel, Key.Key_Question)
    assert panel.examples_shown()
    panel._sheet.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the places of keys are those of Linux")
def test_digits_are_where_they_are_on_any_layout(panel):
    # The row of digits of a French keyboard, without Shift.
    for place, written in ((14, Key.Key_ParenLeft), (15, Key.Key_Minus), (10, Key.Key_Ampersand)):
        event = QKeyEvent(QEvent.Type.KeyPress, written, Qt.KeyboardModifier.NoModifier, place, 0, 0, "")
        assert panel.handle_key(event)
    assert panel.votes()[:3] == (5, 1, None)
