"""The lab's own page for annotators, to be read."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from seagull_studio.state.project_settings import InstructionsView
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit.safe_page import SafePage

HEIGHT = 420
"""Of the page, in logical pixels: it scrolls."""


class InstructionsDialog(DialogFrame):
    """Shows the page; nothing is asked."""

    def __init__(self, view: InstructionsView, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("InstructionsDialog", "Instructions of this project")
        super().__init__(title, parent, width=720)
        self.page = SafePage(title, self)
        self.page.setMinimumHeight(HEIGHT)
        self.page.set_page(view.text, view.pictures)
        self.body.addWidget(self.page, 1)
        self.add_button(self.tr("Continue"), "primary", accepts=True).setFocus()
