"""Weights on this machine, and where others can be had."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from seagull_studio.state.models_view import CheckpointRow, SourceRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.keyed_rows import KeyedRows
from seagull_studio.views.kit.scrolling_page import SectionCard
from seagull_studio.views.models.models_weights_rows import CheckpointLine, SourceLine


class WeightsCard(SectionCard):
    """Nothing is downloaded before its button is pressed."""

    download_requested = Signal(str)
    open_weights_folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("WeightsCard", "Weights on this machine"), parent)
        self.open = ActionButton("open", self.tr("Open the folder"))
        self.open.setToolTip(self.tr("The folder where weights are looked for"))
        self.open.clicked.connect(self.open_weights_folder_requested)
        self.add_action(self.open)
        self._empty = style.label(
            self.tr("No weights found. Marking works without them, by the classical segmenter."),
            "muted",
            wrap=True,
        )
        self.checkpoints = KeyedRows(CheckpointLine)
        self.sources = KeyedRows(self._make_source)
        self._offer = style.label(self.tr("Where to get weights"), "strong")
        self._offer.setContentsMargins(0, 12, 0, 0)
        said = self.tr("Nothing is downloaded before you ask for it. A download that stopped goes on later.")
        self._said = style.label(said, "muted", wrap=True)
        self.body.addWidget(self._empty)
        self.body.addWidget(self.checkpoints)
        for widget in (self._offer, self._said, self.sources):
            self.body.addWidget(widget)
        self.set_sources(())

    def set_checkpoints(self, checkpoints: Sequence[CheckpointRow]) -> None:
        """Show what was found, each with what is wrong with it."""
        self.checkpoints.set_rows([(row.path, row) for row in checkpoints])
        self._empty.setVisible(not checkpoints)

    def set_sources(self, sources: Sequence[SourceRow]) -> None:
        """Show what can be had."""
        self.sources.set_rows([(row.name, row) for row in sources])
        self._offer.setVisible(bool(sources))
        self._said.setVisible(bool(sources))

    def _make_source(self) -> SourceLine:
        made = SourceLine()
        made.download_requested.connect(self.download_requested)
        return made
