"""The pictures of a project with their ROI counts; thousands of them without a widget each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

ID_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 26

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One line of the picture list."""

    id: int
    name: str
    note: str = ""


class _Pictures(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[PictureRow, ...] = ()
        self._counts: dict[int, int] = {}

    def set_rows(self, rows: Sequence[PictureRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def set_counts(self, counts: dict[int, int]) -> None:
        self._counts = dict(counts)
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row_of(self, image_id: int) -> int:
        return next((at for at, row in enumerate(self._rows) if row.id == image_id), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        count = self._counts.get(row.id, 0)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.name}    {count}" if count else row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            rois = self.tr("ROIs: {count}").format(count=count)
            return "\n".join(part for part in (row.name, rois, row.note) if part)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_HEIGHT)
        if role == ID_ROLE:
            return row.id
        return None


class PictureList(QWidget):
    """Choose a picture; type to narrow the list down."""

    picture_chosen = Signal(int)
    """Image id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Pictures(self)
        self._narrowed = QSortFilterProxyModel(self)
        self._narrowed.setSourceModel(self._model)
        self._narrowed.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._title = QLabel(self.tr("Pictures"), self)
        self._title.setProperty("role", "heading")
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText(self.tr("Find a picture"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName(self.tr("Find a picture"))
        self._filter.textChanged.connect(self._narrowed.setFilterFixedString)
        self._list = QListView(self)
        self._list.setModel(self._narrowed)
        self._list.setUniformItemSizes(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setAccessibleName(self.tr("Pictures of the project"))
        self._list.clicked.connect(lambda index: self.picture_chosen.emit(index.data(ID_ROLE)))
        self._list.activated.connect(lambda index: self.picture_chosen.emit(index.data(ID_ROLE)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)

    def set_pictures(self, rows: Sequence[PictureRow]) -> None:
        self._model.set_rows(rows)
        self._title.setText(self.tr("Pictures ({count})").format(count=f"{len(rows):,}"))

    def set_counts(self, counts: dict[int, int]) -> None:
        """ROIs per image id."""
        self._model.set_counts(counts)

    def set_current(self, image_id: int | None) -> None:
        row = self._model.row_of(image_id) if image_id is not None else -1
        index = self._narrowed.mapFromSource(self._model.index(row)) if row >= 0 else QModelIndex()
        self._list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if index.isValid():
            self._list.scrollTo(index)
