"""The page of models and jobs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from seagull_studio.state.models_view import (
    BiasView,
    CheckpointRow,
    JobRow,
    ModelCard,
    PrefillView,
    SourceRow,
)
from seagull_studio.state.training_view import TrainingView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.scrolling_page import ScrollingPage
from seagull_studio.views.models.bias_card import BiasCard
from seagull_studio.views.models.jobs_card import JobsCard
from seagull_studio.views.models.models_card import ModelsCard
from seagull_studio.views.models.models_prefill import PrefillCard
from seagull_studio.views.models.models_weights import WeightsCard


class ModelsPage(ScrollingPage):
    """Shows what it is told, emits what is asked for."""

    job_cancel_requested = Signal(str)
    job_resume_requested = Signal(str)
    job_log_requested = Signal(str)
    embed_requested = Signal()
    predict_requested = Signal(str)
    """Key of the model."""
    prefill_model_requested = Signal(str)
    """Key of the model."""
    fit_baseline_requested = Signal()
    add_checkpoint_requested = Signal()
    finetune_requested = Signal()
    training_predict_requested = Signal(str)
    """Key of the job."""
    training_report_requested = Signal(str)
    """Key of the job."""
    prefill_changed = Signal(str, str, float)
    """Policy, key of the model ("" for none), control share 0..1."""
    bias_requested = Signal()
    bias_save_requested = Signal()
    download_requested = Signal(str)
    """Name of the source."""
    open_weights_folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs = JobsCard()
        self.models = ModelsCard()
        self.prefill = PrefillCard()
        self.bias = BiasCard()
        self.weights = WeightsCard()
        self.column.addWidget(style.label(self.tr("Models and jobs"), "display"))
        for card in (self.jobs, self.models, self.prefill, self.bias, self.weights):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.jobs.cancel_requested.connect(self.job_cancel_requested)
        self.jobs.resume_requested.connect(self.job_resume_requested)
        self.jobs.log_requested.connect(self.job_log_requested)
        self.jobs.embed_requested.connect(self.embed_requested)
        self.models.predict_requested.connect(self.predict_requested)
        self.models.prefill_model_requested.connect(self.prefill_model_requested)
        self.models.fit_baseline_requested.connect(self.fit_baseline_requested)
        self.models.add_checkpoint_requested.connect(self.add_checkpoint_requested)
        self.models.finetune_requested.connect(self.finetune_requested)
        self.jobs.training_predict_requested.connect(self.training_predict_requested)
        self.jobs.training_report_requested.connect(self.training_report_requested)
        self.prefill.prefill_changed.connect(self.prefill_changed)
        self.bias.bias_requested.connect(self.bias_requested)
        self.bias.bias_save_requested.connect(self.bias_save_requested)
        self.weights.download_requested.connect(self.download_requested)
        self.weights.open_weights_folder_requested.connect(self.open_weights_folder_requested)

    def set_jobs(self, jobs: Sequence[JobRow]) -> None:
        """Show these jobs in this order; meant to be called at each poll."""
        self.jobs.set_jobs(jobs)

    def set_training(self, key: str, training: TrainingView) -> None:
        """Show the curves and figures of a finetuning job."""
        self.jobs.set_training(key, training)

    def set_models(self, models: Sequence[ModelCard]) -> None:
        """Show the models whose predictions this project has or could have."""
        self.models.set_models(models)

    def set_baseline_state(self, can_fit: bool, text: str) -> None:
        """Whether the baseline can be fitted now, and from what or why not."""
        self.models.set_baseline_state(can_fit, text)

    def set_prefill(self, prefill: PrefillView) -> None:
        """Show how suggestions are given; what is being edited stays."""
        self.prefill.set_prefill(prefill)

    def set_bias(self, bias: BiasView | None) -> None:
        """Show the bias report; None before the first."""
        self.bias.set_bias(bias)

    def set_bias_busy(self, busy: bool) -> None:
        """Whether the bias report is being computed."""
        self.bias.set_bias_busy(busy)

    def set_checkpoints(self, checkpoints: Sequence[CheckpointRow]) -> None:
        """Show the weights found on this machine."""
        self.weights.set_checkpoints(checkpoints)

    def set_sources(self, sources: Sequence[SourceRow]) -> None:
        """Show the weights that can be had."""
        self.weights.set_sources(sources)
