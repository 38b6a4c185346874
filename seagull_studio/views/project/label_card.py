"""Turning ratings into labels: the policy, and what the last run gave."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.state.project_view import LabelSummary, PolicyView
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.tables import NumberTable
from seagull_studio.views.project.coverage_chart import BarChart


class LabelCard(QFrame):
    """Chooses a policy and shows the summary of a label run."""

    aggregate_requested = Signal(str, int)
    """Name of the policy, and the least number of raters."""
    runs_requested = Signal()
    """The stored label runs are wanted."""

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._form = form
        self._policies: tuple[PolicyView, ...] = ()
        self._policy = QComboBox()
        self._policy.setMinimumWidth(220)
        self._policy.setAccessibleName(self.tr("Policy"))
        self._policy.currentIndexChanged.connect(self._describe)
        self._proposed = 7
        self._raters = style.spin_box(1, 99, self._proposed)
        self._raters.setMinimumWidth(72)
        self._raters.setAccessibleName(self.tr("Ratings needed"))
        go = ActionButton("aggregate", self.tr("Aggregate"))
        go.clicked.connect(self._ask)
        self._said = style.label("", "small", wrap=True)
        self._result = style.label("", wrap=True)
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(style.label(self.tr("Policy")))
        choices.addWidget(self._policy)
        choices.addSpacing(8)
        choices.addWidget(style.label(self.tr("Ratings needed")))
        choices.addWidget(self._raters)
        choices.addStretch(1)
        choices.addWidget(go)
        self._runs = style.button(self.tr("Label runs…"))
        self._runs.clicked.connect(self.runs_requested)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self._result, 1)
        last.addWidget(self._runs)
        self._bars = {name: BarChart() for name in ("quality", "importance")}
        charts = QHBoxLayout()
        charts.setSpacing(24)
        for row in form.rows:
            if row.name in self._bars:
                column = QVBoxLayout()
                column.addWidget(style.label(row.title, "muted"))
                column.addWidget(self._bars[row.name])
                charts.addLayout(column)
        self._table = NumberTable(
            [self.tr("Distortion"), self.tr("Present"), self.tr("Ties"), self.tr("Thin severities")]
        )
        note = self.tr(
            "Tie: exactly half of the votes say non-existent; it counts as present. "
            "Thin: the severity rests on fewer than three votes, which takes a ROI of four ratings or fewer."
        )
        self._details = QWidget()
        details = QVBoxLayout(self._details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(8)
        details.addLayout(charts)
        details.addWidget(self._table)
        details.addWidget(style.label(note, "small", wrap=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(style.label(self.tr("Labels"), "heading"))
        layout.addLayout(choices)
        layout.addWidget(self._said)
        layout.addLayout(last)
        layout.addWidget(self._details)
        self.set_summary(None)

    def set_policies(self, policies: Sequence[PolicyView]) -> None:
        """Offer these policies, the first as the default."""
        self._policies = tuple(policies)
        self._policy.clear()
        self._policy.addItems([policy.title for policy in policies])

    def set_raters(self, raters: int) -> None:
        """Propose the least number of raters; what somebody chose stays until it is another one."""
        if raters != self._proposed:
            self._proposed = raters
            self._raters.setValue(raters)

    def set_summary(self, summary: LabelSummary | None) -> None:
        """Show what a label run gave; None before the first."""
        self._details.setVisible(summary is not None)
        if summary is None:
            self._result.setText(self.tr("No label run yet."))
            return
        text = self.tr(
            "{labelled} labelled, {insufficient} insufficient (policy {policy}, at least {n}; {when})."
        )
        self._result.setText(
            text.format(
                labelled=f"{summary.labelled:,}",
                insufficient=f"{summary.insufficient:,}",
                policy=summary.policy,
                n=summary.min_raters,
                when=summary.created_at,
            )
        )
        levels = {"quality": summary.quality_levels, "importance": summary.importance_levels}
        rows = []
        for row in self._form.rows:
            if row.name in levels:
                words = [level.word for level in row.levels]
                self._bars[row.name].set_bars(words, list(levels[row.name]))
                self._bars[row.name].setAccessibleName(row.title)
            else:
                counts = (summary.present, summary.ties, summary.thin)
                rows.append([row.title, *(f"{count.get(row.name, 0):,}" for count in counts)])
        self._table.set_rows(rows)

    def result_text(self) -> str:
        """The line that sums the run up."""
        return self._result.text()

    def _describe(self, index: int) -> None:
        self._said.setText(self._policies[index].description if 0 <= index < len(self._policies) else "")

    def _ask(self) -> None:
        index = self._policy.currentIndex()
        if index >= 0:
            self.aggregate_requested.emit(self._policies[index].name, self._raters.value())
