"""The values of one line of a ratings file, as people's programs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, cast, get_args

from annotation_db import names
from annotation_db.imports.table_sheet import FORMULA
from annotation_db.names import shown
from annotation_db.records import ExclusionKind, Outcome
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

MISSING: Final = frozenset(
    {"", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "nat", "null", "none", "nil", "\\n"}
)
"""What programs write into a cell that has no value, in small letters."""
_NO: Final = frozenset({"0", "false", "no", "f", "n"})
_YES: Final = frozenset({"1", "true", "yes", "t", "y", *get_args(ExclusionKind)})
_WHOLE: Final = re.compile(r"([+-]?[0-9]+)(?:([.,])(0*))?")
_POWER: Final = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_LONGEST: Final = 9
"""Digits of the largest number that is taken for one."""


def name(text: str, column: str, problems: list[str]) -> str:
    """A picture, a ROI or an annotator."""
    if text.strip() == FORMULA:
        problems.append(_formula(column))
        return text
    found, problem = _NAMES[column](text)
    if not found.strip():
        problems.append(f"{column} is missing")
    elif problem is not None:
        problems.append(f"{column} {shown(found)} {problem}")
    return found


@lru_cache(maxsize=1024)
def _annotator(text: str) -> tuple[str, str | None]:
    """A name as it is stored, and what is wrong with it; a file says the same few again and again."""
    plain = names.normalised(text)
    return plain, names.problem(plain)


@lru_cache(maxsize=1024)
def _picture(text: str) -> tuple[str, str | None]:
    """Blanks at its ends are part of a picture's name."""
    return text, names.picture_problem(text)


@lru_cache(maxsize=1024)
def _roi(text: str) -> tuple[str, str | None]:
    plain = text.strip()
    return plain, names.roi_problem(plain)


_NAMES: Final = {"image": _picture, "roi": _roi, "annotator": _annotator}


def optional(text: str, column: str, problems: list[str]) -> str:
    """A value that may be missing: "" where a program says that it is."""
    if text == FORMULA:
        problems.append(_formula(column))
        return ""
    return "" if text.lower() in MISSING else text


def vote(text: str, scale: str, comma: bool, problems: list[str]) -> int:
    """A level. 3.0 is 3, as programs write it beside an empty cell; in some tables 3,0 is too.

    Parameters
    ----------
    text : str
        The cell.
    scale : str
        One of `scales.SCALE_NAMES`.
    comma : bool
        Whether a comma may stand for the decimal point.
    problems : list of str
        Where a clause is added if it is no level of the scale.
    """
    if len(text) == 1 and "0" <= text <= "5":  # nearly every one
        found = int(text)
        if found <= SCALES[scale].maximum:
            return found
    top = SCALES[scale].maximum
    if text == FORMULA:
        problems.append(_formula(scale))
    elif text.lower() in MISSING:
        problems.append(f"{scale} is missing" + (f" ({shown(text)})" if text else ""))
    elif (whole := _WHOLE.fullmatch(text)) is None or (whole[2] == "," and not comma):
        problems.append(f"{scale} must be a whole number from 0 to {top}, not {shown(text)}")
    elif len(whole[1]) > _LONGEST or not 0 <= int(whole[1]) <= top:
        problems.append(f"{scale} must be from 0 to {top}, not {shown(text)}")
    else:
        return int(whole[1])
    return 0


def when(text: str, problems: list[str]) -> datetime | None:
    """A time in ISO 8601, in UTC where no zone is given; None where the cell is empty."""
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
        # A time without a zone is taken as UTC, as our own exports write it.
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(f"submitted_at {shown(text)} is no time such as 2026-01-31T12:00:00+00:00")
        return None


def duration(text: str, comma: bool, problems: list[str]) -> int | None:
    """Milliseconds; 16834.0 is taken, and 12.000 is not, which may be twelve or twelve thousand."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST:
        return int(text)
    whole = _WHOLE.fullmatch(text)
    if whole is not None and whole[1].isdigit() and len(whole[1]) <= _LONGEST:
        if len(whole[3] or "") != 3 and (comma or whole[2] != ","):
            return int(whole[1])
    elif _POWER.fullmatch(text):
        number = Decimal(text)
        if number == number.to_integral_value() and number < 10**_LONGEST:
            return int(number)
    problems.append(f"duration_ms must be a whole number of milliseconds, not {shown(text)}")
    return None


def outcomes(text: str, problems: list[str]) -> tuple[Outcome | None, ...] | None:
    """Eight words, what became of each suggestion, "-" for none; None where the cell is empty."""
    if not text:
        return None
    words = text.split()
    if len(words) != len(SCALE_NAMES) or set(words) - {*get_args(Outcome), "-"}:
        problems.append(
            f"outcomes {shown(text)} must be {len(SCALE_NAMES)} words, "
            f"each {', '.join(get_args(Outcome))} or -"
        )
        return None
    return tuple(None if word == "-" else cast(Outcome, word) for word in words)


def yes(text: str, column: str, problems: list[str]) -> bool:
    """Whether a column says so: "" is no, and what is neither yes nor no is a problem."""
    if not text:
        return False
    word = text.lower().removesuffix(".0")
    if word not in _YES | _NO:
        problems.append(f"{column} {shown(text)} is neither yes nor no")
    return word in _YES


def _formula(column: str) -> str:
    return f"{column} is a formula; put its value there"
