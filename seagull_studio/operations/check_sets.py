"""Making a set of check items: the sample project's photographs, distorted at known strength.

What is expected of a ROI comes from its makers' judgement of the undistorted photograph and from the
distortion's strength by the one mapping of `seagull_studio.operations.sample.truth`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import numpy as np
import numpy.typing as npt

from annotation_db.errors import Cancelled
from annotation_db.pictures.masks import Rle
from annotation_db.rating.check_items import ItemKind, NewItem
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import DISTORTIONS
from seagull_studio.operations.sample.pictures import Applied, SamplePicture, png
from seagull_studio.operations.sample.truth import true_values

SIZES: Final[dict[ItemKind, int]] = {"practice": 7, "graded": 10, "gold": 14}
"""Items of a set, where nothing else is asked for."""
_SEVERITIES: Final[dict[ItemKind, tuple[int, ...]]] = {
    "practice": (1, 3, 0, 2),
    "graded": (2, 0, 3, 1),
    "gold": (0, 1),
}
"""Training and test span the scale; gold is easy: whoever looks is right."""
_FOR_TEST: Final = 3
"""Colour photographs of training and test; those of gold are others, which nobody was told about."""


def make(
    sizes: dict[ItemKind, int],
    seed: int,
    *,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> list[NewItem]:
    """Draw and distort.

    Parameters
    ----------
    sizes : dict
        By kind, how many items.
    seed : int
        Of the draw and of the noise; the same seed, the same items.
    progress, cancelled : callable, optional
        As everywhere.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    from seagull_studio.operations.sample import photographs

    rng = np.random.default_rng([seed, 5])
    drawn = {name: regions for name, regions in photographs.rois().items() if regions}
    pixels = {name: photographs.load(name) for name in drawn}
    coloured = [name for name in drawn if not bool((pixels[name] == pixels[name][..., :1]).all())]
    order = [str(name) for name in rng.permutation(coloured)]
    test, gold = order[:_FOR_TEST], [*order[_FOR_TEST:], *(name for name in drawn if name not in coloured)]
    pools: dict[ItemKind, list[tuple[str, str]]] = {
        kind: _permuted(
            [(name, roi) for name in (gold if kind == "gold" else test) for roi in drawn[name]], rng
        )
        for kind in sizes
    }
    used: Counter[tuple[str, str]] = Counter()
    items: list[NewItem] = []
    total = sum(sizes.values())
    for kind, count in sizes.items():
        for applied in _designs(kind, count, rng):
            if cancelled is not None and cancelled():
                raise Cancelled("The set of check items was not made to its end; nothing was changed.")
            if progress is not None:
                progress(len(items), total, "check items")
            colour = any(one.name == "colorfulness" for one in applied)
            fitting = [each for each in pools[kind] if not colour or each[0] in coloured]
            photograph, roi = min(fitting, key=lambda each: used[each])
            used[photograph, roi] += 1
            region = drawn[photograph][roi]
            noise = int(rng.integers(2**31))
            picture = SamplePicture("", photograph, (roi,), applied)
            rendered = picture.render(pixels[photograph], drawn[photograph], noise)
            items.append(
                NewItem(
                    kind,
                    region.level,
                    Rle(region.size, region.counts),
                    list(true_values(picture, region, drawn[photograph]).values()),
                    {
                        "photograph": photograph,
                        "roi": roi,
                        "seed": noise,
                        "applied": [asdict(one) for one in applied],
                        "words": picture.note(),
                    },
                    png(rendered),
                )
            )
    return items


def _designs(kind: ItemKind, count: int, rng: np.random.Generator) -> list[tuple[Applied, ...]]:
    """Which distortion at which severity, item by item: each in turn, and every seventh item none."""
    from model import distortions

    names: Sequence[str | None] = [None, *(str(name) for name in rng.permutation(DISTORTIONS))]
    severities = _SEVERITIES[kind]
    made: list[tuple[Applied, ...]] = []
    for number in range(count):
        name = names[number % len(names)]
        if name is None:
            made.append(())
            continue
        variant = str(rng.choice(distortions.variants(name)))
        made.append((Applied(name, severities[number % len(severities)], variant),))
    return made


def _permuted(pool: list[tuple[str, str]], rng: np.random.Generator) -> list[tuple[str, str]]:
    order: npt.NDArray[np.int64] = rng.permutation(len(pool))
    return [pool[at] for at in order.tolist()]
