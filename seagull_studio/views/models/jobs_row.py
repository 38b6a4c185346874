"""One job: how far it is, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QWidget

from seagull_studio.state.models_view import JobRow
from seagull_studio.state.training_view import TrainingView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.keyed_rows import LinedRow
from seagull_studio.views.models.training_panel import TrainingPanel

RESUMABLE = ("failed", "cancelled", "lost")


class JobLine(LinedRow):
    """Told the job's state at each poll; changes only what is different."""

    cancel_requested = Signal(str)
    resume_requested = Signal(str)
    log_requested = Signal(str)
    training_predict_requested = Signal(str)
    training_report_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._id = ""
        self._is_over = False
        self.training: TrainingPanel | None = None
        """Of a finetuning job, once something is known of it."""
        self._title = ElidedLabel("", "strong")
        self._status = style.label("", "tag")
        self._started = style.label("", "small")
        self._log = style.button(self.tr("Show the log"), "link")
        self._log.clicked.connect(lambda: self.log_requested.emit(self._id))
        self._cancel = style.button(self.tr("Cancel"))
        self._cancel.clicked.connect(self._ask_to_cancel)
        self._resume = style.button(self.tr("Resume"))
        self._resume.clicked.connect(self._ask_to_resume)
        # One of the two, or none, in the same place: nothing beside them moves.
        self._act = QStackedWidget()
        for page in (QWidget(), self._cancel, self._resume):
            self._act.addWidget(page)
        self._act.setFixedWidth(112)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._what = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle)
        self._counted = style.label("", "small")
        self._counted.setFont(style.tabular(self.font()))
        self._ended = style.label("", "small", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._status, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._started)
        head.addStretch(1)
        head.addWidget(self._log)
        head.addWidget(self._act)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._what, 1)
        below.addWidget(self._ended, 1)
        below.addWidget(self._counted, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(head)
        self.body.addWidget(self._bar)
        self.body.addLayout(below)

    def set_row(self, row: JobRow) -> None:
        """Show the state of the job."""
        self._id, self._is_over = row.id, row.is_over
        words = {
            "waiting": self.tr("waiting"),
            "running": self.tr("running"),
            "done": self.tr("done"),
            "failed": self.tr("failed"),
            "cancelled": self.tr("cancelled"),
            "lost": self.tr("interrupted"),
        }
        status = words.get(row.status, row.status)
        self._title.setText(row.title)
        self._status.setText(status)
        style.set_role(self._status, "alarm" if row.status in ("failed", "lost") else "tag")
        self._started.setText(row.started)
        self.setAccessibleName(f"{row.title}, {status}")
        self._show_progress(row)
        self._show_actions(row)

    def set_training(self, view: TrainingView) -> None:
        """Show the curves and figures of a finetuning."""
        if self.training is None:
            self.training = TrainingPanel(open_at_once=not self._is_over)
            self.training.predict_requested.connect(lambda: self.training_predict_requested.emit(self._id))
            self.training.report_requested.connect(lambda: self.training_report_requested.emit(self._id))
            self.body.addWidget(self.training)
        self.training.set_view(view)

    def counted(self) -> str:
        """What is said about how much is done and how long it will take."""
        return self._counted.text()

    def _show_progress(self, row: JobRow) -> None:
        known = row.total > 0
        # A running job that cannot say how much there is gets a bar without an end.
        self._bar.setRange(0, row.total if known else int(row.status != "running"))
        self._bar.setValue(min(row.done, row.total) if known else 0)
        self._bar.setAccessibleName(row.title)
        counted = ""
        if known:
            counted = self.tr("{done} of {total}").format(done=f"{row.done:,}", total=f"{row.total:,}")
        if row.status == "running" and row.seconds_left is not None:
            counted += " · " + self._in_words(row.seconds_left)
        self._counted.setText(counted)
        self._what.setText("" if row.is_over else row.what)
        self._ended.setText(row.what if row.is_over else "")
        style.set_role(self._ended, "alert" if row.status in ("failed", "lost") else "small")
        for part in (self._bar, self._counted):
            part.setVisible(row.status != "done" and (known or not row.is_over))
        self._what.setVisible(not row.is_over)
        self._ended.setVisible(row.is_over and bool(row.what))

    def _show_actions(self, row: JobRow) -> None:
        self._log.setVisible(bool(row.log_path))
        self._log.setToolTip(row.log_path)
        if row.is_over:
            self._cancel.setEnabled(True)
            self._cancel.setText(self.tr("Cancel"))
        self._resume.setEnabled(row.status in RESUMABLE)
        page = self._resume if row.status in RESUMABLE else self._act.widget(0)
        self._act.setCurrentWidget(page if row.is_over else self._cancel)

    def _ask_to_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._cancel.setText(self.tr("Stopping…"))
        self.cancel_requested.emit(self._id)

    def _ask_to_resume(self) -> None:
        # Until the next poll, so that a double click does not start it twice.
        self._resume.setEnabled(False)
        self.resume_requested.emit(self._id)

    def _in_words(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("{count} s left").format(count=max(1, round(seconds)))
        if seconds < 5400:
            return self.tr("{count} min left").format(count=round(seconds / 60))
        return self.tr("{count} h left").format(count=f"{seconds / 3600:.1f}")
