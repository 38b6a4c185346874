"""A line of text that is cut with an ellipsis where there is no room, and shown whole on hovering."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)


class ElidedLabel(QLabel):
    """Never asks for more width than it gets.

    Parameters
    ----------
    role : str
        A role of the style sheet, as for `style.label`.
    mode : Qt.TextElideMode
        Where the ellipsis goes.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        """One line, as narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def is_cut(self) -> bool:
        """Whether the text is longer than the room it has."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def event(self, event: QEvent) -> bool:
        """Show the whole text on hovering, unless there is a tooltip of its own."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            QToolTip.showText(event.globalPos(), self.text() if self.is_cut() else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the beginning of the text, with an ellipsis where it is cut."""
        painter = QPainter(self)
        room = self.contentsRect()
        self.style().drawItemText(
            painter,
            room,
            self.alignment().value,
            self.palette(),
            self.isEnabled(),
            self.fontMetrics().elidedText(self.text(), self._mode, room.width()),
            self.foregroundRole(),
        )
        painter.end()


class ElidingComboBox(QComboBox):
    """A chooser that cuts the name of what is chosen with an ellipsis."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as usual, with the shortened name."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        room = field.width() - 4
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
