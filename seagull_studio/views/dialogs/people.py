"""Dialogs about people: who is one person, who is meant by a name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class MergeDialog(DialogFrame):
    """Asks which other annotator is the same person."""

    def __init__(self, name: str, others: Sequence[str], parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("MergeDialog", "Who is {name} too?")
        super().__init__(title.format(name=name), parent, width=460)
        said = self.tr(
            "What was rated under the other name becomes {name}'s. Where both have rated a ROI the newest "
            "vote counts, and labels see one rater. Undo merge takes it back."
        )
        self.body.addWidget(style.label(said.format(name=name), wrap=True))
        self.other = QComboBox()
        self.other.addItems(list(others))
        self.add_field(self.tr("The other name"), self.other)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(self.tr("Merge"), "primary", accepts=True)


class UnmergeDialog(DialogFrame):
    """Asks which of the names that were merged is to be an annotator again."""

    def __init__(self, name: str, others: Sequence[str], parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("UnmergeDialog", "Undo a merge of {name}?")
        super().__init__(title.format(name=name), parent, width=460)
        said = self.tr("The other name is an annotator again, with what was rated under it before the merge.")
        self.body.addWidget(style.label(said, wrap=True))
        self.other = QComboBox()
        self.other.addItems(list(others))
        self.add_field(self.tr("The other name"), self.other)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(self.tr("Undo merge"), "primary", accepts=True)


class SamePersonDialog(DialogFrame):
    """Asks whether a new name is that of somebody who is there. Accepted means: `name` says who it is.

    Attributes
    ----------
    name : str
        The annotator who is there, or "" for another person.
    """

    def __init__(self, typed: str, near: Sequence[str], parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("SamePersonDialog", "Is this {name}?")
        super().__init__(title.format(name=near[0]), parent, width=460)
        self.name = ""
        said = self.tr(
            "“{typed}” is nearly the name of {names}, but for case, blanks or characters that cannot be seen."
        )
        names = ", ".join(f"“{name}”" for name in near)
        self.body.addWidget(style.label(said.format(typed=typed, names=names), wrap=True))
        self.add_button(self.tr("Cancel"), rejects=True)
        self.another = self.add_button(self.tr("Another person"))
        self.another.clicked.connect(lambda: self._choose(""))
        for place, name in enumerate(near):
            made = self.add_button(self.tr("It is {name}").format(name=name), "" if place else "primary")
            made.clicked.connect(lambda _=False, name=name: self._choose(name))

    def _choose(self, name: str) -> None:
        self.name = name
        self.accept()
