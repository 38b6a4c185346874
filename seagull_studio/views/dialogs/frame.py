"""What all dialogs share: margins, a heading, and a row of buttons in our own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from seagull_studio.views.kit import style

D = TypeVar("D", bound=QDialog)
T = TypeVar("T")


def run_dialog(dialog: D, read: Callable[[D], T]) -> T | None:
    """Show a dialog and wait for the person.

    Returns
    -------
    object or None
        What `read` finds in it when it was accepted; None if it was not, or if it went with its parent
        while it was open.
    """
    accepted = bool(dialog.exec())
    if not isValid(dialog):
        return None
    answer = read(dialog) if accepted else None
    dialog.deleteLater()
    return answer


class DialogFrame(QDialog):
    """A dialog with a heading, a body and buttons; it deletes itself when its parent goes.

    Parameters
    ----------
    title : str
        Shown in the title bar and as the heading.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, width: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(style.label(title, "title", wrap=True))
        layout.addLayout(self.body, 1)
        layout.addLayout(self._buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as wrapped lines need at this width, and no higher."""
        super().showEvent(event)
        if self.layout().hasHeightForWidth():
            self.resize(self.width(), self.layout().totalHeightForWidth(self.width()))

    def add_button(
        self, text: str, kind: str = "", *, accepts: bool = False, rejects: bool = False
    ) -> QPushButton:
        """Add a button at the right end; the primary one answers to Enter."""
        made = style.button(text, kind)
        if accepts:
            made.clicked.connect(self.accept)
        if rejects:
            made.clicked.connect(self.reject)
        if kind == "primary":
            made.setDefault(True)
        self._buttons.addWidget(made)
        return made

    def add_field(self, title: str, field: QWidget, note: str = "") -> QLabel:
        """Add a named field with a line below it; returns that line (for complaints)."""
        name = style.label(title, "muted")
        name.setBuddy(field)
        field.setAccessibleName(title)
        said = style.label(note, "small", wrap=True)
        said.setVisible(bool(note))
        block = QVBoxLayout()
        block.setSpacing(2)
        block.addWidget(name)
        block.addWidget(field)
        block.addWidget(said)
        self.body.addLayout(block)
        return said
