"""Unusual pixels are read as they are meant, or refused; never misread."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from annotation_db.errors import PictureError
from annotation_db.pictures.picture_files import open_rgb, read_facts

RAMP = np.tile(np.linspace(0, 65535, 90).astype(np.uint16), (60, 1))
COLOURS = np.stack([RAMP, RAMP[:, ::-1], np.full_like(RAMP, 40_000)])
"""Planes of red, green and blue."""


def eight(wide: NDArray[np.uint16]) -> NDArray[np.uint8]:
    return ((wide.astype(np.uint32) + 128) // 257).astype(np.uint8)


def grey(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(plane[..., None], 3, axis=2)


def taken(path: Path) -> NDArray[np.int64]:
    facts = read_facts(path)
    rgb = open_rgb(path)
    assert rgb.shape == (facts.height, facts.width, 3)
    return rgb.astype(np.int64)


def refused(path: Path, said: str) -> None:
    with pytest.raises(PictureError, match=said) as caught:
        read_facts(path)
    assert str(path) in str(caught.value) and str(caught.value).endswith(".")


@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("bits", [8, 16])
def test_white_as_zero(tmp_path: Path, bits: int, compression: Any, tile: Any) -> None:
    stored = RAMP if bits == 16 else eight(RAMP)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, stored, photometric="miniswhite", compression=compression, tile=tile)
    assert np.abs(taken(path) - grey(255 - eight(RAMP))).max() <= (1 if bits == 16 else 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("rows", [7, 60])
@pytest.mark.parametrize("bits", [8, 16])
def test_one_plane_after_the_other(
    tmp_path: Path, bits: int, rows: int, compression: Any, order: Any
) -> None:
    stored = COLOURS if bits == 16 else eight(COLOURS)
    path = tmp_path / "a.tif"
    options = {"rowsperstrip": rows, "compression": compression, "byteorder": order}
    tifffile.imwrite(path, stored, photometric="rgb", planarconfig="separate", **options)
    assert np.array_equal(taken(path), eight(COLOURS).transpose(1, 2, 0))


def test_planes_of_grey_and_tiles_and_turned(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    one = [(284, "H", 1, 2, True)]
    tifffile.imwrite(path, RAMP, photometric="minisblack", extratags=one)
    assert np.array_equal(taken(path), grey(eight(RAMP)))
    turned = [(274, "H", 1, 6, True)]
    options = {"tile": (16, 16), "extratags": turned}
    tifffile.imwrite(path, COLOURS, photometric="rgb", planarconfig="separate", **options)
    assert read_facts(path).exif_orientation == 6
    assert np.array_equal(taken(path), np.rot90(eight(COLOURS).transpose(1, 2, 0), 3))


def test_sixteen_bit_colours_in_both_orders(tmp_path: Path) -> None:
    for order in ("<", ">"):
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, COLOURS.transpose(1, 2, 0), photometric="rgb", byteorder=order)  # type: ignore[arg-type]
        assert np.abs(taken(path) - eight(COLOURS).transpose(1, 2, 0)).max() <= 1


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("kind", ["grey.tif", "white.tif", "rgb.tif", "planes.tif", "grey.png"])
def test_few_bits_in_sixteen_are_not_shown_black(tmp_path: Path, bits: int, kind: str) -> None:
    path = tmp_path / kind
    few = RAMP >> (16 - bits)
    if kind == "grey.png":
        Image.fromarray(few).save(path)
    elif kind == "rgb.tif":
        tifffile.imwrite(path, COLOURS.transpose(1, 2, 0) >> (16 - bits), photometric="rgb")
    elif kind == "planes.tif":
        tifffile.imwrite(path, COLOURS >> (16 - bits), photometric="rgb", planarconfig="separate")
    elif kind == "white.tif":
        tifffile.imwrite(path, 65535 - few, photometric="miniswhite")
    else:
        tifffile.imwrite(path, few, photometric="minisblack")
    refused(path, "at most 14 of its 16 bits")


def test_twelve_packed_bits_are_scaled(tmp_path: Path) -> None:
    values = np.array([[0, 4095, 2048, 16]] * 2, dtype=np.uint16)
    data = b"".join(
        bytes([a >> 4, (a & 15) << 4 | b >> 8, b & 255]) for a, b in values.reshape(-1, 2).tolist()
    )
    fields = [
        (256, 4),
        (257, 2),
        (258, 12),
        (259, 1),
        (262, 1),
        (273, 122),
        (277, 1),
        (278, 2),
        (279, len(data)),
    ]
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    head = b"II*\0" + struct.pack("<IH", 8, len(fields)) + table + bytes(4)
    (tmp_path / "a.tif").write_bytes(head.ljust(122, b"\0") + data)
    assert taken(tmp_path / "a.tif")[0, :, 0].tolist() == [0, 255, 128, 1]


@pytest.mark.parametrize("kind", ["float32", "float64", "int8", "int16", "int32", "uint32"])
def test_numbers_that_are_no_grey_are_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, (RAMP // 600).astype(kind), photometric="minisblack")
    refused(path, "save it ")


def test_a_smaller_copy_or_a_mask_is_no_second_page(tmp_path: Path) -> None:
    for big in (False, True):
        for kind, count in ((1, 1), (4, 1), (0, 2), (2, 2)):
            second = np.zeros((6, 9), bool) if kind == 4 else np.zeros((6, 9), np.uint8)
            path = tmp_path / "a.tif"
            with tifffile.TiffWriter(path, bigtiff=big) as file:
                file.write(eight(COLOURS).transpose(1, 2, 0), photometric="rgb")
                file.write(second, photometric="minisblack", subfiletype=kind)
            if count == 2:
                refused(path, "holds 2 pages")
            else:
                assert np.array_equal(taken(path), eight(COLOURS).transpose(1, 2, 0))


def test_the_first_of_a_phones_two_pictures(tmp_path: Path) -> None:
    one = Image.fromarray(eight(COLOURS).transpose(1, 2, 0))
    one.save(
        tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[Image.new("RGB", (9, 6))], quality=95
    )
    assert np.abs(taken(tmp_path / "a.jpg") - np.asarray(one)).max() < 12


def profile(gamma: float, *, name: str, space: bytes = b"RGB ") -> bytes:
    """A profile of sRGB's primaries, or of grey, with a plain power as its curve (ICC.1, 8.3 and 8.4)."""
    source = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack(">I", source[128:132])[0]
    tags = {}
    for position in range(132, 132 + 12 * count, 12):
        tag, start, size = struct.unpack(">4sII", source[position : position + 12])
        tags[tag] = source[start : start + size]
    text = name.encode("utf-16-be")
    tags[b"desc"] = b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(text), 28) + text
    curve = b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256))
    kept = (b"desc", b"cprt", b"wtpt") if space == b"GRAY" else (*tags,)
    tags = {tag: value for tag, value in tags.items() if tag in kept}
    tags |= dict.fromkeys((b"kTRC",) if space == b"GRAY" else (b"rTRC", b"gTRC", b"bTRC"), curve)
    body, table, start = b"", b"", 132 + 12 * len(tags)
    for tag, value in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(value))
        body += value.ljust((len(value) + 3) // 4 * 4, b"\0")
    head = bytearray(source[:128])
    head[16:20] = space
    whole = bytes(head) + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


@pytest.mark.parametrize("name", ["sRGB IEC61966-2.1", "sRGB linear", "anything"])
def test_a_profile_is_judged_by_what_it_holds(tmp_path: Path, name: str) -> None:
    flat = Image.new("RGB", (8, 8), (128, 128, 128))
    flat.save(tmp_path / "a.png", icc_profile=profile(1.0, name=name))
    assert (np.abs(taken(tmp_path / "a.png") - 188) <= 1).all()
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    renamed = same.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    flat.save(tmp_path / "b.png", icc_profile=renamed)
    assert (taken(tmp_path / "b.png") == 128).all()


@pytest.mark.parametrize("kind", ["L.png", "LA.png", "tRNS.png", "16.png", "L.jpg", "L.tif", "LA.tif"])
def test_a_grey_profile_holds_with_and_without_transparency(tmp_path: Path, kind: str) -> None:
    icc = profile(1.0, name="grey", space=b"GRAY")
    flat = Image.new("L", (8, 8), 128)
    path = tmp_path / kind
    if kind == "tRNS.png":
        flat.putpixel((0, 0), 7)
        flat.save(path, icc_profile=icc, transparency=7)
        assert open_rgb(path)[0, 0].tolist() == [128, 128, 128]
    elif kind == "16.png":
        Image.fromarray(np.full((8, 8), 128 * 257, np.uint16)).save(path, icc_profile=icc)
    else:
        flat.convert(kind.split(".")[0]).save(path, icc_profile=icc)
    assert (np.abs(taken(path)[1:] - 188) <= 2).all()


def png(bits: int, colour: int, rows: list[bytes], *chunks: tuple[bytes, bytes], width: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


@pytest.mark.parametrize(
    ("bits", "row", "clear", "shown"),
    [
        (1, bytes([0b01010000]), 0, [128, 255, 128, 255]),
        (1, bytes([0b01010000]), 1, [0, 128, 0, 128]),
        (2, bytes([0b00011011]), 2, [0, 85, 128, 255]),
        (4, bytes([0x03, 0x3F]), 3, [0, 128, 128, 255]),
        (8, bytes([0, 1, 2, 255]), 2, [0, 1, 128, 255]),
        (16, struct.pack(">4H", 0, 512, 513, 65535), 512, [0, 128, 2, 255]),
    ],
)
def test_the_transparent_grey_at_every_depth(
    tmp_path: Path, bits: int, row: bytes, clear: int, shown: list[int]
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(bits, 0, [row] * 2, (b"tRNS", struct.pack(">H", clear)), width=4))
    assert taken(path)[0, :, 0].tolist() == shown


def test_a_transparent_colour_of_sixteen_bits_and_hdr_are_refused(tmp_path: Path) -> None:
    row = struct.pack(">6H", 0, 1, 2, 65535, 65535, 65535)
    path = tmp_path / "a.png"
    path.write_bytes(png(16, 2, [row], (b"tRNS", row[:6]), width=2))
    refused(path, "transparent colour in 16 bits")
    for transfer, said in ((16, "PQ"), (18, "HLG")):
        path.write_bytes(png(8, 2, [bytes(6)], (b"cICP", bytes([9, transfer, 0, 1])), width=2))
        refused(path, f"HDR picture .{said}")
    path.write_bytes(png(8, 2, [bytes(6)], (b"cICP", bytes([1, 13, 0, 1])), width=2))
    assert (taken(path) == 0).all()


def test_four_inks_as_photoshop_and_others_write_them(tmp_path: Path) -> None:
    inks = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    inks.save(tmp_path / "a.jpg", quality=97)
    assert np.abs(taken(tmp_path / "a.jpg") - (0, 255, 255)).max() < 8
    whole = io.BytesIO()
    inks.save(whole, "JPEG", quality=97)
    # YCCK: the marker says that the first three inks are stored as luma and chroma.
    adobe = whole.getvalue().index(b"Adobe")
    data = bytearray(whole.getvalue())
    data[adobe + 11] = 2
    (tmp_path / "b.jpg").write_bytes(data)
    with Image.open(tmp_path / "b.jpg") as image:
        assert np.array_equal(taken(tmp_path / "b.jpg"), np.asarray(image.convert("RGB")))


def test_a_sampling_that_cannot_be_checked_is_not_called_damage(tmp_path: Path) -> None:
    Image.new("CMYK", (64, 64), (9, 99, 0, 0)).save(tmp_path / "a.jpg", subsampling=2)
    refused(tmp_path / "a.jpg", "samples its colours in a way")
    grey_as_others_write_it = io.BytesIO()
    Image.fromarray(eight(RAMP)).save(grey_as_others_write_it, "JPEG", quality=97)
    data = bytearray(grey_as_others_write_it.getvalue())
    data[data.index(b"\xff\xc0") + 11] = 0x22
    (tmp_path / "b.jpg").write_bytes(data)
    assert np.abs(taken(tmp_path / "b.jpg") - grey(eight(RAMP))).max() < 9


def test_a_tiff_that_nobody_reads_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, RAMP, photometric="miniswhite", byteorder=">")
    refused(path, "a damaged TIFF file, or of a kind that is not read")
