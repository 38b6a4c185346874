"""The ratings file: a CSV table with one rating per line, read and checked value by value."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast, get_args

from annotation_db import names
from annotation_db.errors import Complaint, ImportRefused, Refused
from annotation_db.imports.files import shown, text_lines
from annotation_db.records import Outcome, PrefillMode
from annotation_db.scales import SCALE_NAMES, SCALES, Votes

COLUMNS: Final = ("image", "roi", "annotator", *SCALE_NAMES)
"""The columns that every ratings file has, in this order when we write one."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_NO: Final = frozenset({"", "0", "false", "no"})
_PROBLEMS: Final = {
    "image": names.picture_problem,
    "roi": names.roi_problem,
    "annotator": names.problem,
}


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


def read(file: Path) -> Iterator[CsvRating | Complaint]:
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
    reader = csv.reader(_without_zeros(file), strict=True)
    empty = True
    line = 1
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(file, header)
        line = reader.line_num + 1
        for fields in reader:
            if any(value.strip() for value in fields):
                empty = False
                try:
                    yield _rating(line, header, fields)
                except Refused as refusal:
                    yield Complaint(line, str(refusal))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefused(
            f"{file.name} is broken at line {line} ({error}); repair the quotes there, or export it again."
        ) from error
    if empty:
        yield Complaint(None, f"{file.name} holds no ratings below its header.")


def _without_zeros(file: Path) -> Iterator[str]:
    for line in text_lines(file):
        if "\0" in line:
            raise ImportRefused(f"{file.name} holds zero bytes and is no CSV text; export it again.")
        yield line


def _check_header(file: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        hint = ""
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            hint = " (columns are separated by commas, not by semicolons or tabs)"
        raise ImportRefused(
            f"{file.name} has no column {', '.join(missing)}{hint}; its first line must be "
            f"{','.join(COLUMNS)}."
        )
    twice = sorted(name for name, count in Counter(header).items() if count > 1 and name)
    if twice:
        raise ImportRefused(f"{file.name} has the column {', '.join(twice)} twice; leave one of them.")


def _rating(line: int, header: list[str], fields: list[str]) -> CsvRating:
    if len(fields) != len(header):
        raise Refused(f"there are {len(fields)} values for {len(header)} columns.")
    # Blanks at the ends are part of a picture's name, and of nothing else.
    row = {n: value if n == "image" else value.strip() for n, value in zip(header, fields, strict=True)}
    problems: list[str] = []
    told = {name: _name(row[name], name, problems) for name in ("image", "roi", "annotator")}
    votes = [_vote(row[name], name, problems) for name in SCALE_NAMES]
    submitted_at = _time(row.get("submitted_at", ""), problems)
    duration_ms = _duration(row.get("duration_ms", ""), problems)
    prefill = row.get("prefill", "") or "none"
    if prefill not in get_args(PrefillMode):
        problems.append(f"prefill {shown(prefill)} is not one of {', '.join(get_args(PrefillMode))}")
    if prefill == "revealed" and row.get("revision", "").strip() not in ("", "1"):
        # Corrected after the reveal, so with the prediction in view; here it becomes a first revision,
        # and "revealed" would call that one unassisted.
        prefill = "shown"
    outcomes = _outcomes(row.get("outcomes", ""), problems)
    if problems:
        raise Refused("; ".join(problems) + ".")
    because = None
    if row.get("excluded", "").lower() not in _NO:
        because = row.get("excluded_because") or "excluded in the imported file"
    return CsvRating(
        line=line,
        **told,
        roi_uid=row.get("roi_uid", "").lower(),
        votes=Votes(*votes),
        submitted_at=submitted_at,
        duration_ms=duration_ms,
        simulated=row.get("simulated", "").lower() not in _NO,
        excluded=because,
        prefill=cast(PrefillMode, prefill),
        prediction=row.get("prediction", ""),
        outcomes=outcomes,
    )


def _name(text: str, column: str, problems: list[str]) -> str:
    name = names.plain(text) if column == "annotator" else text
    if not name.strip():
        problems.append(f"{column} is missing")
        return name
    problem = _PROBLEMS[column](name)
    if problem is not None:
        problems.append(f"{column} {shown(name)} {problem}")
    return name


def _vote(text: str, scale: str, problems: list[str]) -> int:
    top = SCALES[scale].maximum
    if not text:
        problems.append(f"{scale} is missing")
    elif not _WHOLE.fullmatch(text):
        problems.append(f"{scale} must be a whole number from 0 to {top}, not {shown(text)}")
    elif len(text) > 9 or not 0 <= int(text) <= top:
        problems.append(f"{scale} must be from 0 to {top}, not {shown(text)}")
    else:
        return int(text)
    return 0


def _time(text: str, problems: list[str]) -> datetime | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
        # A time without a zone is taken as UTC, as our own exports write it.
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(f"submitted_at {shown(text)} is no time such as 2026-01-31T12:00:00+00:00")
        return None


def _duration(text: str, problems: list[str]) -> int | None:
    if not text:
        return None
    if len(text) > 9 or not text.isascii() or not text.isdigit():
        problems.append(f"duration_ms must be a whole number of milliseconds, not {shown(text)}")
        return None
    return int(text)


def _outcomes(text: str, problems: list[str]) -> tuple[Outcome | None, ...] | None:
    if not text:
        return None
    words = text.split()
    if len(words) != len(SCALE_NAMES) or set(words) - {*get_args(Outcome), "-"}:
        problems.append(
            f"outcomes {shown(text)} must be eight words, each {', '.join(get_args(Outcome))} or -"
        )
        return None
    return tuple(None if word == "-" else cast(Outcome, word) for word in words)
