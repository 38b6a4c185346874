"""A thin strip that says what is being waited for."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from seagull_studio.views.kit import style


class BusyBar(QWidget):
    """Text and a bar without an end. Its room is kept while it is empty, so that nothing jumps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = style.label("", "small")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(96)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addWidget(self._bar)
        layout.addWidget(self._text, 1)
        self.setFixedHeight(24)
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Say what is being waited for; "" for nothing."""
        self._text.setText(text)
        self._bar.setVisible(bool(text))

    def text(self) -> str:
        """What is being waited for."""
        return self._text.text()
