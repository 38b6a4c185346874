"""The segmenter without weights on a 12-megapixel photograph, against plain ``cv2.grabCut``.

    python -m tests.bench.classical [--runs 15]

The baseline is what a person would write first: five rounds of GrabCut from a rectangle around the
click, on the photograph reduced to 1024 pixels, enlarged again.
"""

from __future__ import annotations

import argparse
import statistics
import time

import cv2
import numpy as np
from skimage import data

from model.segmenters.classical import ClassicalSegmenter
from model.segmenters.protocol import Prompt


def _plain(rgb: np.ndarray, x: float, y: float) -> np.ndarray:
    scale = 1024 / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    half = 0.25 * min(small.shape[:2])
    left, top = max(1, int(x * scale - half)), max(1, int(y * scale - half))
    labels = np.zeros(small.shape[:2], np.uint8)
    box = (left, top, int(2 * half), int(2 * half))
    cv2.grabCut(small, labels, box, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    inside = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    return cv2.resize(inside, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    rgb = cv2.resize(data.coffee(), (4243, 2829), interpolation=cv2.INTER_CUBIC)
    segmenter = ClassicalSegmenter()
    start = time.perf_counter()
    embedding = segmenter.encode(rgb)
    print(f"preparing {rgb.shape[1]} x {rgb.shape[0]}: {(time.perf_counter() - start) * 1e3:.0f} ms")
    rng = np.random.default_rng(0)
    ours, baseline = [], []
    for number in range(runs + 1):
        x, y = float(rng.uniform(500, 3700)), float(rng.uniform(400, 2400))
        start = time.perf_counter()
        found = segmenter.predict(embedding, Prompt(((x, y, True),)))
        middle = time.perf_counter()
        _plain(rgb, x, y)
        if number:  # the first click also warms up the libraries
            ours.append(middle - start)
            baseline.append(time.perf_counter() - middle)
        assert found[0].mask.any()
    own, other = statistics.median(ours), statistics.median(baseline)
    print(
        f"click to mask: ours {own * 1e3:.0f} ms (longest {max(ours) * 1e3:.0f}), plain GrabCut "
        f"{other * 1e3:.0f} ms, ratio {own / other:.2f}"
    )


if __name__ == "__main__":
    main()
