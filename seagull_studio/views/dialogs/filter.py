"""Chooses the ROIs that a lead looks at, and keeps the choice by a name."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from seagull_studio.state.filter_view import FilterAnswer
from seagull_studio.state.project_questions import AskFilter
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit.filter_form import FilterForm


class FilterDialog(DialogFrame):
    """All fields hold together; a saved filter holds beside them.

    Parameters
    ----------
    asked : AskFilter
        What can be chosen from, and what is asked for now.
    keeps : bool
        The fields can be kept by a name.
    alone : bool
        No other field holds beside a saved filter.
    """

    def __init__(
        self, asked: AskFilter, parent: QWidget | None = None, *, keeps: bool = True, alone: bool = False
    ) -> None:
        super().__init__(QCoreApplication.translate("FilterDialog", "Which ROIs?"), parent, width=680)
        self.form = FilterForm(asked.form, asked.view, asked.given)
        self.body.addWidget(self.form)
        self.save_as = QLineEdit()
        if keeps:
            self.add_field(
                self.tr("Save as"),
                self.save_as,
                self.tr("A name, to choose these fields again here, for handing out and for exports."),
            )
        if alone:
            self.form.take_saved_alone()
        self.add_button(self.tr("Cancel"), rejects=True)
        clear = self.add_button(self.tr("Clear"))
        clear.clicked.connect(self.form.clear)
        self.add_button(self.tr("Show these") if keeps else self.tr("Take these"), "primary", accepts=True)
        self.form.changed.connect(self._check)
        self._check()

    def answer(self) -> FilterAnswer:
        """What the person said."""
        name = self.save_as.text().strip() if self.save_as.isEnabled() else ""
        return FilterAnswer(self.form.fields(), name)

    def _check(self) -> None:
        """What is saved are the fields: a saved filter has its name already."""
        self.save_as.setEnabled(not self.form.fields().named)
