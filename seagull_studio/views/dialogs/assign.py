"""The dialog that plans who rates what, and takes back what nobody has begun."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QSpinBox, QTableWidgetItem, QWidget

from seagull_studio.state.assign_view import AssignAction, AssignAnswer, AssignFields, AssignView
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.dialogs.filter_field import FilterField
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable

_MOST = 1_000_000


class AssignDialog(DialogFrame):
    """Shows what handing out would come to. Accepted means: do what `answer` says next.

    Parameters
    ----------
    view : AssignView
        What it would come to, and what can be said about it.
    form : RatingForm
        How scales and levels are called.
    """

    def __init__(self, view: AssignView, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("AssignDialog", "Hand out ROIs"), parent, width=640)
        self._view = view
        self._action: AssignAction = "assign"
        given = view.fields
        self.raters = self._number(given.raters, self.tr("as wanted"), 1000)
        self.rois = self._number(given.rois, self.tr("all"))
        self.load = self._number(given.load, self.tr("no limit"))
        self.among = FilterField(form, view.choices, given.among)
        self._lay_out(
            (
                (self.tr("Annotators per ROI"), self.raters),
                (self.tr("At most so many ROIs"), self.rois),
                (self.tr("To rate for each, at most"), self.load),
                (self.tr("Which ROIs"), self.among),
            )
        )
        self.people = NumberTable([self.tr("Annotator"), self.tr("Would get"), self.tr("Then to rate")])
        self.people.setAccessibleName(self.tr("Annotators"))
        self._show_people()
        self.body.addSpacing(8)
        self.body.addWidget(self.people)
        self._said = style.label("\n".join(view.sentences), wrap=True)
        self.body.addWidget(self._said)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.back = self.add_button(self.tr("Take back…"))
        self.back.setToolTip(self.tr("What the chosen people were handed and have not rated yet"))
        self.back.clicked.connect(lambda: self._next("take back"))
        self.look = self.add_button(self.tr("Preview"))
        self.look.clicked.connect(lambda: self._next("look"))
        self._go = self.add_button(self.tr("Hand out"), "primary", accepts=True)
        for made in (self.raters, self.rois, self.load):
            made.valueChanged.connect(lambda _: self._check())
        self.among.changed.connect(self._check)
        self.people.itemChanged.connect(lambda _: self._check())
        self._check()

    def answer(self) -> AssignAnswer:
        """What the person wants next."""
        return AssignAnswer(self._action, self.fields())

    def fields(self) -> AssignFields:
        """What the person said."""
        return AssignFields(
            people=self._chosen(),
            raters=self.raters.value(),
            rois=self.rois.value(),
            load=self.load.value(),
            among=self.among.fields(),
        )

    def _show_people(self) -> None:
        rows = self._view.rows
        self.people.set_rows([[one.name, f"{one.more:,}", f"{one.open:,}"] for one in rows], most_shown=8)
        for line, one in enumerate(rows):
            item = self._person(line)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            there = one.name in self._view.fields.people
            item.setCheckState(Qt.CheckState.Checked if there else Qt.CheckState.Unchecked)

    def _person(self, line: int) -> QTableWidgetItem:
        return self.people.item(line, 0)

    def _chosen(self) -> tuple[str, ...]:
        items = [self._person(line) for line in range(self.people.rowCount())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _lay_out(self, fields: Sequence[tuple[str, QWidget]]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place, (title, made) in enumerate(fields):
            name = style.label(title, "muted")
            name.setBuddy(made)
            made.setAccessibleName(title)
            grid.addWidget(name, place, 0)
            grid.addWidget(made, place, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)

    def _number(self, value: int, none: str, most: int = _MOST) -> QSpinBox:
        made = style.spin_box(0, most, value)
        made.setSpecialValueText(none)
        return made

    def _next(self, action: AssignAction) -> None:
        self._action = action
        self.accept()

    def _check(self) -> None:
        now = self.fields()
        changed = now != self._view.fields
        self._said.setEnabled(not changed)
        self.look.setEnabled(changed)
        self.back.setEnabled(bool(now.people))
        self._go.setEnabled(not changed and self._view.assigned > 0)
