"""Charts that are painted, hovered, clicked, and walked through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from seagull_studio.views.kit import style


@dataclass(frozen=True, slots=True)
class Spot:
    """Something in a chart that can be clicked."""

    area: QRectF
    said: str
    """On hovering, and for screen readers."""
    leads_to: object


class ClickableChart(QWidget):
    """Subclasses paint in `paint` and say in `spots` what lies where."""

    clicked = Signal(object)
    """What the spot leads to."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = -1
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def spots(self) -> Sequence[Spot]:
        """What can be clicked, at the present size."""
        raise NotImplementedError

    def paint(self, painter: QPainter) -> None:
        """Paint the chart in the present colours."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart, and where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.tabular(self.font(), 12))
        self.paint(painter)
        spots = self.spots()
        if self.hasFocus() and 0 <= self._at < len(spots):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.tokens().focus, 2))
            painter.drawRoundedRect(spots[self._at].area.adjusted(-2, -2, 2, 2), 4, 4)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        found = self._under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say what was clicked."""
        found = self._under(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(found.leads_to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from spot to spot, Enter and Space click."""
        spots = self.spots()
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        by = step.get(Qt.Key(event.key()))
        if by is not None and spots:
            self._at = max(0, min(self._at + by, len(spots) - 1))
            self._say(spots[self._at])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Space) and 0 <= self._at < len(spots):
            self.clicked.emit(spots[self._at].leads_to)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first spot."""
        super().focusInEvent(event)
        self._at = max(self._at, 0)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say on hovering what lies there."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._under(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), found.said if found is not None else "", self)
            return True
        return super().event(event)

    def _say(self, spot: Spot) -> None:
        self.setAccessibleDescription(spot.said)
        self.update()

    def _under(self, point: QPointF) -> Spot | None:
        return next((spot for spot in reversed(self.spots()) if spot.area.contains(point)), None)
