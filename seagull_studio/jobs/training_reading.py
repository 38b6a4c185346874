"""What the folder of a training says while it works and afterwards: for its curves. No torch, no Qt.

A `TrainingReader` reads on where it was. Whatever the files hold, nothing is raised: a line that cannot be
read is passed over, a file that cannot be read says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

EVENTS: Final = "events.jsonl"
COMPARISON: Final = "comparison.json"
_MOST_BYTES: Final = 1 << 26
_PIECE: Final = 1 << 20
_SCALES: Final = ("quality", "importance")
_RATES: Final = ("lora", "in full")

Points = list[tuple[float, float]]


@dataclass(slots=True)
class TrainingSoFar:
    """Figures over steps."""

    losses: dict[str, Points] = field(default_factory=dict)
    """By kind of question."""
    rates: dict[str, Points] = field(default_factory=dict)
    speed: Points = field(default_factory=list)
    """Tokens per second."""
    memory: float | None = None
    """Bytes, at most so far."""
    srocc: dict[str, Points] = field(default_factory=dict)
    """On the held-out ROIs, by scale, at the ends of epochs."""
    plcc: dict[str, Points] = field(default_factory=dict)
    """Likewise."""
    attainable: dict[str, float] = field(default_factory=dict)
    """By scale, the PLCC that a perfect model could reach there."""
    simulated: bool = False
    untrained: bool = False
    """The base was."""
    result: dict[str, Any] | None = None
    """``result.json``, once it is finished."""
    comparison: dict[str, Any] | None = None
    """``comparison.json``: the evaluation beside the present model's, or why there is none."""


class TrainingReader:
    """Follows one training's folder."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._offset = 0
        self._rest = b""
        self._found = TrainingSoFar()
        self._about: dict[str, Any] | None = None

    def read(self) -> TrainingSoFar:
        """Read on; the same object each time, with more in it."""
        if self._about is None:
            self._about = _object(self.out / "run.json")
            if self._about is not None:
                export, base = (_mapping(self._about.get(key)) for key in ("export", "base"))
                self._found.simulated = export.get("simulated") is True
                self._found.untrained = base.get("untrained") is True
        for event in self._events():
            with suppress(KeyError, TypeError, ValueError):
                self._take(event)
        if self._found.result is None:
            self._found.result = _object(self.out / "result.json")
        if self._found.result is not None and self._found.comparison is None:
            self._found.comparison = _object(self.out / COMPARISON)
        return self._found

    def _events(self) -> Iterator[dict[str, Any]]:
        try:
            with (self.out / EVENTS).open("rb") as file:
                if file.seek(0, 2) < self._offset:  # another file
                    self._offset, self._rest, self._found = 0, b"", TrainingSoFar()
                file.seek(self._offset)
                while piece := file.read(_PIECE):
                    self._offset += len(piece)
                    *lines, self._rest = (self._rest + piece).split(b"\n")
                    for line in lines:
                        with suppress(ValueError, RecursionError):
                            event = json.loads(line)
                            if isinstance(event, dict):
                                yield event
        except OSError:
            return

    def _take(self, event: Mapping[str, Any]) -> None:
        kind, found = event.get("event"), self._found
        if kind == "step":
            step = _number(event["step"])
            for name, loss in event["losses"].items():
                found.losses.setdefault(str(name), []).append((step, _number(loss)))
            for name in _RATES:
                if name in event["rates"]:
                    found.rates.setdefault(name, []).append((step, _number(event["rates"][name])))
            found.speed.append((step, _number(event["tokens_per_second"])))
            found.memory = _number(event["memory_bytes"]) or None
        elif kind == "resumed":
            # What was done after the checkpoint is done again.
            last = _number(event["step"])
            for points in (*found.losses.values(), *found.rates.values(), found.speed):
                points[:] = [point for point in points if point[0] <= last]
            for points in (*found.srocc.values(), *found.plcc.values()):
                points[:] = [point for point in points if point[0] <= last]
        elif kind == "epoch":
            step = _number(event["step"])
            for scale in _SCALES:
                for name, curves in (("srocc", found.srocc), ("plcc", found.plcc)):
                    value = event["validation"][scale].get(name)
                    points = curves.setdefault(scale, [])
                    if value is not None and (not points or points[-1][0] < step):
                        points.append((step, _number(value)))
        elif kind == "attainable":
            for scale in _SCALES:
                if event.get(scale) is not None:
                    found.attainable[scale] = _number(event[scale])


def thinned(points: Points, most: int = 400) -> tuple[tuple[float, float], ...]:
    """Points for a chart: where there are more than `most`, means of as many after each other.

    Parameters
    ----------
    points : list of (float, float)
        Steps and values.
    most : int
        How many a chart can show.
    """
    if len(points) <= most:
        return tuple(points)
    size = -(-len(points) // most)
    groups = (points[at : at + size] for at in range(0, len(points), size))
    return tuple(
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups
    )


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError
    return float(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _object(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
