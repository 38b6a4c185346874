"""Opening a table, whatever program wrote it."""

from __future__ import annotations

from pathlib import Path

from annotation_db.imports.table_format import Table, TableFormat
from annotation_db.imports.table_sheet import is_sheet, opened_sheet
from annotation_db.imports.table_text import Fit, opened_text


def opened_table(file: Path, how: TableFormat, fit: Fit, wanted: int) -> Table:
    """Open a table of text or a spreadsheet.

    Parameters
    ----------
    file : Path
    how : TableFormat
        What a person said about the table.
    fit : callable
        How many of the wanted columns a first line holds.
    wanted : int
        How many there are.

    Raises
    ------
    ImportRefused
        As `table_text.opened_text` and `table_sheet.opened_sheet`.
    """
    if is_sheet(file):
        return opened_sheet(file, fit)
    return opened_text(file, how, fit, wanted)
