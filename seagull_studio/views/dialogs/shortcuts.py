"""All keys of the window, in one list."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style

KEYS_WIDTH = 96
"""Logical pixels; the same in all groups, so that they line up."""


class ShortcutsDialog(DialogFrame):
    """Shows the keys in groups: rating, looking, window; marking, and what leads do.

    Parameters
    ----------
    instructions : bool
        Whether the lab wrote a page of its own, which is offered too.
    leads : bool
        Whether the keys of the Review page are among them.
    """

    instructions_requested = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, instructions: bool = False, leads: bool = True
    ) -> None:
        super().__init__(QCoreApplication.translate("ShortcutsDialog", "Keys"), parent, width=820)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, groups in ((left, self._always()), (right, self._work(leads))):
            column.setSpacing(8)
            for title, keys in groups:
                column.addWidget(style.label(title, "heading"))
                column.addLayout(_grid(keys))
                column.addSpacing(8)
            column.addStretch(1)
            columns.addLayout(column, 1)
        self.body.addLayout(columns)
        if instructions:
            page = self.add_button(self.tr("Instructions of this project…"))
            page.clicked.connect(self.instructions_requested)
        self.add_button(self.tr("Close"), "primary", accepts=True)

    def _always(self) -> list[tuple[str, list[tuple[str, str]]]]:
        rating = [
            ("0 … 5", self.tr("give a level and go to the next row")),
            ("↑  ↓", self.tr("another row")),
            ("←  →", self.tr("a lower or higher level")),
            ("Home  End", self.tr("first or last row")),
            ("Backspace", self.tr("take a level back")),
            ("Space", self.tr("confirm a suggestion")),
            ("Enter", self.tr("submit and go to the next ROI")),
            ("F1  ?", self.tr("examples of all levels")),
            ("Ctrl+Z  Alt+←", self.tr("back to the ROI before, or one put off just now")),
            ("Ctrl+Y  Alt+→", self.tr("forward again")),
            ("Ctrl+→", self.tr("put this ROI off")),
        ]
        looking = [
            ("F", self.tr("fit the picture into the window; again: enlarge a small one")),
            ("Shift+F", self.tr("fit the ROI into the window")),
            ("Z", self.tr("one to one at the ROI, and back")),
            ("+  −", self.tr("zoom")),
            ("Space", self.tr("hold to hide the outlines")),
        ]
        window = [
            ("M", self.tr("rate or mark")),
            ("Ctrl+1, 2 …", self.tr("modes")),
            ("Ctrl+,", self.tr("settings")),
            ("Ctrl+/", self.tr("this list")),
            ("Ctrl+Q", self.tr("quit")),
        ]
        return [
            (self.tr("Rating"), rating),
            (self.tr("Looking"), looking),
            (self.tr("Window"), window),
        ]

    def _work(self, leads: bool) -> list[tuple[str, list[tuple[str, str]]]]:
        marking = [
            ("V", self.tr("select a ROI")),
            ("C", self.tr("click: left adds, right takes away")),
            ("B", self.tr("box")),
            ("R  E", self.tr("brush, eraser")),
            ("[  ]", self.tr("radius of the brush")),
            ("P", self.tr("polygon")),
            ("H", self.tr("move the picture")),
            ("Tab", self.tr("next mask of the segmenter")),
            ("Ctrl+Enter", self.tr("accept the mask")),
            ("Esc", self.tr("give up the shape, then the mask")),
            ("Ctrl+Z", self.tr("undo")),
            ("Ctrl+Y  Ctrl+Shift+Z", self.tr("redo")),
            ("Delete", self.tr("withdraw the chosen ROI")),
            ("PgUp  PgDn", self.tr("the picture before or after")),
        ]
        disputes = [
            ("N  P", self.tr("the next ROI, the one before")),
            ("A", self.tr("accept the label with a note, or dispute it again")),
            ("R", self.tr("ask for more ratings")),
            ("←  →", self.tr("choose a rating")),
            ("X", self.tr("exclude the chosen rating with a reason, or readmit it")),
            ("W", self.tr("withdraw the ROI")),
            ("F", self.tr("filter the list")),
            ("B", self.tr("send the ROI back to marking")),
        ]
        found = [(self.tr("Marking"), marking)]
        return [*found, (self.tr("Disputes"), disputes)] if leads else found


def _grid(keys: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for line, (key, what) in enumerate(keys):
        name = style.label(key)
        name.setMinimumWidth(KEYS_WIDTH)
        grid.addWidget(name, line, 0)
        grid.addWidget(style.label(what, "muted", wrap=True), line, 1)
    return grid
