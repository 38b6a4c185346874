"""The Annotate page: nothing cut, nothing jumping, and every key where it belongs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from seagull_studio.state.project_view import ImportReport
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.session_view import SavedState, SessionView
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.annotate.picture_list import COUNT_ROLE, NOTE_ROLE, PictureRow
from seagull_studio.views.dialogs import ImportReportDialog, NewProjectDialog, ShortcutsDialog
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.segmented import Segmented
from seagull_studio.views.rating.level_button import LevelButton
from seagull_studio.views.shell.main_window import MainWindow

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
RAIL, BANNER, TITLE_AND_TASKS = 76, 27, 68
SCREENS = [(1366, 768 - TITLE_AND_TASKS), (1280, 720), (1440, 920), (1920, 1080), (2560, 1440)]
SESSION = SessionView("A rater with quite a long name", 1234, 12345, 250, 12.34)


def make_page(qtbot, size: tuple[int, int], language: str = "en") -> AnnotatePage:
    """The page as large as it is in a window of that size, with the banner above."""
    page = AnnotatePage(rating_form(language))
    qtbot.addWidget(page)
    page.resize(size[0] - RAIL, size[1] - BANNER)
    page.tools.set_segmenter("Classical (GrabCut, no weights)", ["Classical (GrabCut, no weights)", "SAM"])
    page.tools.set_tool("click")
    page.header.set_session(SESSION)
    page.panel.set_roi("coffee-cup-overexposed.png, ROI espresso (component, 12,735 px)")
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


@pytest.fixture
def page(qtbot) -> AnnotatePage:
    return make_page(qtbot, (1366, 700))


def cut_off(root: QWidget) -> list[str]:
    """Visible widgets with words or icons that are smaller than they need, or outside of their parent."""
    found = []
    for kind in (LevelButton, QPushButton, QToolButton, QLabel):
        for widget in root.findChildren(kind):
            if not widget.isVisible():
                continue
            needed = widget.minimumSizeHint()
            if isinstance(widget, QToolButton) and not widget.text():
                needed = widget.iconSize()
            inside = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
            if widget.width() < needed.width() or widget.height() < needed.height():
                found.append(f"{widget.text()} {widget.size().toTuple()} needs {needed.toTuple()}")
            if not root.rect().contains(inside):
                found.append(f"{widget.text()} lies outside")
    return found


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_is_cut_while_rating(qtbot, qapp, size, language):
    style.install(qapp, "light")
    page = make_page(qtbot, size, language)
    assert cut_off(page) == []
    page.header.saved_mark.set_state(SavedState.FAILED, "the disk is full; make some room.")
    page.header.show_pause(30)
    for row in range(8):
        page.panel.set_suggestion(row, 3, 0.9)
    QApplication.processEvents()
    assert cut_off(page) == []


@pytest.mark.parametrize("size", SCREENS)
def test_nothing_is_cut_while_marking(qtbot, qapp, size):
    style.install(qapp, "light")
    page = make_page(qtbot, size)
    page.set_activity("mark")
    QApplication.processEvents()
    assert cut_off(page) == []


def test_the_smallest_window_holds_the_page(qtbot, qapp):
    style.install(qapp, "light")
    window = MainWindow("1.0")
    qtbot.addWidget(window)
    least = window.minimumSize()
    page = make_page(qtbot, (least.width(), least.height()))
    assert page.minimumSizeHint().width() <= page.width()
    assert page.minimumSizeHint().height() <= page.height()
    assert cut_off(page) == []
    page.set_activity("mark")
    QApplication.processEvents()
    assert cut_off(page) == []


def test_the_strip_hides_first_and_the_examples_stay_at_hand(qtbot):
    page = make_page(qtbot, (1366, 700))
    assert page.panel.help_shown()
    page.resize(page.width(), 560)
    QApplication.processEvents()
    assert not page.panel.help_shown()
    assert cut_off(page) == []
    QTest.keyClick(page.panel, Key.Key_F1)
    assert page.panel.examples_shown()
    page.panel._sheet.close()
    page.resize(page.width(), 700)
    QApplication.processEvents()
    assert page.panel.help_shown()


@pytest.mark.parametrize("height", [593, 673, 893])
def test_nothing_jumps_from_roi_to_roi(qtbot, height):
    page = make_page(qtbot, (1366, height + BANNER))

    def places() -> list[QRect]:
        QApplication.processEvents()
        watched = [page.canvas, page.panel._submit, page.panel._hint, page.header, *page.panel.rows]
        return [QRect(widget.mapTo(page, QPoint(0, 0)), widget.size()) for widget in watched]

    start = places()
    page.panel.set_empty("Loading the picture…")
    assert places() == start
    page.panel.set_roi("b.png, ROI 2")
    QTest.keyClick(page.panel, "9")
    assert places() == start
    for state in SavedState:
        page.header.saved_mark.set_state(state, "the disk is full; make some room and save again.")
        assert places() == start
    page.header.show_pause(30)
    assert places() == start
    page.set_activity("mark")
    assert places()[0] == start[0]


def test_the_switch_shows_what_holds_and_emits_what_is_clicked(page, qtbot):
    switch = page.findChild(Segmented)
    assert switch.current() == 0
    with qtbot.waitSignal(page.activity_chosen) as chosen:
        QTest.mouseClick(switch.button(1), Qt.MouseButton.LeftButton)
    assert chosen.args == ["mark"]
    page.set_activity("mark")
    assert switch.button(1).isChecked() and not switch.button(0).isChecked()
    picture = switch.grab().toImage()
    ratio = picture.devicePixelRatio()
    at = [
        (button.geometry().center() - QPoint(0, 9)) * ratio for button in (switch.button(0), switch.button(1))
    ]
    assert picture.pixelColor(at[0]) != picture.pixelColor(at[1])


def test_clicks_leave_the_keyboard_where_it_is(page, qtbot):
    assert page.panel.hasFocus()
    for button in page.panel.findChildren(QPushButton):
        if button.text() in ("Back", "Later"):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert page.panel.hasFocus()
    QTest.mouseClick(page.header._name, Qt.MouseButton.LeftButton)
    assert page.panel.hasFocus()
    page.set_activity("mark")
    assert page.canvas.hasFocus()
    page.tools.set_can_accept(True)
    for widget in (page.tools._tools["brush"], page.tools._accept, page.tools.choices.level.button(1)):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        assert page.canvas.hasFocus()


def test_back_later_and_submit_stand_in_one_row(page):
    buttons = [b for b in page.panel.findChildren(QPushButton) if b.isVisible() and not b.isCheckable()]
    middles = {b.mapTo(page, b.rect().center()).y() for b in buttons}
    assert [b.text() for b in sorted(buttons, key=lambda b: b.x())] == ["Back", "Later", "Submit (Enter)"]
    assert len(middles) == 1


def heard(page: AnnotatePage, activity: str) -> dict[str, list[object]]:
    """Which intents follow which keys, pressed on the picture or the panel."""
    page.set_activity(activity)
    focused = page.canvas if activity == "mark" else page.panel
    said: list[object] = []
    for name in ("back", "skip", "delete", "zoom_roi", "step"):
        getattr(page, f"{name}_requested").connect(lambda *args, name=name: said.append((name, *args)))
    page.activity_chosen.connect(lambda to: said.append(("activity", to)))
    for name in ("accept_requested", "discard_requested", "next_hypothesis_requested", "fit_requested"):
        getattr(page.tools, name).connect(lambda name=name: said.append(name.removesuffix("_requested")))
    page.tools.tool_chosen.connect(lambda tool: said.append(("tool", tool)))
    result = {}
    for text, key, modifier in (
        ("M", Key.Key_M, Qt.KeyboardModifier.NoModifier),
        ("Z", Key.Key_Z, Qt.KeyboardModifier.NoModifier),
        ("F", Key.Key_F, Qt.KeyboardModifier.NoModifier),
        ("V", Key.Key_V, Qt.KeyboardModifier.NoModifier),
        ("R", Key.Key_R, Qt.KeyboardModifier.NoModifier),
        ("Delete", Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
        ("PgDown", Key.Key_PageDown, Qt.KeyboardModifier.NoModifier),
        ("PgUp", Key.Key_PageUp, Qt.KeyboardModifier.NoModifier),
        ("Ctrl+Right", Key.Key_Right, CONTROL),
        ("Ctrl+Return", Key.Key_Return, CONTROL),
        ("Esc", Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    ):
        said.clear()
        QTest.keyClick(focused, key, modifier)
        result[text] = list(said)
    said.clear()
    QTest.keyClick(focused, Key.Key_Tab)
    result["Tab"] = list(said)
    return result


def test_keys_while_marking(page):
    assert heard(page, "mark") == {
        "M": [("activity", "rate")],
        "Z": [("zoom_roi",)],
        "F": ["fit"],
        "V": [("tool", "select")],
        "R": [("tool", "brush")],
        "Delete": [("delete",)],
        "PgDown": [("step", 1)],
        "PgUp": [("step", -1)],
        "Ctrl+Right": [],
        "Ctrl+Return": ["accept"],
        "Esc": ["discard"],
        "Tab": ["next_hypothesis"],
    }
    assert page.canvas.hasFocus()


def test_keys_while_rating_mark_nothing(page):
    expected = {"M": [("activity", "mark")], "Z": [("zoom_roi",)], "F": ["fit"], "Ctrl+Right": [("skip",)]}
    found = heard(page, "rate")
    assert {key: said for key, said in found.items() if said} == expected
    assert not page.panel.hasFocus()  # Tab went on to the next widget


def test_escape_in_a_field_leads_back_to_the_picture(page):
    page.set_activity("mark")
    said = []
    page.tools.discard_requested.connect(lambda: said.append(1))
    page.pictures._filter.setFocus()
    QTest.keyClicks(page.pictures._filter, "vcm")
    assert page.pictures._filter.text() == "vcm"
    QTest.keyClick(page.pictures._filter, Key.Key_Escape)
    assert page.canvas.hasFocus() and said == []
    QTest.keyClick(page.canvas, Key.Key_Escape)
    assert said == [1]


def test_the_hint_names_what_the_tool_in_hand_does(page):
    page.set_activity("mark")
    said = set()
    for tool in ("select", "click", "box", "brush", "eraser", "polygon", "pan"):
        page.tools.set_tool(tool)
        said.add(page._hint.text())
        assert page._hint.height() >= page._hint.heightForWidth(page._hint.width())
    assert len(said) == 7


def test_pictures_tell_counts_and_notes_apart(page):
    page.set_activity("mark")
    pictures = page.pictures
    note = "the original, nothing applied, and some more words that find no room"
    pictures.set_pictures([PictureRow(1, "a.png", note), PictureRow(2, "b.png")])
    pictures.set_counts({1: 4})
    first = pictures._list.model().index(0, 0)
    assert (first.data(), first.data(NOTE_ROLE), first.data(COUNT_ROLE)) == ("a.png", note, 4)
    assert note in first.data(Qt.ItemDataRole.ToolTipRole)
    assert not pictures.grab().isNull()
    pictures._filter.setText("zzz")
    assert pictures._list.empty_text == "No picture is called that."
    assert not pictures.grab().isNull()


def test_a_long_line_is_cut_and_asks_for_no_room(qtbot):
    label = ElidedLabel("a very long line of words that has no room here")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() == 0
    label.resize(60, 20)
    assert label.is_cut()
    assert label.text().endswith("no room here")
    label.resize(900, 20)
    assert not label.is_cut()


def test_simulated_is_said_after_the_banner_is_gone(qtbot):
    window = MainWindow("1.0")
    qtbot.addWidget(window)
    window.show_project("Sample", [], simulated=True)
    window.banner.say("The annotators are simulated.")
    window.show()
    assert window.banner.height() <= 28
    window.banner._dismiss.click()
    assert window.banner.text == ""
    assert window.rail.simulated_shown()
    window.show_project("Mine", [])
    assert not window.rail.simulated_shown()


def test_settings_keys_and_quit_work_everywhere_in_the_window(qtbot):
    window = MainWindow("1.0")
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    with qtbot.waitSignal(window.rail.settings_requested):
        QTest.keyClick(window, Key.Key_Comma, CONTROL)
    with qtbot.waitSignal(window.rail.help_requested):
        QTest.keyClick(window, Key.Key_Slash, CONTROL)
    with qtbot.waitSignal(window.closed):
        QTest.keyClick(window, Key.Key_Q, CONTROL)
    assert not window.isVisible()


def test_the_list_of_keys_names_each_tool_and_group(qtbot):
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    for title in ("Rating", "Marking", "Looking", "Window"):
        assert title in words
    for key in ("V", "C", "B", "R  E", "P", "H", "Tab", "Esc", "Ctrl+,", "Ctrl+/", "Ctrl+Q", "[  ]"):
        assert key in words


@pytest.mark.parametrize(
    ("already", "why"), [(12, "in the project already"), (0, "no entries"), (None, "or all of it is in")]
)
def test_an_import_of_nothing_says_why(qtbot, already, why):
    dialog = ImportReportDialog(ImportReport("r.csv", "0 new ratings", False, already=already))
    qtbot.addWidget(dialog)
    assert any(why in label.text() for label in dialog.findChildren(QLabel))
    assert [button.text() for button in dialog.findChildren(QPushButton)] == ["Close"]


def test_a_dropped_folder_fills_in_the_new_project(qtbot, tmp_path):
    pictures = tmp_path / "harbour"
    pictures.mkdir()
    dialog = NewProjectDialog(tmp_path / "projects")
    qtbot.addWidget(dialog)
    dialog.set_images_folder(pictures)
    assert dialog.complaint() == ""
    assert dialog.result_project().images_folder == pictures
    assert dialog.result_project().name == "harbour"


def test_tab_goes_from_the_picture_down_the_side(page):
    page.set_activity("mark")
    stops = [page.canvas, page.findChild(Segmented).button(1), page.tools.choices.segmenter]
    stops += [page.pictures._filter, page.pictures._list, page.rois._list]
    passed = []
    for _ in range(20):
        passed.append(QApplication.focusWidget())
        page.focusNextChild()
    found = [passed.index(stop) for stop in stops]
    assert found == sorted(found)


def test_the_canvas_looks_while_the_panel_has_the_focus(page: AnnotatePage) -> None:
    page.panel.setFocus()
    QTest.keyPress(page.panel, Key.Key_Space)
    assert page.canvas.outlines_hidden
    QTest.keyRelease(page.panel, Key.Key_Space)
    assert not page.canvas.outlines_hidden
    page.set_activity("rate")
    before = page.panel.votes()
    QTest.keyClick(page.panel, Key.Key_Plus)
    QTest.keyClick(page.panel, Key.Key_Minus)
    assert page.panel.votes() == before
