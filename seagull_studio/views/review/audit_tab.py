"""The audit trail as a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from seagull_studio.state.review_view import TrailRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.sorted_table import Column, SortedTable


class AuditTab(QWidget):
    """Who, what, when, why; what still stands can be taken back."""

    undo_requested = Signal(int)
    """Id of an entry."""
    save_requested = Signal(object)
    """List of the ids in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TrailRow, ...] = ()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by who, what, when or why"))
        self.filter.setClearButtonEnabled(True)
        self.undoable = QCheckBox(self.tr("Only what can be taken back"))
        self.undo = style.button(self.tr("Take back…"))
        self.save = style.button(self.tr("Save as CSV…"))
        self.table = SortedTable(
            self.tr("Audit trail"),
            (
                Column(self.tr("When"), lambda row: row.at),
                Column(self.tr("Who"), lambda row: row.who),
                Column(self.tr("What"), lambda row: row.what),
                Column(self.tr("Of what"), lambda row: row.subject),
                Column(self.tr("Why"), lambda row: row.why),
            ),
            lambda row: row.id,
            stretch=4,
        )
        self.table.chosen.connect(lambda _: self._offer())
        self.filter.textChanged.connect(self.table.set_filter)
        self.undoable.toggled.connect(lambda _: self._show())
        self.undo.clicked.connect(lambda: self.undo_requested.emit(self.table.current()))
        self.save.clicked.connect(lambda: self.save_requested.emit(self.table.shown()))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.filter, 1)
        for widget in (self.undoable, self.undo, self.save):
            head.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 8, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        self._offer()

    def set_rows(self, rows: Sequence[TrailRow]) -> None:
        """Show these entries."""
        self._rows = tuple(rows)
        self._show()

    def _show(self) -> None:
        only = self.undoable.isChecked()
        self.table.set_records([row for row in self._rows if row.can_undo or not only])
        self._offer()

    def _offer(self) -> None:
        chosen = self.table.current()
        self.undo.setEnabled(any(row.id == chosen and row.can_undo for row in self._rows))
