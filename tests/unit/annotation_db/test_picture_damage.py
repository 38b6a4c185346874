"""Damage that decoders pass over is found when a picture is taken in, and by `check`."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from annotation_db.database.store import Store
from annotation_db.errors import PictureError
from annotation_db.pictures import images, picture_memory
from annotation_db.pictures.picture_files import open_rgb, read_facts
from annotation_db.pictures.picture_scan import scan_folder
from annotation_db.safety import integrity
from tests.unit.annotation_db.test_picture_kinds import png

RNG = np.random.default_rng(7)
PHOTO = Image.fromarray(RNG.integers(0, 255, (30, 40, 3), dtype=np.uint8)).resize((400, 300))

KINDS: dict[str, dict[str, Any]] = {
    "baseline.jpg": {},
    "restart.jpg": {"restart_marker_blocks": 5},
    "444.jpg": {"subsampling": 0},
    "progressive.jpg": {"progressive": True},
    "grey.jpg": {"mode": "L"},
    "cmyk.jpg": {"mode": "CMYK"},
    "a.png": {},
    "palette.png": {"mode": "P"},
    "a.webp": {"quality": 90},
    "lossless.webp": {"lossless": True},
    "alpha.webp": {"mode": "RGBA"},
    "raw.tif": {},
    "lzw.tif": {"compression": "tiff_lzw"},
    "deflate.tif": {"compression": "tiff_adobe_deflate"},
    "jpeg.tif": {"compression": "jpeg", "quality": 95},
    "packbits.tif": {"compression": "packbits"},
    "fax.tif": {"mode": "1", "compression": "group4"},
    "a.bmp": {},
}
CHECKED = ("a.png", "palette.png")
"""Every byte of these stands under a check sum."""
UNKNOWABLE = ("raw.tif", "a.bmp")
"""Zeros in these are black pixels."""


def made(kind: str, picture: Image.Image = PHOTO) -> bytes:
    options = dict(KINDS[kind])
    whole = io.BytesIO()
    suffix = kind.rsplit(".")[-1].upper()
    name = {"JPG": "JPEG", "TIF": "TIFF"}.get(suffix, suffix)
    picture.convert(options.pop("mode", "RGB")).save(whole, name, **options)
    return whole.getvalue()


def is_taken(path: Path, data: bytes) -> bool:
    path.write_bytes(data)
    try:
        read_facts(path)
    except PictureError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_whole_is_taken(tmp_path: Path, kind: str) -> None:
    assert is_taken(tmp_path / kind, made(kind))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNKNOWABLE])
def test_zeros_in_the_data_and_a_zeroed_tail(tmp_path: Path, kind: str) -> None:
    whole = made(kind)
    size = 512 if len(whole) > 4000 else 200
    for at in (len(whole) // 3, len(whole) // 2, len(whole) * 3 // 4, len(whole) - size):
        at = min(at, len(whole) - size)
        damaged = whole[:at] + bytes(size) + whole[at + size :]
        assert not is_taken(tmp_path / kind, damaged), (at, len(whole))


@pytest.mark.parametrize("kind", ["baseline.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "restart.jpg"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_jpeg_that_is_cut_and_closed_again(tmp_path: Path, kind: str, share: float) -> None:
    whole = made(kind)
    assert not is_taken(tmp_path / "a.jpg", whole[: int(len(whole) * share)] + b"\xff\xd9")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("bits", [1, 8, 16])
def test_a_png_without_all_its_rows(tmp_path: Path, bits: int, share: float) -> None:
    rows = [RNG.bytes(80 * bits // 8) for _ in range(100)]
    data = png(bits, 0, rows, width=80)
    assert is_taken(tmp_path / "a.png", data)
    start = data.index(b"IDAT")
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows[: int(100 * share)]))
    body = b"IDAT" + pixels
    chunk = len(pixels).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    assert not is_taken(tmp_path / "a.png", data[: start - 4] + chunk + data[-12:])


def test_an_interlaced_png_is_whole_and_half(tmp_path: Path) -> None:
    """8 x 8 grey, Adam7: 15 rows of 1, 1, 2, 2, 4, 4 and 8 pixels with a filter byte each."""
    widths: list[int] = []
    for w, h in ((1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)):
        widths += [w] * h
    for left_out in (0, 1):
        rows = [bytes(w) for w in widths[: len(widths) - left_out]]
        data = bytearray(png(8, 0, rows, width=8))
        data[20:24] = (8).to_bytes(4, "big")
        data[28] = 1
        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
        assert is_taken(tmp_path / "a.png", bytes(data)) == (not left_out)


def test_a_tiff_without_a_strip(tmp_path: Path) -> None:
    for compression in (None, "zlib"):
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, np.asarray(PHOTO), photometric="rgb", rowsperstrip=64, compression=compression)
        with tifffile.TiffFile(path) as file:
            at = file.pages[0].tags["StripByteCounts"].valueoffset + 4  # type: ignore[union-attr]
        data = bytearray(path.read_bytes())
        assert is_taken(path, bytes(data))
        data[at : at + 4] = bytes(4)
        assert not is_taken(path, bytes(data))


def test_flat_pictures_are_no_damage(tmp_path: Path) -> None:
    for size in ((1, 1), (640, 480), (2000, 1500)):
        for colour in ("black", (120, 3, 200)):
            flat = Image.new("RGB", size, colour)
            for kind in ("a.webp", "lossless.webp", "lzw.tif", "packbits.tif", "fax.tif", "baseline.jpg"):
                assert is_taken(tmp_path / kind, made(kind, flat)), (size, colour, kind)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_bit(tmp_path: Path, kind: str) -> None:
    """It is refused, or the picture is as it was; without a check sum, what is taken opens at least."""
    rng = np.random.default_rng(11)
    whole = made(kind, PHOTO.resize((40, 30)))
    path = tmp_path / kind
    path.write_bytes(whole)
    before = open_rgb(path)
    for at in (*range(0, 60), *rng.integers(0, len(whole), 60).tolist()):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << int(rng.integers(8))
        if not is_taken(path, bytes(damaged)):
            continue
        facts, shown = read_facts(path), open_rgb(path)
        assert shown.shape == (facts.height, facts.width, 3), at
        assert kind not in CHECKED or np.array_equal(shown, before), at


def test_check_finds_what_an_older_version_took(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    PHOTO.save(folder / "good.jpg")
    whole = made("baseline.jpg")
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 2] + b"\xff\xd9")
    scan = scan_folder(folder)
    assert [path for path, _ in scan.refused] == ["cut.jpg"]
    with store.write("test") as s:
        images.add(s, scan, who="lead")
        row = images.find(s, "good.jpg")
    # as if it had been imported when only hashes were looked at
    data = (folder / "cut.jpg").read_bytes()
    (folder / "good.jpg").write_bytes(data)
    import hashlib

    from sqlalchemy import text

    with store.write("test") as s:
        s.execute(
            text("UPDATE image SET sha256 = :hash, byte_size = :size WHERE id = :id"),
            {"hash": hashlib.sha256(data).hexdigest(), "size": len(data), "id": row.id},
        )
    (finding,) = [one for one in integrity.check(store) if one.subject == "good.jpg"]
    assert "truncated or damaged" in finding.message and "imported like this" in finding.message


def test_memory_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_memory, "LIMIT", 100)
    inside, most = [], []

    def work(size: int) -> None:
        with picture_memory.claimed(size):
            inside.append(size)
            most.append(sum(inside))
            time.sleep(0.01)
            inside.remove(size)

    threads = [threading.Thread(target=work, args=(size,)) for size in (60, 60, 30, 100, 10, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) <= 100


def test_what_needs_too_much_memory_is_refused_from_its_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_memory, "LIMIT", 300_000)
    for kind, said in (("progressive.jpg", "without progressive coding"), ("a.webp", "as PNG")):
        (tmp_path / kind).write_bytes(made(kind))
        with pytest.raises(PictureError, match=f"GB of memory to read.*{said}"):
            read_facts(tmp_path / kind)
    assert is_taken(tmp_path / "baseline.jpg", made("baseline.jpg"))


def test_links(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    (tmp_path / "elsewhere").mkdir()
    folder.mkdir()
    PHOTO.save(tmp_path / "elsewhere" / "a.png")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "lost.png").symlink_to("nowhere.png")
    (folder / "one.png").symlink_to(tmp_path / "elsewhere" / "a.png")
    scan = scan_folder(folder)
    assert [picture.path for picture in scan.pictures] == ["one.png"]
    told = dict(scan.refused)
    assert set(told) == {"linked", "loop.png", "lost.png"}
    assert "is a link to a folder, which is not followed" in told["linked"]
    assert "is a link that leads to itself" in told["loop.png"]
    assert "is a link to a file that is not there" in told["lost.png"]


def test_a_refusal_is_all_that_is_said(tmp_path: Path) -> None:
    """Pillow would warn of the pixels on standard error before."""
    path = tmp_path / "a.png"
    data = bytearray(png(8, 2, [bytes(3)], width=1))
    data[16:24] = (16_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    path.write_bytes(data)
    code = (
        "import sys\nfrom annotation_db.errors import PictureError\n"
        "from annotation_db.pictures.picture_files import read_facts\n"
        "try:\n    read_facts(sys.argv[1])\nexcept PictureError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "more than 250 million pixels" in done.stdout and done.stderr == ""
