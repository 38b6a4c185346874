"""The first lines of a ratings file as they are understood, and what can be said about how to read it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHeaderView, QWidget

from seagull_studio.state.table_view import TableChoices, TableView
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable


class RatingsPreviewDialog(DialogFrame):
    """Accepted means: go on with `choices`. With `again` set, read the file anew with them first.

    Attributes
    ----------
    again : bool
        Something was chosen that is to be looked at before going on.
    """

    def __init__(self, view: TableView, parent: QWidget | None = None) -> None:
        super().__init__(
            QCoreApplication.translate("RatingsPreviewDialog", "Is this understood rightly?"),
            parent,
            width=760,
        )
        self.again = False
        self._view = view
        self.body.addWidget(style.label(view.file, "small", wrap=True))
        self.encoding = self._chooser(view.encodings, view.chosen.encoding, view.encoding)
        self.separator = self._chooser(view.separators, view.chosen.separator, view.separator)
        self.columns: dict[str, QComboBox] = {}
        if view.is_text:
            self.add_field(self.tr("Encoding"), self.encoding)
            self.add_field(self.tr("Columns are separated by"), self.separator)
        if view.header:
            self._offer_columns()
        self.said = style.label(view.refused, "alert", wrap=True)
        self.said.setVisible(bool(view.refused))
        self.body.addWidget(self.said)
        self.table = NumberTable([name for name, _ in view.columns] or [""])
        contents = QHeaderView.ResizeMode.ResizeToContents
        self.table.horizontalHeader().setSectionResizeMode(0, contents)  # whole paths, and the table scrolls
        if view.rows:
            width = len(view.columns)
            self.table.set_rows([[*row, *[""] * (width - len(row))] for row in view.rows], most_shown=6)
            self.body.addWidget(self.table)
        if view.ignored:
            ignored = self.tr("Not read: {columns}").format(columns=", ".join(view.ignored))
            self.body.addWidget(style.label(ignored, "muted", wrap=True))
        self.add_button(self.tr("Cancel"), rejects=True)
        self._look = self.add_button(self.tr("Read it so"))
        self._look.clicked.connect(self._read_again)
        self._go = self.add_button(self.tr("Continue"), "primary", accepts=True)
        for made in (self.encoding, self.separator, *self.columns.values()):
            made.currentIndexChanged.connect(lambda _: self._check())
        self._check()

    def choices(self) -> TableChoices:
        """What the person said of encoding, separator and columns."""
        columns = tuple(
            (name, chosen) for name, made in self.columns.items() if (chosen := str(made.currentData() or ""))
        )
        return TableChoices(
            str(self.encoding.currentData() or ""), str(self.separator.currentData() or ""), columns
        )

    def _offer_columns(self) -> None:
        """A chooser for each column that was not found, or was chosen before."""
        chosen = dict(self._view.chosen.columns)
        wanted = [name for name, called in self._view.columns if not called or name in chosen]
        grid = QGridLayout()
        for place, name in enumerate(wanted):
            made = QComboBox()
            made.setAccessibleName(name)
            made.addItem(self.tr("(not there)"), "")
            for called in self._view.header:
                if called.strip():
                    made.addItem(called, called)
            made.setCurrentIndex(max(0, made.findData(chosen.get(name, ""))))
            self.columns[name] = made
            grid.addWidget(
                style.label(self.tr("{column} is called").format(column=name)), place // 2, place % 2 * 2
            )
            grid.addWidget(made, place // 2, place % 2 * 2 + 1)
        self.body.addLayout(grid)

    def _chooser(self, known: Sequence[str], chosen: str, found: str) -> QComboBox:
        made = QComboBox()
        guessed = (
            self.tr("{name} (found out)").format(name=found) if found and not chosen else self.tr("find out")
        )
        made.addItem(guessed, "")
        for name in known:
            made.addItem(name, name)
        made.setCurrentIndex(max(0, made.findData(chosen)))
        return made

    def _check(self) -> None:
        changed = self.choices() != self._view.chosen
        self._look.setEnabled(changed)
        self._go.setEnabled(not changed and not self._view.refused)

    def _read_again(self) -> None:
        self.again = True
        self.accept()
