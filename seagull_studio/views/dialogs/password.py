"""The dialog that asks for the password of a database server."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class PasswordDialog(DialogFrame):
    """Says what the server wants, and takes a password that nobody can read over a shoulder."""

    def __init__(self, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("PasswordDialog", "Password"), parent, width=460)
        self.body.addWidget(style.label(sentence, wrap=True))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        note = self.tr("Kept in the keyring of this machine; where it has none, until the project is closed.")
        self.add_field(self.tr("Password"), self.password, note)
        self.add_button(self.tr("Cancel"), rejects=True)
        go = self.add_button(self.tr("Continue"), "primary", accepts=True)
        go.setEnabled(False)
        self.password.textChanged.connect(lambda text: go.setEnabled(bool(text)))
        self.password.setFocus()


def ask_password(parent: QWidget | None, sentence: str) -> str:
    """Ask; "" if the person gave none."""
    dialog = PasswordDialog(sentence, parent)
    accepted = bool(dialog.exec())
    password = dialog.password.text() if accepted else ""
    dialog.deleteLater()
    return password
