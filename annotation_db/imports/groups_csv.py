"""A table that says which group each picture is in: columns image and group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from annotation_db import names
from annotation_db.errors import Complaint, ImportRefused, StudioError
from annotation_db.imports.table_format import TableFormat
from annotation_db.imports.tables import opened_table
from annotation_db.names import shown
from annotation_db.pictures.groups import check_name
from annotation_db.pictures.image_index import ImageIndex
from annotation_db.records import ImageRecord

COLUMNS: Final = ("image", "group")


def read(file: Path, pictures: Sequence[ImageRecord]) -> dict[int, str]:
    """Read the whole file; other columns are passed over.

    Parameters
    ----------
    file : Path
        Text in whatever encoding and with whatever separator can be found out, or a spreadsheet.
    pictures : sequence of ImageRecord
        All of the project; lines name them by path or file name.

    Returns
    -------
    dict of int to str
        Image id -> group, "" where the cell is empty.

    Raises
    ------
    ImportRefused
        If it is no such table, or a line names no picture, no possible group, or a picture that another
        line puts elsewhere; with all complaints.
    """
    table = opened_table(file, TableFormat(), _fit, len(COLUMNS))
    header = [names.folded(name) for name in table.header]
    for name in COLUMNS:
        if header.count(name) != 1:
            raise ImportRefused(
                f"{file.name} has {'no' if name not in header else 'more than one'} column {name}; its first "
                f"line must be {','.join(COLUMNS)}."
            )
    at = [header.index(name) for name in COLUMNS]
    index = ImageIndex(pictures)
    found: dict[int, str] = {}
    complaints: list[Complaint] = []
    for line, fields in table.rows:
        picture, group = (fields[place] if place < len(fields) else "" for place in at)
        try:
            image = index.find(picture)
            name = check_name(group) if group.strip() else ""
            if found.setdefault(image.id, name) != name:
                complaints.append(
                    Complaint(line, f"an earlier line puts {shown(picture)} into another group.")
                )
        except StudioError as error:
            complaints.append(Complaint(line, str(error)))
    if complaints:
        raise ImportRefused(
            f"{len(complaints)} lines of {file.name} cannot be taken, and no group was changed "
            f"({complaints[0]}).",
            complaints,
        )
    return found


def _fit(header: Sequence[str]) -> int:
    return len(set(COLUMNS) & {names.folded(name) for name in header})
