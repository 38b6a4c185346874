"""Weights: one found on this machine, and one that can be had."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from seagull_studio.state.models_view import CheckpointRow, SourceRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import ActionButton, IconLabel
from seagull_studio.views.kit.keyed_rows import LinedRow


class CheckpointLine(LinedRow):
    """A file or folder, and what is wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = IconLabel("saved", "muted")
        self._name = ElidedLabel("", "strong")
        self._kind = style.label("", "tag")
        self._untrained = style.label(self.tr("UNTRAINED"), "alarm")
        self._path = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle)
        self._problem = style.label("", "alert", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._mark)
        head.addWidget(self._name)
        head.addWidget(self._kind)
        head.addWidget(self._untrained)
        head.addSpacing(8)
        head.addWidget(self._path, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._problem)
        self._problem.setContentsMargins(26, 0, 0, 0)

    def set_row(self, row: CheckpointRow) -> None:
        """Show the checkpoint."""
        self._name.setText(row.name)
        self._kind.setText(row.kind)
        self._untrained.setVisible(row.untrained)
        self._path.setText(row.path)
        self._problem.setText(row.problem)
        self._problem.setVisible(bool(row.problem))
        if row.problem:
            self._mark.set_icon("warning", "alert")
            said = self.tr("cannot be used")
        else:
            self._mark.set_icon("saved", "muted")
            said = self.tr("can be used")
        self._mark.setToolTip(said)
        loud = ", " + self._untrained.text() if row.untrained else ""
        self.setAccessibleName(f"{row.name}{loud}, {said}")

    def problem(self) -> str:
        """What is wrong, "" for nothing."""
        return self._problem.text()


class SourceLine(LinedRow):
    """What it is, how large, and from where."""

    download_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._row = SourceRow("", "", "", False)
        self._name = ElidedLabel("", "strong")
        self._size = style.label("", "small")
        self._size.setFont(style.tabular(self.font()))
        self._present = style.label(self.tr("on this machine"), "tag")
        self._where = style.label("", "small", wrap=True)
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._where.setCursor(Qt.CursorShape.IBeamCursor)
        self.download = ActionButton("import", self.tr("Download"))
        self.download.clicked.connect(lambda: self.download_requested.emit(self._row.name))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addWidget(self._size)
        head.addWidget(self._present)
        head.addStretch(1)
        head.addWidget(self.download)
        self.body.addLayout(head)
        self.body.addWidget(self._where)

    def set_row(self, row: SourceRow) -> None:
        """Show the source."""
        self._row = row
        self._name.setText(row.name)
        self._size.setText(row.size if row.size != "unknown" else self.tr("size unknown"))
        self._where.setText(row.where)
        self._present.setVisible(row.present)
        self.download.setVisible(row.can_download and not row.present)
        self.download.setAccessibleName(self.tr("Download {name}").format(name=row.name))

    def size_text(self) -> str:
        """How large, in words."""
        return self._size.text()
