"""The stored label runs: two can be compared, one deleted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from seagull_studio.state.project_view import LabelRunRow
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable


class LabelRunsDialog(DialogFrame):
    """A table of runs, newest first. It asks for things, and is told what there is then."""

    compare_requested = Signal(int, int)
    """Numbers of the older and the newer run."""
    delete_requested = Signal(int)
    """Number of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Label runs"), parent, width=720)
        self._rows: tuple[LabelRunRow, ...] = ()
        self._empty = style.label(
            self.tr("No label run yet. Aggregate computes labels and keeps them as a run."),
            "muted",
            wrap=True,
        )
        self._table = NumberTable(
            [
                self.tr("Made"),
                self.tr("Run"),
                self.tr("By"),
                self.tr("Policy"),
                self.tr("Labelled"),
                self.tr("Insufficient"),
            ]
        )
        self._table.setAccessibleName(self.tr("Label runs"))
        self._table.itemSelectionChanged.connect(self._chosen)
        self._said = style.label("", "small", wrap=True)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._table)
        self.body.addWidget(self._said)
        self._compare = self.add_button(self.tr("Compare"))
        self._compare.clicked.connect(self._ask_compare)
        self._delete = self.add_button(self.tr("Delete…"), "danger")
        self._delete.clicked.connect(self._ask_delete)
        self.add_button(self.tr("Close"), "primary", accepts=True)
        self.set_runs(())

    def set_runs(self, rows: Sequence[LabelRunRow]) -> None:
        """Show these runs, newest first; the two newest are chosen."""
        self._rows = tuple(rows)
        self._empty.setVisible(not rows)
        self._table.setVisible(bool(rows))
        self._table.set_rows(
            [
                [
                    row.created_at,
                    f"{row.id}",
                    row.created_by,
                    self.tr("{policy}, at least {n}").format(policy=row.policy, n=row.min_raters),
                    f"{row.labelled:,}",
                    f"{row.insufficient:,}",
                ]
                for row in rows
            ]
        )
        self.choose(range(min(2, len(rows))))

    def choose(self, lines: Sequence[int]) -> None:
        """Select rows of the table."""
        self._table.clearSelection()
        model, selection = self._table.model(), self._table.selectionModel()
        flags = selection.SelectionFlag
        for line in lines:
            selection.select(model.index(line, 0), flags.Select | flags.Rows)
        self._chosen()

    def texts(self) -> list[list[str]]:
        """The table as texts, row by row."""
        return self._table.texts()

    def set_busy(self, busy: bool) -> None:
        """Whether something runs that this must wait for."""
        self._table.setEnabled(not busy)
        if busy:
            self._compare.setEnabled(False)
            self._delete.setEnabled(False)
        else:
            self._chosen()

    def _lines(self) -> list[LabelRunRow]:
        lines = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        return [self._rows[line] for line in lines if line < len(self._rows)]

    def _chosen(self) -> None:
        chosen = self._lines()
        self._compare.setEnabled(len(chosen) == 2)
        self._delete.setEnabled(len(chosen) == 1)
        if len(chosen) == 1 and chosen[0].named_by:
            self._said.setText(self.tr("Named by: {names}").format(names="; ".join(chosen[0].named_by)))
        elif len(self._rows) > 1:
            self._said.setText(self.tr("Choose two runs to compare them (Ctrl+click), or one to delete it."))
        else:
            self._said.setText("")

    def _ask_compare(self) -> None:
        newer, older = self._lines()
        self.compare_requested.emit(older.id, newer.id)

    def _ask_delete(self) -> None:
        (row,) = self._lines()
        self.delete_requested.emit(row.id)
