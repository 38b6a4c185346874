"""A read-only table of records that is sorted by a click on a heading and filtered by words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex
_LOOKED_AT: Final = 500
"""Records whose texts say how wide a column is."""
_HEAD_MARGINS: Final = 20
_CELL_MARGINS: Final = 28
_SORT = Qt.ItemDataRole.UserRole
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """What one column shows of a record."""

    title: str
    text: Callable[[Any], str]
    value: Callable[[Any], Any] | None = None
    """What it is sorted by, None for last; the text where left out. Of numbers, which stand right-aligned."""
    tip: str = ""


class _Records(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.records: tuple[Any, ...] = ()

    def set_records(self, records: Sequence[Any]) -> None:
        self.beginResetModel()
        self.records = tuple(records)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.records)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, record = self.columns[index.column()], self.records[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(record)
        if role == _SORT:
            return column.text(record).casefold() if column.value is None else column.value(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.value is None else _RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.value is None else _RIGHT
        return None


class _Sorted(QSortFilterProxyModel):
    words: tuple[str, ...] = ()

    def lessThan(self, left: Index, right: Index) -> bool:
        a, b = left.data(_SORT), right.data(_SORT)
        if a is None or b is None:  # what is not known comes last, whichever way
            return (a is not None) == (self.sortOrder() == Qt.SortOrder.AscendingOrder) and a is not b
        return bool(a < b)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, _Records)
        if not self.words:
            return True
        told = " ".join(column.text(model.records[row]) for column in model.columns).casefold()
        return all(word in told for word in self.words)


class SortedTable(QTableView):
    """Rows are chosen one at a time; whatever is chosen stays so while its key is there."""

    chosen = Signal(object)
    """The key of the record that a person has chosen."""
    opened = Signal(object)
    """The key of a record that was clicked, or on which Enter was pressed."""

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        key: Callable[[Any], Any],
        *,
        stretch: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._telling = True
        self._records = _Records(columns, self)
        self._sorted = _Sorted(self)
        self._sorted.setSourceModel(self._records)
        self.setModel(self._sorted)
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self._sorted.sort(-1)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFont(style.tabular(self.font()))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(44)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._tell)

    def set_records(self, records: Sequence[Any]) -> None:
        """Show these."""
        before = self.current()
        self._telling = False
        self._records.set_records(records)
        self._fit_columns()
        if before is not None:
            self.choose(before)
        self._telling = True

    def set_filter(self, text: str) -> None:
        """Show only rows in which all of these words stand."""
        self._sorted.words = tuple(text.casefold().split())
        self._sorted.invalidate()

    def current(self) -> Any:
        """The key of the chosen record; None while there is none."""
        index = self._sorted.mapToSource(self.currentIndex())
        return self._key(self._records.records[index.row()]) if index.isValid() else None

    def choose(self, key: Any) -> bool:
        """Choose a record; whether it is in sight."""
        for row, record in enumerate(self._records.records):
            if self._key(record) == key:
                index = self._sorted.mapFromSource(self._records.index(row, 0))
                if index.isValid():
                    self.selectRow(index.row())
                    return True
        return False

    def shown(self) -> list[Any]:
        """The keys of the records in sight, from top to bottom."""
        rows = range(self._sorted.rowCount())
        places = [self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in rows]
        return [self._key(self._records.records[place]) for place in places]

    def texts(self) -> list[list[str]]:
        """All cells in sight as texts, row by row."""
        columns = range(self._sorted.columnCount())
        return [
            [str(self._sorted.index(row, column).data()) for column in columns]
            for row in range(self._sorted.rowCount())
        ]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens what lies below it."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit(self.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So does Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
        else:
            super().keyPressEvent(event)

    def _fit_columns(self) -> None:
        """As wide as the longest text, and no wider: a heading's arrow may lie over its text's end."""
        cells, heads = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        for number, column in enumerate(self._records.columns):
            texts = [column.text(record) for record in self._records.records[:_LOOKED_AT]]
            widest = max(map(cells.horizontalAdvance, texts), default=0)
            wide = max(heads.horizontalAdvance(column.title) + _HEAD_MARGINS, widest + _CELL_MARGINS)
            if self.horizontalHeader().sectionResizeMode(number) != QHeaderView.ResizeMode.Stretch:
                self.setColumnWidth(number, wide)

    def _tell(self) -> None:
        if self._telling and (key := self.current()) is not None:
            self.chosen.emit(key)
