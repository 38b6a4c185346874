"""The list of disputed ROIs as arrays: which, in which order, with which figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from annotation_db.labels.disputes import Disputes, ordered
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.controllers.review_targets import behind
from seagull_studio.operations.review import Material
from seagull_studio.operations.table_file import save_rows
from seagull_studio.state.review_view import DisputeList, Order, Target

HEADER: Final = ("roi", "votes", "stability", "spread", "bimodality", "distance", "accepted")
ORDERS: Final[tuple[Order, ...]] = ("stability", "spread", "bimodality", "distance")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be listed."""

    target: Target | None
    order: Order
    scale: str
    """"" for each ROI's worst one."""
    hide_accepted: bool
    filtered: frozenset[int] | None
    drawn: bool
    """In an order that tells nothing of the votes, in place of `order`."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The ROIs in their order."""

    roi_ids: NDArray[np.int64]
    votes: NDArray[np.int64]
    figures: NDArray[np.float64]
    """Shape (R, 4): stability, spread, bimodality, distance; NaN for none."""


class LazyNames(Sequence[str]):
    """The name of each ROI, made when it is looked at."""

    def __init__(self, roi_ids: NDArray[np.int64], name_of: Callable[[int], str]) -> None:
        self._roi_ids = roi_ids
        self._name_of = name_of

    def __len__(self) -> int:
        return len(self._roi_ids)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> LazyNames: ...

    def __getitem__(self, at: int | slice) -> str | LazyNames:
        if isinstance(at, slice):
            return LazyNames(self._roi_ids[at], self._name_of)
        return self._name_of(int(self._roi_ids[at]))


def listed(wish: Wish, material: Material) -> Listed:
    """Choose and order the ROIs; those without a rating come last."""
    table = material.table
    columns = slice(None) if not wish.scale else [SCALE_NAMES.index(wish.scale)]
    narrow = Disputes(*(getattr(material.disputes, name)[:, columns] for name in ORDERS))
    places = _drawn(table.roi_ids) if wish.drawn else ordered(narrow, wish.order)
    wanted = behind(wish.target, material)
    keep = np.ones(len(table.roi_ids), dtype=np.bool_)
    if wanted is not None:
        keep &= np.isin(table.roi_ids, list(wanted))
    elif wish.hide_accepted:
        keep &= ~np.isin(table.roi_ids, list(material.accepted))
    unrated = sorted(((wanted or frozenset()) & material.rois.keys()) - set(table.roi_ids.tolist()))
    if wish.filtered is not None:
        keep &= np.isin(table.roi_ids, list(wish.filtered))
        unrated = [roi_id for roi_id in unrated if roi_id in wish.filtered]
    places = places[keep[places]]
    nothing = np.full((len(unrated), len(ORDERS)), np.nan)
    worst = np.stack([_worst(getattr(narrow, name)[places], name) for name in ORDERS], axis=1)
    return Listed(
        np.concatenate([table.roi_ids[places], np.array(unrated, dtype=np.int64)]),
        np.concatenate([table.per_roi[places], np.zeros(len(unrated), dtype=np.int64)]),
        np.concatenate([worst, nothing]),
    )


def write(shown: DisputeList, material: Material, file: Path) -> None:
    """Write the list as a table; raises as `save_rows` does."""
    save_rows(file, HEADER, _rows(shown, material))


def _rows(shown: DisputeList, material: Material) -> Iterator[list[object]]:
    columns = zip(shown.roi_ids.tolist(), shown.votes.tolist(), shown.figures.tolist(), strict=True)
    for roi_id, votes, figures in columns:
        name = material.rois[roi_id].text
        yield [name, votes, *("" if isnan(one) else one for one in figures), roi_id in shown.accepted]


def _drawn(roi_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """An order by lot, in which each ROI keeps its place whatever else is listed (SplitMix64's mixer)."""
    mixed = roi_ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.argsort(mixed ^ (mixed >> np.uint64(31)), kind="stable")


def _worst(figures: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Of each ROI the figure of its most disputed scale; NaN where none is known."""
    sign = -1 if name == "stability" else 1
    known = np.where(np.isnan(figures), -np.inf, sign * figures).max(axis=1, initial=-np.inf)
    return np.asarray(np.where(np.isinf(known), np.nan, sign * known), dtype=np.float64)
