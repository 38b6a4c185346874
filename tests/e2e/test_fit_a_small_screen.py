"""The window on the screens that people have: a small laptop, an old monitor, half of a large one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from seagull_studio.unattended import driver
from seagull_studio.views.kit.segmented import Segmented
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk

SCREENS = [(1280, 720), (1366, 768), (1024, 768), (960, 1040)]


def seen(desk: Desk, made: QWidget) -> bool:
    """Whether all of a widget is inside the window, and nothing is squeezed below what it needs."""
    place = QRect(made.mapTo(desk.studio.window, made.rect().topLeft()), made.size())
    least = made.minimumSizeHint()
    return (
        made.isVisible()
        and desk.studio.window.rect().contains(place)
        and made.width() >= least.width()
        and made.height() >= least.height()
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits(sit: Sit, tmp_path: Path, screen: tuple[int, int]) -> None:
    desk = sit()
    window = desk.studio.window
    window.resize(*screen)
    desk.open(projects.make(tmp_path, pictures=2), "Lea")
    desk.see_roi()
    assert (window.width(), window.height()) == screen, "the window asks for no more"
    assert all(
        seen(desk, button) for button in desk.page.panel.findChildren(QPushButton) if button.isVisible()
    )

    desk.key(Qt.Key.Key_M)
    driver.wait_until(lambda: desk.page.activity == "mark", "ROIs are marked")
    QApplication.processEvents()
    accept = desk.page.tools._accept
    assert seen(desk, accept) and seen(desk, desk.page.tools) and desk.page.canvas.width() > 300

    for mode in ("project", "models", "review"):
        desk.studio.show_mode(mode)
        desk.settle()
        page = window.page(mode)
        assert seen(desk, page), (mode, page.size(), page.minimumSizeHint())
        for button in page.findChild(Segmented).findChildren(QPushButton) if mode == "review" else ():
            button.click()
            desk.settle()
            QApplication.processEvents()
            assert seen(desk, page), (button.text(), page.size(), page.minimumSizeHint())
    assert (window.width(), window.height()) == screen
