"""The Annotate mode: the picture, and beside it either the rating panel or the lists for marking."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from seagull_studio.state.annotate_view import TOOLS
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.annotate.picture_list import PictureList
from seagull_studio.views.annotate.roi_list import RoiList
from seagull_studio.views.annotate.tool_bar import ToolBar
from seagull_studio.views.annotate.tool_hint import ToolHint
from seagull_studio.views.canvas import Canvas
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.segmented import Segmented
from seagull_studio.views.rating.rating_panel import RatingPanel
from seagull_studio.views.rating.reveal_strip import RevealStrip
from seagull_studio.views.rating.session_header import SessionHeader

SIDE_WIDTH = 460
"""Logical pixels; the same for rating and marking, so that the picture does not jump."""


class AnnotatePage(QWidget):
    """Canvas, tools, and a side that is for rating or for marking."""

    activity_chosen = Signal(str)
    """``"rate"`` or ``"mark"``."""
    back_requested = Signal()
    skip_requested = Signal()
    step_requested = Signal(int)
    """-1 or 1: the picture before, or after."""
    delete_requested = Signal()
    zoom_roi_requested = Signal()
    ask_requested = Signal()
    """Ask the model about the chosen ROI (while marking only)."""

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.canvas = Canvas(self)
        self.tools = ToolBar(self)
        # Made in the order in which Tab goes through them.
        self._activities = Segmented(
            (
                (self.tr("Rate"), self.tr("Rate the ROIs of your queue (M changes over)")),
                (self.tr("Mark ROIs"), self.tr("Mark new ROIs on the pictures (M changes over)")),
            ),
            self.tr("Activity"),
            self,
        )
        self._activities.chosen.connect(lambda at: self.activity_chosen.emit("mark" if at else "rate"))
        self.header = SessionHeader(self)
        self.panel = RatingPanel(form, self)
        self.panel.set_looked_at(self.canvas.roi_place)
        self.tools.choices.setParent(self)
        self.reveal = RevealStrip(self)
        self.reveal.hide()
        self.pictures = PictureList(self)
        self.rois = RoiList(self)
        self._hint = ToolHint(self)
        self.tools.tool_shown.connect(self._hint.set_tool)
        self._where = ElidedLabel("", "small")
        self._zoom = style.label("100 %", "small")
        self._zoom.setFont(style.tabular(self.font()))
        self._side = QStackedWidget(self)
        self._side.addWidget(self._rating_side())
        self._side.addWidget(self._marking_side())
        self._lay_out()
        self._only: dict[str, list[QShortcut]] = {"rate": [], "mark": []}
        self._bind_keys()
        self.canvas.installEventFilter(self)
        self.set_activity("rate")

    @property
    def activity(self) -> str:
        """``"rate"`` or ``"mark"``."""
        return "rate" if self._side.currentIndex() == 0 else "mark"

    def set_activity(self, activity: str) -> None:
        """Rate, or mark ROIs."""
        marking = activity == "mark"
        self._side.setCurrentIndex(int(marking))
        self._activities.set_current(int(marking))
        self.tools.set_marking_enabled(marking)
        for name, shortcuts in self._only.items():
            for shortcut in shortcuts:
                shortcut.setEnabled(name == activity)
        self.canvas.set_mode("mark" if marking else "rate")
        self._take_focus()

    def set_picture_text(self, text: str) -> None:
        """What the line below the canvas says of the picture."""
        self._where.setText(text)

    def set_zoom_text(self, text: str) -> None:
        self._zoom.setText(text)

    def set_reveal(self, text: str) -> None:
        """What the model had said of the ROI rated last, where the project reveals it; "" for nothing."""
        if text:
            # From the first time on it keeps its room, so that nothing jumps from one ROI to the next.
            self.reveal.show()
        self.reveal.set_text(text)

    def set_can_ask(self, can: bool) -> None:
        """Whether a model may be asked about single ROIs here."""
        self._ask.setVisible(can)

    def set_can_mark(self, can: bool) -> None:
        """Whether ROIs may be marked here; else there is nothing to change over to."""
        self._activities.setVisible(can)
        self._change_over.setEnabled(can)

    def set_can_go_back(self, can: bool) -> None:
        self._back.setEnabled(can)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits, arrows and Enter reach the rating panel wherever the focus is."""
        if event.type() == QEvent.Type.KeyPress and self.activity == "rate":
            assert isinstance(event, QKeyEvent)
            if event.key() != Qt.Key.Key_Space and self.panel.handle_key(event):
                return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the focused widget left over: the panel's keys, and Esc.

        The canvas takes Esc itself while a shape is half drawn.
        """
        if self.activity == "rate" and (self.panel.handle_key(event) or self._look(event.key(), True)):
            return
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.panel.close_examples():
            return
        elif self.activity == "mark" and self.canvas.hasFocus():
            self.tools.discard_requested.emit()
        else:
            self._take_focus()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.activity == "rate" and not event.isAutoRepeat() and self._look(event.key(), False):
            return
        super().keyReleaseEvent(event)

    def _look(self, key: int, pressed: bool) -> bool:
        """The canvas' keys for looking, while the rating panel has the focus; False if it is none."""
        if key == Qt.Key.Key_Space:
            self.canvas.set_outlines_hidden(pressed)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and pressed:
            self.canvas.zoom_in()
        elif key == Qt.Key.Key_Minus and pressed:
            self.canvas.zoom_out()
        else:
            return False
        return True

    def _take_focus(self) -> None:
        (self.canvas if self.activity == "mark" else self.panel).setFocus()

    def _rating_side(self) -> QWidget:
        side = QWidget(self)
        self._back = style.button(self.tr("Back"))
        self._back.setToolTip(self.tr("The ROI before this one, to correct it (Ctrl+Z)"))
        self._back.clicked.connect(self.back_requested)
        later = style.button(self.tr("Later"))
        later.setToolTip(self.tr("Put this ROI off until the others are done (Ctrl+Right)"))
        later.clicked.connect(self.skip_requested)
        for button in (self._back, later):
            self.panel.add_action(button)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.panel, 1)
        return side

    def _marking_side(self) -> QWidget:
        side = QWidget(self)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(12, 4, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self.tools.choices)
        layout.addWidget(self.pictures, 1)
        layout.addWidget(self.rois, 1)
        self._ask = style.button(self.tr("Ask the model about this ROI"))
        self._ask.setToolTip(
            self.tr("What the project's model says of the chosen ROI; the answer comes below the picture")
        )
        self._ask.clicked.connect(self.ask_requested)
        self._ask.hide()
        layout.addWidget(self._ask)
        layout.addWidget(self._hint)
        return side

    def _lay_out(self) -> None:
        status = QHBoxLayout()
        status.setContentsMargins(12, 1, 12, 1)
        status.setSpacing(16)
        status.addWidget(self._where, 1)
        status.addWidget(self.tools.busy)
        status.addWidget(self._zoom)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.tools)
        left.addWidget(self.canvas, 1)
        left.addWidget(self.reveal)
        left.addLayout(status)
        switch = QHBoxLayout()
        switch.setContentsMargins(12, 6, 12, 6)
        switch.addWidget(self._activities)
        right_side = QWidget(self)
        style.surface(right_side, "panel")
        right_side.setFixedWidth(SIDE_WIDTH)
        right = QVBoxLayout(right_side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addLayout(switch)
        right.addWidget(self._side, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(right_side)

    def _bind_keys(self) -> None:
        self._change_over = self._bind(
            "M", lambda: self.activity_chosen.emit("rate" if self.activity == "mark" else "mark")
        )
        self._bind("Z", self.zoom_roi_requested.emit)
        self._bind("F", self.tools.fit_requested.emit)
        self._bind("Shift+F", self.canvas.zoom_to_roi)
        self._bind("Ctrl+Right", self.skip_requested.emit, "rate")
        self._bind("Ctrl+Return", self.tools.accept_requested.emit, "mark")
        self._bind("Ctrl+Enter", self.tools.accept_requested.emit, "mark")
        self._bind("Delete", self.delete_requested.emit, "mark")
        self._bind("PgDown", lambda: self.step_requested.emit(1), "mark").setAutoRepeat(True)
        self._bind("PgUp", lambda: self.step_requested.emit(-1), "mark").setAutoRepeat(True)
        for tool in TOOLS:
            self._bind(tool.key, lambda tool_id=tool.id: self.tools.tool_chosen.emit(tool_id), "mark")
        # Only on the picture: elsewhere Tab goes from field to field.
        following = self._bind("Tab", self.tools.next_hypothesis_requested.emit, "mark", self.canvas)
        following.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _bind(
        self, key: str, act: Callable[[], object], only: str = "", where: QWidget | None = None
    ) -> QShortcut:
        """Valid in the whole window while this page is seen; `only` while rating or marking."""
        shortcut = QShortcut(QKeySequence(key), where or self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(act)
        if only:
            self._only[only].append(shortcut)
        return shortcut
