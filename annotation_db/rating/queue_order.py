"""The order in which an annotator meets ROIs: random, stored by its seed, pictures not twice in a row."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

_WORD = (1 << 64) - 1


class Candidate(NamedTuple):
    """A ROI that an annotator may be shown."""

    roi_id: int
    image_id: int
    assigned: bool


def mix64(value: int) -> int:
    """A 64-bit number that looks random, always the same for the same value (SplitMix64's finaliser)."""
    value = (value + 0x9E3779B97F4A7C15) & _WORD
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _WORD
    return value ^ (value >> 31)


def random_key(seed: int) -> Callable[[int], int]:
    """A sort key that puts ids into the random order of `seed`; new ids fall in between the old ones."""
    start = mix64(seed)
    return lambda number: mix64(start ^ number)


class Ordered(NamedTuple):
    """A candidate with what it is sorted by: what is assigned comes first, then the drawn order."""

    open: bool
    drawn: int
    candidate: Candidate


def draw_next(
    left: Sequence[Ordered],
    per_image: Mapping[int, int],
    after_image: int | None,
    limit: int,
    without: Ordered | None = None,
) -> list[Candidate]:
    """Draw the next ROIs.

    Assigned ROIs come before open ones, each group in its drawn order. A picture never comes twice
    in a row while another one is left; a picture that holds more than half of what is left is
    taken while there are others to put in between.

    Parameters
    ----------
    left : sequence of Ordered
        All ROIs the annotator may still rate, sorted.
    per_image : mapping
        How many of them each picture has.
    after_image : int, optional
        The picture shown just before.
    limit : int
        How many to draw.
    without : Ordered, optional
        One of `left` that is not to be drawn.
    """
    # Twenty thousand ROIs are copied and counted at no turn: only what is drawn is kept apart.
    gone: set[int] = set() if without is None else {bisect_left(left, without)}
    fewer: Counter[int] = Counter() if without is None else Counter([without.candidate.image_id])
    high = max(per_image.values(), default=0)
    many: list[int] = []  # pictures that may come to hold more than half of what is left
    if 2 * high > len(left) - limit - 1:
        many = [image for image, n in per_image.items() if 2 * n > len(left) - limit - 1]
    up: list[Candidate] = []
    last = after_image
    while len(up) < limit and len(gone) < len(left):
        remaining = len(left) - len(gone)
        crowded = next((i for i in many if 2 * (per_image[i] - fewer[i]) > remaining and i != last), None)
        there = (place for place in range(len(left)) if place not in gone)
        chosen = next(
            (
                place
                for place in there
                if (image := left[place].candidate.image_id) == crowded or (crowded is None and image != last)
            ),
            None,
        )
        if chosen is None:  # only the picture shown just before is left
            chosen = next(place for place in range(len(left)) if place not in gone)
        gone.add(chosen)
        candidate = left[chosen].candidate
        fewer[candidate.image_id] += 1
        up.append(candidate)
        last = candidate.image_id
    return up
