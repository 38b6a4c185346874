"""Small read-only tables of numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from seagull_studio.views.kit import style

ROW_HEIGHT = 28


class NumberTable(QTableWidget):
    """Words, the first column for one, and numbers, right-aligned with digits of one width.

    Parameters
    ----------
    headers : sequence of str
        One for each column.
    words : collection of int
        Which columns hold words.
    """

    def __init__(
        self, headers: Sequence[str], parent: QWidget | None = None, *, words: Collection[int] = (0,)
    ) -> None:
        super().__init__(0, len(headers), parent)
        self.setHorizontalHeaderLabels(list(headers))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setFont(style.tabular(self.font()))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._words = words
        for column in range(len(headers)):
            self.horizontalHeaderItem(column).setTextAlignment(self._side(column))

    def set_rows(self, rows: Sequence[Sequence[str]], *, most_shown: int = 10) -> None:
        """Show `rows`; beyond `most_shown` the table scrolls."""
        self.setRowCount(len(rows))
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(self._side(column))
                self.setItem(line, column, item)
        shown = min(max(len(rows), 1), most_shown)
        self.setFixedHeight(shown * ROW_HEIGHT + 34)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column in self._words else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter

    def wrap_rows(self, *, width: int, most_height: int = 320) -> None:
        """Break long cells into lines, for a first column of about `width` pixels."""
        self.setWordWrap(True)
        self.horizontalHeader().resizeSection(0, width)
        self.resizeRowsToContents()
        height = sum(self.rowHeight(line) for line in range(self.rowCount())) + 34
        self.setFixedHeight(min(height, most_height))

    def texts(self) -> list[list[str]]:
        """All cells as texts, row by row."""
        return [
            [self.item(line, column).text() for column in range(self.columnCount())]
            for line in range(self.rowCount())
        ]
