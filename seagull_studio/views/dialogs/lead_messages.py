"""A message of a lead: written, and read."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class WriteMessageDialog(DialogFrame):
    """A field for the text; there is none without."""

    def __init__(self, name: str, longest: int, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("WriteMessageDialog", "Message to {name}")
        super().__init__(title.format(name=name), parent, width=520)
        self._longest = longest
        said = self.tr(
            "It is shown when they next sit down, or in a moment where they sit there now, and stays visible "
            "here with when it was read."
        )
        self.body.addWidget(style.label(said, wrap=True))
        self.text = _page()
        self.text.setTabChangesFocus(True)
        self._note = self.add_field(self.tr("Text"), self.text, self.tr("Plain text."))
        self.add_button(self.tr("Cancel"), rejects=True)
        self._go = self.add_button(self.tr("Leave the message"), "primary", accepts=True)
        self.text.textChanged.connect(self._check)
        self._check()
        self.text.setFocus()

    def _check(self) -> None:
        length = len(self.text.toPlainText().strip())
        self._go.setEnabled(0 < length <= self._longest)
        if length > self._longest:
            said = self.tr("At most {most:,} characters; these are {length:,}.")
            self._note.setText(said.format(most=self._longest, length=length))
        else:
            self._note.setText(self.tr("Plain text."))


class MessageDialog(DialogFrame):
    """Shows one message. Enter alone does not close it: whoever is rating may be typing just then."""

    def __init__(self, by: str, at: str, text: str, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("MessageDialog", "A message from {name}")
        super().__init__(title.format(name=by), parent, width=520)
        self.body.addWidget(style.label(at, "small"))
        self.text = _page()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setPlainText(text)
        self.text.setAccessibleName(self.windowTitle())
        self.body.addWidget(self.text, 1)
        self.later = self.add_button(self.tr("Show it again next time"), rejects=True)
        self.read = self.add_button(self.tr("I have read it"), accepts=True)
        self.text.setFocus()


def _page() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setMinimumHeight(140)
    return made
