"""A chart as a file: a small button beside it, and the same in its context menu."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from seagull_studio.state.figure_view import AnyFigure
from seagull_studio.views.kit.icons import IconButton


class Chart(Protocol):
    """What can be saved."""

    def figure(self) -> AnyFigure | None:
        """What is shown; None while nothing is."""


class FigureButton(IconButton):
    """Says what is to be saved.

    Parameters
    ----------
    chart : QWidget
        A `Chart`. Its context menu is this.
    """

    wanted = Signal(object)
    """`AnyFigure`, or None while the chart shows nothing."""

    def __init__(self, chart: QWidget, parent: QWidget | None = None) -> None:
        super().__init__("export", "", parent, inverts=False)
        self._chart = chart
        said = self.tr("Save figure…")
        self.setToolTip(said)
        self.setAccessibleName(f"{said} {chart.accessibleName()}".strip())
        self.clicked.connect(self._tell)
        action = QAction(said, chart)
        action.triggered.connect(self._tell)
        chart.addAction(action)
        chart.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _tell(self) -> None:
        self.wanted.emit(self._chart.figure())
