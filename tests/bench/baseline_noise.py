"""How often the baseline "tells" a scale of votes that say nothing: fits to pure noise.

python -m tests.bench.baseline_noise [FITS]

Measures and votes are independent; both vary from picture to picture and within a picture, as real ones do.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES
from model.predictors import features
from model.predictors.baseline_fit import LabelledRoi, fit_scales, is_predicted, tally

SIZES = ((30, 10), (36, 12), (120, 40))
"""(ROIs, pictures)"""
RARE = np.array([0.0, 3.5, 0.0, 3.0, 6.0, 5.0, 0.0, 0.0])
"""Some distortions are seldom or never there: nearly all votes say "non-existent"."""


def noise(rois: int, images: int, seed: int, raters: int = 7) -> list[LabelledRoi]:
    """ROIs whose measures have nothing to do with their votes."""
    rng = np.random.default_rng(seed)
    of_image = rng.normal(size=(images, len(features.NAMES)))
    truth = rng.normal(size=(images, len(SCALE_NAMES)))
    most = np.array([SCALES[name].maximum for name in SCALE_NAMES])
    found = []
    for n in range(rois):
        image = n % images
        latent = RARE + truth[image] + rng.normal(size=len(SCALE_NAMES))
        votes = np.rint(most * (0.5 + 0.25 * (latent + 0.5 * rng.normal(size=(raters, len(SCALE_NAMES))))))
        measures = of_image[image] + rng.normal(size=len(features.NAMES))
        found.append(LabelledRoi(f"p{image}", measures, tally(np.clip(votes, 0, most).astype(int).tolist())))
    return found


def main(fits: int) -> None:
    """Print, for each size, the share of fits that tell any scale."""
    for rois, images in SIZES:
        started, told, scores = time.perf_counter(), 0, []
        for seed in range(fits):
            _, validation = fit_scales(noise(rois, images, seed), seed=seed)
            told += any(is_predicted(value) for value in validation.values())
            scores += [value["skill_t"] for value in validation.values()]
        took = (time.perf_counter() - started) / fits
        above = {t: 100 * float((np.array(scores) > t).mean()) for t in (1.0, 2.0, 2.5, 3.0)}
        print(
            f"{rois:4d} ROIs on {images:3d} pictures: {told} of {fits} fits tell a scale "
            f"({100 * told / fits:.1f} %); {took:.1f} s a fit; scales above t: "
            + ", ".join(f"{t:g} {share:.2f} %" for t, share in above.items()),
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
