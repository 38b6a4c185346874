"""Damage inside picture files that decoders pass over.

PNG has check sums, and deflate has one. Of JPEG, libjpeg's warnings say that the data do not fit together.
WebP, LZW, PackBits and fax data decode whatever they are; a stretch of zeros longer than any encoder writes,
which is what broken copies and disks leave, gives them away. A changed pixel of an uncompressed picture, or
a changed bit that still makes sense in JPEG or WebP, cannot be known by anybody.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from math import ceil
from typing import Any, BinaryIO, Final

from annotation_db.pictures.picture_kinds import OddPixels, hdr_transfer, several

_CHUNK: Final = 1 << 20
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples per pixel by a PNG's colour type."""
_ADAM7: Final = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""x, y of the first pixel and the steps of each pass (PNG, 8.2)."""
_DEFLATE: Final = (8, 32946)
_GULLIBLE: Final = (2, 3, 4, 5, 32773)
"""TIFF compressions that decode anything: fax, LZW, PackBits."""
_ZEROS: Final = 64
"""Bytes. No encoder of these writes so many zeros on end."""


class Damage(ValueError):
    """What does not fit together, for developers; people read that the file is damaged."""


def check_jpeg(data: bytes) -> None:
    """Decode a JPEG at an eighth of its size, which reads all its data; libjpeg's warnings are errors.

    Raises
    ------
    OddPixels
        If TurboJPEG does not know its sampling, such as CMYK with reduced colours.
    ValueError
        With libjpeg's words.
    """
    import simplejpeg

    try:
        _, _, space, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError as error:
        if "subsampling" in str(error):  # whole or not, TurboJPEG does not say
            raise OddPixels(
                "samples its colours in a way whose damage cannot be looked for; save it anew as JPEG or PNG"
            ) from error
        raise
    wanted = {"YCbCr": "GRAY", "Gray": "GRAY", "RGB": "RGB"}.get(space, "CMYK")
    simplejpeg.decode_jpeg(
        data, wanted, fastdct=True, fastupsample=True, min_height=1, min_width=1, min_factor=8
    )


def check_png(stream: BinaryIO) -> None:
    """Look at every check sum of a PNG, and whether there are pixels for all its rows.

    Raises
    ------
    Damage, zlib.error, struct.error
        If something is wrong.
    OddPixels
        If it is an HDR picture.
    """
    stream.seek(8)
    inflated, wanted, pixels = zlib.decompressobj(), 0, 0
    for kind, size in _png_chunks(stream):
        data, crc, left = b"", zlib.crc32(kind), size
        while left:
            data = stream.read(min(left, _CHUNK))
            if not data:
                raise Damage("the file ends inside a chunk")
            left, crc = left - len(data), zlib.crc32(data, crc)
            if kind == b"IDAT":
                pixels += _inflated(inflated, data)
        if struct.pack(">I", crc) != stream.read(4):
            raise Damage(f"the check sum of {kind!r} is another one")
        if kind == b"IHDR":
            wanted = _png_bytes(data)
        elif kind == b"cICP" and (transfer := hdr_transfer(data)) is not None:
            raise OddPixels(f"is an HDR picture ({transfer}); save it in sRGB with 8 bits")
    if not inflated.eof or pixels < wanted:
        raise Damage(f"there are {pixels} bytes of pixels, not {wanted}")


def _inflated(stream: zlib._Decompress, data: bytes) -> int:
    """How many bytes some more data of a deflate stream make, which are not kept."""
    made = 0
    while not stream.eof and (piece := stream.decompress(data, _CHUNK)):
        made, data = made + len(piece), stream.unconsumed_tail
    return made


def _png_chunks(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    while True:
        size, kind = struct.unpack(">I4s", stream.read(8))
        yield kind, size
        if kind == b"IEND":
            return


def _png_bytes(header: bytes) -> int:
    """How many bytes the pixels of a PNG take before compression, by its IHDR."""
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = ((ceil((width - x) / dx), ceil((height - y) / dy)) for x, y, dx, dy in passes)
    return sum(h * (1 + ceil(w * bits * _CHANNELS[colour] / 8)) for w, h in sizes if w > 0 and h > 0)


def check_webp(stream: BinaryIO, width: int, height: int) -> None:
    """Look for lost stretches in the pixel data of a WebP.

    A flat picture is all zeros too, but short: libwebp writes a fortieth of a byte for each 16 x 16 pixels.

    Raises
    ------
    Damage, struct.error
        If there is one, or a chunk is cut.
    """
    zeros = bytes(_ZEROS + ceil(width / 16) * ceil(height / 16) // 20)
    stream.seek(4)
    (size,) = struct.unpack("<I", stream.read(4))
    stream.seek(12)
    while stream.tell() < size + 8:
        kind, length = struct.unpack("<4sI", stream.read(8))
        data = stream.read(length)
        if len(data) < length:
            raise Damage("the file ends inside a chunk")
        if kind in (b"VP8 ", b"VP8L") and zeros in data:
            raise Damage("a stretch of its data is all zeros")
        stream.seek(length % 2, 1)


def check_tiff(stream: BinaryIO, tags: Any) -> None:
    """Look whether all strips or tiles of a TIFF's first page are there and whole.

    Parameters
    ----------
    tags : mapping
        The page's fields by number, as Pillow's ``tag_v2``.

    Raises
    ------
    Damage, ValueError, zlib.error
        If something is wrong.
    """
    width, height, compression = tags[256], tags[257], tags.get(259, 1)
    tiled = 324 in tags
    across = tags[322] if tiled else width
    down = tags[323] if tiled else min(tags.get(278, height), height)
    planes = tags.get(277, 1) if tags.get(284, 1) == 2 else 1
    bits = several(tags.get(258, 1))
    row = across * (bits[0] if planes > 1 else sum(bits) if len(bits) > 1 else bits[0] * tags.get(277, 1))
    starts, sizes = several(tags[324 if tiled else 273]), tags.get(325 if tiled else 279)
    end = stream.seek(0, 2)
    rows = ceil(height / down)
    if len(starts) < rows * ceil(width / across) * planes:
        raise Damage("there are too few strips or tiles")
    if sizes is None:
        return  # one uncompressed strip of an old program, which Pillow reads to its end
    for number, (start, size) in enumerate(zip(starts, several(sizes), strict=True)):
        if not size or start + size > end:
            raise Damage(f"strip or tile {number} is not in the file")
        lines = down if tiled else min(down, height - number % rows * down)
        stream.seek(start)
        _check_strip(stream, size, compression, lines * ceil(row / 8), tags)


def _check_strip(stream: BinaryIO, size: int, compression: int, wanted: int, tags: Any) -> None:
    if compression == 1:
        if size < wanted and tags.get(262) != 6:
            raise Damage("a strip is too short")
    elif compression in _DEFLATE:
        inflated = zlib.decompressobj()
        if _inflated(inflated, stream.read(size)) < wanted or not inflated.eof:
            raise Damage("a strip is cut")
    elif compression in _GULLIBLE:
        if bytes(_ZEROS) in stream.read(size):
            raise Damage("a stretch of its data is all zeros")
    elif compression == 7:
        data, tables = stream.read(size), tags.get(347, b"")
        check_jpeg(tables[:-2] + data[2:] if tables else data)
