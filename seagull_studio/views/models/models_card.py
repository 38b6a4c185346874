"""The models of this project, and how to get one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.state.models_view import ModelCard
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.keyed_rows import KeyedRows
from seagull_studio.views.kit.scrolling_page import SectionCard
from seagull_studio.views.models.models_row import ModelLine


class ModelsCard(SectionCard):
    """One row per model; the baseline can be fitted here, a checkpoint added or finetuned."""

    predict_requested = Signal(str)
    prefill_model_requested = Signal(str)
    fit_baseline_requested = Signal()
    add_checkpoint_requested = Signal()
    finetune_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ModelsCard", "Models of this project"), parent)
        self.add = ActionButton("add", self.tr("Add a checkpoint…"))
        self.add_action(self.add)
        self.add.setToolTip(
            self.tr("Choose a folder with a checkpoint; a job checks it and predicts with it.")
        )
        self.add.clicked.connect(self.add_checkpoint_requested)
        self.finetune = ActionButton("aggregate", self.tr("Finetune…"))
        self.add_action(self.finetune)
        self.finetune.setToolTip(
            self.tr("Train SEAGULL on the labels of this project; it is looked at first, and then a job.")
        )
        self.finetune.clicked.connect(self.finetune_requested)
        self.fit = ActionButton("aggregate", self.tr("Fit the baseline"))
        self.fit.clicked.connect(self.fit_baseline_requested)
        self._state = style.label("", "small", wrap=True)
        self._empty = style.label(
            self.tr("No model yet. Fit the baseline, or add a checkpoint."), "muted", wrap=True
        )
        self.rows = KeyedRows(self._make_row)
        self.body.addWidget(self._make_baseline())
        self.body.addWidget(self._empty)
        self.body.addWidget(self.rows)
        self.set_baseline_state(False, "")

    def set_models(self, models: Sequence[ModelCard]) -> None:
        """Show these models in this order."""
        self.rows.set_rows([(model.key, model) for model in models])
        self._empty.setVisible(not models)

    def set_baseline_state(self, can_fit: bool, text: str) -> None:
        """Whether the baseline can be fitted now; `text` says what it has, or what is missing."""
        self.fit.setEnabled(can_fit)
        self._state.setText(text)
        self._state.setVisible(bool(text))

    def _make_baseline(self) -> QFrame:
        frame = style.card("inset")
        said = self.tr(
            "The baseline measures sharpness, noise, exposure, contrast, colour and blocking of each ROI and "
            "learns from this project's own labels, in seconds. It needs no download and no GPU."
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(style.label(self.tr("Baseline"), "strong"))
        words.addWidget(style.label(said, "muted", wrap=True))
        words.addWidget(self._state)
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 12, 10)
        row.setSpacing(24)
        row.addLayout(words, 1)
        row.addWidget(self.fit)
        return frame

    def _make_row(self) -> ModelLine:
        made = ModelLine()
        made.predict_requested.connect(self.predict_requested)
        made.prefill_model_requested.connect(self.prefill_model_requested)
        return made
