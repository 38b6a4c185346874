"""Rows of widgets that are kept and told what is new, never made again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from seagull_studio.views.kit import style


class LinedRow(QFrame):
    """One row below a thin line; its content goes into `body`."""

    def __init__(self) -> None:
        super().__init__()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(6)
        self.body.addWidget(style.line())
        self.body.addSpacing(2)

    def set_row(self, row: Any) -> None:
        """Show another state of the same thing."""
        raise NotImplementedError


class KeyedRows(QWidget):
    """A column of rows; those whose key is still there stay, with their focus and their state.

    Parameters
    ----------
    make : callable
        Makes the widget of a new row.
    """

    def __init__(self, make: Callable[[], LinedRow]) -> None:
        super().__init__()
        self._make = make
        self._rows: dict[str, LinedRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hide()

    def set_rows(self, keyed: Sequence[tuple[str, Any]]) -> None:
        """Show these (key, row) pairs in this order."""
        wanted = {key for key, _ in keyed}
        for key in [key for key in self._rows if key not in wanted]:
            gone = self._rows.pop(key)
            gone.hide()
            self._column.removeWidget(gone)
            gone.deleteLater()
        for index, (key, row) in enumerate(keyed):
            widget = self._rows.get(key)
            if widget is None:
                widget = self._rows[key] = self._make()
            widget.set_row(row)
            item = self._column.itemAt(index)
            if item is None or item.widget() is not widget:
                self._column.removeWidget(widget)
                self._column.insertWidget(index, widget)
        self.setVisible(bool(keyed))

    def keys(self) -> list[str]:
        """The keys of what is shown, from top to bottom."""
        names = {row: key for key, row in self._rows.items()}
        return [names[self._column.itemAt(index).widget()] for index in range(self._column.count())]

    def row(self, key: str) -> LinedRow:
        """The widget of one row."""
        return self._rows[key]

    def find(self, key: str) -> LinedRow | None:
        """The widget of one row, if it is shown."""
        return self._rows.get(key)
