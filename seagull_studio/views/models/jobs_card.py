"""The jobs of this project: processes that go on when the window closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QWidget

from seagull_studio.state.models_view import JobRow
from seagull_studio.state.training_view import TrainingView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.keyed_rows import KeyedRows
from seagull_studio.views.kit.scrolling_page import SectionCard
from seagull_studio.views.models.jobs_row import JobLine

MOST_OVER = 3
"""Jobs that are over and shown without being asked for."""


class JobsCard(SectionCard):
    """Every job that works, and the last ones that are over."""

    cancel_requested = Signal(str)
    resume_requested = Signal(str)
    log_requested = Signal(str)
    embed_requested = Signal()
    training_predict_requested = Signal(str)
    training_report_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("JobsCard", "Jobs"), parent)
        self.embed = ActionButton("masks", self.tr("Prepare all pictures for clicks (SAM)…"))
        self.add_action(self.embed)
        self.embed.setToolTip(
            self.tr(
                "Computes what SAM needs of every picture beforehand and keeps it in the project.\n"
                "Afterwards a click gives its mask at once, also on a machine without a GPU."
            )
        )
        self.embed.clicked.connect(self.embed_requested)
        self._jobs: tuple[JobRow, ...] = ()
        self._trainings: dict[str, TrainingView] = {}
        self._all = False
        self._empty = style.label(
            self.tr(
                "No job yet. A job is a process of its own: predicting, fitting, preparing pictures, "
                "finetuning. "
                "It goes on when this window closes, and shows up here again."
            ),
            "muted",
            wrap=True,
        )
        self.rows = KeyedRows(self._make_row)
        self._more = style.button("", "link")
        self._more.clicked.connect(self._show_all)
        self._more.hide()
        self.body.addWidget(self._empty)
        self.body.addWidget(self.rows)
        self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def set_jobs(self, jobs: Sequence[JobRow]) -> None:
        """Show these jobs in this order; called at each poll."""
        self._jobs = tuple(jobs)
        over = [job.id for job in self._jobs if job.is_over]
        left_out = set() if self._all else set(over[MOST_OVER:])
        self.rows.set_rows([(job.id, job) for job in self._jobs if job.id not in left_out])
        for key, training in self._trainings.items():
            self._show_training(key, training)
        self._empty.setVisible(not self._jobs)
        self._more.setVisible(bool(left_out))
        self._more.setText(self.tr("Show older jobs ({count})").format(count=len(left_out)))

    def set_training(self, key: str, training: TrainingView) -> None:
        """Show the curves and figures of a finetuning job."""
        self._trainings[key] = training
        self._show_training(key, training)

    def _show_training(self, key: str, training: TrainingView) -> None:
        line = self.rows.find(key)
        if isinstance(line, JobLine):
            line.set_training(training)

    def _show_all(self) -> None:
        self._all = True
        self.set_jobs(self._jobs)

    def _make_row(self) -> JobLine:
        made = JobLine()
        made.cancel_requested.connect(self.cancel_requested)
        made.resume_requested.connect(self.resume_requested)
        made.log_requested.connect(self.log_requested)
        made.training_predict_requested.connect(self.training_predict_requested)
        made.training_report_requested.connect(self.training_report_requested)
        return made
