"""The page of one annotator: figures beside everybody's, and what a lead can do about them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import PersonScaleView, PersonView, Target
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.scrolling_page import WheelGuard
from seagull_studio.views.kit.sorted_table import Column, SortedTable
from seagull_studio.views.review.confusion_grid import ConfusionGrid
from seagull_studio.views.review.dots_chart import DotsChart, ResidualChart
from seagull_studio.views.review.figure_button import FigureButton


class PersonPanel(QScrollArea):
    """Shows whom it is told; empty while nobody is chosen."""

    exclude_requested = Signal()
    readmit_requested = Signal()
    repeats_requested = Signal()
    let_through_requested = Signal()
    role_chosen = Signal(str)
    message_requested = Signal()
    scale_chosen = Signal(str)
    rois_wanted = Signal(object)
    """`Target`."""
    figure_wanted = Signal(object)
    """`AnyFigure` to be saved, or None while a chart shows nothing."""

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scales = [row.name for row in form.rows]
        self._roles = ("annotator", "lead")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = style.label(self.tr("Choose somebody in the table."), "muted")
        self._body = QWidget()
        page = QWidget()
        outer = QVBoxLayout(page)
        outer.setContentsMargins(16, 0, 16, 16)
        outer.addWidget(self._empty)
        outer.addWidget(self._body)
        outer.addStretch(1)
        self.setWidget(page)
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._make_head())
        self._facts = style.label("", "muted", wrap=True)
        column.addWidget(self._facts)
        self._messages = style.label("", "small", wrap=True)
        self._messages.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self._messages)
        column.addLayout(self._make_checks())
        self._figures = QWidget()
        figures = QVBoxLayout(self._figures)
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(8)
        self.bias = DotsChart("bias", self.tr("Bias"))
        self.inconsistency = DotsChart("inconsistency", self.tr("Inconsistency"))
        figures.addLayout(
            _row(
                self._chart(self.tr("Bias, in levels"), self.bias),
                self._chart(self.tr("Inconsistency, in levels"), self.inconsistency),
            )
        )
        self.scale = QComboBox()
        self.scale.setAccessibleName(self.tr("Scale"))
        self.scale.addItems([row.title for row in form.rows])
        self.scale.setCurrentIndex(self._scales.index("quality"))
        self.scale.currentIndexChanged.connect(lambda at: self.scale_chosen.emit(self._scales[at]))
        line = QHBoxLayout()
        line.addWidget(style.label(self.tr("On the scale"), "heading"))
        line.addWidget(self.scale)
        line.addStretch(1)
        figures.addLayout(line)
        self.residuals = ResidualChart()
        figures.addWidget(
            self._chart(self.tr("Residuals in the order of their ratings, in levels"), self.residuals)
        )
        self._drift = style.label("", "small", wrap=True)
        figures.addWidget(self._drift)
        self.confusion = ConfusionGrid()
        self.confusion.clicked.connect(self.rois_wanted)
        figures.addWidget(
            self._chart(self.tr("Their votes (columns) against what the others say (rows)"), self.confusion)
        )
        self.deviant = SortedTable(
            self.tr("Most deviant ratings"),
            (
                Column(self.tr("Most deviant ROIs"), lambda row: row.name),
                Column(self.tr("Vote"), lambda row: row.own),
                Column(self.tr("Residual"), lambda row: f"{row.residual:+.2f}", lambda row: row.residual),
            ),
            lambda row: row.roi_id,
        )
        self.deviant.setMinimumHeight(180)
        self.deviant.opened.connect(lambda roi_id: self.rois_wanted.emit(Target("roi", numbers=(roi_id,))))
        figures.addWidget(self.deviant)
        column.addWidget(self._figures)
        WheelGuard(self.scale, self.role)
        self.set_person(None)
        self.set_messages(())

    def set_person(self, person: PersonView | None) -> None:
        """Show somebody; None for nobody."""
        self._body.setVisible(person is not None)
        self._empty.setVisible(person is None)
        if person is None:
            return
        self._name.setText(person.name)
        self._tag.setVisible(person.excluded)
        self.exclude.setVisible(not person.excluded)
        self.readmit.setVisible(person.excluded)
        self.role.blockSignals(True)
        self.role.setCurrentIndex(self._roles.index(person.role))
        self.role.blockSignals(False)
        self.role.setEnabled(not person.simulated)
        self._facts.setText(" · ".join(person.facts))
        self._checks.setText("\n".join(person.checks))
        self.let_through.setVisible(person.blocked)
        self._figures.setVisible(bool(person.bias))
        self.bias.set_rows(person.bias)
        self.inconsistency.set_rows(person.inconsistency)

    def set_scale(self, view: PersonScaleView | None) -> None:
        """Show one scale."""
        self.confusion.set_view(view)
        if view is not None:
            self.residuals.set_residuals(view.scale, view.residuals)
            self._drift.setText(view.drift)
            self._drift.setVisible(bool(view.drift))
            self.deviant.set_records(view.deviant)

    def set_messages(self, said: Sequence[str]) -> None:
        """What they were told, a line each, and when they read it."""
        self._messages.setText("\n".join(said))
        self._messages.setVisible(bool(said))

    def messages(self) -> str:
        """What is shown of messages to them."""
        return self._messages.text()

    def facts(self) -> str:
        """What is said of them."""
        return self._facts.text()

    def checks(self) -> str:
        """What is said of their checks."""
        return self._checks.text()

    def name(self) -> str:
        """Who is shown."""
        return "" if self._body.isHidden() else self._name.text()

    def _chart(self, title: str, chart: QWidget) -> QWidget:
        save = FigureButton(chart)
        save.wanted.connect(self.figure_wanted)
        head = QHBoxLayout()
        head.addWidget(style.label(title, "small", wrap=True), 1)
        head.addWidget(save)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(chart)
        return made

    def _make_checks(self) -> QHBoxLayout:
        self._checks = style.label("", wrap=True)
        self._checks.setAccessibleName(self.tr("Test, gold and repeats"))
        self.let_through = style.button(self.tr("Let through…"))
        self.let_through.setToolTip(self.tr("Let them rate although they have not passed the test"))
        self.let_through.clicked.connect(self.let_through_requested)
        self.repeats = style.button(self.tr("Ask for repeats…"))
        self.repeats.setToolTip(self.tr("Show them some of their ROIs again, to see how alike they rate"))
        self.repeats.clicked.connect(self.repeats_requested)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._checks, 1)
        line.addWidget(self.let_through)
        line.addWidget(self.repeats)
        return line

    def _make_head(self) -> QHBoxLayout:
        self._name = ElidedLabel("", "title")
        self._tag = style.label(self.tr("excluded"), "tag")
        self.role = QComboBox()
        self.role.setAccessibleName(self.tr("Role"))
        self.role.addItems([self.tr("annotator"), self.tr("lead")])
        self.role.activated.connect(lambda at: self.role_chosen.emit(self._roles[at]))
        self.exclude = style.button(self.tr("Exclude…"), "danger")
        self.exclude.clicked.connect(self.exclude_requested)
        self.readmit = style.button(self.tr("Readmit…"))
        self.readmit.clicked.connect(self.readmit_requested)
        self.message = style.button(self.tr("Message…"))
        self.message.setToolTip(self.tr("Shown when they next sit down"))
        self.message.clicked.connect(self.message_requested)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._name, 1)
        for widget in (self._tag, self.role, self.message, self.exclude, self.readmit):
            line.addWidget(widget)
        return line


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row
