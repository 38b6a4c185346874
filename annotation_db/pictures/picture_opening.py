"""Opening picture files: what may be opened at all, and every failure as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ELOOP
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from annotation_db.errors import PictureError
from annotation_db.files.regular_files import other_than_file
from annotation_db.pictures.picture_kinds import Kind, OddPixels, kind_of

MAX_PIXELS: Final = 250_000_000
"""Larger pictures are refused from their header, before a pixel is read."""
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP")
"""Pillow's names of the formats taken."""
TURNED: Final = (5, 6, 7, 8)
"""EXIF orientations that exchange width and height."""
_SAME_AS: Final = {"MPO": "JPEG", "DIB": "BMP"}
"""MPO is what many phones write into a .jpg: a JPEG with a second picture behind it."""
_ORIENTATION: Final = 0x0112
_TIFF_STARTS: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

# Pillow's own guard warns on standard error before it refuses; ours is the only one.
Image.MAX_IMAGE_PIXELS = None


@contextmanager
def opened(path: Path) -> Iterator[tuple[Image.Image, Kind, BinaryIO]]:
    """Open a picture and check what its header says; errors of the block become sentences.

    Raises
    ------
    PictureError
        One sentence, whatever went wrong in here or in the block.
    """
    with translate_picture_errors(path):
        other = other_than_file(path)
        if other is not None:
            raise PictureError(f"{path} is {other} and no picture; choose a picture file.")
        with path.open("rb") as stream:
            start = stream.read(4)
            if not start:
                raise PictureError(f"{path} is empty (0 bytes); copy it again from where it came from.")
            stream.seek(0)
            try:
                image = Image.open(stream)
            except UnidentifiedImageError as error:
                if start in _TIFF_STARTS:
                    raise PictureError(
                        f"{path} is a damaged TIFF file, or of a kind that is not read; "
                        "save it anew with 8 bits of grey or RGB."
                    ) from error
                raise
            with image:
                name = format_name(image)
                if name not in FORMATS:
                    raise PictureError(
                        f"{path} is a {image.format} file, which is not taken; "
                        "save it as PNG, TIFF, JPEG, WebP or BMP."
                    )
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError(
                        f"{path} has more than {MAX_PIXELS // 1_000_000} million pixels; "
                        "cut or reduce it before importing."
                    )
                yield image, kind_of(image, stream, name), stream


@contextmanager
def translate_picture_errors(path: Path) -> Iterator[None]:
    """Errors of reading a picture file as sentences."""
    try:
        yield
    except PictureError:
        raise
    except OddPixels as error:
        raise PictureError(f"{path} {error}.") from error
    except FileNotFoundError as error:
        if path.is_symlink():
            raise PictureError(
                f"{path} is a link to a file that is not there; put that back, or remove the link."
            ) from error
        raise PictureError(f"{path} is not there; put it back, or name the folder it moved to.") from error
    except PermissionError as error:
        raise PictureError(f"{path} cannot be read; give yourself permission to read it.") from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{path} is no picture that can be read (JPEG, PNG, TIFF, WebP or BMP); "
            "save it as one of these, or remove it."
        ) from error
    except MemoryError as error:
        raise PictureError(f"{path} does not fit into memory; close other programs or reduce it.") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:  # of the disk, not of a decoder
            raise unreadable(path, error) from error
        # Decoders meet damage with almost any exception: SyntaxError, struct.error, KeyError ...
        raise PictureError(
            f"{path} is truncated or damaged; copy it again from where it came from."
        ) from error


def unreadable(path: Path, error: OSError) -> PictureError:
    """What to say of a file that the system does not let be read."""
    if error.errno == ELOOP:
        return PictureError(f"{path} is a link that leads to itself; remove it, or put the picture there.")
    return PictureError(f"{path} cannot be read ({error.strerror}); check its disk, or copy it anew.")


def format_name(image: Image.Image) -> str:
    """One of `FORMATS`, or what Pillow calls a format that is not taken."""
    name = image.format or ""
    return _SAME_AS.get(name, name)


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation still to be applied (tag 274, 1..8): loading a TIFF applies it and removes the tag.

    Of a PNG that is not loaded yet this would load the pixels and swallow what is wrong with them.
    """
    try:
        value: Any = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block does not make the pixels unreadable
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
