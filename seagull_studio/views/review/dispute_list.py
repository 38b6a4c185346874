"""The disputed ROIs in their order: rows are read off arrays when they are seen."""

from __future__ import annotations

from math import isnan
from typing import Final

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from seagull_studio.state.review_view import DisputeList
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex
_FORMS: Final = ("{:.2f}", "{:.2f}", "{:.2f}", "{:.1f}")


class _Disputes(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown: DisputeList | None = None
        self._heads = (
            self.tr("ROI"),
            self.tr("Votes"),
            self.tr("Stab."),
            self.tr("Spread"),
            self.tr("Camps"),
            self.tr("Model"),
        )
        self._tips = (
            "",
            self.tr("Counting ratings"),
            self.tr("Stability of the least stable label, with 14 raters"),
            self.tr("Largest standard deviation of the votes, in levels"),
            self.tr("Two camps: 0 where all say the same, 1 where half stand at each end"),
            self.tr("Largest distance from what the model says, in levels"),
        )

    def set_list(self, shown: DisputeList) -> None:
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        if self.shown is None or (parent is not None and parent.isValid()):
            return 0
        return len(self.shown.roi_ids)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = self.shown
        if shown is None:
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return shown.names[row]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and int(shown.roi_ids[row]) in shown.accepted:
            return QColor(style.tokens().muted)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if column == 0:
            accepted = int(shown.roi_ids[row]) in shown.accepted
            return f"{shown.names[row]} ✓" if accepted else shown.names[row]
        if column == 1:
            return str(int(shown.votes[row]))
        value = float(shown.figures[row, column - 2])
        return "–" if isnan(value) else _FORMS[column - 2].format(value)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section] or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class DisputeTable(QTableView):
    """One ROI is chosen at a time."""

    chosen = Signal(int)
    """Id of a ROI."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._telling = True
        self._hidden = self._no_model = False
        self._model = _Disputes(self)
        self.setModel(self._model)
        self.setAccessibleName(self.tr("Disputed ROIs"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # letters are keys of the page
        self.setFont(style.tabular(self.font()))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, 6):
            self.setColumnWidth(column, max(54, self.horizontalHeader().sectionSizeHint(column)))
        self.selectionModel().currentRowChanged.connect(self._tell)

    def set_list(self, shown: DisputeList) -> None:
        """Show these ROIs; the model's column only where a model says something."""
        self._telling = False
        self._model.set_list(shown)
        self._no_model = bool(np.isnan(shown.figures[:, 3]).all())
        self.set_figures_hidden(self._hidden)
        self._telling = True

    def set_figures_hidden(self, hidden: bool) -> None:
        """Leave out the figures of the votes, for whoever has not seen those yet."""
        self._hidden = hidden
        for column in range(2, 6):
            self.setColumnHidden(column, hidden or (column == 5 and self._no_model))

    def choose(self, roi_id: int) -> None:
        """Mark the ROI that is looked at."""
        shown = self._model.shown
        found = np.flatnonzero(shown.roi_ids == roi_id) if shown is not None else ()
        self._telling = False
        if len(found):
            self.selectRow(int(found[0]))
        else:
            self.clearSelection()
        self._telling = True

    def count(self) -> int:
        """How many ROIs are listed."""
        return self._model.rowCount()

    def _tell(self, index: QModelIndex) -> None:
        shown = self._model.shown
        if self._telling and shown is not None and index.isValid():
            self.chosen.emit(int(shown.roi_ids[index.row()]))
