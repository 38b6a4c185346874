"""The Annotate mode: the picture, and beside it either the rating panel or the list of ROIs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from seagull_studio.state.annotate_view import TOOLS
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views import style
from seagull_studio.views.canvas import Canvas
from seagull_studio.views.picture_list import PictureList
from seagull_studio.views.rating_panel import RatingPanel
from seagull_studio.views.roi_list import RoiList
from seagull_studio.views.session_header import SessionHeader
from seagull_studio.views.tool_bar import ToolBar

LOOKING = ("select", "pan")
"""Tools that change nothing: they work while rating too."""
SIDE_WIDTH = 430
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

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = Canvas(self)
        self.tools = ToolBar(self)
        self.header = SessionHeader(self)
        self.panel = RatingPanel(form, self)
        self.pictures = PictureList(self)
        self.rois = RoiList(self)
        self._where = QLabel(self)
        self._where.setProperty("role", "small")
        self._zoom = QLabel(self)
        self._zoom.setProperty("role", "small")
        self._activities = self._make_activities()
        self._side = QStackedWidget(self)
        self._side.addWidget(self._rating_side())
        self._side.addWidget(self._marking_side())
        self._lay_out()
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
        self._activities.button(int(marking)).setChecked(True)
        self.tools.set_marking_enabled(marking)
        self.canvas.set_mode("mark" if marking else "rate")
        self._take_focus()

    def set_picture_text(self, text: str) -> None:
        """What the line below the canvas says of the picture."""
        self._where.setText(text)

    def set_zoom_text(self, text: str) -> None:
        self._zoom.setText(text)

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
        if self.activity == "rate" and self.panel.handle_key(event):
            return
        super().keyPressEvent(event)

    def _take_focus(self) -> None:
        (self.canvas if self.activity == "mark" else self.panel).setFocus()

    def _make_activities(self) -> QButtonGroup:
        group = QButtonGroup(self)
        for at, (text, tip) in enumerate(
            (
                (self.tr("Rate"), self.tr("Rate the ROIs of your queue (M changes over)")),
                (self.tr("Mark ROIs"), self.tr("Mark new ROIs on the pictures (M changes over)")),
            )
        ):
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(button, at)
        group.idClicked.connect(lambda at: self.activity_chosen.emit("mark" if at else "rate"))
        return group

    def _rating_side(self) -> QWidget:
        side = QWidget(self)
        self._back = QPushButton(self.tr("Back"), side)
        self._back.setToolTip(self.tr("The ROI before this one, to correct it (Ctrl+Z)"))
        self._back.clicked.connect(self.back_requested)
        skip = QPushButton(self.tr("Later"), side)
        skip.setToolTip(self.tr("Put this ROI off until the others are done (Ctrl+Right)"))
        skip.clicked.connect(self.skip_requested)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 8)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(skip)
        for button in (self._back, skip):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.panel, 1)
        layout.addLayout(row)
        return side

    def _marking_side(self) -> QWidget:
        side = QWidget(self)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self.pictures, 1)
        layout.addWidget(self.rois, 1)
        return side

    def _lay_out(self) -> None:
        status = QHBoxLayout()
        status.setContentsMargins(12, 3, 12, 3)
        status.setSpacing(16)
        status.addWidget(self._where, 1)
        status.addWidget(self._zoom)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.tools)
        left.addWidget(self.canvas, 1)
        left.addLayout(status)
        switch = QHBoxLayout()
        switch.setContentsMargins(12, 8, 12, 4)
        switch.setSpacing(0)
        for button in self._activities.buttons():
            switch.addWidget(button, 1)
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
        for key, act in (
            ("M", lambda: self.activity_chosen.emit("rate" if self.activity == "mark" else "mark")),
            ("Z", self.zoom_roi_requested.emit),
            ("F", self.tools.fit_requested.emit),
            ("Tab", self.tools.next_hypothesis_requested.emit),
            ("Ctrl+Return", self.tools.accept_requested.emit),
            ("PgDown", lambda: self.step_requested.emit(1)),
            ("PgUp", lambda: self.step_requested.emit(-1)),
            ("Delete", self.delete_requested.emit),
            ("Ctrl+Right", self.skip_requested.emit),
        ):
            self._bind(key, act)
        for tool in TOOLS:
            self._bind(tool.key, lambda tool_id=tool.id: self._take_tool(tool_id))

    def _bind(self, key: str, act: Callable[[], object]) -> None:
        # Valid in the whole window while this page is the one that is seen.
        QShortcut(QKeySequence(key), self).activated.connect(act)

    def _take_tool(self, tool: str) -> None:
        if self.activity == "mark" or tool in LOOKING:
            self.tools.tool_chosen.emit(tool)
