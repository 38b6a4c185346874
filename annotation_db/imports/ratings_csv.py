"""The ratings file: a table with one rating per line, read and checked value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast, get_args

from annotation_db.errors import Complaint, Refused
from annotation_db.imports import ratings_values as values
from annotation_db.imports.ratings_columns import COLUMNS, check, fit
from annotation_db.imports.table_format import Table, TableFormat
from annotation_db.imports.tables import opened_table
from annotation_db.names import shown
from annotation_db.records import Outcome, PrefillMode
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

__all__ = ["COLUMNS", "CsvRating", "opened", "read", "read_rows"]


@dataclass(frozen=True, slots=True)
class CsvRating:
    """One line of a ratings file, its values on their scales."""

    line: int
    image: str
    roi: str
    roi_uid: str
    """"" where the file does not say."""
    annotator: str
    votes: Votes
    submitted_at: datetime | None
    duration_ms: int | None
    simulated: bool
    """The annotator is a simulated one."""
    excluded: str | None
    """Why the rating does not count; None if it does."""
    prefill: PrefillMode
    prediction: str
    """Name of the model whose prediction was shown or withheld; "" if there was none."""
    outcomes: tuple[Outcome | None, ...] | None


def read(file: Path, how: TableFormat | None = None) -> Iterator[CsvRating | Complaint]:
    """Read a ratings file line by line; of the file only a piece is in memory.

    Yields
    ------
    CsvRating or Complaint
        A good line, or what is wrong with a bad one.

    Raises
    ------
    ImportRefused
        While reading, if it is no such table at all: unreadable, wrong header, or broken quotes.
    """
    how = how or TableFormat()
    yield from read_rows(file, opened(file, how), how)


def opened(file: Path, how: TableFormat) -> Table:
    """The table of a ratings file, before its columns are looked at.

    Raises
    ------
    ImportRefused
        As `annotation_db.imports.tables.opened_table`.
    """
    return opened_table(file, how, partial(fit, how.columns), len(COLUMNS))


def read_rows(file: Path, table: Table, how: TableFormat) -> Iterator[CsvRating | Complaint]:
    """The lines of a table that was opened (see `read`)."""
    header = list(table.header)
    at = check(file, header, how.columns).at
    empty, numbered = True, None
    for line, fields in table.rows:
        if numbered is None:
            # R writes no name above the column in which it numbers the rows; a last cell that is blank is
            # but a separator at the end.
            numbered = (
                len(fields) == len(header) + 1 and fields[0].strip() == "1" and bool(fields[-1].strip())
            )
        empty = False
        try:
            yield _rating(line, at, _fields(header, fields[1:] if numbered else fields), table.comma)
        except Refused as refusal:
            yield Complaint(line, str(refusal))
    if empty:
        yield Complaint(None, f"{file.name} holds no ratings below its header.")


def _fields(header: Sequence[str], fields: Sequence[str]) -> Sequence[str]:
    """The cells of a row: blank ones beyond the last column, or not written at its end, are no matter."""
    if len(fields) > len(header) and not any(cell.strip() for cell in fields[len(header) :]):
        return fields[: len(header)]
    unnamed = len(header) - len(fields)
    if unnamed > 0 and not any(name.strip() for name in header[-unnamed:]):
        return [*fields, *[""] * unnamed]
    if unnamed:
        raise Refused(f"there are {len(fields)} values for {len(header)} columns.")
    return fields


def _rating(line: int, at: Mapping[str, int], fields: Sequence[str], comma: bool) -> CsvRating:
    problems: list[str] = []

    def said(column: str) -> str:
        place = at.get(column)
        return "" if place is None else values.optional(fields[place].strip(), column, problems)

    image, roi, annotator = (values.name(fields[at[n]], n, problems) for n in COLUMNS[:3])
    votes = [values.vote(fields[at[scale]].strip(), scale, comma, problems) for scale in SCALE_NAMES]
    prefill = said("prefill") or "none"
    if prefill not in get_args(PrefillMode):
        problems.append(f"prefill {shown(prefill)} is not one of {', '.join(get_args(PrefillMode))}")
    if prefill == "revealed" and said("revision").removesuffix(".0") not in ("", "1"):
        # Corrected after the reveal, so with the prediction in view; here it becomes a first revision,
        # and "revealed" would call that one unassisted.
        prefill = "shown"
    found = CsvRating(
        line=line,
        image=image,
        roi=roi,
        roi_uid=said("roi_uid").lower(),
        annotator=annotator,
        votes=Votes(*votes),
        submitted_at=values.when(said("submitted_at"), problems),
        duration_ms=values.duration(said("duration_ms"), comma, problems),
        simulated=values.yes(said("simulated"), "simulated", problems),
        excluded=_excluded(said("excluded"), said("excluded_because"), problems),
        prefill=cast(PrefillMode, prefill),
        prediction=said("prediction"),
        outcomes=values.outcomes(said("outcomes"), problems),
    )
    if problems:
        raise Refused("; ".join(problems) + ".")
    return found


def _excluded(text: str, because: str, problems: list[str]) -> str | None:
    if not values.yes(text, "excluded", problems):
        return None
    return because or "excluded in the imported file"
