"""The dialog of a project's settings: what annotators are asked for, their instructions, the lead role."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from seagull_studio.state.project_settings import ProjectSettingsView, SettingsAnswer
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.dialogs.instructions_editor import InstructionsEditor
from seagull_studio.views.kit import style
from seagull_studio.views.kit.segmented import Segmented

MARKERS: Final = ("everybody", "leads")
POLICIES: Final = ("off", "prefill", "reveal")
FIELD_WIDTH: Final = 220


class ProjectSettingsDialog(DialogFrame):
    """Shows settings as they stand; `answer` has what was changed."""

    def __init__(
        self, view: ProjectSettingsView, begun: SettingsAnswer | None = None, parent: QWidget | None = None
    ) -> None:
        title = QCoreApplication.translate("ProjectSettingsDialog", "Project settings")
        super().__init__(title, parent, width=760)
        self._view = view
        self._shown = {**view.values, **(begun.changes if begun is not None else {})}
        self.fields: dict[str, QWidget] = {}
        self.instructions = InstructionsEditor(view.instructions)
        if begun is not None and begun.instructions is not None:
            self.instructions.go_on_with(begun.instructions)
        parts = (
            (self.tr("Project"), self._project_part()),
            (self.tr("Rating"), self._rating_part()),
            (self.tr("Checks"), self._checks_part()),
            (self.tr("Instructions"), self.instructions),
            (self.tr("Lead role"), self._lead_part()),
        )
        self.parts = Segmented([(name, "") for name, _ in parts], title, self)
        self._pages = QStackedWidget()
        for _, part in parts:
            self._pages.addWidget(part)
        self.parts.chosen.connect(self._pages.setCurrentIndex)
        self.parts.set_current(0)
        self.body.addWidget(self.parts)
        self.body.addWidget(self._pages, 1)
        self.add_button(self.tr("Cancel"), rejects=True)
        self._save = self.add_button(self.tr("Save"), "primary", accepts=True)
        self._check()
        self.fields["name"].setFocus()

    def show_part(self, at: int) -> None:
        """Show one part: 0 project, 1 rating, 2 checks, 3 instructions, 4 lead role."""
        self.parts.set_current(at)
        self._pages.setCurrentIndex(at)

    def answer(self) -> SettingsAnswer:
        """What is to be changed."""
        values = {name: self._value(name) for name in self._view.values}
        changes = {name: value for name, value in values.items() if value != self._view.values[name]}
        passphrase = "" if self.no_passphrase.isChecked() else self.passphrase.text() or None
        return SettingsAnswer(changes, self.instructions.changed_page(), passphrase)

    def complaint(self) -> str:
        """The one thing that is wrong now, "" when all is well."""
        if not self._value("name").strip():
            return self.tr("Give the project a name.")
        first, second = self.passphrase.text(), self.again.text()
        if first and len(first) < self._view.shortest_passphrase:
            least = self._view.shortest_passphrase
            return self.tr("A passphrase has at least {least} characters.").format(least=least)
        if first != second:
            return self.tr("The two passphrases differ.")
        return ""

    def _project_part(self) -> QWidget:
        part, grid = self._grid()
        name = QLineEdit(self._shown["name"])
        name.textChanged.connect(self._check)
        self._add(grid, "name", self.tr("Name"), name)
        note = self.tr("More opens places on every ROI; fewer closes those that nobody has taken.")
        self._add(
            grid, "raters_wanted", self.tr("Ratings wanted of each ROI"), self._number("raters_wanted"), note
        )
        note = self.tr("Smaller masks are refused when marking and importing.")
        area = self._number("min_roi_area")
        area.setSuffix(self.tr(" px"))
        self._add(grid, "min_roi_area", self.tr("Smallest ROI"), area, note)
        markers = (self.tr("Everybody"), self.tr("Leads only"))
        self._add(
            grid, "who_may_mark", self.tr("Who may mark ROIs"), self._choice("who_may_mark", MARKERS, markers)
        )
        seed = style.label(str(self._view.seed))
        note = self.tr("Of all drawn orders; it stays as the project was made.")
        self._place(grid, self.tr("Seed"), seed, note)
        return part

    def _rating_part(self) -> QWidget:
        part, grid = self._grid()
        policies = (self.tr("Not shown"), self.tr("Before rating"), self.tr("After submitting"))
        policy = self._choice("prefill_policy", POLICIES, policies)
        note = ""
        if not self._view.can_show_predictions:
            policy.setEnabled(False)
            note = self.tr("Choose a model on the Models page first.")
        self._add(grid, "prefill_policy", self.tr("A model's predictions"), policy, note)
        note = self.tr("Of each annotator's ROIs, those that stay without a suggestion.")
        self._add(grid, "control_share", self.tr("Control share"), self._share("control_share"), note)
        note = self.tr("Raters see less after half an hour; ITU-R BT.500 advises a pause.")
        self._add(
            grid,
            "reminder_minutes",
            self.tr("Remind of a pause after"),
            self._minutes("reminder_minutes"),
            note,
        )
        note = self.tr("After so long without a key or click the window asks who sits there.")
        self._add(
            grid, "idle_minutes", self.tr("Ask who sits there after"), self._minutes("idle_minutes"), note
        )
        feedback = QCheckBox(
            self.tr("Annotators may see where they and the label differ, once a ROI is done")
        )
        feedback.setChecked(self._shown["feedback"])
        self._add(grid, "feedback", self.tr("Feedback"), feedback)
        return part

    def _checks_part(self) -> QWidget:
        part, grid = self._grid()
        test = QCheckBox(self.tr("New annotators take a test before their first ROI"))
        test.setChecked(self._shown["qualification"])
        self._add(grid, "qualification", self.tr("Test"), test)
        note = self.tr("Photographs distorted at known strength; they are made when this is saved.")
        self._add(
            grid,
            "qualification_attempts",
            self.tr("Attempts"),
            self._number("qualification_attempts"),
            note,
        )
        note = self.tr("Share of the test's answers that must lie within one level of what is expected.")
        for name, title in self._pass_marks():
            self._add(grid, name, title, self._share(name), note)
            note = ""
        note = self.tr("For each ROI that they rate; annotators are not told which ones these are.")
        self._add(grid, "gold_share", self.tr("Share of gold ROIs"), self._share("gold_share"), note)
        note = self.tr("ROIs that they rated more than twenty ROIs ago, without their votes.")
        self._add(grid, "repeat_share", self.tr("Share of hidden repeats"), self._share("repeat_share"), note)
        return part

    def _pass_marks(self) -> tuple[tuple[str, str], ...]:
        return (
            ("pass_blur", self.tr("Pass mark: blur")),
            ("pass_colorfulness", self.tr("Pass mark: colorfulness")),
            ("pass_compression", self.tr("Pass mark: compression")),
            ("pass_contrast", self.tr("Pass mark: contrast")),
            ("pass_exposure", self.tr("Pass mark: exposure")),
            ("pass_noise", self.tr("Pass mark: noise")),
            ("pass_quality", self.tr("Pass mark: quality")),
            ("pass_importance", self.tr("Pass mark: importance")),
        )

    def _lead_part(self) -> QWidget:
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        said = self.tr(
            "On a machine that many use, a passphrase keeps others from acting as a lead by mistake or out "
            "of curiosity. Every lead is asked for it when signing in. It is no wall against somebody who "
            "may change the project's files."
        )
        layout.addWidget(style.label(said, wrap=True))
        there = self.tr("A passphrase is set.") if self._view.guarded else self.tr("No passphrase is set.")
        layout.addWidget(style.label(there, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for title, field in (
            (self.tr("New passphrase"), self.passphrase),
            (self.tr("Once more"), self.again),
        ):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._check)
            self._place(grid, title, field)
        layout.addLayout(grid)
        self._said = style.label("", "alert", wrap=True)
        layout.addWidget(self._said)
        self.no_passphrase = QCheckBox(self.tr("Take the passphrase away"))
        self.no_passphrase.setVisible(self._view.guarded)
        self.no_passphrase.toggled.connect(self.passphrase.setDisabled)
        self.no_passphrase.toggled.connect(self.again.setDisabled)
        layout.addWidget(self.no_passphrase)
        layout.addStretch(1)
        return part

    def _grid(self) -> tuple[QWidget, QGridLayout]:
        part = QWidget()
        outer = QVBoxLayout(part)
        outer.setContentsMargins(0, 8, 0, 0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        outer.addLayout(grid)
        outer.addStretch(1)
        return part, grid

    def _add(self, grid: QGridLayout, name: str, title: str, field: QWidget, note: str = "") -> None:
        self.fields[name] = field
        self._place(grid, title, field, note)

    def _place(self, grid: QGridLayout, title: str, field: QWidget, note: str = "") -> None:
        row = grid.rowCount()
        label: QLabel = style.label(title, "muted")
        label.setBuddy(field)
        field.setAccessibleName(title)
        grid.addWidget(label, row, 0)
        wide = isinstance(field, (QLineEdit, QCheckBox))
        if not wide:
            field.setFixedWidth(FIELD_WIDTH)
        grid.addWidget(field, row, 1, 1, 2 if wide else 1)
        if note:
            said = style.label(note, "small", wrap=True)
            grid.addWidget(said, row + 1, 1, 1, 2) if wide else grid.addWidget(said, row, 2)

    def _number(self, name: str) -> QSpinBox:
        least, most = self._view.bounds[name]
        return style.spin_box(int(least), int(most), self._shown[name])

    def _minutes(self, name: str) -> QSpinBox:
        made = self._number(name)
        made.setSuffix(self.tr(" min"))
        made.setSpecialValueText(self.tr("never"))
        return made

    def _share(self, name: str) -> QDoubleSpinBox:
        least, most = self._view.bounds[name]
        made = QDoubleSpinBox()
        made.setDecimals(1)
        made.setRange(100 * least, 100 * most)
        made.setSuffix(" %")
        made.setValue(100 * self._shown[name])
        made.lineEdit().setTextMargins(6, 0, 0, 0)
        return made

    def _choice(self, name: str, values: tuple[str, ...], texts: tuple[str, ...]) -> QComboBox:
        made = QComboBox()
        for value, text in zip(values, texts, strict=True):
            made.addItem(text, value)
        made.setCurrentIndex(values.index(self._shown[name]))
        return made

    def _value(self, name: str) -> Any:
        field = self.fields[name]
        if isinstance(field, QLineEdit):
            return field.text()
        if isinstance(field, QComboBox):
            return field.currentData()
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, QDoubleSpinBox):
            share = field.value() / 100
            before = self._shown[name]
            # What was typed elsewhere with more digits is not changed by being shown with fewer.
            return before if abs(share - before) < 0.0005 else round(share, 3)
        assert isinstance(field, QSpinBox)
        return field.value()

    def _check(self) -> None:
        complaint = self.complaint()
        self._said.setText(complaint)
        self._said.setVisible(bool(complaint))
        self._save.setEnabled(not complaint)
