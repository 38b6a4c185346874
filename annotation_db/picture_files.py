"""Reading picture files: their facts, and their pixels as 8-bit sRGB the way they are displayed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from annotation_db.errors import PictureError
from annotation_db.regular_files import other_than_file

MAX_PIXELS: Final = 250_000_000
"""Larger pictures are refused from their header, before a pixel is read."""
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
"""Pillow's names of the formats taken."""
_SAME_AS: Final = {"MPO": "JPEG", "DIB": "BMP"}
"""MPO is what many phones write into a .jpg: a JPEG with a second picture behind it."""
_BIG: Final = 40_000_000
_ORIENTATION: Final = 0x0112
_TURNED: Final = (5, 6, 7, 8)
_BAND: Final = 256
"""Rows converted at a time."""
_MID_GREY: Final = (128, 128, 128, 255)
_MODES: Final = frozenset(
    [
        "1",
        "L",
        "LA",
        "La",
        "P",
        "PA",
        "RGB",
        "RGBA",
        "RGBa",
        "RGBX",
        "CMYK",
        "YCbCr",
        "I",
        "I;16",
        "I;16L",
        "I;16B",
        "I;16N",
    ]
)

# Pillow guards against decompression bombs too, at a lower mark; one limit holds everywhere.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_one_big_picture = threading.Semaphore(1)
"""Verifying takes up to a gigabyte for the largest pictures, so those go one at a time."""


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
    reads the file to its end), so that a truncated picture is found here and not while rating.

    Raises
    ------
    PictureError
        One sentence: missing, empty, unreadable, no picture, of a format not taken, truncated or
        above `MAX_PIXELS`.
    """
    path = Path(path)
    with _opened(path) as image:
        name, mode = _format(image), image.mode
        big = image.width * image.height > _BIG and name != "JPEG"
        with _one_big_picture if big else nullcontext():
            orientation = _orientation(image)
            size = image.size
            if name == "JPEG":
                image.draft(None, (max(1, size[0] // 8), max(1, size[1] // 8)))
                image.load()
            else:
                image.load()
                size = image.size
            if mode == "I" and not ((pixels := np.asarray(image)).min() >= 0 and pixels.max() <= 65535):
                raise _odd_pixels(path)
            width, height = size[::-1] if _orientation(image) in _TURNED else size
    with _explained(path):
        return PictureFacts(sha256_of(path), path.stat().st_size, width, height, orientation, name, mode)


def open_rgb(path: str | Path, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """Read a picture as it is displayed: orientation applied, colours in sRGB.

    16-bit pictures are scaled to 8 bits, transparency is laid over mid grey, of an animation the
    first frame is taken.

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
        As `read_facts`.
    """
    with _opened(Path(path)) as image:
        if max_side is not None:
            scale = min(1.0, max_side / max(image.size))
            image.draft(None, (ceil(image.width * scale), ceil(image.height * scale)))
        image.load()
        rgb = _fill(image, _orientation(image))
    longest = max(rgb.shape)
    if max_side is None or longest <= max_side:
        return rgb
    height, width = (max(1, round(side * max_side / longest)) for side in rgb.shape[:2])
    reduced = Image.fromarray(rgb).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.array(reduced)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture and check what its header says; errors of the block become sentences."""
    with _explained(path):
        other = other_than_file(path)
        if other is not None:
            raise PictureError(f"{path} is {other} and no picture; choose a picture file.")
        with path.open("rb") as stream:
            if not stream.read(1):
                raise PictureError(f"{path} is empty (0 bytes); copy it again from where it came from.")
            stream.seek(0)
            with Image.open(stream) as image:
                if _format(image) not in FORMATS:
                    raise PictureError(
                        f"{path} is a {image.format} file, which is not taken; "
                        "save it as PNG, TIFF, JPEG, WebP or BMP."
                    )
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large(path)
                if image.mode not in _MODES:
                    raise _odd_pixels(path)
                yield image


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except PictureError:
        raise
    except FileNotFoundError as error:
        raise PictureError(f"{path} is not there; put it back, or name the folder it moved to.") from error
    except PermissionError as error:
        raise PictureError(f"{path} cannot be read; give yourself permission to read it.") from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{path} is no picture that can be read (JPEG, PNG, TIFF, WebP or BMP); "
            "save it as one of these, or remove it."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except MemoryError as error:
        raise PictureError(f"{path} does not fit into memory; close other programs or reduce it.") from error
    except Exception as error:
        # Decoders meet damage with almost any exception: SyntaxError, struct.error, KeyError ...
        raise PictureError(
            f"{path} is truncated or damaged; copy it again from where it came from."
        ) from error


def _too_large(path: Path) -> PictureError:
    return PictureError(
        f"{path} has more than {MAX_PIXELS // 1_000_000} million pixels; cut or reduce it before importing."
    )


def _odd_pixels(path: Path) -> PictureError:
    return PictureError(
        f"{path} has pixels that are neither 8 nor 16 bits of grey, RGB or CMYK; save it as one of these."
    )


def _format(image: Image.Image) -> str:
    name = image.format or ""
    return _SAME_AS.get(name, name)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation still to be applied: loading a TIFF applies it, and takes the tag away."""
    try:
        value: Any = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block does not make the pixels unreadable
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _fill(image: Image.Image, orientation: int) -> NDArray[np.uint8]:
    """Convert a loaded picture band by band: a whole copy at four bytes a pixel would cost more
    memory than the result, and Pillow's own export of large pictures is four times slower."""
    width, height = image.size
    shape = (width, height, 3) if orientation in _TURNED else (height, width, 3)
    displayed = np.empty(shape, dtype=np.uint8)
    stored = _as_stored(displayed, orientation)
    to_rgb = _converter(image)
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
    return displayed.transpose(1, 0, 2) if orientation in _TURNED else displayed


def _converter(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """How one band of the picture becomes 8-bit sRGB."""
    transforms: dict[str, ImageCms.ImageCmsTransform | None] = {}

    def convert(band: Image.Image) -> Image.Image:
        if band.mode == "I" or band.mode.startswith("I;16"):
            wide = np.asarray(band).astype(np.uint32)
            band = Image.fromarray(((wide + 128) // 257).astype(np.uint8))
        elif band.has_transparency_data:
            above = band.convert("RGBA")
            band = Image.alpha_composite(Image.new("RGBA", above.size, _MID_GREY), above).convert("RGB")
        elif band.mode not in ("L", "RGB", "CMYK"):
            band = band.convert("RGB")
        if band.mode not in transforms:
            transforms[band.mode] = _to_srgb(image.info.get("icc_profile"), band.mode)
        transform = transforms[band.mode]
        if transform is not None:
            band = transform.apply(band)
        return band.convert("RGB")

    return convert


def _to_srgb(icc: object, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The colour transform of an embedded profile; None where there is none, or none is needed."""
    if not isinstance(icc, bytes) or not icc:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        if mode == "RGB" and ImageCms.getProfileDescription(profile).startswith("sRGB"):
            return None
        return ImageCms.ImageCmsTransform(
            profile,
            ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
            mode,
            "RGB",
            ImageCms.Intent.PERCEPTUAL,
        )
    except (
        ImageCms.PyCMSError,
        OSError,
        ValueError,
    ):  # damaged, or for another kind of pixels: do without it
        return None
