"""Reading picture files: their facts, and their pixels as 8-bit sRGB the way they are displayed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from annotation_db.errors import PictureError
from annotation_db.pictures import picture_damage, picture_kinds, picture_memory
from annotation_db.pictures.picture_colours import converter, is_wide, to_eight
from annotation_db.pictures.picture_kinds import Kind, OddPixels
from annotation_db.pictures.picture_opening import (
    FORMATS,
    MAX_PIXELS,
    TURNED,
    format_name,
    opened,
    orientation_of,
    translate_picture_errors,
)

__all__ = ["FORMATS", "MAX_PIXELS", "PictureFacts", "open_rgb", "read_facts", "sha256_of"]

_BAND: Final = 256
"""Rows converted at a time."""
_FAINT: Final = 1 << 14
"""16 bits that stay below are 14 or fewer: the picture would be shown in a quarter of its brightness."""
_LOADED: Final = {"PNG": 4.3, "TIFF": 4.3, "BMP": 4.3, "WEBP": 17.0}
"""Bytes per pixel that Pillow takes at most while loading; measured. libwebp keeps two canvases."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is stored of a picture file."""

    sha256: str
    byte_size: int
    width: int
    """Of the displayed picture: EXIF orientation applied."""
    height: int
    exif_orientation: int
    """EXIF tag 274, 1..8."""
    format: str
    """One of `FORMATS`."""
    mode: str
    """Pillow's mode of the file."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_facts(path: str | Path) -> PictureFacts:
    """Check a picture file as a whole and read its facts.

    Every byte is hashed and every pixel decoded once (JPEG at an eighth of its size, which still
    reads the file to its end), and what decoders pass over is looked for, so that a damaged picture
    is found here and not while rating. All threads together take at most `picture_memory.LIMIT`.

    Raises
    ------
    PictureError
        One sentence: missing, empty, unreadable, no picture, of a format or kind not taken,
        damaged, of several pages or frames, above `MAX_PIXELS`, or too large for the memory.
    """
    path = Path(path)
    with opened(path) as (image, kind, stream):
        name, mode = format_name(image), image.mode
        if (many := picture_kinds.frames(image, stream, name)) > 1:
            what = "pages" if name == "TIFF" else "frames"
            raise PictureError(
                f"{path} holds {many} {what}; save the one that is meant as a file of its own."
            )
        needed = _memory(image, name, kind, path.stat().st_size)
        if needed > picture_memory.LIMIT:
            raise PictureError(
                f"{path} would take {needed / 1e9:.1f} GB of memory to read; reduce it, or save it "
                f"{'without progressive coding' if name == 'JPEG' else 'as PNG'}."
            )
        with picture_memory.claimed(needed):
            if name == "JPEG":
                stream.seek(0)
                picture_damage.check_jpeg(stream.read())
                size, orientation = image.size, orientation_of(image)
                left = orientation
            else:
                size, orientation, left = _looked_through(image, kind, stream, name)
        width, height = size[::-1] if left in TURNED else size
    with translate_picture_errors(path):
        return PictureFacts(sha256_of(path), path.stat().st_size, width, height, orientation, name, mode)


def open_rgb(path: str | Path, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """Read a picture as it is displayed: orientation applied, colours in sRGB.

    16-bit pictures are scaled to 8 bits, an embedded profile is applied, transparency is laid over mid
    grey, of an animation the first frame is taken (`read_facts` refuses it).

    Parameters
    ----------
    path : str or Path
        The file.
    max_side : int, optional
        Reduce the picture so that its longer side is at most this many pixels. A JPEG is then
        decoded at a fraction of its size, which is several times faster.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        C-contiguous, 0..255.

    Raises
    ------
    PictureError
        If the file cannot be read to its end, or its pixels are of a kind that is not taken.
    """
    with opened(Path(path)) as (image, kind, stream):
        if max_side is not None:
            scale = min(1.0, max_side / max(image.size))
            image.draft(None, (ceil(image.width * scale), ceil(image.height * scale)))
        if kind.by_tifffile:
            orientation = orientation_of(image)
            image = _planes(image, kind, stream)
        else:
            image.load()
            orientation = orientation_of(image)
        rgb = _fill(image, kind, orientation)
    longest = max(rgb.shape)
    if max_side is None or longest <= max_side:
        return rgb
    height, width = (max(1, round(side * max_side / longest)) for side in rgb.shape[:2])
    reduced = Image.fromarray(rgb).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.array(reduced)


def _memory(image: Image.Image, name: str, kind: Kind, file_size: int) -> int:
    """Bytes that looking through a picture takes at most, by its header."""
    pixels = image.width * image.height
    if name == "JPEG":  # libjpeg keeps all coefficients of a progressive one, two bytes each
        layers: list[tuple[int, int, int, int]] = getattr(image, "layer", [])
        most = max((layer[1] * layer[2] for layer in layers), default=1) or 1
        shares = sum(layer[1] * layer[2] / most for layer in layers)
        return file_size + round(pixels * (2 * shares + 0.1 if "progressive" in image.info else 0.1))
    size = round(pixels * _LOADED[name])
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        tags = image.tag_v2
        strip = min(tags.get(278, image.height), image.height) * image.width
        samples = tags.get(277, 1) * (2 if kind.bits > 8 else 1)
        size += strip * samples if not kind.by_tifffile else pixels * samples
    return size + (file_size if name == "WEBP" else 0)


def _looked_through(
    image: Image.Image, kind: Kind, stream: BinaryIO, name: str
) -> tuple[tuple[int, int], int, int]:
    """Load a picture that is no JPEG; its size, its orientation, and what of that is still to be applied."""
    if name == "PNG":
        at = stream.tell()
        picture_damage.check_png(stream)
        stream.seek(at)
        image.load()
    elif name == "WEBP":
        picture_damage.check_webp(stream, *image.size)
        image.load()
    orientation = orientation_of(image)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        picture_damage.check_tiff(stream, image.tag_v2)
    loaded = image
    if kind.by_tifffile:
        loaded = _planes(image, kind, stream)
    else:
        image.load()
    if kind.bits == 16:
        _refuse_faint(loaded, kind)
    return loaded.size, orientation, orientation if kind.by_tifffile else orientation_of(image)


def _refuse_faint(image: Image.Image, kind: Kind) -> None:
    """Fewer bits in 16 would be shown almost black, and nothing in the file says so."""
    if is_wide(image):
        rows = range(0, image.height, _BAND)
        bands = (np.asarray(image.crop((0, y, image.width, min(image.height, y + _BAND)))) for y in rows)
        faint = max(int(65535 - band.min() if kind.inverted else band.max()) for band in bands) < _FAINT
    else:
        colours = image.getbands().index("A") if "A" in image.getbands() else len(image.getbands())
        extrema = [image.getchannel(each).getextrema()[1] for each in range(colours)]
        faint = image.mode != "CMYK" and max(float(str(each)) for each in extrema) <= _FAINT >> 8
    if faint:
        raise OddPixels(
            "uses at most 14 of its 16 bits and would be shown almost black; save it with 8 bits, "
            "or stretched to all 16"
        )


def _planes(image: Image.Image, kind: Kind, stream: BinaryIO) -> Image.Image:
    """A TIFF that Pillow misreads, by tifffile, as a picture of 8 bits."""
    import tifffile

    stream.seek(0)
    with tifffile.TiffFile(stream) as file:
        stored: NDArray[np.uint16] = np.squeeze(file.pages[0].asarray())
    pixels: NDArray[np.uint8] = np.empty(stored.shape[-2:] + stored.shape[:-2], np.uint8)
    for top in range(0, len(pixels), _BAND):
        band = np.moveaxis(stored[..., top : top + _BAND, :], range(stored.ndim - 2), range(2, stored.ndim))
        pixels[top : top + _BAND] = to_eight(band, kind)
    made = Image.fromarray(pixels)
    made.info["icc_profile"] = image.info.get("icc_profile")
    return made


def _fill(image: Image.Image, kind: Kind, orientation: int) -> NDArray[np.uint8]:
    """Convert a loaded picture band by band: a whole copy at four bytes a pixel would cost more
    memory than the result, and Pillow's own export of large pictures is four times slower."""
    width, height = image.size
    shape = (width, height, 3) if orientation in TURNED else (height, width, 3)
    displayed = np.empty(shape, dtype=np.uint8)
    stored = _as_stored(displayed, orientation)
    to_rgb = converter(image, kind)
    for top in range(0, height, _BAND):
        bottom = min(height, top + _BAND)
        stored[top:bottom] = np.asarray(to_rgb(image.crop((0, top, width, bottom))))
    return displayed


def _as_stored(displayed: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """A view of the displayed picture in the order of the file (EXIF 2.32, tag 274)."""
    if orientation in (2, 3, 6, 7):
        displayed = displayed[:, ::-1]
    if orientation in (3, 4, 7, 8):
        displayed = displayed[::-1]
    return displayed.transpose(1, 0, 2) if orientation in TURNED else displayed
