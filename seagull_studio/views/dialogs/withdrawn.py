"""The pictures that were withdrawn; each can be brought back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from seagull_studio.state.project_view import WithdrawnRow
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable


class WithdrawnPicturesDialog(DialogFrame):
    """A table of pictures. It asks for one to be brought back, and is told what is left."""

    restore_requested = Signal(int)
    """Id of a picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Withdrawn pictures"), parent, width=640)
        self._rows: tuple[WithdrawnRow, ...] = ()
        self._empty = style.label(
            self.tr(
                "No picture is withdrawn. To withdraw one, right-click it in the list of pictures "
                "while marking."
            ),
            "muted",
            wrap=True,
        )
        self._table = NumberTable(
            [self.tr("Picture"), self.tr("Reason"), self.tr("By"), self.tr("When")], words=(0, 1, 2, 3)
        )
        self._table.setAccessibleName(self.tr("Withdrawn pictures"))
        self._table.itemSelectionChanged.connect(self._chosen)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._table)
        self._restore = self.add_button(self.tr("Bring back"))
        self._restore.setToolTip(self.tr("Its ROIs are handed out, labelled and exported again"))
        self._restore.clicked.connect(self._ask)
        self.add_button(self.tr("Close"), "primary", accepts=True)
        self.set_pictures(())

    def set_pictures(self, rows: Sequence[WithdrawnRow]) -> None:
        """Show these; the first is chosen."""
        self._rows = tuple(rows)
        self._empty.setVisible(not rows)
        self._table.setVisible(bool(rows))
        self._table.set_rows([[row.picture, row.reason, row.by, row.at] for row in rows])
        if rows:
            self._table.selectRow(0)
        self._chosen()

    def texts(self) -> list[list[str]]:
        """The table as texts, row by row."""
        return self._table.texts()

    def _chosen(self) -> None:
        self._restore.setEnabled(bool(self._table.selectionModel().selectedRows()))

    def _ask(self) -> None:
        (index,) = self._table.selectionModel().selectedRows()
        self.restore_requested.emit(self._rows[index.row()].id)
