"""Classical measures of one ROI: what the baseline sees.

All are computed on the pixels inside the mask, at full resolution. Of a ROI larger than about half
a megapixel, tiles drawn from it stand for the whole, so that a ROI costs some tens of milliseconds
whatever the picture. Tiles begin at multiples of 8 pixels of the picture, as JPEG's blocks do.

Sources
-------
sharpness : variance of the Laplacian (Pech-Pacheco et al., ICPR 2000); Tenengrad (Krotkov, IJCV
    1988); how much a second blur takes away (Crete et al., SPIE 6492, 2007).
noise : Immerkaer, CVIU 64 (1996); the same mask with a median in place of the mean (Donoho,
    Biometrika 81, 1994), which edges move less.
contrast : RMS contrast (Peli, JOSA A 7, 1990).
colourfulness : Hasler and Suesstrunk, SPIE 5007 (2003).
blocking : steps on the 8 x 8 grid beside steps off it (after Wang, Sheikh and Bovik, ICIP 2002).
importance : size, place and difference from the surroundings (after Liu et al., CVPR 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from model.predictors.protocol import Mask, Rgb, check_inputs

Floats = npt.NDArray[np.float32]
Box = tuple[int, int, int, int]

VERSION: Final = 1
"""Of the measures; part of every baseline's signature."""

NAMES: Final = (
    "log_laplacian_variance",
    "log_tenengrad",
    "reblur_loss",
    "relative_sharpness",
    "log_fine_to_coarse",
    "log_noise",
    "log_noise_median",
    "log_chroma_noise",
    "noise_to_contrast",
    "mean_luma",
    "median_luma",
    "low_percentile",
    "high_percentile",
    "clipped_dark",
    "clipped_bright",
    "distance_from_middle",
    "rms_contrast",
    "luma_range",
    "log_rms_contrast",
    "skewness",
    "colourfulness",
    "mean_chroma",
    "log_chroma",
    "blocking_across",
    "blocking_down",
    "log_grid_step",
    "flat_share",
    "log_area_share",
    "box_share",
    "centre_distance",
    "lowest_row",
    "touches_border",
    "fill_of_box",
    "difference_from_rest",
    "relative_contrast",
)
"""The measures, in the order of `measure`."""

_TILE: Final = 256
_TILES: Final = 8
_WHOLE: Final = 1 << 19
_SMALL: Final = 192
"""Longer side of the reduced picture that surroundings are compared on."""
_TINY: Final = 1e-3
_IMMERKAER: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)


def measure(rgb: Rgb, masks: Sequence[Mask]) -> npt.NDArray[np.float64]:
    """Measure the ROIs of one picture.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
    masks : sequence of ndarray of bool, shape (H, W)

    Returns
    -------
    ndarray of float64, shape (R, len(NAMES))
        Finite.

    Raises
    ------
    NotAssessable
        As in `protocol.check_inputs`.
    """
    check_inputs(rgb, masks)
    small = _reduced(rgb)
    boxes = [_box(mask) for mask in masks]
    rows = [
        [*_of_pixels(rgb, mask, box), *_of_place(mask, box, small)]
        for mask, box in zip(masks, boxes, strict=True)
    ]
    return np.asarray(rows, dtype=np.float64).reshape(len(masks), len(NAMES))


def _of_pixels(rgb: Rgb, mask: Mask, box: Box) -> list[float]:
    pixels = _Pixels(rgb, mask, box)
    luma, gradient = pixels.luma, pixels.gradient
    fine, coarse = float(np.var(pixels.laplacian)), float(np.var(pixels.laplacian_blurred))
    rms = float(luma.std())
    low, middle, high = (float(v) for v in np.percentile(luma, (2, 50, 98)))
    noise = float(pixels.noise.mean()) * np.sqrt(np.pi / 2) / 6
    noise_median = float(np.median(pixels.noise)) / (0.6745 * 6)
    step = float(gradient.mean())
    mean = float(luma.mean())
    chroma = float(np.hypot(pixels.red_green, pixels.yellow_blue).mean())
    colourfulness = np.hypot(pixels.red_green.std(), pixels.yellow_blue.std()) + 0.3 * np.hypot(
        pixels.red_green.mean(), pixels.yellow_blue.mean()
    )
    across, down, grid = pixels.blocking()
    return [
        _log(fine),
        _log(float(np.square(gradient).mean())),
        1.0 - pixels.change_blurred / (pixels.change + _TINY),
        step / (rms + 1.0),
        _log(fine) - _log(coarse),
        _log(noise),
        _log(noise_median),
        _log(float(pixels.chroma_noise.mean())),
        noise / (rms + 1.0),
        mean / 255,
        middle / 255,
        low / 255,
        high / 255,
        float((luma <= 4).mean()),
        float((luma >= 251).mean()),
        abs(mean - 118) / 118,
        rms / 128,
        (high - low) / 255,
        _log(rms),
        float(((luma - mean) ** 3).mean()) / (rms**3 + 1.0),
        float(colourfulness) / 100,
        chroma / 100,
        _log(chroma),
        across,
        down,
        grid,
        pixels.flat,
    ]


class _Pixels:
    """What the measures need of the pixels inside a mask, gathered tile by tile."""

    def __init__(self, rgb: Rgb, mask: Mask, box: Box) -> None:
        parts: dict[str, list[Floats]] = {}
        self._steps = _Steps()
        blurred_steps = _Steps()
        for y0, y1, x0, x1 in _tiles(mask, box):
            inside = mask[y0:y1, x0:x1]
            # Three pixels around, where there are some, so that filters see the picture and not an edge.
            top, left = min(3, y0), min(3, x0)
            own = (slice(top, top + inside.shape[0]), slice(left, left + inside.shape[1]))
            maps = _maps(rgb[y0 - top : y1 + 3, x0 - left : x1 + 3])
            self._steps.add(maps["luma"][own], inside, y0, x0)
            blurred_steps.add(maps.pop("blurred")[own], inside, y0, x0)
            for name, values in maps.items():
                parts.setdefault(name, []).append(values[own][inside])
        gathered = {name: np.concatenate(found) for name, found in parts.items()}
        self.luma = gathered["luma"]
        self.laplacian = gathered["laplacian"]
        self.laplacian_blurred = gathered["laplacian_blurred"]
        self.gradient = gathered["gradient"]
        self.noise = gathered["noise"]
        self.chroma_noise = gathered["chroma_noise"]
        self.red_green = gathered["red_green"]
        self.yellow_blue = gathered["yellow_blue"]
        self.change, self.flat = self._steps.mean, self._steps.flat
        self.change_blurred = blurred_steps.mean

    def blocking(self) -> tuple[float, float, float]:
        """Log ratio of the steps on the grid to those off it, across and down; log of the steps on it."""
        found, on_grid = [], []
        for sums, counts in zip(self._steps.sums, self._steps.counts, strict=True):
            means = sums / np.maximum(counts, 1)
            # The step from pixel 7 to pixel 8 is between two blocks.
            off = float(np.delete(means, 7).mean())
            found.append(float(np.clip(np.log((means[7] + 0.05) / (off + 0.05)), -2, 3)))
            on_grid.append(float(means[7]))
        return found[0], found[1], _log(max(on_grid))


def _maps(colours: npt.NDArray[np.uint8]) -> dict[str, Floats]:
    """Everything that is measured pixel by pixel, each of shape (h, w)."""
    import cv2

    values = np.ascontiguousarray(colours).astype(np.float32)
    matrix = np.array([[0.299, 0.587, 0.114], [1, -1, 0], [0.5, 0.5, -1]], dtype=np.float32)
    luma, red_green, yellow_blue = cv2.split(cv2.transform(values, matrix))
    blurred = cv2.GaussianBlur(luma, (9, 9), 1.5)
    return {
        "luma": luma,
        "blurred": blurred,
        "laplacian": cv2.Laplacian(luma, cv2.CV_32F),
        "laplacian_blurred": cv2.Laplacian(blurred, cv2.CV_32F),
        "gradient": cv2.magnitude(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)) / 8,
        "noise": np.abs(cv2.filter2D(luma, cv2.CV_32F, _IMMERKAER)),
        "chroma_noise": np.abs(cv2.filter2D(red_green, cv2.CV_32F, _IMMERKAER)),
        "red_green": red_green,
        "yellow_blue": yellow_blue,
    }


class _Steps:
    """Absolute differences between neighbours inside a mask, by their place on the 8 x 8 grid."""

    def __init__(self) -> None:
        self.sums = np.zeros((2, 8))
        """Across (row 0) and down (row 1), by the first pixel's column or row modulo 8."""
        self.counts = np.zeros((2, 8))
        self._flat = 0

    def add(self, luma: Floats, inside: Mask, y0: int, x0: int) -> None:
        pairs = (inside[:, 1:] & inside[:, :-1], inside[1:] & inside[:-1])
        for way, (pair, first) in enumerate(zip(pairs, (x0, y0), strict=True)):
            steps = np.abs(np.diff(luma, axis=1 - way)) * pair
            phase = (first + np.arange(pair.shape[1 - way])) % 8
            self.sums[way] += np.bincount(phase, weights=steps.sum(axis=way), minlength=8)
            self.counts[way] += np.bincount(phase, weights=pair.sum(axis=way), minlength=8)
            self._flat += int(np.count_nonzero((steps < 0.5) & pair))

    @property
    def mean(self) -> float:
        return float(self.sums.sum() / max(self.counts.sum(), 1))

    @property
    def flat(self) -> float:
        """The share of neighbours that are equal."""
        return float(self._flat / max(self.counts.sum(), 1))


def _log(value: float) -> float:
    return float(np.log(value + _TINY))


def _box(mask: Mask) -> Box:
    rows = np.flatnonzero(mask.any(axis=1))
    y0, y1 = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(mask[y0:y1].any(axis=0))
    return y0, y1, int(columns[0]), int(columns[-1]) + 1


def _tiles(mask: Mask, box: Box) -> Iterator[Box]:
    """The boxes to look at: the ROI's own, or of a large one some of the tiles that it fills best."""
    y0, y1, x0, x1 = box
    if (y1 - y0) * (x1 - x0) <= _WHOLE:
        yield y0, y1, x0, x1
        return
    top, left = y0 // 8 * 8, x0 // 8 * 8
    boxes = [
        (y, min(y + _TILE, y1), x, min(x + _TILE, x1))
        for y in range(top, y1, _TILE)
        for x in range(left, x1, _TILE)
    ]
    filled = [int(np.count_nonzero(mask[b[0] : b[1], b[2] : b[3]])) for b in boxes]
    good = [box for box, n in zip(boxes, filled, strict=True) if 2 * n >= max(filled)]
    # Drawn, but always the same: every n-th tile would run along a diagonal or a column.
    chosen = np.random.default_rng(0).permutation(len(good))[:_TILES]
    for number in np.sort(chosen):
        yield good[number]


def _reduced(rgb: Rgb) -> Floats:
    """Every n-th pixel of the whole picture as luma and two opponent colours, shape (h, w, 3)."""
    import cv2

    step = _step(rgb.shape)
    matrix = np.array([[0.299, 0.587, 0.114], [0.5, -0.5, 0], [0.25, 0.25, -0.5]], np.float32)
    opponent = cv2.transform(np.ascontiguousarray(rgb[::step, ::step]).astype(np.float32), matrix)
    reduced: Floats = opponent.reshape(*rgb[::step, ::step].shape[:2], 3)
    return reduced


def _step(shape: tuple[int, ...]) -> int:
    return max(1, max(shape[:2]) // _SMALL)


def _of_place(mask: Mask, box: Box, small: Floats) -> list[float]:
    height, width = mask.shape
    y0, y1, x0, x1 = box
    step = _step(mask.shape)
    inside = mask[::step, ::step].copy()
    if not inside.any():
        inside[min(y0 // step, len(inside) - 1), min(x0 // step, inside.shape[1] - 1)] = True
    own, rest = small[inside], small[inside if inside.all() else ~inside]
    area = int(np.count_nonzero(mask))
    centre = np.hypot((y0 + y1) / (2 * height) - 0.5, (x0 + x1) / (2 * width) - 0.5)
    borders = (y0 == 0) + (x0 == 0) + (y1 == height) + (x1 == width)
    return [
        float(np.log(area / mask.size)),
        (y1 - y0) * (x1 - x0) / mask.size,
        float(centre),
        y1 / height,
        borders / 4,
        area / ((y1 - y0) * (x1 - x0)),
        float(np.linalg.norm(own.mean(axis=0) - rest.mean(axis=0))) / 100,
        float(own[:, 0].std()) / (float(small[..., 0].std()) + 1.0),
    ]
