"""Whoever wants to know what this program is finds it in the settings."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from annotation_db.version import program_version
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import AboutDialog, SettingsDialog
from tests.e2e.conftest import Sit


def test_about_opens_from_the_settings(sit: Sit) -> None:
    desk = sit()
    said: list[str] = []

    def look(dialog: SettingsDialog) -> None:
        driver.button(dialog, "About…").click()
        about = driver.find_dialog(AboutDialog)
        assert about is not None
        said.extend(label.text() for label in about.findChildren(QLabel))
        about.accept()
        dialog.reject()

    driver.answer(SettingsDialog, look)
    desk.studio.window.rail.settings_requested.emit()
    assert any(program_version() in text for text in said)
    assert any("General Public License" in text for text in said)
