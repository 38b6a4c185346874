"""JSON that comes from outside, read by one rule; JSON columns that were encoded before the lock is taken."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any


class NotJson(ValueError):
    """Text that is no JSON, or JSON that two readers may understand differently; a clause says why."""


def read(text: str) -> Any:
    """What a JSON document from outside says.

    Raises
    ------
    NotJson
        If it is none, holds NaN, infinity or a number beyond what a computer holds, names something
        twice in one object with different values (readers differ in which they take), or is nested
        too deeply. The text is a clause that follows the name of the file.
    """
    try:
        return json.loads(
            text, parse_constant=_no_constant, parse_float=_number, object_pairs_hook=_once_each
        )
    except NotJson:
        raise
    except json.JSONDecodeError as error:
        raise NotJson(f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg})") from error
    except RecursionError as error:
        raise NotJson("is nested too deeply") from error
    except ValueError as error:  # CPython converts no longer integers
        raise NotJson("holds a number with thousands of digits") from error


def _no_constant(name: str) -> Any:
    raise NotJson(f"holds {name}, which is no number in JSON")


def _number(digits: str) -> float:
    value = float(digits)
    if not isfinite(value):
        raise NotJson(f"holds {digits[:20]}, which is too large a number")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        for name, value in pairs:
            if json.dumps(value, sort_keys=True) != json.dumps(made[name], sort_keys=True):
                raise NotJson(f"names {json.dumps(name)[:60]} twice in one object with different values")
    return made


class Encoded(str):
    """A JSON document as text, made by `encoded`; as the value of a JSON column it is stored as it is."""

    __slots__ = ()


def encoded(value: Any) -> Encoded:
    """A value encoded now, to be stored later in a JSON column as it is."""
    return Encoded(json.dumps(value))


def dumps(value: Any) -> str:
    """What the engines encode JSON columns with."""
    return str(value) if isinstance(value, Encoded) else json.dumps(value)
