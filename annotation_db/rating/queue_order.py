"""The order in which an annotator meets ROIs: random, stored by its seed, pictures not twice in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
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


class Ordered(NamedTuple):
    """A candidate with what it is sorted by: what is assigned comes first, then the drawn order."""

    open: bool
    drawn: int
    candidate: Candidate


def draw(
    left: list[Ordered], per_image: Counter[int], after_image: int | None, limit: int
) -> list[Candidate]:
    """Draw the next ROIs.

    Assigned ROIs come before open ones, each group in its drawn order. A picture never comes twice
    in a row while another one is left; a picture that holds more than half of what is left is
    taken while there are others to put in between.

    Parameters
    ----------
    left : list of Ordered
        All ROIs the annotator may still rate, sorted; what is drawn is taken out.
    per_image : Counter
        How many of them each picture has; what is drawn is taken out.
    after_image : int, optional
        The picture shown just before.
    limit : int
        How many to draw.
    """
    up: list[Candidate] = []
    last = after_image
    while left and len(up) < limit:
        most = max(per_image.values())
        crowded = None
        if 2 * most > len(left):  # no other picture can have as many
            image = next(image for image, n in per_image.items() if n == most)
            crowded = image if image != last else None
        position = next(
            (
                i
                for i, one in enumerate(left)
                if one.candidate.image_id == crowded or (crowded is None and one.candidate.image_id != last)
            ),
            0,
        )
        chosen = left.pop(position).candidate
        per_image[chosen.image_id] -= 1
        up.append(chosen)
        last = chosen.image_id
    return up
