"""Reading one picture file for the canvas: header, quick preview, full resolution."""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from annotation_db.files.regular_files import other_than_file
from annotation_db.pictures.picture_files import open_rgb
from annotation_db.pictures.picture_opening import TURNED, orientation_of
from seagull_studio.state.picture import Bytes, LoadingStopped, PictureSource, in_drawing_order

Cancelled = Callable[[], bool]
_PREVIEW_FROM = 4_000_000
"""Pixels from which a JPEG gets a preview; smaller ones are there as soon."""
_PREVIEW_SIDE = 1000
_COPY_UP_TO = 40_000_000
"""Pixels up to which a picture that cannot be decoded in place is copied into drawing order."""


@dataclass(frozen=True, slots=True)
class Header:
    """What can be known before the pixels are read."""

    width: int
    """Of the displayed picture."""
    height: int
    is_jpeg: bool
    is_plain: bool
    """Three 8-bit channels, upright and without a colour profile: decoded bytes are shown bytes."""

    @property
    def full_bytes(self) -> int:
        """Memory that the picture will take with its pyramid (at most)."""
        return (
            self.width * self.height * (4 if self.decodes_in_place else 3) + self.width * self.height * 4 // 3
        )

    @property
    def decodes_in_place(self) -> bool:
        return self.is_jpeg and self.is_plain


def read_header(path: Path) -> Header | None:
    """The header of a picture file; None where it cannot be read (`read_full` then says why)."""
    from PIL import Image

    try:
        if other_than_file(path) is not None:
            return None
        with Image.open(path) as image:
            # Of a PNG, what stands behind its pixels is not worth loading them for.
            turned = 1 if image.format == "PNG" and "exif" not in image.info else orientation_of(image)
            width, height = image.size
            if turned in TURNED:
                width, height = height, width
            plain = image.mode == "RGB" and turned == 1 and not image.info.get("icc_profile")
            return Header(width, height, image.format in ("JPEG", "MPO"), plain)
    except Exception:  # whatever a damaged file provokes, reading it in full puts it into words
        return None


def read_preview(path: Path, key: Hashable, header: Header) -> PictureSource | None:
    """A reduced reading of a large JPEG, several times faster than the whole; None for others.

    Raises
    ------
    PictureError
        As `annotation_db.pictures.picture_files.open_rgb`.
    """
    longest = max(header.width, header.height)
    if not header.is_jpeg or header.width * header.height < _PREVIEW_FROM:
        return None
    # A JPEG is decoded at an eighth, a quarter or a half of its size at a fraction of the cost.
    divisor = next((each for each in (8, 4, 2) if longest / each >= _PREVIEW_SIDE), 2)
    rgb = open_rgb(path, max_side=ceil(longest / divisor))
    return PictureSource.preview(key, rgb, header.width, header.height)


def read_full(path: Path, key: Hashable, header: Header | None, cancelled: Cancelled) -> PictureSource:
    """The picture at full resolution, with its pyramid.

    Parameters
    ----------
    path : Path
        The file.
    key : hashable
        Under which the picture is known.
    header : Header or None
        What is known of the file already.
    cancelled : callable
        Asked between the steps whether somebody still waits for it.

    Raises
    ------
    PictureError
        As `annotation_db.pictures.picture_files.open_rgb`.
    LoadingStopped
        When `cancelled` says so.
    """
    pixels = _decode_in_place(path, cancelled) if header is not None and header.decodes_in_place else None
    if pixels is None:
        pixels = open_rgb(path)
    # Beyond that a copy at four bytes a pixel would be too much memory; Qt draws three bytes more slowly.
    fast = pixels.shape[2] == 4 or pixels.shape[0] * pixels.shape[1] <= _COPY_UP_TO
    if fast:
        pixels = in_drawing_order(pixels)
    return PictureSource.from_rgb(key, pixels, cancelled, bgr=fast)


class _Stoppable(io.FileIO):
    """A file whose reading ends when nobody waits for it: a decoder can be stopped in no other way."""

    def __init__(self, path: Path, cancelled: Cancelled) -> None:
        super().__init__(path)
        self._cancelled = cancelled

    def read(self, size: int | None = -1, /) -> bytes:
        if self._cancelled():
            raise LoadingStopped
        return super().read(-1 if size is None else size)


def _decode_in_place(path: Path, cancelled: Cancelled) -> Bytes | None:
    """Decode a plain JPEG into one buffer (H, W, 4) that Qt draws as it is; None if that fails.

    Pillow keeps RGB at four bytes a pixel, and exports it as a copy: for 100 megapixels 400 MB and
    300 MB at once. Lent a buffer, it decodes there, and nothing is copied.
    """
    from PIL import Image

    try:
        with _Stoppable(path, cancelled) as stream, Image.open(stream) as image:
            width, height = image.size
            pixels = np.empty((height, width, 4), np.uint8)
            core: Any = vars(Image)["core"]
            lent = core.map_buffer(pixels, (width, height), "raw", 0, ("RGB", 0, 1))
            opened: Any = image
            opened.im = lent
            image.load()
            return pixels if opened.im is lent else None
    except LoadingStopped:
        raise
    except Exception:  # damaged, or a Pillow that lends differently: the common way knows what to say
        return None
