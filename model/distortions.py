"""Six real distortions of known physical strength, at the five severities that annotators rate.

The names are those of `scales.DISTORTIONS`; severity 0 is extreme and 4 is trivial, as
on the severity scale. Seagull-100w makes the same six by turning the settings of a raw converter
(SEAGULL, arXiv 2411.10161, Sec. 3.1.1). Here they are made from 8-bit sRGB pictures, with five levels each in
the manner of KADID-10k (Lin, Hosu and Saupe, QoMEX 2019). The strengths in `STRENGTHS` are our own
choice, by eye on photographs of about 512 x 512 pixels seen one to one; they are no calibration.

numpy and Pillow only; scipy is imported where it is used.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from annotation_db.vocabulary.scales import DISTORTIONS, SEVERITY_WORDS

Rgb = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]


class SeverityStrengths(NamedTuple):
    """Five strengths of one variant of one distortion."""

    unit: str
    """What the numbers mean, with ``{}`` where the number goes."""
    values: tuple[float, float, float, float, float]
    """Strength at severity 0 (extreme) .. 4 (trivial)."""


STRENGTHS: Final[dict[str, dict[str, SeverityStrengths]]] = {
    "blur": {
        "gaussian": SeverityStrengths("Gaussian, sigma {} px", (7.0, 4.5, 2.8, 1.6, 0.8)),
        "defocus": SeverityStrengths("disc, radius {} px", (11.0, 7.0, 4.5, 2.5, 1.2)),
        "motion": SeverityStrengths("straight motion, length {} px", (41.0, 25.0, 15.0, 8.0, 4.0)),
    },
    "colorfulness": {
        "under": SeverityStrengths("chroma times {}", (0.0, 0.2, 0.4, 0.65, 0.85)),
        "over": SeverityStrengths("chroma times {}", (5.0, 3.4, 2.4, 1.7, 1.25)),
    },
    "compression": {
        "jpeg": SeverityStrengths("JPEG 4:2:0, quality {}", (4.0, 8.0, 15.0, 28.0, 50.0)),
        "webp": SeverityStrengths("WebP, quality {}", (0.0, 6.0, 18.0, 38.0, 65.0)),
    },
    "contrast": {
        "low": SeverityStrengths("gain {} about the mean", (0.12, 0.28, 0.46, 0.66, 0.86)),
        "high": SeverityStrengths("gain {} about the mean", (6.0, 3.6, 2.4, 1.7, 1.25)),
    },
    "exposure": {
        "under": SeverityStrengths("{} EV", (-4.5, -3.2, -2.1, -1.2, -0.5)),
        "over": SeverityStrengths("{} EV", (3.4, 2.4, 1.6, 0.9, 0.4)),
    },
    "noise": {
        "gaussian": SeverityStrengths("Gaussian, sigma {} of 255", (60.0, 38.0, 22.0, 12.0, 5.0)),
        "shot": SeverityStrengths("Poisson, {} photons at white", (8.0, 22.0, 70.0, 250.0, 1400.0)),
    },
}
"""Strengths by distortion and variant; each distortion's first variant is its default."""


def variants(name: str) -> tuple[str, ...]:
    """Return the variants of a distortion, the default first.

    Raises
    ------
    ValueError
        If `name` is not one of the six.
    """
    if name not in STRENGTHS:
        raise ValueError(f"{name!r} is no distortion; there are {', '.join(DISTORTIONS)}")
    return tuple(STRENGTHS[name])


def strength(name: str, severity: int, variant: str | None = None) -> float:
    """Return the physical strength (see `STRENGTHS` for its unit) at a severity of 0..4.

    Raises
    ------
    ValueError
        If there is no such distortion, variant or severity.
    """
    if severity not in range(5) or isinstance(severity, bool):
        raise ValueError(f"a severity is 0 (extreme) to 4 (trivial), not {severity!r}")
    known = variants(name)
    chosen = known[0] if variant is None else variant
    if chosen not in known:
        raise ValueError(f"{name} has no variant {chosen!r}; it has {', '.join(known)}")
    return STRENGTHS[name][chosen].values[severity]


def describe(name: str, severity: int, variant: str | None = None) -> str:
    """Say what `apply` does in words, such as ``"severe blur (Gaussian, sigma 4.5 px)"``."""
    value = strength(name, severity, variant)
    unit = STRENGTHS[name][variant or variants(name)[0]].unit
    return f"{SEVERITY_WORDS[severity]} {name} ({unit.format(f'{value:g}')})"


def apply(
    name: str,
    rgb: Rgb,
    severity: int,
    seed: int = 0,
    *,
    variant: str | None = None,
    mask: npt.NDArray[np.bool_] | None = None,
    feather: float = 6.0,
) -> Rgb:
    """Distort a picture, or the part of it inside a mask.

    Parameters
    ----------
    name : str
        One of the six distortions.
    rgb : ndarray of uint8, shape (H, W, 3)
        sRGB picture; it is not changed.
    severity : int
        0 extreme .. 4 trivial.
    seed : int, optional
        Fixes the noise and the direction of a motion blur. The same seed gives the same field at
        every severity, so that a stronger severity is the same distortion, only stronger.
    variant : str, optional
        One of ``variants(name)``; the first by default.
    mask : ndarray of bool, shape (H, W), optional
        Only pixels inside change.
    feather : float, optional
        Width in pixels, at least 0, over which the distortion fades in, inwards from the mask's edge.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        A new array.

    Raises
    ------
    ValueError
        If the picture or the mask has another shape or type, or for an unknown name, variant or severity.
    """
    amount = strength(name, severity, variant)
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
        raise ValueError(f"a picture is uint8 of shape (H, W, 3), not {rgb.dtype} of shape {rgb.shape}")
    if mask is not None and (mask.dtype != np.bool_ or mask.shape != rgb.shape[:2]):
        raise ValueError(
            f"the mask is {mask.dtype} of shape {mask.shape}; it must be bool of shape {rgb.shape[:2]}"
        )
    distorted = _EFFECTS[name, variant or variants(name)[0]](rgb, amount, seed)
    return distorted if mask is None else _blend(rgb, distorted, mask, feather)


def _blend(rgb: Rgb, distorted: Rgb, mask: npt.NDArray[np.bool_], feather: float) -> Rgb:
    """Mix by a weight that is 0 outside and grows with the distance from the mask's edge."""
    from scipy.ndimage import distance_transform_edt

    # The picture's own border is no edge of the mask: distances count from pixels outside only.
    depth = distance_transform_edt(mask) if not mask.all() else np.full(mask.shape, np.inf)
    weight: Field = np.clip(depth / (max(feather, 0.0) + 1.0), 0.0, 1.0).astype(np.float32)[..., None]
    base: Field = rgb.astype(np.float32)
    return _to_uint8(base + weight * (distorted - base))


def _to_uint8(values: npt.NDArray[np.floating]) -> Rgb:
    clipped: Rgb = np.rint(np.clip(values, 0.0, 255.0)).astype(np.uint8)
    return clipped


def _luma(rgb: Rgb) -> Field:
    """BT.601 luma, 0..255, shape (H, W, 1)."""
    return (rgb.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]


def _to_linear(srgb: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """sRGB 0..1 to linear light 0..1 (IEC 61966-2-1)."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _to_srgb(linear: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Linear light 0..1 to sRGB 0..1 (IEC 61966-2-1)."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055)


def _gaussian_blur(rgb: Rgb, sigma: float, seed: int) -> Rgb:
    from scipy.ndimage import gaussian_filter

    blurred: Field = gaussian_filter(rgb.astype(np.float32), (sigma, sigma, 0), mode="reflect")
    return _to_uint8(blurred)


def _convolve(rgb: Rgb, kernel: Field) -> Rgb:
    from scipy.signal import fftconvolve

    pad = kernel.shape[0] // 2
    padded = np.pad(rgb.astype(np.float32), ((pad, pad), (pad, pad), (0, 0)), mode="symmetric")
    return _to_uint8(fftconvolve(padded, (kernel / kernel.sum())[..., None], mode="valid", axes=(0, 1)))


def _defocus(rgb: Rgb, radius: float, seed: int) -> Rgb:
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    # One pixel of soft rim keeps the area growing smoothly with a fractional radius.
    return _convolve(rgb, np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0))


def _motion_blur(rgb: Rgb, length: float, seed: int) -> Rgb:
    angle = np.random.default_rng(seed).uniform(0.0, np.pi)
    half = length / 2
    reach = int(np.ceil(half)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    along = np.abs(x * np.cos(angle) + y * np.sin(angle))
    across = np.abs(y * np.cos(angle) - x * np.sin(angle))
    return _convolve(rgb, np.clip(half + 0.5 - along, 0.0, 1.0) * np.clip(1.0 - across, 0.0, 1.0))


def _chroma(rgb: Rgb, factor: float, seed: int) -> Rgb:
    luma = _luma(rgb)
    return _to_uint8(luma + np.float32(factor) * (rgb - luma))


def _contrast(rgb: Rgb, gain: float, seed: int) -> Rgb:
    middle = np.float32(_luma(rgb).mean())
    return _to_uint8(middle + np.float32(gain) * (rgb - middle))


def _exposure(rgb: Rgb, stops: float, seed: int) -> Rgb:
    codes = np.arange(256) / 255.0
    table = _to_uint8(255.0 * _to_srgb(np.minimum(_to_linear(codes) * 2.0**stops, 1.0)))
    return table[rgb]


def _gaussian_noise(rgb: Rgb, sigma: float, seed: int) -> Rgb:
    field = np.random.default_rng(seed).standard_normal(rgb.shape, dtype=np.float32)
    return _to_uint8(rgb + np.float32(sigma) * field)


def _shot_noise(rgb: Rgb, photons: float, seed: int) -> Rgb:
    expected = _to_linear(np.arange(256) / 255.0)[rgb] * photons
    return _to_uint8(255.0 * _to_srgb(np.random.default_rng(seed).poisson(expected) / photons))


def _recompress(rgb: Rgb, **options: object) -> Rgb:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, **options)  # type: ignore[arg-type]
    with Image.open(buffer) as picture:
        return np.array(picture.convert("RGB"))


def _jpeg(rgb: Rgb, quality: float, seed: int) -> Rgb:
    return _recompress(rgb, format="JPEG", quality=int(quality), subsampling="4:2:0")


def _webp(rgb: Rgb, quality: float, seed: int) -> Rgb:
    return _recompress(rgb, format="WEBP", quality=int(quality), method=2)


_EFFECTS: Final[dict[tuple[str, str], Callable[[Rgb, float, int], Rgb]]] = {
    ("blur", "gaussian"): _gaussian_blur,
    ("blur", "defocus"): _defocus,
    ("blur", "motion"): _motion_blur,
    ("colorfulness", "under"): _chroma,
    ("colorfulness", "over"): _chroma,
    ("compression", "jpeg"): _jpeg,
    ("compression", "webp"): _webp,
    ("contrast", "low"): _contrast,
    ("contrast", "high"): _contrast,
    ("exposure", "under"): _exposure,
    ("exposure", "over"): _exposure,
    ("noise", "gaussian"): _gaussian_noise,
    ("noise", "shot"): _shot_noise,
}
