"""The order in which an annotator meets ROIs: random, stored by its seed, pictures not twice in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

_WORD = (1 << 64) - 1


class Candidate(NamedTuple):
    """A ROI that an annotator may be shown."""

    roi_id: int
    image_id: int
    assigned: bool


def mixed(value: int) -> int:
    """A 64-bit number that looks random, always the same for the same value (SplitMix64's finaliser)."""
    value = (value + 0x9E3779B97F4A7C15) & _WORD
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _WORD
    return value ^ (value >> 31)


def drawn(seed: int) -> Callable[[int], int]:
    """A sort key that puts ids into the random order of `seed`; new ids fall in between the old ones."""
    start = mixed(seed)
    return lambda number: mixed(start ^ number)


def next_up(
    candidates: Sequence[Candidate], seed: int, after_image: int | None, limit: int
) -> list[Candidate]:
    """Draw the next ROIs.

    Assigned ROIs come before open ones, each group in the order of `seed`. A picture never comes twice
    in a row while another one is left; a picture that holds more than half of what is left is
    taken while there are others to put in between.

    Parameters
    ----------
    candidates : sequence of Candidate
        All ROIs the annotator may still rate.
    seed : int
        The annotator's own.
    after_image : int, optional
        The picture shown just before.
    limit : int
        How many to draw.
    """
    key = drawn(seed)
    left = sorted(candidates, key=lambda c: (not c.assigned, key(c.roi_id)))
    per_image = Counter(c.image_id for c in left)
    up: list[Candidate] = []
    last = after_image
    while left and len(up) < limit:
        image, most = per_image.most_common(1)[0]
        crowded = image if image != last and 2 * most > len(left) else None
        position = next(
            (
                i
                for i, c in enumerate(left)
                if c.image_id == crowded or (crowded is None and c.image_id != last)
            ),
            0,
        )
        chosen = left.pop(position)
        per_image[chosen.image_id] -= 1
        up.append(chosen)
        last = chosen.image_id
    return up
