"""Start page, project page, rail, tool bar and ROI list."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from seagull_studio.state.annotate_view import TOOLS, HypothesisView, ModeView, RoiRow
from seagull_studio.state.project_view import (
    AnnotatorRow,
    BackupView,
    CoverageView,
    LabelSummary,
    PolicyView,
    ProjectView,
    RecentProject,
)
from seagull_studio.state.rating_view import rating_form
from seagull_studio.views.annotate.roi_list import RoiList
from seagull_studio.views.annotate.tool_bar import ToolBar
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.project.project_page import ProjectPage
from seagull_studio.views.shell.main_window import LEAST
from seagull_studio.views.shell.mode_rail import ModeRail
from seagull_studio.views.shell.start_page import RecentLine, StartPage

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PROJECT = ProjectView("Regions", "/data/regions", True, 1000, 12, 3261, 24, 22827, 7)


def test_a_recent_project_opens_by_click_and_by_enter(qtbot):
    page = StartPage("1.0")
    qtbot.addWidget(page)
    page.set_recent([RecentProject("/a", "A"), RecentProject("/b", "B")])
    page.resize(1000, 600)
    page.show()
    first, second = page.findChildren(RecentLine)
    with qtbot.waitSignal(page.project_chosen) as chosen:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert chosen.args == ["/a"]
    with qtbot.waitSignal(page.project_chosen) as chosen:
        QTest.keyClick(second, Qt.Key.Key_Return)
    assert chosen.args == ["/b"]


def test_a_missing_project_is_marked_and_can_be_taken_off(qtbot):
    page = StartPage("1.0")
    qtbot.addWidget(page)
    page.set_recent([RecentProject("/gone", "Gone", missing=True)])
    page.show()
    line = page.findChild(RecentLine)
    assert "not found" in line.accessibleName()
    chosen = []
    page.project_chosen.connect(chosen.append)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    assert chosen == []
    with qtbot.waitSignal(page.forget_requested) as forgotten:
        QTest.keyClick(line, Qt.Key.Key_Delete)
    assert forgotten.args == ["/gone"]
    page.set_recent([])
    assert not page._empty.isHidden()


def test_a_folder_dropped_on_the_start_page_is_named(qtbot, tmp_path):
    page = StartPage("1.0")
    qtbot.addWidget(page)
    page.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, left, none)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(page.folder_dropped) as dropped:
        page.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))
    assert Path(dropped.args[0]) == tmp_path


def test_the_project_page_shows_coverage_as_bars_and_table(qtbot):
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    page.set_project(PROJECT)
    page.set_coverage(CoverageView((10, 0, 0, 0, 0, 0, 10, 30), 7))
    assert page.coverage_rows()[0] == ["0", "10", "20 %"]
    assert page.coverage_rows()[7] == ["7+", "30", "60 %"]
    assert page._coverage_said.text() == "30 of 50 ROIs have 7 or more ratings."
    assert "7+: 30" in page._chart.accessibleDescription()
    assert page.simulated_shown()
    page.resize(1000, 800)
    assert not page.grab().isNull()


def test_all_buttons_of_the_project_page_are_in_sight_in_the_smallest_window(qtbot, qapp):
    style.install(qapp)  # with the window's own fonts
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    page.set_project(PROJECT)
    page.set_backup(BackupView("2026-11-28 20:05"))
    page.resize(LEAST[0] - 76, 800)  # of the window, beside the rail
    page.show()
    qapp.processEvents()
    (area,) = page.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0
    assert page.backup._told.width() >= page.backup._told.sizeHint().width()


def test_the_project_page_lists_annotators_and_the_label_run(qtbot):
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    page.annotators.set_rows(
        [AnnotatorRow("Wei", "lead", 30, 2), AnnotatorRow("Bot", "annotator", 10, 0, True, True)]
    )
    assert page.annotator_rows() == [
        ["Wei", "lead", "30", "2", "75 %"],
        ["Bot (simulated) (excluded)", "annotator", "10", "0", "25 %"],
    ]
    page.set_label_summary(
        LabelSummary("paper", 7, "today", 20, 5, (1, 2, 3, 4, 10), (0, 5, 5, 5, 5), {"blur": 9}, {"noise": 1})
    )
    assert page.labels.result_text().startswith("20 labelled, 5 insufficient")
    assert page.labels._table.texts()[0] == ["Blur", "9", "0", "0"]
    assert page.labels._table.texts()[5] == ["Noise", "0", "1", "0"]


def test_aggregate_asks_with_policy_and_raters(qtbot):
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    page.set_policies([PolicyView("paper", "As in the paper", "a"), PolicyView("other", "Other", "b")])
    page.labels._policy.setCurrentIndex(1)
    page.labels.set_raters(5)
    with qtbot.waitSignal(page.aggregate_requested) as asked:
        button(page, "Aggregate").click()
    assert asked.args == ["other", 5]


def test_every_button_of_the_project_page_asks_for_its_own_thing(qtbot):
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    asked = []
    names = {
        "import_images": "Import images…",
        "import_rois": "Import ROIs…",
        "import_ratings": "Import ratings…",
        "assign": "Assign…",
        "check": "Check project",
        "export": "Export…",
        "groups": "Groups…",
        "relocate": "Pictures moved…",
        "withdrawn": "Withdrawn pictures…",
        "settings": "Project settings…",
    }
    for name in names:
        getattr(page, f"{name}_requested").connect(lambda name=name: asked.append(name))
    for title in names.values():
        button(page, title).click()
    assert asked == list(names)


def button(page: ProjectPage, title: str) -> ActionButton:
    return next(made for made in page.findChildren(ActionButton) if made.text() == title)


def test_the_rail_shows_only_the_modes_it_is_given(qtbot):
    rail = ModeRail()
    qtbot.addWidget(rail)
    rail.set_modes([ModeView("annotate", "Annotate", "annotate"), ModeView("project", "Project", "project")])
    rail.set_current("annotate")
    with qtbot.waitActive(rail):
        rail.show()
        rail.activateWindow()
    assert rail.current() == "annotate"
    with qtbot.waitSignal(rail.mode_chosen) as chosen:
        QTest.keyClick(rail, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert chosen.args == ["project"]
    rail.set_modes([ModeView("project", "Project", "project")])
    assert list(rail._buttons) == ["project"]


def test_the_tool_bar_says_tools_masks_and_segmenter(qtbot):
    bar = ToolBar()
    qtbot.addWidget(bar)
    bar.set_tool("brush")
    assert bar.tool() == "brush"
    with qtbot.waitSignal(bar.tool_chosen) as chosen:
        bar._tools["eraser"].click()
    assert chosen.args == ["eraser"]
    for tool in TOOLS:
        assert f"({tool.key})" in bar._tools[tool.id].toolTip()
    bar.set_hypothesis(HypothesisView(1, 3, 0.934))
    assert bar.hypothesis_text() == "2 of 3, predicted IoU 0.93"
    bar.set_hypothesis(HypothesisView(0, 1, None))
    assert bar.hypothesis_text() == "1 of 1"
    heard = []
    bar.segmenter_chosen.connect(heard.append)
    bar.set_segmenter("B", ["A", "B"])
    bar.set_level("component")
    assert heard == []
    with qtbot.waitSignal(bar.level_chosen) as level:
        bar.choices.level.button(0).click()
    assert level.args == ["object"]
    bar.set_marking_enabled(False)
    assert not bar._tools["click"].isEnabled()
    assert bar.minimumSizeHint().width() <= 600


def test_the_roi_list_is_blind_and_chooses(qtbot):
    rois = RoiList()
    qtbot.addWidget(rois)
    rois.set_rois([RoiRow(7, "r1", "object", 20345), RoiRow(9, "r2", "component", 1345)])
    rois.set_current(9)
    rois.set_thumbnail(7, QImage(30, 20, QImage.Format.Format_RGB32))
    rois.resize(240, 300)
    rois.show()
    assert rois.texts() == ["r1, object, 20,345 px", "r2, component, 1,345 px"]
    assert not rois.grab().isNull()
    with qtbot.waitSignal(rois.roi_chosen) as chosen:
        at = rois._list.visualRect(rois._model.index(0, 0)).center()
        QTest.mouseClick(rois._list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args == [7]
    rois.set_current(None)
    rois.set_rois(())
    assert "No ROI here yet" in rois._list.empty_text
    assert rois._list.model().rowCount() == 0


@pytest.mark.parametrize("name", ["rating", "score", "vote", "quality"])
def test_a_line_of_the_roi_list_has_no_room_for_what_others_gave(name):
    assert name not in RoiRow.__dataclass_fields__


def test_the_project_page_tells_of_backups(qtbot):
    page = ProjectPage(rating_form())
    qtbot.addWidget(page)
    page.show()
    assert page.backup.text == "No backup yet"
    page.set_backup(BackupView("2026-11-28 09:30"))
    assert page.backup.text == "Last backup: 2026-11-28 09:30"
    button = next(b for b in page.findChildren(ActionButton) if b.text() == "Back up now")
    with qtbot.waitSignal(page.backup_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    page.set_backup(BackupView("2026-11-28 09:30", making=True))
    assert page.backup.text == "A backup is being made…" and not button.isEnabled()
