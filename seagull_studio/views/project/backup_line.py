"""When the last backup was made, and a button that makes one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from seagull_studio.state.project_view import BackupView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton


class BackupLine(QWidget):
    """Shows what it is told, emits what is asked for."""

    requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = style.label("", "small")
        self._button = ActionButton("saved", self.tr("Back up now"))
        self._button.clicked.connect(self.requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._told)
        row.addWidget(self._button)
        row.addStretch(1)
        self.set_backup(BackupView())

    def set_backup(self, backup: BackupView) -> None:
        """Show when the newest backup was made, or that one is being made."""
        if backup.making:
            text = self.tr("A backup is being made…")
        elif backup.made_at:
            text = self.tr("Last backup: {time}").format(time=backup.made_at)
        else:
            text = self.tr("No backup yet")
        self._told.setText(text)
        self._button.setEnabled(not backup.making)

    @property
    def text(self) -> str:
        return self._told.text()
