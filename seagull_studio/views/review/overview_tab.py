"""The figures of the whole project; what is clicked leads to the ROIs behind it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from seagull_studio.state.review_view import PaceView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.scrolling_page import ScrollingPage, SectionCard
from seagull_studio.views.review.alpha_chart import AlphaChart
from seagull_studio.views.review.coverage_bars import CoverageBars
from seagull_studio.views.review.figure_button import FigureButton
from seagull_studio.views.review.firm_chart import FirmChart
from seagull_studio.views.review.reach_chart import ReachChart


class OverviewTab(ScrollingPage):
    """Cards; each is filled as soon as its figures are there."""

    rois_wanted = Signal(object)
    """`Target`."""
    more_requested = Signal()
    figure_wanted = Signal(object)
    """`AnyFigure` to be saved, or None while a chart shows nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column.setContentsMargins(32, 8, 32, 24)
        self.alphas = AlphaChart()
        self.firm = FirmChart()
        self.coverage = CoverageBars()
        self.reach = ReachChart()
        self._firm_note = style.label("", "small", wrap=True)
        self.more = ActionButton("add", self.tr("More raters where they matter…"))
        self.more.clicked.connect(self.more_requested)
        for chart in (self.alphas, self.firm, self.coverage, self.reach):
            chart.clicked.connect(self.rois_wanted)
        self.column.addWidget(self._make_progress())
        self.column.addLayout(
            _beside(
                self._card(
                    self.tr("Agreement"),
                    self.alphas,
                    _note(
                        self.tr(
                            "Dots are Krippendorff's alpha, bars its 95 % interval; a click shows the ROIs."
                        )
                    ),
                ),
                self._card(
                    self.tr("Stability"),
                    self.firm,
                    self._firm_note,
                ),
            )
        )
        self.column.addLayout(
            _beside(
                self._card(self.tr("ROIs by number of ratings"), self.coverage),
                self._card(
                    self.tr("Attainable correlation"),
                    self.reach,
                    _note(self.tr("More than this no model can reach against labels of these raters.")),
                ),
            )
        )
        self.column.addStretch(1)

    def set_firm_note(self, text: str) -> None:
        """Say what firm means."""
        self._firm_note.setText(text)

    def set_pace(self, pace: PaceView) -> None:
        """Show progress against the plan."""
        self._headline.setText(pace.headline)
        self._sentence.setText(pace.sentence)
        self._bar.setValue(round(1000 * pace.share))

    def pace_text(self) -> str:
        """What is said of the progress."""
        return f"{self._headline.text()}\n{self._sentence.text()}"

    def _make_progress(self) -> SectionCard:
        card = SectionCard(self.tr("Progress"))
        card.add_action(self.more)
        self._headline = style.label("", "strong")
        self._sentence = style.label("", "muted", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        card.body.addWidget(self._headline)
        card.body.addWidget(self._bar)
        card.body.addWidget(self._sentence)
        return card

    def _card(self, title: str, chart: QWidget, note: QLabel | None = None) -> SectionCard:
        card = _card(title, chart, note)
        save = FigureButton(chart)
        save.wanted.connect(self.figure_wanted)
        card.add_action(save)
        return card


def _card(title: str, chart: QWidget, note: QLabel | None) -> SectionCard:
    card = SectionCard(title)
    if note is not None:
        card.body.addWidget(note)
    if not isinstance(chart, CoverageBars):  # rows of two charts side by side stand on one line
        card.body.addStretch(1)
    card.body.addWidget(chart, isinstance(chart, CoverageBars))
    return card


def _note(text: str) -> QLabel:
    return style.label(text, "small", wrap=True)


def _beside(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(left, 5)
    row.addWidget(right, 4)
    return row
