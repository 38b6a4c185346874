"""What came of something long: a sentence, what is good to know, and the way to the folder it made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.dialogs.messages import open_place
from seagull_studio.views.kit import style

MOST_LINES = 2000


class ResultDialog(DialogFrame):
    """A heading, one sentence, and any number of lines that can be copied."""

    def __init__(
        self,
        title: str,
        sentence: str,
        lines: Sequence[str] = (),
        folder: str = "",
        parent: QWidget | None = None,
        *,
        action: str = "",
    ) -> None:
        super().__init__(title, parent, width=560)
        self.body.addWidget(style.label(sentence, wrap=True))
        if lines:
            text = QPlainTextEdit("\n".join(lines[:MOST_LINES]))
            text.setReadOnly(True)
            text.setTabChangesFocus(True)
            text.setAccessibleName(self.tr("Details"))
            text.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            text.setMinimumHeight(160)
            self.body.addWidget(text, 1)
        if folder:
            show = self.add_button(self.tr("Show the folder"))
            show.clicked.connect(lambda: open_place(self, folder))
        close = self.add_button(action or self.tr("Close"), "primary", accepts=True)
        close.setFocus()

    def reject(self) -> None:
        """Closing it in any way is having read it."""
        self.accept()


def show_result(
    parent: QWidget | None, title: str, sentence: str, lines: Sequence[str] = (), folder: str = ""
) -> None:
    """Show it without stopping anything; it goes when it is closed."""
    dialog = ResultDialog(title, sentence, lines, folder, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
