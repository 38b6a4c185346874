"""A strip above the pages: one sentence that stays in sight, such as "simulated annotators"."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class Banner(QFrame):
    """Hidden while it has nothing to say."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Banner")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._dismiss = QPushButton(self.tr("Dismiss"), self)
        self._dismiss.clicked.connect(self._on_dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._dismiss)
        self.hide()

    def say(self, sentence: str, kind: str = "note", *, dismissable: bool = True) -> None:
        """Show `sentence`; `kind` is ``"note"`` or ``"alert"``; "" hides the strip."""
        self._text.setText(sentence)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._dismiss.setVisible(dismissable)
        self.setVisible(bool(sentence))

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def _on_dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
