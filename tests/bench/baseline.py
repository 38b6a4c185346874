"""The baseline's measures of five ROIs of a 12-megapixel photograph, beside decoding that photograph's JPEG.

``python -m tests.bench.baseline``
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from PIL import Image
from skimage import data

from model.predictors import features

WIDTH, HEIGHT, REPEATS = 4000, 3000, 5
RADII = (1400, 700, 450, 200, 60)


def seconds(work: Callable[[], object]) -> float:
    """Median of a few runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return median(taken)


def main() -> None:
    picture = Image.fromarray(data.astronaut()).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    rgb = np.asarray(picture)
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    masks = [(y - 1500) ** 2 + (x - 2000) ** 2 < radius**2 for radius in RADII]

    def decode() -> None:
        with Image.open(io.BytesIO(buffer.getvalue())) as opened:
            opened.load()

    reference = seconds(decode)
    measured = seconds(lambda: features.measure(rgb, masks))
    print(f"decoding the JPEG        {reference * 1000:7.0f} ms   1.00")
    print(f"measuring five ROIs      {measured * 1000:7.0f} ms   {measured / reference:.2f}")


if __name__ == "__main__":
    main()
