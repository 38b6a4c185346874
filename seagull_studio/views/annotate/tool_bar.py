"""The bar above the canvas: looking, tools, undo, and the mask in work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from seagull_studio.state.annotate_view import TOOLS, HypothesisView
from seagull_studio.views.annotate.marking_choices import MarkingChoices
from seagull_studio.views.kit import style
from seagull_studio.views.kit.busy_bar import BusyBar
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconButton


class ToolBar(QWidget):
    """Emits what is asked for; shows what it is told."""

    tool_chosen = Signal(str)
    undo_requested = Signal()
    redo_requested = Signal()
    fit_requested = Signal()
    one_to_one_requested = Signal()
    next_hypothesis_requested = Signal()
    segmenter_chosen = Signal(str)
    level_chosen = Signal(str)
    accept_requested = Signal()
    discard_requested = Signal()
    tool_shown = Signal(str)
    """Another tool is marked as the one in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        self.busy = BusyBar()
        """Laid out by the page, below the picture."""
        self.choices = MarkingChoices()
        """Laid out by the page, beside the lists."""
        self.choices.segmenter_chosen.connect(self.segmenter_chosen)
        self.choices.level_chosen.connect(self.level_chosen)
        looking, row = self._part()
        self._add(row, "fit", self.tr("Fit the picture into the window (F)"), self.fit_requested)
        self._add(row, "one-to-one", self.tr("One to one at the ROI (Z)"), self.one_to_one_requested)
        # What is only for marking; while rating it is out of sight, and the picture stays where it is.
        shaping, row = self._part()
        self._divide(row)
        self._tools = self._make_tools(row)
        self._divide(row)
        self._undo = self._add(row, "undo", self.tr("Undo (Ctrl+Z)"), self.undo_requested)
        self._redo = self._add(row, "redo", self.tr("Redo (Ctrl+Shift+Z)"), self.redo_requested)
        self._draft, row = self._part()
        self._make_draft(row)
        self._marking = (shaping, self._draft)
        for part in self._marking:
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 6, 8, 6)
        self._grid.setSpacing(2)
        self._grid.addWidget(looking, 0, 0)
        self._grid.addWidget(shaping, 0, 1)
        self._grid.addWidget(self._draft, 0, 2)
        self._grid.setColumnStretch(2, 1)
        self._one_row = True
        self.set_hypothesis(None)
        self.set_can_undo(False)
        self.set_can_redo(False)
        self.set_can_accept(False)

    def minimumSizeHint(self) -> QSize:
        """As wide as the first row without the draft's buttons, which go below it where room is short."""
        least = super().minimumSizeHint()
        return QSize(least.width() - self._draft_width if self._one_row else least.width(), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least = super().minimumSizeHint().width() + (0 if self._one_row else self._draft_width)
        one_row = self.width() >= least
        if one_row != self._one_row:
            self._one_row = one_row
            self._grid.removeWidget(self._draft)
            self._grid.addWidget(self._draft, *((0, 2) if one_row else (1, 0, 1, 3)))
            self.updateGeometry()

    @property
    def _draft_width(self) -> int:
        return self._draft.minimumSizeHint().width() + self._grid.spacing()

    def set_tool(self, tool: str) -> None:
        """Mark the tool in use."""
        self._tools[tool].setChecked(True)
        self.tool_shown.emit(tool)

    def tool(self) -> str | None:
        """The tool that is marked."""
        return next((key for key, made in self._tools.items() if made.isChecked()), None)

    def set_can_undo(self, can: bool) -> None:
        """Whether there is anything to undo."""
        self._undo.setEnabled(can)

    def set_can_redo(self, can: bool) -> None:
        """Whether there is anything to redo."""
        self._redo.setEnabled(can)

    def set_can_accept(self, can: bool) -> None:
        """Whether there is a mask to accept or discard."""
        self._accept.setEnabled(can)
        self._discard.setEnabled(can)

    def set_marking_enabled(self, enabled: bool) -> None:
        """Whether ROIs may be marked here; fitting and one to one always work."""
        for part in self._marking:
            part.setVisible(enabled)
            part.setEnabled(enabled)

    def set_busy(self, text: str) -> None:
        """Say what is being waited for, such as the encoding of a picture; "" for nothing."""
        self.busy.set_text(text)

    def set_hypothesis(self, shown: HypothesisView | None) -> None:
        """Say which of the segmenter's masks is shown; None for no mask."""
        text = ""
        if shown is not None:
            text = self.tr("{index} of {count}").format(index=shown.index + 1, count=shown.count)
            if shown.predicted_iou is not None:
                iou = f"{shown.predicted_iou:.2f}"
                text = self.tr("{which}, predicted IoU {iou}").format(which=text, iou=iou)
        self._hypothesis.setText(text)
        self._masks.setEnabled(shown is not None and shown.count > 1)

    def hypothesis_text(self) -> str:
        """What is said about the mask."""
        return self._hypothesis.text()

    def set_segmenter(self, current: str, available: Sequence[str]) -> None:
        """Name the segmenter in use, and those to choose from."""
        self.choices.set_segmenter(current, available)

    def set_level(self, level: str) -> None:
        """Mark whether the next ROI is an object or a component."""
        self.choices.set_level(level)

    def _make_tools(self, layout: QHBoxLayout) -> dict[str, IconButton]:
        names = {
            "select": self.tr("Select a ROI"),
            "click": self.tr("Click: left adds, right takes away"),
            "box": self.tr("Box"),
            "brush": self.tr("Brush"),
            "eraser": self.tr("Eraser"),
            "polygon": self.tr("Polygon"),
            "pan": self.tr("Move the picture"),
        }
        group = QButtonGroup(self)
        made = {}
        for tool in TOOLS:
            button = self._add(layout, tool.id, f"{names[tool.id]} ({tool.key})", None)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, tool_id=tool.id: self.tool_chosen.emit(tool_id))
            group.addButton(button)
            made[tool.id] = button
        return made

    def _make_draft(self, layout: QHBoxLayout) -> None:
        self._hypothesis = ElidedLabel("", "muted")
        self._hypothesis.setFont(style.tabular(self.font()))
        self._hypothesis.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hypothesis.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hypothesis, 1)
        layout.addSpacing(4)
        self._masks = self._add(
            layout, "masks", self.tr("Next mask of the segmenter (Tab)"), self.next_hypothesis_requested
        )
        self._discard = self._add(
            layout, "discard", self.tr("Discard the mask (Esc)"), self.discard_requested
        )
        self._accept = style.button(self.tr("Accept"), "primary")
        self._accept.setToolTip(self.tr("Accept the mask as a ROI (Ctrl+Enter)"))
        self._accept.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._accept.clicked.connect(self.accept_requested)
        layout.addSpacing(4)
        layout.addWidget(self._accept)

    def _part(self) -> tuple[QWidget, QHBoxLayout]:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        return made, row

    def _add(self, layout: QHBoxLayout, name: str, tip: str, signal: Signal | None) -> IconButton:
        made = IconButton(name, tip)
        made.setFixedSize(32, 32)
        if signal is not None:
            made.clicked.connect(signal)
        layout.addWidget(made)
        return made

    def _divide(self, layout: QHBoxLayout) -> None:
        divider = QFrame()
        divider.setProperty("surface", "line")
        divider.setFixedSize(1, 20)
        layout.addSpacing(4)
        layout.addWidget(divider)
        layout.addSpacing(4)
