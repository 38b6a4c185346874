"""A line of a dialog that says which ROIs are meant, and lets them be chosen by the filter of everywhere."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from seagull_studio.state.filter_view import FilterFields, FilterView
from seagull_studio.state.project_questions import AskFilter
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.dialogs.filter import FilterDialog
from seagull_studio.views.dialogs.frame import run_dialog
from seagull_studio.views.kit import style
from seagull_studio.views.kit.filter_form import FilterForm


class FilterField(QWidget):
    """Shows a filter in words; the button opens its fields.

    Parameters
    ----------
    form : RatingForm
        How scales and levels are called.
    view : FilterView
        What can be chosen from.
    given : FilterFields
        Shown at first.
    alone : bool
        A saved filter is taken as it is, and no other field holds beside it.
    """

    changed = Signal()

    def __init__(
        self,
        form: RatingForm,
        view: FilterView,
        given: FilterFields,
        parent: QWidget | None = None,
        *,
        alone: bool = False,
    ) -> None:
        super().__init__(parent)
        self._form = form
        self._view = view
        self._fields = given
        self._alone = alone
        self.said = style.label("", wrap=True)
        self.choose = style.button(self.tr("Choose…"))
        self.choose.setToolTip(self.tr("Only ROIs of one source, with certain labels, rated by somebody …"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.said, 1)
        row.addWidget(self.choose)
        self.choose.clicked.connect(self._choose)
        self._say()

    def fields(self) -> FilterFields:
        """What was chosen."""
        return self._fields

    def _choose(self) -> None:
        asked = AskFilter(self._form, self._view, self._fields)
        dialog = FilterDialog(asked, self.window(), keeps=False, alone=self._alone)
        if (answer := run_dialog(dialog, FilterDialog.answer)) is not None and answer.fields != self._fields:
            self._fields = answer.fields
            self._say()
            self.changed.emit()

    def _say(self) -> None:
        form = FilterForm(self._form, self._view, self._fields, self)
        form.hide()
        self.said.setText(form.told() or self.tr("All ROIs"))
        self.choose.setAccessibleName(self.tr("Choose ROIs: {which}").format(which=self.said.text()))
        form.deleteLater()
