"""A strip above the pages: one sentence that stays in sight, such as "simulated annotators"."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconButton


class Banner(QFrame):
    """Hidden while it has nothing to say."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Banner")
        self._text = ElidedLabel("", "small")
        self._dismiss = IconButton("close", self.tr("Dismiss"))
        self._dismiss.setIconSize(QSize(12, 12))
        self._dismiss.setFixedSize(22, 22)
        self._dismiss.clicked.connect(self._on_dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 6, 2)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._dismiss)
        self.setFixedHeight(27)
        self.hide()

    def say(self, sentence: str, kind: str = "note", *, dismissable: bool = True) -> None:
        """Show `sentence`; `kind` is ``"note"`` or ``"alert"``; "" hides the strip."""
        self._text.setText(sentence)
        self.setProperty("kind", kind)
        style.repolish(self)
        self._dismiss.setVisible(dismissable)
        self.setVisible(bool(sentence))

    def add(self, *sentences: str) -> None:
        """Show more sentences beside those that were not dismissed yet."""
        if sentences:
            before = (self.text,) if self.text else ()
            self.say(" ".join((*before, *sentences)), "alert")

    @property
    def text(self) -> str:
        return self._text.text() if not self.isHidden() else ""

    def _on_dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()
