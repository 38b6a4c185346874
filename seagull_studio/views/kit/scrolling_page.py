"""What the pages of cards share: a column that scrolls, and cards with a heading."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from seagull_studio.views.kit import style

WIDEST = 1080
"""Lines longer than this are hard to read."""


class ScrollingPage(QWidget):
    """A page whose `column` of cards scrolls and stays in the middle of a wide window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        body = QWidget()
        body.setMaximumWidth(WIDEST)
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(32, 24, 32, 24)
        self.column.setSpacing(16)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(body, 100)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidget(centre)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        centre.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)


class SectionCard(QFrame):
    """A card with a heading and a `body` for what follows.

    Parameters
    ----------
    title : str
        The heading.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setAccessibleName(title)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(style.label(title, "heading"), 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 16)
        self.body.setSpacing(8)
        self.body.addLayout(self._head)

    def add_action(self, button: QAbstractButton) -> None:
        """Put a button at the right end of the heading's line."""
        self._head.addWidget(button)


class WheelGuard(QObject):
    """Leaves the wheel to the page, so that scrolling past a field never changes it."""

    def __init__(self, *fields: QWidget) -> None:
        super().__init__(fields[0])
        for field in fields:
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the wheel from a field that does not have the keyboard."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
