"""What kind of pixels a picture file holds, by its header: what is read, how, and what is refused."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from PIL import Image, TiffImagePlugin

_MODES: Final = frozenset(
    (
        *("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"),
        *("I", "I;16", "I;16L", "I;16B", "I;16N"),
    )
)
_BY_TIFFFILE: Final = (1, 8, 32946)
"""Compressions that tifffile reads without further libraries: none, deflate."""
_HDR: Final = {16: "PQ", 18: "HLG"}
"""Transfer functions of ITU-T H.273 that no screen of 8 bits shows as they are."""
_NEITHER: Final = "has pixels that are neither 8 nor 16 bits of grey, RGB or CMYK; save it as one of these"
_MAX_PAGES: Final = 10_000


class OddPixels(ValueError):
    """Pixels that would be misread; the text is a clause that follows the name of the file."""

    def __init__(self, clause: str = _NEITHER) -> None:
        super().__init__(clause)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the samples of a file are to be understood."""

    bits: int = 8
    """Of one sample: 16 are scaled to 8 so that 65535 becomes 255, 12 so that 4095 does."""
    inverted: bool = False
    """16 bits with white as 0, which Pillow leaves as they are."""
    by_tifffile: bool = False
    """A layout that Pillow takes and misreads."""


def kind_of(image: Image.Image, stream: BinaryIO, name: str) -> Kind:
    """The kind of an opened picture.

    Raises
    ------
    OddPixels
        If its pixels would not be read as they are meant.
    """
    if name == "TIFF":
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        return _tiff(image)
    if image.mode not in _MODES:
        raise OddPixels
    return _png(image, stream) if name == "PNG" else Kind()


def frames(image: Image.Image, stream: BinaryIO, name: str) -> int:
    """How many pictures a file holds of which none is a smaller copy or a mask of the first.

    Of a JPEG the first is the picture, whatever phones put behind it (MPO).
    """
    if name == "TIFF":
        assert isinstance(image, TiffImagePlugin.TiffImageFile)
        return sum(1 for kind in _pages(stream) if not kind & 0b101)
    return 1 if name == "JPEG" else int(getattr(image, "n_frames", 1))


def _png(image: Image.Image, stream: BinaryIO) -> Kind:
    at = stream.tell()
    stream.seek(24)
    bits, colour = stream.read(2)
    stream.seek(at)
    if bits == 16 and colour == 2 and "transparency" in image.info:
        raise OddPixels(
            "names a transparent colour in 16 bits; save it with an alpha channel, or with 8 bits"
        )
    return Kind(bits)


def _tiff(image: TiffImagePlugin.TiffImageFile) -> Kind:
    """By TIFF 6.0, sections 8 (baseline fields), 18 (extra samples) and 19 (sample formats)."""
    tags = image.tag_v2
    photometric = tags.get(262, 0)
    formats, bits = several(tags.get(339, 1)), several(tags.get(258, 1))
    samples = tags.get(277, 1)
    if max(bits) > 16:
        raise OddPixels
    if set(formats) - {1, 4}:
        raise OddPixels(
            "may hold negative or floating-point numbers; save it with 8 or 16 bits of grey or RGB"
        )
    if image.mode not in _MODES:
        raise OddPixels
    if photometric == 5 and tags.get(332, 1) != 1:
        raise OddPixels("is made of other inks than CMYK; save it as RGB")
    if photometric == 6 and tags.get(259, 1) == 1 and several(tags.get(530, (2, 2))) != (1, 1):
        raise OddPixels("holds YCbCr with reduced colours, uncompressed; save it as RGB")
    inverted = photometric == 0 and max(bits) > 8
    if tags.get(284, 1) != 2:
        return Kind(max(bits), inverted)
    if samples > 1 and set(bits) == {8} and photometric in (1, 2, 5) and 1 not in several(tags.get(338, 0)):
        return Kind()
    # Pillow reads one letter of its name for the layout in place of each plane's.
    plain = (photometric in (0, 1) and samples == 1) or (photometric == 2 and samples == 3)
    if not plain or set(bits) - {8, 16} or tags.get(259, 1) not in _BY_TIFFFILE:
        raise OddPixels(
            "stores its colours one after the other in a way that is not read; "
            "save it with interleaved colours (planar configuration 1)"
        )
    return Kind(max(bits), photometric == 0, by_tifffile=True)


def hdr_transfer(chunk: bytes) -> str | None:
    """The name of an HDR transfer function in a PNG's cICP chunk."""
    return _HDR.get(chunk[1]) if len(chunk) >= 2 else None


def several(value: Any) -> tuple[int, ...]:
    """A field of a TIFF as a tuple, also where it holds one number."""
    return value if isinstance(value, tuple) else (value,)


def _pages(stream: BinaryIO) -> list[int]:
    """NewSubfileType (tag 254) of every page of a TIFF or BigTIFF: 1 a smaller copy, 4 a mask."""
    at = stream.tell()
    try:
        stream.seek(0)
        start = stream.read(16)
        order = "<" if start[:2] == b"II" else ">"
        big = struct.unpack(f"{order}H", start[2:4])[0] == 43
        entry, count, pointer = (20, "Q", "Q") if big else (12, "H", "I")
        size = struct.calcsize(order + pointer)
        (where,) = struct.unpack(order + pointer, start[8 if big else 4 :][:size])
        found: list[int] = []
        seen: set[int] = set()
        while where and where not in seen and len(found) < _MAX_PAGES:
            seen.add(where)
            stream.seek(where)
            (fields,) = struct.unpack(order + count, stream.read(struct.calcsize(order + count)))
            table = stream.read(fields * entry + size)
            kind = 0
            for position in range(0, fields * entry, entry):
                tag, form = struct.unpack_from(f"{order}HH", table, position)
                if tag == 254:
                    value = position + (12 if big else 8)
                    (kind,) = struct.unpack_from(order + ("H" if form == 3 else "I"), table, value)
            found.append(kind)
            (where,) = struct.unpack_from(order + pointer, table, fields * entry)
        return found
    finally:
        stream.seek(at)
