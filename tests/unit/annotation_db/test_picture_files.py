"""Every kind of picture file people have, read or refused with one sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from annotation_db.errors import PictureError
from annotation_db.pictures import picture_files
from annotation_db.pictures.picture_files import open_rgb, read_facts
from annotation_db.pictures.picture_scan import scan_folder

ROOT = Path(__file__).parents[3]


def smooth(height: int = 60, width: int = 90) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 2, y * 3, 255 - x - y], axis=-1).astype(np.uint8)


RGB = Image.fromarray(smooth())


def refused(path: Path) -> str:
    said = set()
    for read in (read_facts, open_rgb):
        with pytest.raises(PictureError) as caught:
            read(path)
        said.add(str(caught.value))
    (sentence,) = said
    assert sentence.endswith(".") and "\n" not in sentence and str(path) in sentence
    return sentence


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.jpg", {"quality": 95}, 12),
        ("a.png", {}, 0),
        ("a.tif", {}, 0),
        ("b.tif", {"compression": "tiff_lzw"}, 0),
        ("c.tiff", {"compression": "tiff_adobe_deflate"}, 0),
        ("a.webp", {"lossless": True}, 0),
        ("a.bmp", {}, 0),
    ],
)
def test_the_formats_taken(tmp_path: Path, name: str, options: dict[str, object], tolerance: int) -> None:
    path = tmp_path / name
    RGB.save(path, **options)
    facts = read_facts(path)
    assert (facts.width, facts.height, facts.exif_orientation, facts.mode) == (90, 60, 1, "RGB")
    assert facts.format in picture_files.FORMATS
    assert facts.byte_size == path.stat().st_size
    assert facts.sha256 == picture_files.sha256_of(path)
    rgb = open_rgb(path)
    assert rgb.shape == (60, 90, 3) and rgb.dtype == np.uint8 and rgb.flags.c_contiguous
    assert np.abs(rgb.astype(int) - smooth()).max() <= tolerance


@pytest.mark.parametrize("kind", ["jpg", "progressive", "png", "tif", "lzw", "webp", "bmp"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.98])
def test_a_truncated_picture_is_refused_never_grey(tmp_path: Path, kind: str, share: float) -> None:
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 255, (300, 400, 3), dtype=np.uint8))
    suffix, options = {
        "progressive": ("jpg", {"progressive": True}),
        "lzw": ("tif", {"compression": "tiff_lzw"}),
    }.get(kind, (kind, {}))
    path = tmp_path / f"a.{suffix}"
    picture.save(path, **options)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    refused(path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert "is empty" in refused(tmp_path / "a.jpg")


def test_no_picture_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("dear diary")
    assert "no picture" in refused(tmp_path / "a.jpg")
    (tmp_path / "b.png").mkdir()
    assert "is a folder" in refused(tmp_path / "b.png")
    assert "is not there" in refused(tmp_path / "c.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "device.png").symlink_to("/dev/zero")
    RGB.save(tmp_path / "good.png")
    for name in ("pipe.png", "device.png"):
        assert "is a pipe, socket or device" in refused(tmp_path / name)
    scan = scan_folder(tmp_path)
    assert [picture.path for picture in scan.pictures] == ["good.png"]
    assert [path for path, _ in scan.refused] == ["device.png", "pipe.png"]


def test_other_formats_are_named(tmp_path: Path) -> None:
    RGB.save(tmp_path / "a.gif", save_all=True, append_images=[ImageOps.invert(RGB)])
    assert "is a GIF file" in refused(tmp_path / "a.gif")
    RGB.save(tmp_path / "named.png", format="PPM")
    assert "is a PPM file" in refused(tmp_path / "named.png")


def test_a_misnamed_picture_is_taken_by_its_content(tmp_path: Path) -> None:
    RGB.save(tmp_path / "a.jpg", format="PNG")
    assert read_facts(tmp_path / "a.jpg").format == "PNG"
    assert np.array_equal(open_rgb(tmp_path / "a.jpg"), smooth())


def test_sixteen_bits_of_grey_are_scaled_to_eight(tmp_path: Path) -> None:
    wide = np.linspace(0, 65535, 60 * 90).reshape(60, 90).astype(np.uint16)
    for name in ("a.png", "a.tif"):
        Image.fromarray(wide).save(tmp_path / name)
        read_facts(tmp_path / name)
        rgb = open_rgb(tmp_path / name)
        assert np.array_equal(rgb[..., 0], np.round(wide / 257).astype(np.uint8))
        assert np.array_equal(rgb[..., 0], rgb[..., 2])
    big_endian = b"MM\x00*" + struct.pack(">I", 8)
    entries = [(256, 90), (257, 60), (258, 16), (259, 1), (262, 1), (273, 122), (278, 60), (279, 60 * 90 * 2)]
    table = struct.pack(">H", len(entries)) + b"".join(
        struct.pack(">HHII", tag, 4, 1, value) for tag, value in entries
    )
    data = (big_endian + table).ljust(122, b"\x00") + wide.astype(">u2").tobytes()
    (tmp_path / "mm.tif").write_bytes(data)
    assert np.array_equal(open_rgb(tmp_path / "mm.tif")[..., 1], np.round(wide / 257).astype(np.uint8))


def test_sixteen_bit_colour(tmp_path: Path) -> None:
    rows = b"".join(b"\x00" + (smooth()[y].astype(">u2") * 257).tobytes() for y in range(60))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 90, 60, 16, 2, 0, 0, 0)
    png = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + png)
    read_facts(tmp_path / "a.png")
    assert np.array_equal(open_rgb(tmp_path / "a.png"), smooth())


def test_floating_point_pictures_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.ones((5, 5), dtype=np.float32)).save(tmp_path / "a.tif")
    assert "neither 8 nor 16 bits" in refused(tmp_path / "a.tif")


def test_32_bit_pictures_are_refused_at_import(tmp_path: Path) -> None:
    Image.fromarray(np.full((5, 5), 100_000, dtype=np.int32)).save(tmp_path / "a.tif")
    with pytest.raises(PictureError, match="neither 8 nor 16 bits"):
        read_facts(tmp_path / "a.tif")


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "RGBA", "YCbCr"])
def test_other_kinds_of_pixels_become_rgb(tmp_path: Path, mode: str) -> None:
    picture = RGB.convert(mode)
    path = tmp_path / ("a.jpg" if mode in ("CMYK", "YCbCr") else "a.png")
    picture.save(path, **({"quality": 97} if path.suffix == ".jpg" else {}))
    read_facts(path)
    rgb = open_rgb(path)
    assert rgb.shape == (60, 90, 3)
    assert np.abs(rgb.astype(int) - np.asarray(picture.convert("RGB"))).max() <= 14


def test_a_cmyk_tiff(tmp_path: Path) -> None:
    RGB.convert("CMYK").save(tmp_path / "a.tif")
    assert np.array_equal(open_rgb(tmp_path / "a.tif"), np.asarray(RGB.convert("CMYK").convert("RGB")))


def test_transparency_lies_over_mid_grey(tmp_path: Path) -> None:
    pixels = np.zeros((4, 6, 4), dtype=np.uint8)
    pixels[:, 3:] = (200, 100, 50, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels).save(tmp_path / "a.webp", lossless=True)
    palette = Image.fromarray(np.repeat([[0, 0, 0, 1, 1, 1]], 4, axis=0).astype(np.uint8), mode="P")
    palette.putpalette([9, 9, 9, 200, 100, 50])
    palette.save(tmp_path / "p.png", transparency=0)
    for name in ("a.png", "a.webp", "p.png"):
        rgb = open_rgb(tmp_path / name)
        assert (rgb[:, :3] == 128).all() and (rgb[:, 3:] == (200, 100, 50)).all()


@pytest.mark.parametrize(
    ("name", "said"), [("a.webp", "2 frames"), ("a.png", "2 frames"), ("a.tif", "2 pages")]
)
def test_several_pictures_in_one_file_are_not_taken(tmp_path: Path, name: str, said: str) -> None:
    options = {"lossless": True} if name.endswith("webp") else {}
    RGB.save(tmp_path / name, save_all=True, append_images=[ImageOps.invert(RGB)], **options)
    with pytest.raises(PictureError, match=f"holds {said}; save the one"):
        read_facts(tmp_path / name)
    # A project of before, in which it is, shows what was rated: the first.
    assert np.array_equal(open_rgb(tmp_path / name), smooth())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if name == "a.jpg" else {"lossless": True} if name == "a.webp" else {}
    RGB.save(tmp_path / name, exif=exif, **options)
    facts = read_facts(tmp_path / name)
    assert facts.exif_orientation == orientation
    rgb = open_rgb(tmp_path / name)
    assert rgb.shape == (facts.height, facts.width, 3)
    with Image.open(tmp_path / name) as image:
        assert np.array_equal(rgb, np.asarray(ImageOps.exif_transpose(image).convert("RGB")))
    assert open_rgb(tmp_path / name, max_side=30).shape == ((30, 20, 3) if orientation >= 5 else (20, 30, 3))


def test_a_picture_higher_than_one_band(tmp_path: Path) -> None:
    tall = np.random.default_rng(1).integers(0, 255, (700, 9, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 8
    Image.fromarray(tall).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(open_rgb(tmp_path / "a.png"), np.rot90(tall))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_broken_exif_block_does_not_matter(tmp_path: Path) -> None:
    RGB.save(tmp_path / "a.jpg", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff")
    facts = read_facts(tmp_path / "a.jpg")
    assert facts.exif_orientation == 1


def wide_gamut_profile() -> bytes:
    """sRGB's own profile with red and green exchanged: a transform that nobody can overlook."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {profile[132 + 12 * i : 136 + 12 * i].decode(): 132 + 12 * i for i in range(profile[131])}
    red, green = tags["rXYZ"], tags["gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))


def test_an_embedded_profile_is_applied(tmp_path: Path) -> None:
    RGB.save(tmp_path / "a.png", icc_profile=wide_gamut_profile())
    assert np.abs(open_rgb(tmp_path / "a.png").astype(int) - smooth()[..., (1, 0, 2)]).max() <= 2


def test_an_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    RGB.save(
        tmp_path / "a.png", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    assert np.array_equal(open_rgb(tmp_path / "a.png"), smooth())


@pytest.mark.parametrize("icc", [b"nonsense", wide_gamut_profile()[:200]])
def test_a_broken_profile_does_not_matter(tmp_path: Path, icc: bytes) -> None:
    RGB.save(tmp_path / "a.png", icc_profile=icc)
    assert np.array_equal(open_rgb(tmp_path / "a.png"), smooth())


def test_a_profile_for_other_pixels_does_not_matter(tmp_path: Path) -> None:
    RGB.convert("L").save(tmp_path / "a.png", icc_profile=wide_gamut_profile())
    assert np.array_equal(open_rgb(tmp_path / "a.png")[..., 0], np.asarray(RGB.convert("L")))


@pytest.mark.parametrize("side", [16_000, 30_000, 60_000])
def test_a_decompression_bomb_is_refused_from_its_header(tmp_path: Path, side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    assert "more than 250 million pixels" in refused(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_reduced_reading(tmp_path: Path, name: str) -> None:
    big = Image.fromarray(smooth(60, 90)).resize((1800, 1201), Image.Resampling.BICUBIC)
    big.save(tmp_path / name)
    small = open_rgb(tmp_path / name, max_side=450)
    assert small.shape == (300, 450, 3)
    expected = np.asarray(big.resize((450, 300), Image.Resampling.BOX))
    assert np.abs(small.astype(int) - expected).mean() < 4
    assert open_rgb(tmp_path / name, max_side=5000).shape == (1201, 1800, 3)


def test_a_file_without_permission(tmp_path: Path) -> None:
    RGB.save(tmp_path / "a.png")
    (tmp_path / "a.png").chmod(0)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(0o755)
    tmp_path.chmod(0o755)
    code = (
        "import os, sys\nfrom annotation_db.errors import PictureError\n"
        "from annotation_db.pictures.picture_files import read_facts\n"
        "os.geteuid() == 0 and os.setuid(65534)\n"
        "try:\n    read_facts(sys.argv[1])\nexcept PictureError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.png")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be read" in done.stdout


def test_damage_in_the_middle_never_ends_in_another_exception(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for suffix in ("jpg", "png", "tif", "webp", "bmp"):
        whole = io.BytesIO()
        RGB.save(whole, format={"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper()))
        for _ in range(40):
            data = bytearray(whole.getvalue())
            for position in rng.integers(0, min(len(data), 400), 3):
                data[position] = rng.integers(256)
            path = tmp_path / f"a.{suffix}"
            path.write_bytes(data)
            try:
                read_facts(path)
            except PictureError as error:
                assert str(error).endswith(".")
