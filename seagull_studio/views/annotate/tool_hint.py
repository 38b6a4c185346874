"""What the mouse and the keys do with the tool in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from seagull_studio.views.kit import style

LINES = 3


class ToolHint(QLabel):
    """A few quiet words; their room is always the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "small")
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.ensurePolished()
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 2)
        style.repolish(self)

    def set_tool(self, tool: str) -> None:
        """Say how `tool` (an id of `TOOLS`) is used."""
        after = self.tr("Tab: next mask. Ctrl+Enter accepts, Esc discards.")
        self.setText(
            {
                "select": self.tr("Click a ROI to choose it. Delete withdraws it, Z shows it one to one."),
                "click": self.tr("Left click adds, right click takes away.") + " " + after,
                "box": self.tr("Drag a box around the object.") + " " + after,
                "brush": self.tr("Drag to add; [ and ] change the radius. Ctrl+Enter accepts, Esc discards."),
                "eraser": self.tr(
                    "Drag to take away; [ and ] change the radius. Ctrl+Enter accepts, Esc discards."
                ),
                "polygon": self.tr(
                    "Click corner by corner; Enter or a double click closes the polygon, "
                    "Backspace takes the last corner back. Ctrl+Enter accepts."
                ),
                "pan": self.tr("Drag to move the picture; the wheel zooms."),
            }[tool]
        )
