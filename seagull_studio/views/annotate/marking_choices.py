"""What the next ROI is made with, and what it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidingComboBox
from seagull_studio.views.kit.segmented import Segmented

LEVELS = ("object", "component")


class MarkingChoices(QWidget):
    """Chooser of the segmenter, and object or component."""

    segmenter_chosen = Signal(str)
    level_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.level = Segmented(
            (
                (self.tr("Object"), self.tr("The next ROI is a whole object")),
                (self.tr("Component"), self.tr("The next ROI is a part of an object")),
            ),
            self.tr("Level of the next ROI"),
        )
        self.level.set_current(0)
        self.level.chosen.connect(lambda at: self.level_chosen.emit(LEVELS[at]))
        self.segmenter = ElidingComboBox()
        self.segmenter.setAccessibleName(self.tr("Segmenter"))
        self.segmenter.setMinimumContentsLength(8)
        self.segmenter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # A chooser that took letters would swallow the keys of the tools.
        self.segmenter.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.segmenter.currentTextChanged.connect(self._name)
        self.segmenter.textActivated.connect(self.segmenter_chosen)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(8)
        layout.setColumnStretch(1, 1)
        for line, (text, field) in enumerate(
            ((self.tr("Next ROI"), self.level), (self.tr("Segmenter"), self.segmenter))
        ):
            layout.addWidget(style.label(text, "muted"), line, 0)
            layout.addWidget(field, line, 1)

    def set_segmenter(self, current: str, available: Sequence[str]) -> None:
        """Name the segmenter in use, and those to choose from."""
        with QSignalBlocker(self.segmenter):
            self.segmenter.clear()
            self.segmenter.addItems(list(available))
            self.segmenter.setCurrentText(current)
        self._name(current)
        self.segmenter.setEnabled(bool(available))

    def set_level(self, level: str) -> None:
        """Mark whether the next ROI is an object or a component."""
        self.level.set_current(LEVELS.index(level))

    def _name(self, segmenter: str) -> None:
        self.segmenter.setToolTip(self.tr("Segmenter: {name}").format(name=segmenter))
