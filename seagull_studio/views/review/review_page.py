"""The page of the lead reviewer: four tabs, and what is being computed meanwhile."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import BusyView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.segmented import Segmented
from seagull_studio.views.review.annotators_tab import AnnotatorsTab
from seagull_studio.views.review.audit_tab import AuditTab
from seagull_studio.views.review.disputes_tab import DisputesTab
from seagull_studio.views.review.overview_tab import OverviewTab

TABS: Final = ("overview", "annotators", "disputes", "audit")


class ReviewPage(QWidget):
    """Shows what it is told, emits what is asked for."""

    cancel_requested = Signal()
    compute_requested = Signal()
    report_requested = Signal()
    tab_shown = Signal(str)

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        self.overview = OverviewTab()
        self.annotators = AnnotatorsTab(form)
        self.disputes = DisputesTab(form)
        self.audit = AuditTab()
        self._stack = QStackedWidget()
        for tab in (self.overview, self.annotators, self.disputes, self.audit):
            self._stack.addWidget(tab)
        self.tabs = Segmented(
            (
                (self.tr("Overview"), self.tr("Agreement, stability, progress")),
                (self.tr("Annotators"), self.tr("How each one rates")),
                (self.tr("Disputes"), self.tr("ROIs on which annotators differ")),
                (self.tr("Audit trail"), self.tr("Who did what, when and why")),
            ),
            self.tr("Tab"),
        )
        self.tabs.setMinimumWidth(440)
        self.tabs.chosen.connect(lambda at: self.show_tab(TABS[at]))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 16, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._make_head())
        layout.addWidget(self._stack, 1)
        self.show_tab("overview")
        self.set_busy(BusyView())

    def show_tab(self, name: str) -> None:
        """``"overview"``, ``"annotators"``, ``"disputes"`` or ``"audit"``."""
        at = TABS.index(name)
        self.tabs.set_current(at)
        self._stack.setCurrentIndex(at)
        if name == "disputes":
            self.disputes.setFocus()  # its keys work at once
        self.tab_shown.emit(name)

    def tab(self) -> str:
        """Which one is shown."""
        return TABS[self._stack.currentIndex()]

    def set_busy(self, busy: BusyView) -> None:
        """Say what is being computed, or that figures are of before."""
        self._what.setText(busy.what or busy.remark)
        self._bar.setVisible(bool(busy.what))
        self._bar.setRange(0, 0 if busy.share is None else 1000)
        if busy.share is not None:
            self._bar.setValue(round(1000 * busy.share))
        self.cancel.setVisible(bool(busy.what))
        self.again.setVisible(bool(busy.remark))

    def busy_text(self) -> str:
        """What is said of the computing."""
        return self._what.text()

    def _make_head(self) -> QHBoxLayout:
        self._what = ElidedLabel("", "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(60)
        self._bar.setMaximumWidth(120)
        self.cancel = style.button(self.tr("Stop"), "link")
        self.cancel.clicked.connect(self.cancel_requested)
        self.again = style.button(self.tr("Compute again"), "link")
        self.again.clicked.connect(self.compute_requested)
        self.report = style.button(self.tr("Report…"))
        self.report.setToolTip(self.tr("One page on methods, agreement and labels, for a paper"))
        self.report.clicked.connect(self.report_requested)
        line = QHBoxLayout()
        line.setContentsMargins(24, 0, 24, 0)
        line.setSpacing(12)
        line.addWidget(style.label(self.tr("Review"), "display"))
        line.addWidget(self.tabs)
        line.addStretch(1)
        line.addWidget(self._bar)
        line.addWidget(self._what)
        line.addWidget(self.cancel)
        line.addWidget(self.again)
        line.addWidget(self.report)
        return line
