"""The ROIs of one picture. Blind: it shows what the annotator did, never what others gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from seagull_studio.state.annotate_view import RoiRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.plain_list import PlainList

ROW_HEIGHT = 52
THUMBNAIL = QSize(40, 40)
Index = QModelIndex | QPersistentModelIndex


class RoiModel(QAbstractListModel):
    """The rows of the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RoiRow, ...] = ()
        self.thumbnails: dict[int, QImage] = {}

    def set_rows(self, rows: Sequence[RoiRow]) -> None:
        """Show other ROIs; pictures of those that are gone are dropped."""
        self.beginResetModel()
        self.rows = tuple(rows)
        kept = {row.id for row in rows}
        self.thumbnails = {key: image for key, image in self.thumbnails.items() if key in kept}
        self.endResetModel()

    def row_of(self, roi_id: int) -> int | None:
        """The line of one ROI."""
        return next((line for line, row in enumerate(self.rows) if row.id == roi_id), None)

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of ROIs."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name of a ROI, or what screen readers say of it."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.label}, {self.describe(row)}"
        return None

    def describe(self, row: RoiRow) -> str:
        """Level and area, in words."""
        level = self.tr("object") if row.level == "object" else self.tr("component")
        return self.tr("{level}, {area} px").format(level=level, area=f"{row.area:,}")


class RoiDelegate(QStyledItemDelegate):
    """Paints thumbnail, name, level and area."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The same height for every line."""
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        model = index.model()
        if not isinstance(model, RoiModel):
            return
        row, t = model.rows[index.row()], style.tokens()
        state = option.state  # type: ignore[attr-defined]
        box: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, t.current)
            painter.fillRect(QRect(box.left(), box.top() + 6, 3, box.height() - 12), t.focus)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, t.hover)
        frame = QRect(box.topLeft() + QPoint(10, 6), THUMBNAIL)
        painter.fillRect(frame, t.surround)
        image = model.thumbnails.get(row.id)
        if image is not None and not image.isNull():
            size = image.size().scaled(THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)
            shown = QRect(QPoint(0, 0), size)
            shown.moveCenter(frame.center())
            painter.drawImage(shown, image)
        text = box.adjusted(60, 6, -32, -6)
        painter.setFont(style.tabular(painter.font(), 13, bold=True))
        painter.setPen(t.text)
        self._line(painter, text.adjusted(0, 0, 0, -20), row.label)
        painter.setFont(style.tabular(painter.font(), 11))
        painter.setPen(t.muted)
        self._line(painter, text.adjusted(0, 20, 0, 0), model.describe(row))
        painter.restore()

    def _line(self, painter: QPainter, box: QRect, text: str) -> None:
        fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)


class RoiList(QWidget):
    """The list with its heading."""

    roi_chosen = Signal(int)
    withdraw_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RoiModel(self)
        self._title = style.label(self.tr("ROIs"), "heading")
        self._list = PlainList(self.tr("ROIs of this picture"), self)
        self._list.empty_text = self.tr("No ROI here yet. Click an object in the picture to mark one.")
        self._list.setModel(self._model)
        self._list.setItemDelegate(RoiDelegate(self._list))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu)
        self._list.clicked.connect(self._chosen)
        self._list.activated.connect(self._chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._title)
        layout.addWidget(self._list, 1)
        self.set_rois(())

    def set_rois(self, rows: Sequence[RoiRow]) -> None:
        """Show the ROIs of a picture."""
        self._model.set_rows(rows)
        self._title.setText(self.tr("ROIs ({count})").format(count=len(rows)))

    def set_current(self, roi_id: int | None) -> None:
        """Mark one ROI, or none."""
        line = None if roi_id is None else self._model.row_of(roi_id)
        self._list.setCurrentIndex(QModelIndex() if line is None else self._model.index(line, 0))

    def set_thumbnail(self, roi_id: int, image: QImage) -> None:
        """Give one ROI its picture."""
        line = self._model.row_of(roi_id)
        if line is not None:
            self._model.thumbnails[roi_id] = image
            index = self._model.index(line, 0)
            self._model.dataChanged.emit(index, index)

    def texts(self) -> list[str]:
        """What each line says, for screen readers and tests."""
        role = Qt.ItemDataRole.AccessibleTextRole
        return [self._model.index(line, 0).data(role) for line in range(self._model.rowCount())]

    def _chosen(self, index: QModelIndex) -> None:
        self.roi_chosen.emit(self._model.rows[index.row()].id)

    def _menu(self, at: QPoint) -> None:
        index = self._list.indexAt(at)
        row = self._model.rows[index.row()] if index.isValid() else None
        if row is None or not row.may_withdraw:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(self.tr("Withdraw this ROI…"))
        action.triggered.connect(lambda: self.withdraw_requested.emit(row.id))
        menu.popup(self._list.viewport().mapToGlobal(at))
