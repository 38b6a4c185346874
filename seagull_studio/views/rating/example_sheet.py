"""The bigger sheet of examples: all levels of the current row side by side."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RowView
from seagull_studio.views.kit import style
from seagull_studio.views.rating.scale_help import ExamplePicture

COLUMNS = 3
PICTURE = QSize(280, 210)


class ExampleSheet(QDialog):
    """A window beside the panel; the keys of the panel go on working in it."""

    closed = Signal()
    key_pressed = Signal(QKeyEvent)
    """A key for the panel."""
    instructions_requested = Signal()
    """The lab's own page is to be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle(self.tr("Examples"))
        self._title = style.label("", "title")
        self._question = style.label("", "muted")
        self._note = style.label(
            self.tr("Synthetic examples, made from photographs. Esc or F1 closes this sheet."), "small"
        )
        grid = QGridLayout()
        grid.setSpacing(16)
        self._names = [style.label("", "heading") for _ in range(6)]
        self._wordings = [style.label("", "small") for _ in range(6)]
        self._pictures = [ExamplePicture(PICTURE, self) for _ in range(6)]
        for index in range(6):
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(self._pictures[index])
            cell.addWidget(self._names[index])
            cell.addWidget(self._wordings[index])
            grid.addLayout(cell, index // COLUMNS, index % COLUMNS)
        self.instructions = style.button(self.tr("Instructions of this project…"))
        self.instructions.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.instructions.clicked.connect(self.instructions_requested)
        self.instructions.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._question)
        layout.addLayout(grid)
        foot = QHBoxLayout()
        foot.addWidget(self._note, 1)
        foot.addWidget(self.instructions)
        layout.addLayout(foot)

    def set_row(self, row: RowView) -> None:
        """Show all levels of `row`."""
        self._title.setText(row.title)
        self._question.setText(row.question)
        for index, picture in enumerate(self._pictures):
            level = row.levels[index] if index < len(row.levels) else None
            picture.set_level(level, fit=row.kind == "importance")
            picture.setVisible(level is not None)
            self._names[index].setText(f"{level.value}  {level.word}" if level else "")
            self._wordings[index].setText(level.wording if level else "")

    def show_beside(self, looked_at: QRect) -> None:
        """Show it in the corner of the screen where it covers least of what is looked at."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        size = self.frameGeometry().size()
        right, bottom = room.right() + 1 - size.width(), room.bottom() + 1 - size.height()
        corners = [
            QPoint(max(room.left(), x), max(room.top(), y))
            for x in (right, room.left())
            for y in (bottom, room.top())
        ]
        covered = [QRect(corner, size).intersected(looked_at).size() for corner in corners]
        areas = [part.width() * part.height() for part in covered]
        self.move(corners[areas.index(min(areas))])
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape, F1 and ?; hand everything else to the panel."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Question):
            self.close()
        else:
            self.key_pressed.emit(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say that the sheet is gone."""
        self.closed.emit()
        super().closeEvent(event)
