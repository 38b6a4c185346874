"""Asks for some whole numbers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from seagull_studio.state.questions import AskNumbers
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class NumbersDialog(DialogFrame):
    """One field for each number.

    Parameters
    ----------
    asked : AskNumbers
        What is asked, and what is proposed.
    """

    def __init__(self, asked: AskNumbers, parent: QWidget | None = None) -> None:
        super().__init__(asked.title, parent, width=460)
        self.body.addWidget(style.label(asked.sentence, wrap=True))
        self.fields = [style.spin_box(one.lowest, one.highest, one.value) for one in asked.fields]
        for one, field in zip(asked.fields, self.fields, strict=True):
            self.add_field(one.name, field)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(asked.action, "primary", accepts=True)
        self.fields[0].setFocus()

    def numbers(self) -> tuple[int, ...]:
        """What stands in the fields."""
        return tuple(field.value() for field in self.fields)
