"""The list of a picture's ROIs: what a click, a key and its menu ask for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from seagull_studio.state.annotate_view import RoiRow
from seagull_studio.views.annotate.roi_list import RoiList


@pytest.fixture
def rois(qtbot: QtBot) -> RoiList:
    made = RoiList()
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.show()
    made.set_rois([RoiRow(7, "r1", "object", 900), RoiRow(9, "r2", "component", 400)])
    return made


def test_a_right_click_withdraws_the_roi_under_it(rois: RoiList, qtbot: QtBot) -> None:
    wanted: list[int] = []
    rois.withdraw_requested.connect(wanted.append)
    line = rois._list.visualRect(rois._list.model().index(1, 0)).center()
    rois._list.customContextMenuRequested.emit(line)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert wanted == [9]


def test_a_right_click_beside_the_rois_offers_nothing(rois: RoiList, qtbot: QtBot) -> None:
    rois._list.customContextMenuRequested.emit(QPoint(5, 390))
    qtbot.wait(50)
    assert QApplication.activePopupWidget() is None
