"""The bar above the canvas: tools, undo, the mask in work, and who makes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from seagull_studio.state.annotate_view import TOOLS, HypothesisView
from seagull_studio.views import style
from seagull_studio.views.busy_bar import BusyBar
from seagull_studio.views.icons import IconButton

LEVELS = ("object", "component")


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        upper, lower = QHBoxLayout(), QHBoxLayout()
        self._tools = self._make_tools(upper)
        self._divide(upper)
        self._undo = self._add(upper, "undo", self.tr("Undo (Ctrl+Z)"), self.undo_requested)
        self._redo = self._add(upper, "redo", self.tr("Redo (Ctrl+Shift+Z)"), self.redo_requested)
        self._divide(upper)
        self._add(upper, "fit", self.tr("Fit the picture into the window (F)"), self.fit_requested)
        self._add(upper, "one-to-one", self.tr("One to one at the ROI (Z)"), self.one_to_one_requested)
        upper.addStretch(1)
        self._make_choosers(upper)
        self.busy = BusyBar(self)
        lower.addWidget(self.busy, 1)
        self._make_draft(lower)
        for row in (upper, lower):
            row.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(2)
        layout.addLayout(upper)
        layout.addLayout(lower)
        self.set_hypothesis(None)
        self.set_can_undo(False)
        self.set_can_redo(False)
        self.set_can_accept(False)

    def set_tool(self, tool: str) -> None:
        """Mark the tool in use."""
        self._tools[tool].setChecked(True)

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
        """Whether ROIs may be marked here; looking (select, pan) always works."""
        for key, made in self._tools.items():
            made.setEnabled(enabled or key in ("select", "pan"))
        self._level.setEnabled(enabled)
        self._segmenter.setEnabled(enabled and self._segmenter.count() > 0)

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
        with QSignalBlocker(self._segmenter):
            self._segmenter.clear()
            self._segmenter.addItems(list(available))
            self._segmenter.setCurrentText(current)
        self._segmenter.setToolTip(self.tr("Segmenter: {name}").format(name=current))
        self._segmenter.setEnabled(bool(available))

    def set_level(self, level: str) -> None:
        """Mark whether the next ROI is an object or a component."""
        with QSignalBlocker(self._level):
            self._level.setCurrentIndex(LEVELS.index(level))

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
        self._hypothesis = style.label("", "muted")
        self._hypothesis.setFont(style.tabular(self.font()))
        # Room for the longest text, so that the buttons beside it stay where they are.
        widest = self.tr("{which}, predicted IoU {iou}").format(which="3 / 3 / 3", iou="0.00")
        self._hypothesis.setMinimumWidth(self._hypothesis.fontMetrics().horizontalAdvance(widest))
        self._hypothesis.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hypothesis)
        layout.addSpacing(4)
        self._masks = self._add(
            layout, "masks", self.tr("Next mask of the segmenter (Tab)"), self.next_hypothesis_requested
        )
        self._discard = self._add(
            layout, "discard", self.tr("Discard the mask (Esc)"), self.discard_requested
        )
        self._accept = QPushButton(self.tr("Accept"))
        self._accept.setToolTip(self.tr("Accept the mask as a ROI (Ctrl+Enter)"))
        self._accept.setAutoDefault(False)
        self._accept.clicked.connect(self.accept_requested)
        layout.addSpacing(4)
        layout.addWidget(self._accept)

    def _make_choosers(self, layout: QHBoxLayout) -> None:
        self._level = QComboBox()
        self._level.addItems([self.tr("Object"), self.tr("Component")])
        self._level.setAccessibleName(self.tr("Level of the next ROI"))
        self._level.setToolTip(self.tr("Whether the next ROI is a whole object or a part of one"))
        self._level.currentIndexChanged.connect(lambda index: self.level_chosen.emit(LEVELS[index]))
        self._segmenter = QComboBox()
        self._segmenter.setAccessibleName(self.tr("Segmenter"))
        self._segmenter.setMinimumContentsLength(14)
        self._segmenter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._segmenter.currentTextChanged.connect(self.segmenter_chosen)
        for made in (self._level, self._segmenter):
            # A chooser that took letters and digits would swallow the keys of tools and ratings.
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addSpacing(4)
            layout.addWidget(made)

    def _add(self, layout: QHBoxLayout, name: str, tip: str, signal: Signal | None) -> IconButton:
        made = IconButton(name, tip)
        if signal is not None:
            made.clicked.connect(signal)
        layout.addWidget(made)
        return made

    def _divide(self, layout: QHBoxLayout) -> None:
        divider = QFrame()
        divider.setProperty("surface", "line")
        divider.setFixedSize(1, 20)
        layout.addSpacing(6)
        layout.addWidget(divider)
        layout.addSpacing(6)
