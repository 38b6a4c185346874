"""Training, validation and test images: disjoint, never cutting a group, seeded, stratified by source.

SEAGULL (arXiv 2411.10161), Sec. 5.1: 80 % of the *images* for training, no image on both sides. Groups of
pictures, such as copies of one photograph, go to one part as a whole.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final, TypeVar

from annotation_db.errors import Refused
from annotation_db.pictures.split_wish import PARTS, Part, SplitWish
from annotation_db.records import ImageRecord

T = TypeVar("T")

METHOD: Final = (
    "Images, not ROIs, are drawn, those of one group together. Within each source the groups (an image in "
    "none is one by itself) are ordered by SHA-256 of 'seed:smallest hash of their pictures'; the first ones "
    "train, the next ones validate. How many images each source gives is settled by largest remainder; where "
    "a group does not fit, the nearest number is taken, and the next source makes up for it. Frozen images "
    "stay where they are, and count."
)
"""How the split is made, for the README of an export."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Images that stay together."""

    images: tuple[int, ...]
    source: str
    """That of most of them."""
    rank: str
    part: Part | None
    """Where they are frozen."""

    @property
    def size(self) -> int:
        return len(self.images)


def split_images(
    images: Sequence[ImageRecord], wish: SplitWish | None = None, frozen: Mapping[int, Part] | None = None
) -> dict[int, Part]:
    """Divide images into training, validation and test.

    The answer depends on the pictures' own hashes, their sources and groups, on `wish` and on what is
    frozen: not on the order of `images` nor on the ids a database gave them.

    Parameters
    ----------
    images : sequence of ImageRecord
        Each image once.
    wish : SplitWish, optional
        The customary one if not given. Each part whose share is not 0 gets at least one group if there are
        as many groups as such parts and enough of them are not frozen.
    frozen : mapping of int to Part, optional
        Where images must be, by image id; others of their groups go there too.

    Returns
    -------
    dict of int to Part
        By image id, in the order of `images`.

    Raises
    ------
    Refused
        If the wish cannot be meant, or a group has images that are frozen in several parts.
    """
    wish = wish or SplitWish()
    wish.check()
    units = _units(images, wish.seed, frozen or {})
    parts: dict[_Unit, Part] = {unit: unit.part for unit in units if unit.part is not None}
    sizes: Counter[str] = Counter()
    for unit in units:
        sizes[unit.source] += unit.size
    train, val, _ = wish.shares
    trains = _counts(sizes, train)
    left = {source: size - trains[source] for source, size in sizes.items()}
    validates = _counts(left, val / (1 - train) if train < 1 else Fraction(0))
    owed = {"train": 0, "before test": 0}
    for source in sorted(sizes, key=lambda s: (-sizes[s], s)):
        mine = [unit for unit in units if unit.source == source]
        there = Counter({part: sum(u.size for u in mine if u.part == part) for part in PARTS})
        free = sorted((u for u in mine if u.part is None), key=lambda u: u.rank)
        spare = sum(unit.size for unit in free)
        # How many of the free images are wanted for training, and for training and validation together.
        first = min(max(trains[source] - there["train"], 0), spare)
        second = min(first + max(validates[source] - there["val"], 0), spare)
        one, first_got = _nearest(free, first + owed["train"], 0)
        two, second_got = _nearest(free, second + owed["before test"], one) if val else (one, first_got)
        owed["train"] += first - first_got
        owed["before test"] += second - second_got
        for number, unit in enumerate(free):
            parts[unit] = "train" if number < one else "val" if number < two else "test"
    _leave_none_empty(parts, wish)
    found = {image_id: part for unit, part in parts.items() for image_id in unit.images}
    return {image.id: found[image.id] for image in images}


def folds_of(
    images: Sequence[ImageRecord],
    split: Mapping[int, Part],
    wish: SplitWish,
    frozen: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Divide the training images into folds of nearly the same size, a group always in one.

    The groups are dealt out, the largest first and those of one size by their ranks, each to the fold that
    has the fewest images, of several to that with the fewest of its source.

    Parameters
    ----------
    images, split
        As `split_images` was given and gave them.
    frozen : mapping of int to int, optional
        Folds that images must be in, by image id; None where no split is frozen.

    Returns
    -------
    dict of int to int
        By image id, the number of its fold, 1..`wish.folds`; empty where no folds are wished.

    Raises
    ------
    Refused
        If there are fewer groups than folds and none is frozen, or a group has images that are frozen in
        several folds.
    """
    if wish.folds == 0:
        return {}
    units = [u for u in _units(images, wish.seed, {}) if split[u.images[0]] == "train"]
    if len(units) < wish.folds and frozen is None:  # of frozen folds, a filter may well take some only
        raise Refused(
            f"{wish.folds} folds need at least as many groups of training images, and there are "
            f"{len(units)}; ask for fewer folds."
        )
    frozen = frozen or {}
    found: dict[int, int] = {}
    total: Counter[int] = Counter()
    of_source: Counter[tuple[int, str]] = Counter()

    def deal(unit: _Unit, fold: int) -> None:
        found.update(dict.fromkeys(unit.images, fold))
        total[fold] += unit.size
        of_source[fold, unit.source] += unit.size

    free: list[_Unit] = []
    for unit in units:
        fold = _the_one({frozen[one] for one in unit.images if one in frozen}, "folds")
        if fold is None:
            free.append(unit)
        else:
            deal(unit, fold)
    for unit in sorted(free, key=lambda u: (-u.size, u.source, u.rank)):
        folds = range(1, wish.folds + 1)
        deal(unit, min(folds, key=lambda k: (total[k], of_source[k, unit.source], k)))
    return {image.id: found[image.id] for image in images if image.id in found}


def _units(images: Sequence[ImageRecord], seed: int, frozen: Mapping[int, Part]) -> list[_Unit]:
    together: dict[tuple[str, str], list[ImageRecord]] = {}
    for image in images:
        together.setdefault((image.group, "" if image.group else image.sha256), []).append(image)
    units = []
    for of_group in together.values():
        sources = Counter(image.source for image in of_group)
        smallest = min(image.sha256 for image in of_group)
        units.append(
            _Unit(
                images=tuple(image.id for image in of_group),
                source=min(sources, key=lambda s: (-sources[s], s)),
                rank=hashlib.sha256(f"{seed}:{smallest}".encode()).hexdigest(),
                part=_the_one({frozen[i.id] for i in of_group if i.id in frozen}, "parts"),
            )
        )
    return units


def _the_one(frozen: set[T], what: str) -> T | None:
    if len(frozen) > 1:
        named = ", ".join(sorted(str(one) for one in frozen))
        raise Refused(
            f"A group has images in several frozen {what} ({named}); thaw the split, or take the group apart."
        )
    return next(iter(frozen), None)


def _nearest(units: Sequence[_Unit], wanted: int, least: int) -> tuple[int, int]:
    """How many of the first units, at least `least`, have nearest to `wanted` images, and how many those are.

    Of two numbers as near, the larger.
    """
    number, images = least, sum(unit.size for unit in units[:least])
    best = number, images
    for unit in units[least:]:
        number, images = number + 1, images + unit.size
        if abs(images - wanted) > abs(best[1] - wanted):
            break
        best = number, images
    return best


def _leave_none_empty(parts: dict[_Unit, Part], wish: SplitWish) -> None:
    """Give a part that was wished and got nothing the smallest group of the part with the most groups."""
    wished = [part for part, share in zip(PARTS, wish.shares, strict=True) if share > 0]
    for part in sorted(wished, key=lambda p: p == "val"):  # a test part matters more
        groups = Counter(parts.values())
        if groups[part]:
            continue
        movable = [unit for unit, where in parts.items() if unit.part is None and groups[where] > 1]
        if movable:
            given = min(movable, key=lambda u: (-groups[parts[u]], u.size, u.rank))
            parts[given] = part


def _counts(sizes: Mapping[str, int], share: Fraction) -> dict[str, int]:
    """Images per source by largest remainder; ties go to the larger source, then by name.

    Of two images or more at least one is taken and one left, unless the share is 0 or 1.
    """
    whole = sum(sizes.values())
    wanted = floor(share * whole + Fraction(1, 2))
    if whole >= 2 and 0 < share < 1:
        wanted = min(max(wanted, 1), whole - 1)
    counts = {source: floor(share * size) for source, size in sizes.items()}
    order = sorted(sizes, key=lambda s: (counts[s] - share * sizes[s], -sizes[s], s))
    spare = wanted - sum(counts.values())
    for source in order[: max(spare, 0)]:
        counts[source] += 1
    # Only where "at least one for testing" took an image away from a share close to 1.
    for source in sorted(sizes, key=lambda s: (-sizes[s], s))[: max(-spare, 0)]:
        counts[source] -= 1
    return counts
