"""From the pixels of a file to 8-bit sRGB as they are displayed: depth, profile, transparency."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from annotation_db.pictures.picture_kinds import Kind

_MID_GREY: Final = 128
_SAME: Final = 2
"""Levels. A profile that moves no colour further than that is sRGB, whatever it is called."""


def converter(image: Image.Image, kind: Kind) -> Callable[[Image.Image], Image.Image]:
    """How one band of the picture becomes 8-bit sRGB: first depth, then profile, then what shows through."""
    icc = image.info.get("icc_profile")
    clear = image.info.get("transparency")
    bits = kind.bits

    def convert(band: Image.Image) -> Image.Image:
        alpha: Image.Image | None = None
        if is_wide(band):
            wide = np.asarray(band)
            if isinstance(clear, int):
                alpha = Image.fromarray(np.where(wide == clear, 0, 255).astype(np.uint8))
            band = Image.fromarray(to_eight(wide, kind))
        elif band.has_transparency_data:
            if band.mode in ("1", "L") and isinstance(clear, int):
                # Pillow stretches 1, 2 and 4 bits to 8, but not always the transparent value with them.
                most = 2**bits - 1
                level = clear * 255 // most if bits < 8 and clear <= most else clear
                alpha = Image.fromarray(
                    np.where(np.asarray(band.convert("L")) == level, 0, 255).astype(np.uint8)
                )
                band = band.convert("L")
            else:
                above = band.convert("RGBA")
                alpha = above.getchannel("A")
                band = (
                    band.convert("LA").getchannel("L") if band.mode in ("LA", "La") else above.convert("RGB")
                )
        elif band.mode == "1":
            band = band.convert("L")
        elif band.mode not in ("L", "RGB", "CMYK"):
            band = band.convert("RGB")
        transform = _to_srgb(icc, band.mode) if isinstance(icc, bytes) and icc else None
        rgb = transform.apply(band) if transform is not None else band.convert("RGB")
        if alpha is not None:
            rgb = Image.composite(rgb, Image.new("RGB", rgb.size, (_MID_GREY,) * 3), alpha)
        return rgb

    return convert


def is_wide(image: Image.Image) -> bool:
    """Whether its samples have more than 8 bits."""
    return image.mode == "I" or image.mode.startswith("I;16")


def to_eight(samples: NDArray[Any], kind: Kind) -> NDArray[np.uint8]:
    """Samples of 8, 12 or 16 bits, rounded to 8, with white as 255."""
    top = {8: 255, 12: 4095}.get(kind.bits, 65535)
    wide = samples.astype(np.uint32)
    if kind.inverted:
        wide = top - wide
    return ((wide * 255 + top // 2) // top).astype(np.uint8)


@lru_cache(maxsize=16)
def _to_srgb(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform of an embedded profile; None where it is broken, for other pixels, or sRGB's own."""
    try:
        transform = ImageCms.ImageCmsTransform(
            ImageCms.ImageCmsProfile(BytesIO(icc)),
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.PERCEPTUAL,
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    return None if mode == "RGB" and _changes_nothing(transform) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a transform leaves a grid of 17 levels of red, green and blue where they are."""
    levels = np.linspace(0, 255, 17).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(17, -1, 3)
    made = np.asarray(transform.apply(Image.fromarray(grid)))
    return bool(np.abs(made.astype(int) - grid.astype(int)).max() <= _SAME)
