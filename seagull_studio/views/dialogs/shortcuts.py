"""All keys of the window, in one list."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.views import style
from seagull_studio.views.dialogs.frame import DialogFrame


class ShortcutsDialog(DialogFrame):
    """Shows the keys in three groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ShortcutsDialog", "Keys"), parent, width=760)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        left, right = QVBoxLayout(), QVBoxLayout()
        groups = self._groups()
        for index, (title, keys) in enumerate(groups):
            column = left if index == 0 or index == 3 else right
            column.setSpacing(8)
            column.addWidget(style.label(title, "heading"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(4)
            grid.setColumnStretch(1, 1)
            for line, (key, what) in enumerate(keys):
                grid.addWidget(style.label(key), line, 0)
                grid.addWidget(style.label(what, "muted"), line, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        for column in (left, right):
            column.addStretch(1)
            columns.addLayout(column, 1)
        self.body.addLayout(columns)
        self.add_button(self.tr("Close"), "primary", accepts=True)

    def _groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        rating = [
            ("0 … 5", self.tr("give a level and go to the next row")),
            ("↑  ↓", self.tr("another row")),
            ("←  →", self.tr("a lower or higher level")),
            ("Backspace", self.tr("take a level back")),
            ("Home  End", self.tr("first or last row")),
            ("Enter", self.tr("submit, or confirm a suggestion")),
            ("F1  ?", self.tr("examples of all levels")),
        ]
        tools = [
            ("V  C  B", self.tr("select, click, box")),
            ("R  E", self.tr("brush, eraser")),
            ("P  H", self.tr("polygon, move the picture")),
            ("Tab", self.tr("next mask of the segmenter")),
            ("Ctrl+Enter", self.tr("accept the mask")),
            ("Esc", self.tr("discard the mask")),
            ("Ctrl+Z", self.tr("undo")),
            ("Ctrl+Shift+Z", self.tr("redo")),
        ]
        picture = [
            ("Space", self.tr("hold to hide the outline")),
            ("Z", self.tr("one to one at the ROI")),
            ("F", self.tr("fit the picture into the window")),
        ]
        window = [
            ("Ctrl+1 … 4", self.tr("modes")),
            ("M", self.tr("rate or mark")),
            ("Ctrl+→", self.tr("put this ROI off")),
            ("Ctrl+,", self.tr("settings")),
            ("Ctrl+/", self.tr("this list")),
        ]
        return [
            (self.tr("Rating"), rating),
            (self.tr("Marking"), tools),
            (self.tr("Picture"), picture),
            (self.tr("Window"), window),
        ]
