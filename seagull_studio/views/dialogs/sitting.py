"""Dialogs about who sits there: the lead's passphrase, and whether it is still the same person."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class PassphraseDialog(DialogFrame):
    """Takes the lead's passphrase; says why the last one was not taken."""

    def __init__(self, name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(
            QCoreApplication.translate("PassphraseDialog", "The lead's passphrase"), parent, width=460
        )
        said = self.tr("{name} is a lead of this project, and its lead role has a passphrase.")
        self.body.addWidget(style.label(said.format(name=name), wrap=True))
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        note = self.add_field(self.tr("Passphrase"), self.passphrase, sentence)
        style.set_role(note, "alert")
        forgotten = self.tr(
            "Forgotten? Whoever owns the database takes it away with:\n"
            "seagull-studio passphrase PROJECT --forgotten"
        )
        self.body.addWidget(style.label(forgotten, "small", wrap=True))
        self.add_button(self.tr("Cancel"), rejects=True)
        go = self.add_button(self.tr("Continue"), "primary", accepts=True)
        go.setEnabled(False)
        self.passphrase.textChanged.connect(lambda text: go.setEnabled(bool(text)))
        self.passphrase.setFocus()


class StillThereDialog(DialogFrame):
    """Asks after a pause whether the same person still sits there.

    Attributes
    ----------
    same : bool
        Whether it is, once the dialog was accepted.
    """

    def __init__(self, name: str, minutes: int, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("StillThereDialog", "Is this still {name}?")
        super().__init__(title.format(name=name), parent, width=460)
        self.same = False
        said = self.tr(
            "Nothing was touched for {minutes} minutes. What was begun is still there; ratings given from "
            "now on are stored under the name of whoever sits here."
        )
        self.body.addWidget(style.label(said.format(minutes=minutes), wrap=True))
        self.other = self.add_button(self.tr("Somebody else…"), accepts=True)
        self.still = self.add_button(self.tr("It is still {name}").format(name=name), "primary")
        self.still.clicked.connect(self._go_on)

    def _go_on(self) -> None:
        self.same = True
        self.accept()
