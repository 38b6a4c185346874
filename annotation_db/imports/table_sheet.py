"""Tables as spreadsheets (xlsx), read row by row by openpyxl; cells become the text that they stand for."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotation_db.errors import ImportRefused, StudioError
from annotation_db.imports.files import opened
from annotation_db.imports.table_format import Table
from annotation_db.names import shown

if TYPE_CHECKING:
    from annotation_db.imports.table_text import Fit

MOST_UNPACKED: Final = 512 * 2**20
"""Bytes that a spreadsheet may unpack to; a million ratings are about 400 MB."""
MOST_WORDS: Final = 64 * 2**20
"""Of its list of words, which is held in memory."""
MOST_COLUMNS: Final = 500
FORMULA: Final = "\x00formula"
"""What a cell with a formula becomes: text that no cell holds."""
_OLE: Final = b"\xd0\xcf\x11\xe0"
_PIECE: Final = 2**20


def is_sheet(file: Path) -> bool:
    """Whether a file is a spreadsheet and no text: an xlsx, or what is to be refused as its like.

    Raises
    ------
    ImportRefused
        If it is a spreadsheet of another kind, or cannot be read at all.
    """
    with opened(file) as stream:
        start = stream.read(60)
    if start.startswith(_OLE):
        raise ImportRefused(
            f"{file.name} is an old or a protected spreadsheet; save it as .xlsx without a password, or as "
            "CSV."
        )
    if b"mimetypeapplication/vnd.oasis" in start:
        raise ImportRefused(f"{file.name} is an OpenDocument spreadsheet; save it as .xlsx or as CSV.")
    return start.startswith(b"PK\x03\x04")


def opened_sheet(file: Path, fit: Fit) -> Table:
    """Open the sheet that holds the columns that are looked for (see `table_text.opened_text`).

    Raises
    ------
    ImportRefused
        If it is no xlsx, is too large, has merged cells, or several of its sheets may be meant.
    """
    rows = _reading(file, fit)
    header = next(rows)[1]
    return Table("xlsx", "", "", header, rows, comma=False)


def _reading(file: Path, fit: Fit) -> Iterator[tuple[int, list[str]]]:
    try:
        with opened(file) as stream:
            _check_size(file, stream)
            from openpyxl import load_workbook

            book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
            try:
                sheet = _sheet(file, book.worksheets, fit)
                _check_merged(file, stream, sheet)
                yield from _rows(sheet)
            finally:
                book.close()
    except StudioError:
        raise
    except Exception as error:  # whatever a broken archive makes its reader say
        raise ImportRefused(
            f"{file.name} cannot be read as a spreadsheet; open it, save it again as .xlsx or as CSV, and "
            "import that."
        ) from error


def _check_size(file: Path, stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
    words = max((size for name, size in sizes.items() if "sharedstrings" in name.lower()), default=0)
    if sum(sizes.values()) > MOST_UNPACKED or words > MOST_WORDS:
        raise ImportRefused(
            f"{file.name} unpacks to {sum(sizes.values()) / 2**20:,.0f} MB, which is too much for a "
            "spreadsheet; save it as CSV."
        )
    stream.seek(0)


def _sheet(file: Path, sheets: Sequence[Any], fit: Fit) -> Any:
    found: list[tuple[Any, int]] = []
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its size need not be true
        first = next(_rows(sheet), None)
        if first is not None:
            found.append((sheet, fit(first[1])))
    if not found:
        raise ImportRefused(f"{file.name} holds no rows; choose another file.")
    best = max(fits for _, fits in found)
    fitting = [sheet for sheet, fits in found if fits == best]
    if len(fitting) > 1:
        names = ", ".join(shown(sheet.title) for sheet in fitting)
        raise ImportRefused(
            f"The sheets {names} of {file.name} may all be meant; leave only the one with the ratings."
        )
    return fitting[0]


def _check_merged(file: Path, stream: BinaryIO, sheet: Any) -> None:
    """Only the first of merged cells has a value: the others would be read as empty."""
    path = sheet._worksheet_path.lstrip("/")
    with zipfile.ZipFile(stream) as archive, archive.open(path) as part:
        before = b""
        while piece := part.read(_PIECE):
            if b"mergeCell" in before + piece:
                raise ImportRefused(
                    f"{file.name} has merged cells; unmerge them, so that every row has its own values."
                )
            before = piece[-16:]


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    width = 0
    # No width is asked for: every row would be filled up to it with empty cells.
    for number, cells in enumerate(sheet.iter_rows(), 1):
        values = [_text(cell) for cell in cells[:MOST_COLUMNS]]
        if any(values):
            width = width or len(values)
            yield number, values + [""] * (width - len(values))


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)
