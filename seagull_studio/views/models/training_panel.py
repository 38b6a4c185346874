"""Below the line of a finetuning job: its curves while it works, and what it came to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.state.training_view import TrainingView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.line_chart import LineChart
from seagull_studio.views.kit.tables import NumberTable

CHARTS = 5


class TrainingPanel(QWidget):
    """Told a `TrainingView` whenever there is more to see."""

    predict_requested = Signal()
    report_requested = Signal()

    def __init__(self, *, open_at_once: bool) -> None:
        super().__init__()
        self._view = TrainingView()
        self._open = open_at_once
        self.warning = style.label("", "alert", wrap=True)
        self.charts = [LineChart() for _ in range(CHARTS)]
        self._grid = QWidget()
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for at, chart in enumerate(self.charts):
            grid.addWidget(chart, at // 2, at % 2)
        self.now = style.label("", "small")
        self.now.setFont(style.tabular(self.font()))
        self.table = NumberTable(
            [self.tr("On the test images"), self.tr("This model"), "", self.tr("Attainable")]
        )
        self.table.setAccessibleName(self.tr("Evaluation on the test images"))
        self.note = style.label("", "small", wrap=True)
        self.predict = style.button(self.tr("Predict all ROIs"))
        self.predict.setToolTip(
            self.tr(
                "The next job: afterwards it is a model of this project, and can be chosen for the pre-fill."
            )
        )
        self.predict.clicked.connect(self.predict_requested)
        self.report = style.button(self.tr("Open the report"))
        self.report.clicked.connect(self.report_requested)
        self.curves = style.button("", "link")
        self.curves.clicked.connect(self._toggle)
        self._lay_out()
        self._show(self._view)

    def set_view(self, view: TrainingView) -> None:
        """Show the training as it is now; called at each poll."""
        if view != self._view:
            self._show(view)

    def _show(self, view: TrainingView) -> None:
        self._view = view
        self.warning.setText(view.warning)
        self.warning.setVisible(bool(view.warning))
        for chart, shown in zip(self.charts, view.charts, strict=False):
            chart.set_chart(shown)
        self.now.setText(view.now)
        self.table.horizontalHeaderItem(2).setText(view.present or self.tr("Present model"))
        self.table.set_rows([[row.name, row.own, row.present, row.attainable] for row in view.figures])
        self.table.setVisible(bool(view.figures))
        self.note.setText(view.note)
        self.note.setVisible(bool(view.note))
        self.predict.setVisible(bool(view.adapter))
        self.predict.setEnabled(not view.predicted)
        self.report.setVisible(bool(view.report))
        self._look()

    def _toggle(self) -> None:
        self._open = not self._open
        self._look()

    def _look(self) -> None:
        there = any(curve.points for chart in self._view.charts for curve in chart.curves)
        self._grid.setVisible(self._open and there)
        self.now.setVisible(self._open and there and bool(self._view.now))
        self.curves.setVisible(there)
        self.curves.setText(self.tr("Hide the curves") if self._open else self.tr("Show the curves"))

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(8)
        for button in (self.predict, self.report, self.curves):
            actions.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        actions.addStretch(1)
        actions.addWidget(self.now)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.warning)
        column.addWidget(self._grid)
        column.addWidget(self.table)
        column.addWidget(self.note)
        column.addLayout(actions)
