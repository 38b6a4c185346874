"""A line for a folder, with a button that asks for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from seagull_studio.views.kit import style


class FolderField(QWidget):
    """Holds a path that is typed or chosen."""

    changed = Signal()

    def __init__(self, folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit(folder)
        self._line.textChanged.connect(self.changed)
        self.setFocusProxy(self._line)
        browse = style.button(self.tr("Choose…"))
        browse.clicked.connect(self._browse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._line, 1)
        layout.addWidget(browse)

    def text(self) -> str:
        """The path as typed."""
        return self._line.text().strip()

    def set_text(self, text: str) -> None:
        """Show another path."""
        self._line.setText(text)

    def folder(self) -> Path | None:
        """The path, None while the line is empty."""
        if not self.text():
            return None
        try:
            return Path(self.text()).expanduser()
        except RuntimeError:  # ~ with the name of nobody: a folder of that name
            return Path(self.text())

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), self.text())
        if chosen:
            self._line.setText(chosen)


def unless_refused(look: Callable[[], str], refused: str) -> str:
    """What looking at a folder says; `refused` where nobody may look or no disk takes such a name."""
    try:
        return look()
    except OSError:
        return refused
