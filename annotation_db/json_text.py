"""JSON columns whose values were encoded beforehand, so that encoding does not keep a lock waiting."""

from __future__ import annotations

import json
from typing import Any


class Encoded(str):
    """A JSON document as text, made by `encoded`; as the value of a JSON column it is stored as it is."""

    __slots__ = ()


def encoded(value: Any) -> Encoded:
    return Encoded(json.dumps(value))


def dumps(value: Any) -> str:
    """What the engines encode JSON columns with."""
    return str(value) if isinstance(value, Encoded) else json.dumps(value)
