"""Asks why something is not to count."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class ReasonDialog(DialogFrame):
    """A field for the reason; nothing is done without one.

    Parameters
    ----------
    title, said : str
        What is asked, and what it comes to.
    action : str
        On the button that does it.
    danger : bool
        Whether something does not count from then on.
    """

    def __init__(
        self, title: str, said: str, action: str, parent: QWidget | None = None, *, danger: bool = True
    ) -> None:
        super().__init__(title, parent, width=460)
        self.body.addWidget(style.label(said, wrap=True))
        self.reason = QLineEdit()
        if danger:
            self.add_field(self.tr("Reason"), self.reason, self.tr("It is kept with the ratings in exports."))
        else:
            self.add_field(self.tr("Note"), self.reason, self.tr("It is kept in the audit trail."))
        self.add_button(self.tr("Cancel"), rejects=True)
        self._go = self.add_button(action, "danger" if danger else "primary", accepts=True)
        self._go.setDefault(True)  # also of a dangerous one: there is no reason yet that Enter could take
        self._go.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self._go.setEnabled(bool(text.strip())))
        self.reason.setFocus()
