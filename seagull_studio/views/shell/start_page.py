"""The first page: recent projects, a new one, an existing one, or the sample."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from seagull_studio.state.project_view import RecentProject
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import ActionButton, IconButton


class Emblem(QWidget):
    """A drawing of what the program does: a picture, one region of it, and its rating."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(184, 116))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it in the colours of the theme."""
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.line_strong, 1.5))
        painter.setBrush(t.card)
        painter.drawRoundedRect(QRectF(1, 1, 140, 104), 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.bar_open)
        painter.drawPolygon(_shape((10, 95), (46, 46), (74, 80), (92, 62), (132, 95)))
        painter.drawEllipse(QRectF(98, 18, 20, 20))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(t.accent, 2.4))
        painter.drawPolygon(_shape((16, 90), (46, 50), (70, 80), (64, 90)))
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(5):
            painter.setBrush(t.accent if index == 3 else t.bar_open)
            painter.drawRoundedRect(QRectF(154, 12 + index * 18, 26, 12), 3, 3)
        painter.end()


def _shape(*points: tuple[float, float]) -> list[QPointF]:
    return [QPointF(x, y) for x, y in points]


class RecentLine(QFrame):
    """One recent project; a missing one can only be taken off the list."""

    chosen = Signal(str)
    forget = Signal(str)

    def __init__(self, project: RecentProject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self.setProperty("surface", "recent")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if project.missing else Qt.FocusPolicy.StrongFocus)
        if not project.missing:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = style.label(project.name, "heading")
        name.setEnabled(not project.missing)
        details = [project.location]
        if project.simulated:
            details.insert(0, self.tr("sample, simulated annotators"))
        if project.missing:
            details.insert(0, self.tr("not found"))
        elif project.detail:
            details.insert(0, project.detail)
        where = ElidedLabel(" · ".join(details), "small", Qt.TextElideMode.ElideMiddle)
        where.setToolTip(project.location)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(name)
        text.addWidget(where)
        remove = IconButton("close", self.tr("Take {name} off this list").format(name=project.name))
        remove.clicked.connect(lambda: self.forget.emit(project.location))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addLayout(text, 1)
        layout.addWidget(remove)
        self.setAccessibleName(", ".join([project.name, *details]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the project."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the project, Delete takes it off the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        elif event.key() == Qt.Key.Key_Delete:
            self.forget.emit(self._project.location)
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if not self._project.missing:
            self.chosen.emit(self._project.location)


class StartPage(QWidget):
    """Emits what the person wants; a folder can be dropped anywhere on it."""

    new_requested = Signal()
    open_requested = Signal()
    sample_requested = Signal()
    project_chosen = Signal(str)
    """Location of a recent project."""
    forget_requested = Signal(str)
    folder_dropped = Signal(str)
    settings_requested = Signal()
    help_requested = Signal()

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        self.setAcceptDrops(True)
        self._over = False
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._empty = style.label(
            self.tr(
                "No project yet. Make a new one from a folder of pictures, "
                "or look around in the sample project first."
            ),
            "muted",
            wrap=True,
        )
        holder = QWidget()
        holder_layout = QVBoxLayout(holder)
        holder_layout.setContentsMargins(0, 0, 4, 0)
        holder_layout.addWidget(self._empty)
        holder_layout.addLayout(self._lines)
        holder_layout.addStretch(1)
        area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(Emblem(self))
        left.addSpacing(8)
        left.addWidget(style.label("SEAGULL Studio", "display"))
        left.addWidget(style.label(self.tr("Mark regions, rate them, make a data set."), "muted", wrap=True))
        left.addSpacing(16)
        self._add(left, "add", self.tr("New project…"), "primary", self.new_requested)
        self._add(left, "open", self.tr("Open a project…"), "", self.open_requested)
        self._add(left, "sample", self.tr("Sample project"), "", self.sample_requested)
        left.addWidget(style.label(self.tr("You can also drop a folder here."), "small"))
        left.addStretch(1)
        small = QHBoxLayout()
        small.setSpacing(4)
        for name, tip, signal in (
            ("settings", self.tr("Settings (Ctrl+,)"), self.settings_requested),
            ("help", self.tr("All keys (Ctrl+/)"), self.help_requested),
        ):
            button = IconButton(name, tip)
            button.clicked.connect(signal)
            small.addWidget(button)
        small.addStretch(1)
        left.addLayout(small)
        legal = self.tr("Version {version}. Free software under the GNU GPL, version 3 or later.")
        left.addWidget(style.label(legal.format(version=version), "small", wrap=True))
        right.setSpacing(8)
        right.addWidget(style.label(self.tr("Recent projects"), "title"))
        right.addWidget(area, 1)
        columns = QHBoxLayout()
        columns.setSpacing(48)
        side = QWidget()
        side.setLayout(left)
        side.setFixedWidth(280)
        left.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(side)
        columns.addLayout(right, 1)
        body = QWidget()
        body.setLayout(columns)
        body.setMaximumWidth(960)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(48, 48, 48, 32)
        layout.addStretch(1)
        layout.addWidget(body, 100)
        layout.addStretch(1)

    def set_recent(self, projects: Sequence[RecentProject]) -> None:
        """Show the recent projects, newest first."""
        while (taken := self._lines.takeAt(0)) is not None:
            if (old := taken.widget()) is not None:
                old.hide()
                old.deleteLater()
        for project in projects:
            made = RecentLine(project)
            made.chosen.connect(self.project_chosen)
            made.forget.connect(self.forget_requested)
            self._lines.addWidget(made)
        self._empty.setVisible(not projects)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept exactly one folder or file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the frame away."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which folder was dropped."""
        self._over = False
        self.update()
        event.acceptProposedAction()
        self.folder_dropped.emit(event.mimeData().urls()[0].toLocalFile())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a frame while a folder hangs over the page."""
        super().paintEvent(event)
        if self._over:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(style.tokens().accent, 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(12, 12, -12, -12), 12, 12)
            painter.end()

    def _add(self, layout: QVBoxLayout, name: str, text: str, kind: str, signal: Signal) -> None:
        made = ActionButton(name, text, kind)
        made.clicked.connect(signal)
        layout.addWidget(made)
