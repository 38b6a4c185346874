"""What the model said of the ROI just rated: shown after submitting, below the rating panel."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from seagull_studio.views.kit import style

SAMPLE = "Ag质\nAg质"
"""Two lines: Chinese ones are higher."""


class RevealStrip(QFrame):
    """Two lines whose room is kept while they are empty, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._label = style.label("", "small", wrap=True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.addWidget(self._label)
        self.setMinimumWidth(120)
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Show `text`, such as "The model said: quality fair, importance high."; "" for nothing."""
        self._text = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setProperty("surface", "notice" if text else "")
        style.repolish(self)
        self.setFixedHeight(self._height_of(SAMPLE) + 12)
        self._fit()

    def text(self) -> str:
        """All of the text, also what is cut for want of room."""
        return self._text

    def shown(self) -> str:
        """The text as it is seen."""
        return self._label.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height now: the style's font is there only once the strip is shown."""
        super().showEvent(event)
        self.ensurePolished()
        self._label.ensurePolished()
        self.set_text(self._text)

    def _fit(self) -> None:
        # Character by character: not every language puts spaces between its words.
        kept = len(self._text)
        if not self._fits(self._text):
            kept = bisect_left(range(len(self._text)), True, key=lambda n: not self._fits(self._cut(n))) - 1
        self._label.setText(self._cut(max(0, kept)))

    def _cut(self, kept: int) -> str:
        return self._text if kept == len(self._text) else self._text[:kept].rstrip() + "…"

    def _fits(self, text: str) -> bool:
        return self._height_of(text) <= self._height_of(SAMPLE)

    def _height_of(self, text: str) -> int:
        room = QRect(0, 0, self.width() - 24, 1000)
        return self._label.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap.value, text).height()
