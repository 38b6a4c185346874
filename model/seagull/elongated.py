"""The same preparation for very elongated pictures, without their gigantic intermediate.

A crop of 1 x 10,000 pixels, resized until its shorter side is 512, would have 5,120,000 columns, of which
the bilinear step then looks at 1,024. Here only those are computed, with Pillow's own arithmetic (the
fixed-point coefficients of its 8-bit resampling, ``Resample.c``), so that the result is the same.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

_PRECISION: Final = 32 - 8 - 2
"""Fraction bits of Pillow's coefficients for 8-bit channels."""
_SUPPORT: Final = 2.0
"""Reach of the bicubic filter, in samples."""


def resize_elongated(image: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.float32]:
    """Bicubic in 8 bits to a shorter side of `side`, then bilinear to `side` x `side`.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    side : int

    Returns
    -------
    ndarray of float32, shape (side, side, 3)
        Values 0..255.
    """
    upright = image.shape[0] > image.shape[1]
    short, long = sorted(image.shape[:2])
    resized = int(side * long / short)
    low, high, share = _bilinear_places(resized, side)
    wanted = np.concatenate([low, high])
    if upright:
        narrow = np.asarray(Image.fromarray(image).resize((side, long), Image.Resampling.BICUBIC))
        sampled = _bicubic_rows(narrow, resized, wanted)
    else:
        # Pillow goes along the rows first and rounds to 8 bits in between, and so must this.
        columns = _bicubic_rows(image.swapaxes(0, 1), resized, wanted).swapaxes(0, 1)
        picture = Image.fromarray(np.ascontiguousarray(columns))
        sampled = np.asarray(picture.resize((len(wanted), side), Image.Resampling.BICUBIC)).swapaxes(0, 1)
    first, second = sampled[:side].astype(np.float32), sampled[side:].astype(np.float32)
    weight = share[:, None, None]
    result = (1 - weight) * first + weight * second
    return result if upright else np.ascontiguousarray(result.swapaxes(0, 1))


def _bilinear_places(
    source: int, target: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Two source indices and the second one's weight per target index (align_corners=False, float32)."""
    scale = np.float32(source) / np.float32(target)
    place = scale * (np.arange(target, dtype=np.float32) + np.float32(0.5)) - np.float32(0.5)
    place = np.maximum(place, np.float32(0))
    low = np.minimum(place.astype(np.int64), source - 1)
    share = np.clip(place - low.astype(np.float32), 0, 1).astype(np.float32)
    return low, np.minimum(low + 1, source - 1), share


def _bicubic_rows(
    pixels: npt.NDArray[np.uint8], target: int, wanted: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Rows `wanted` of what Pillow makes of (N, M, 3) when N becomes `target`."""
    source = pixels.shape[0]
    if source == target:
        return pixels[wanted]
    scale = source / target
    reach = max(scale, 1.0)
    centre = (wanted + 0.5) * scale
    start = np.maximum((centre - _SUPPORT * reach + 0.5).astype(np.int64), 0)
    stop = np.minimum((centre + _SUPPORT * reach + 0.5).astype(np.int64), source)
    taps = start[:, None] + np.arange(int((stop - start).max()))
    weights = np.where(taps < stop[:, None], _bicubic((taps - centre[:, None] + 0.5) / reach), 0.0)
    weights /= weights.sum(axis=1, keepdims=True)
    # Rounds half away from zero, as Pillow does.
    fixed = np.trunc(weights * (1 << _PRECISION) + np.copysign(0.5, weights)).astype(np.int64)
    total = np.full((len(wanted), *pixels.shape[1:]), 1 << (_PRECISION - 1), dtype=np.int64)
    for tap in range(taps.shape[1]):
        total += pixels[np.minimum(taps[:, tap], source - 1)] * fixed[:, tap, None, None]
    sampled: npt.NDArray[np.uint8] = np.clip(total >> _PRECISION, 0, 255).astype(np.uint8)
    return sampled


def _bicubic(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Keys' cubic with a = -0.5."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))
