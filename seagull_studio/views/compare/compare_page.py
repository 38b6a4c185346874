"""How one's own ratings compare: the ROIs that differ, the picture, and both levels of each scale."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from seagull_studio.state.compare_view import ComparedRoi, CompareView
from seagull_studio.views.canvas import Canvas
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.sorted_table import Column, SortedTable


class ComparePage(QWidget):
    """Shows what it is told."""

    roi_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        self._said = style.label("", "muted", wrap=True)
        self.table = SortedTable(
            self.tr("ROIs on which you and the label differ"),
            (
                Column(self.tr("ROI"), lambda row: row.name),
                Column(self.tr("Levels"), lambda row: str(row.distance), lambda row: row.distance),
                Column(self.tr("Differs on"), lambda row: row.differing),
            ),
            lambda row: row.roi_id,
            stretch=2,
        )
        self.table.chosen.connect(self.roi_chosen.emit)
        self.canvas = Canvas()
        self.canvas.set_mode("rate")
        self._name = ElidedLabel("", "strong")
        self.scales = SortedTable(
            self.tr("Your level and that of the label"),
            (
                Column("", lambda row: "≠" if row.differs else ""),
                Column(self.tr("Scale"), lambda row: row.title),
                Column(self.tr("You"), lambda row: row.own),
                Column(self.tr("Label"), lambda row: row.label),
            ),
            lambda row: row.title,
            stretch=1,
        )
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(_column(self.table))
        split.addWidget(_column(self._name, self.canvas))
        split.addWidget(_column(self.scales))
        split.setSizes([360, 460, 380])
        for at, share in enumerate((3, 4, 3)):
            split.setStretchFactor(at, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(style.label(self.tr("How my ratings compare"), "display"))
        layout.addWidget(self._said)
        layout.addWidget(split, 1)
        self.set_chosen(None)

    def set_list(self, view: CompareView) -> None:
        """Show these ROIs; whichever is chosen stays so."""
        self._said.setText(view.said)
        self.table.set_records(view.rois)

    def set_chosen(self, one: ComparedRoi | None) -> None:
        """Show both levels of each scale; None for no ROI."""
        self._name.setText("" if one is None else one.name)
        self.scales.set_records(() if one is None else one.scales)
        if one is not None:
            self.table.choose(one.roi_id)

    def said(self) -> str:
        """What stands above the list."""
        return self._said.text()


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(4, 0, 4, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part, isinstance(part, (Canvas, SortedTable)))
    return made
