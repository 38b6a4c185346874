"""Values in files of strangers: each as what it must be, or a clause that says what it is instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from annotation_db.vocabulary.scales import MAX_SCORE

_SUM: Final = 1e-3
"""By how much probabilities may miss 1: they may have been rounded."""


def text_of(entry: Mapping[str, Any], key: str) -> str:
    """A name.

    Raises
    ------
    ValueError
    """
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{key} is {brief(value)} and no name" if key in entry else f"it has no {key}")
    return value


def object_of(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object.

    Raises
    ------
    ValueError
    """
    value = entry.get(key)
    if not isinstance(value, Mapping):
        raise ValueError(f"{key} is {brief(value)} and no object" if key in entry else f"it has no {key}")
    return value


def score_of(value: Any, what: str) -> float:
    """A number on the scale 0 .. 4.

    Raises
    ------
    ValueError
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MAX_SCORE:
        raise ValueError(f"{what} is {brief(value)}, not a number from 0 to {MAX_SCORE}")
    return float(value)


def level_of(value: Any, what: str, highest: int) -> int:
    """A whole number from 0 on; 3.0 is one.

    Raises
    ------
    ValueError
    """
    whole = not isinstance(value, bool) and isinstance(value, (int, float)) and value == int(value)
    if not whole or not 0 <= value <= highest:
        raise ValueError(f"{what} is {brief(value)}, not a whole number from 0 to {highest}")
    return int(value)


def probabilities_of(value: Any, what: str, levels: int) -> tuple[float, ...]:
    """Probabilities of all levels; made to add up to 1 exactly.

    Raises
    ------
    ValueError
    """
    fits = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == levels
    if not fits or not all(type(p) in (int, float) and 0 <= p <= 1 + _SUM for p in value):
        raise ValueError(f"{what} are {brief(value)}, not {levels} probabilities")
    whole = float(sum(value))
    if abs(whole - 1) > _SUM:
        raise ValueError(f"{what} add up to {whole:.4g} and not to 1")
    return tuple(float(p) / whole for p in value)


def counts_of(value: Any, levels: int) -> tuple[int, ...] | None:
    """How often each level was given; None where the file does not tell, or not in full."""
    fits = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == levels
    if not fits or not all(type(n) is int and n >= 0 for n in value):
        return None
    return tuple(value)


def brief(value: Any, most: int = 60) -> str:
    """A value as it stands in a sentence."""
    import json

    told = json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= most else f"{told[:most]}..."
