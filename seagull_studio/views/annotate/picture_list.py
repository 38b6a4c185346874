"""The pictures of a project with their ROI counts; thousands of them without a widget each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from seagull_studio.views.kit import style
from seagull_studio.views.kit.plain_list import PlainList

ID_ROLE = Qt.ItemDataRole.UserRole
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1
COUNT_ROLE = Qt.ItemDataRole.UserRole + 2
BEGUN_ROLE = Qt.ItemDataRole.UserRole + 3
ROW_HEIGHT = 26
NAME_SHARE = 0.65
"""Of a line's width, at most, when there is a note beside the name."""

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
        self._begun: frozenset[int] = frozenset()

    def set_begun(self, begun: frozenset[int]) -> None:
        self._begun = begun
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

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
            return row.name
        if role == NOTE_ROLE:
            return row.note
        if role == COUNT_ROLE:
            return count
        if role == BEGUN_ROLE:
            return row.id in self._begun
        rois = self.tr("ROIs: {count}").format(count=count)
        begun = self.tr("A region was begun here and not accepted") if row.id in self._begun else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.name, rois, begun) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (row.name, rois, row.note, begun) if part)
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, ROW_HEIGHT)
        if role == ID_ROLE:
            return row.id
        return None


class _Lines(QStyledItemDelegate):
    """Name, note in a quiet tone, and the number of ROIs at the right end."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = style.tokens()
        state, box = option.state, option.rect  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, t.current)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, t.hover)
        painter.save()
        side = Qt.AlignmentFlag.AlignVCenter
        left, middle = Qt.AlignmentFlag.AlignLeft | side, Qt.TextElideMode.ElideMiddle
        room = box.adjusted(10, 0, -10, 0)
        painter.setFont(style.tabular(painter.font(), 12))
        painter.setPen(t.muted)
        if count := index.data(COUNT_ROLE):
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | side, f"{count:,}")
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance("0,000"))
        if index.data(BEGUN_ROLE):
            begun = self.tr("begun")
            painter.setPen(t.text)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | side, begun)
            painter.setPen(t.muted)
            room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(begun) - 8)
        small, note = painter.font(), index.data(NOTE_ROLE)
        painter.setFont(style.tabular(small, 13))
        painter.setPen(t.text)
        widest = int(room.width() * (NAME_SHARE if note else 1))
        name = painter.fontMetrics().elidedText(index.data(), middle, widest)
        painter.drawText(room, left, name)
        room.setLeft(room.left() + painter.fontMetrics().horizontalAdvance(name) + 12)
        painter.setFont(small)
        painter.setPen(t.muted)
        told = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left, told)
        painter.restore()


class PictureList(QWidget):
    """Choose a picture; type to narrow the list down."""

    picture_chosen = Signal(int)
    """Image id."""
    withdraw_requested = Signal(int, str)
    """Image id and name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Pictures(self)
        self._narrowed = QSortFilterProxyModel(self)
        self._narrowed.setSourceModel(self._model)
        self._narrowed.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._title = style.label(self.tr("Pictures"), "heading")
        self._filter = QLineEdit(self)
        self._filter.setPlaceholderText(self.tr("Find a picture"))
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName(self.tr("Find a picture"))
        self._filter.textChanged.connect(self._narrowed.setFilterFixedString)
        self._filter.textChanged.connect(self._say_empty)
        self._list = PlainList(self.tr("Pictures of the project"), self)
        self._list.setModel(self._narrowed)
        self._list.setItemDelegate(_Lines(self._list))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.clicked.connect(lambda index: self.picture_chosen.emit(index.data(ID_ROLE)))
        self._list.activated.connect(lambda index: self.picture_chosen.emit(index.data(ID_ROLE)))
        self._say_empty("")
        self._can_withdraw = True
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._filter)
        layout.addWidget(self._list, 1)

    def set_begun(self, begun: frozenset[int]) -> None:
        """On which pictures a region was begun and not accepted."""
        self._model.set_begun(begun)

    def set_can_withdraw(self, can: bool) -> None:
        """Whether pictures may be withdrawn here; else nothing is offered."""
        self._can_withdraw = can

    def _menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        if not self._can_withdraw or not index.isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        image_id, name = index.data(ID_ROLE), index.data()
        withdraw = menu.addAction(self.tr("Withdraw this picture…"))
        withdraw.triggered.connect(lambda: self.withdraw_requested.emit(image_id, name))
        menu.popup(self._list.viewport().mapToGlobal(at))

    def _say_empty(self, wanted: str) -> None:
        self._list.empty_text = (
            self.tr("No picture is called that.")
            if wanted
            else self.tr("No pictures yet. Import a folder of them in Project mode.")
        )

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
