"""The picture service on real files: current first, neighbours ahead, late answers dropped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from pytestqt.qtbot import QtBot

from annotation_db.pictures.picture_files import open_rgb
from seagull_studio.services.picture_reading import read_full, read_header, read_preview
from seagull_studio.services.pictures import PictureService
from seagull_studio.state.picture import LoadingStopped
from tests.unit.annotation_db.test_picture_kinds import profile


@pytest.fixture
def service(qtbot: QtBot) -> Iterator[PictureService]:
    made = PictureService(capacity=20_000_000)
    yield made
    made.close()


class Heard:
    """All signals of a service, in order."""

    def __init__(self, service: PictureService) -> None:
        self.events: list[tuple[str, Any, Any]] = []
        service.preview.connect(lambda key, source: self.events.append(("preview", key, source)))
        service.loaded.connect(lambda key, source: self.events.append(("loaded", key, source)))
        service.failed.connect(lambda key, sentence: self.events.append(("failed", key, sentence)))

    def names(self) -> list[tuple[str, Any]]:
        return [(name, key) for name, key, _ in self.events]


def picture(path: Path, width: int = 320, height: int = 200, **save: Any) -> Path:
    column = np.linspace(0, 255, width, dtype=np.uint8)
    row = np.linspace(0, 255, height, dtype=np.uint8)
    rgb = np.stack(np.broadcast_arrays(column[None, :], row[:, None], np.uint8(90)), axis=2)
    Image.fromarray(np.ascontiguousarray(rgb)).save(path, **save)
    return path


def test_a_picture_is_loaded_and_kept(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    path, heard = picture(tmp_path / "a.png"), Heard(service)
    with qtbot.waitSignal(service.loaded):
        service.request(path, 1)
    source = heard.events[-1][2]
    assert (source.key, source.width, source.height, source.complete) == (1, 320, 200, True)
    assert np.array_equal(source.levels[0].pixels[..., 2::-1], open_rgb(path))
    service.request(path, 1)  # kept: answered at once
    assert heard.names() == [("loaded", 1), ("loaded", 1)]
    assert heard.events[1][2] is source


@pytest.mark.parametrize(
    "kind", ["white.tif", "planes.tif", "linear.jpg", "cmyk.jpg", "16.png", "turned.jpg"]
)
def test_the_window_shows_what_the_model_gets(tmp_path: Path, kind: str) -> None:
    path, wide = tmp_path / kind, np.arange(60 * 90, dtype=np.uint16).reshape(60, 90) * 12
    if kind == "white.tif":
        tifffile.imwrite(path, wide, photometric="miniswhite")
    elif kind == "planes.tif":
        tifffile.imwrite(path, np.stack([wide, wide[::-1], wide]), photometric="rgb", planarconfig="separate")
    elif kind == "16.png":
        Image.fromarray(wide).save(path)
    else:
        exif = Image.Exif()
        exif[0x0112] = 6 if kind == "turned.jpg" else 1
        icc = profile(1.0, name="sRGB") if kind == "linear.jpg" else None
        shown = Image.fromarray(np.stack([wide >> 8] * 3, axis=-1).astype(np.uint8))
        shown.convert("CMYK" if kind == "cmyk.jpg" else "RGB").save(path, exif=exif, icc_profile=icc)
    header = read_header(path)
    assert header is not None
    source = read_full(path, 1, header, lambda: False)
    assert (source.height, source.width) == open_rgb(path).shape[:2]
    assert np.array_equal(source.levels[0].pixels[..., 2::-1], open_rgb(path))


def test_a_large_jpeg_has_a_preview_first(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    path, heard = picture(tmp_path / "a.jpg", 2600, 1700, quality=90), Heard(service)
    with qtbot.waitSignal(service.loaded):
        service.request(path, "a")
    assert heard.names() == [("preview", "a"), ("loaded", "a")]
    preview = heard.events[0][2]
    assert (preview.width, preview.height, preview.complete) == (2600, 1700, False)
    assert preview.levels[0].image.width() == 1300


def test_only_the_last_request_is_answered(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    paths, heard = [picture(tmp_path / f"{i}.png", 900, 700) for i in range(4)], Heard(service)
    with qtbot.waitSignal(service.loaded):
        for key, path in enumerate(paths):
            service.request(path, key)
    qtbot.wait(50)
    assert heard.names() == [("loaded", 3)]


def test_neighbours_are_there_when_asked_for(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    paths, heard = [picture(tmp_path / f"{i}.png") for i in range(3)], Heard(service)
    service.preload([(paths[1], 1), (paths[2], 2)])
    service.request(paths[0], 0)
    qtbot.waitUntil(lambda: 1 in service._kept and 2 in service._kept)
    assert heard.names() == [("loaded", 0)]
    service.request(paths[2], 2)
    assert heard.names() == [("loaded", 0), ("loaded", 2)]


def test_a_picture_being_read_ahead_is_not_read_twice(
    service: PictureService, tmp_path: Path, qtbot: QtBot
) -> None:
    paths, heard = [picture(tmp_path / f"{i}.jpg", 2600, 1700) for i in range(2)], Heard(service)
    with qtbot.waitSignal(service.loaded):
        service.request(paths[0], 0)
    service.preload([(paths[1], 1)])
    with qtbot.waitSignal(service.loaded):
        service.request(paths[1], 1)
    qtbot.wait(50)
    assert heard.names().count(("loaded", 1)) == 1


def test_the_least_recent_pictures_are_dropped(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    paths = [picture(tmp_path / f"{i}.png", 1400, 1000) for i in range(6)]  # 6 MB each
    for key, path in enumerate(paths):
        with qtbot.waitSignal(service.loaded):
            service.request(path, key)
    assert service.kept_bytes <= 20_000_000
    assert 5 in service._kept and 0 not in service._kept


def test_a_picture_larger_than_all_room_is_shown_but_not_read_ahead(tmp_path: Path, qtbot: QtBot) -> None:
    service = PictureService(capacity=1_000_000)
    small, large = picture(tmp_path / "s.png"), picture(tmp_path / "l.png", 900, 800)
    with qtbot.waitSignal(service.loaded):
        service.request(small, 0)
    service.preload([(large, 1)])
    qtbot.wait(100)
    assert 1 not in service._kept
    with qtbot.waitSignal(service.loaded):
        service.request(large, 1)
    assert 1 in service._kept
    service.close()


def test_a_damaged_file_is_one_sentence(service: PictureService, tmp_path: Path, qtbot: QtBot) -> None:
    path, heard = tmp_path / "a.jpg", Heard(service)
    path.write_bytes(picture(tmp_path / "whole.jpg", 2600, 1700).read_bytes()[:9000])
    with qtbot.waitSignal(service.failed):
        service.request(path, 1)
    _, key, sentence = heard.events[-1]
    assert key == 1
    assert "a.jpg" in sentence and sentence.endswith(".") and "\n" not in sentence
    with qtbot.waitSignal(service.failed):
        service.request(tmp_path / "gone.png", 2)
    assert "gone.png" in heard.events[-1][2]


def test_a_neighbour_that_fails_says_nothing_until_asked(
    service: PictureService, tmp_path: Path, qtbot: QtBot
) -> None:
    good, heard = picture(tmp_path / "a.png"), Heard(service)
    service.preload([(tmp_path / "gone.png", 1), (good, 2)])
    service.request(good, 0)
    qtbot.waitUntil(lambda: 2 in service._kept)
    assert heard.names() == [("loaded", 0)]


def test_nothing_is_said_after_closing(tmp_path: Path, qtbot: QtBot) -> None:
    service = PictureService()
    heard = Heard(service)
    service.request(picture(tmp_path / "a.png", 1500, 1500), 1)
    service.close()
    service.request(tmp_path / "a.png", 1)
    qtbot.wait(50)
    assert heard.events == []


def test_a_plain_jpeg_is_decoded_in_place_to_the_same_pixels(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", 1200, 801)
    header = read_header(path)
    assert header is not None and header.decodes_in_place
    source = read_full(path, "a", header, lambda: False)
    pixels = source.levels[0].pixels
    assert pixels.shape == (801, 1200, 4)
    assert np.array_equal(pixels[..., 2::-1], open_rgb(path))
    assert source.nbytes <= header.full_bytes + 10_000
    with pytest.raises(LoadingStopped):
        read_full(path, "a", header, lambda: True)


def test_turned_and_profiled_pictures_take_the_common_way(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = read_header(picture(tmp_path / "t.jpg", 600, 401, exif=exif))
    assert turned is not None
    assert (turned.width, turned.height, turned.decodes_in_place) == (401, 600, False)
    assert read_header(tmp_path / "none.jpg") is None


def test_a_turned_preview_has_the_displayed_shape(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = picture(tmp_path / "t.jpg", 2600, 1700, exif=exif)
    header = read_header(path)
    assert header is not None
    preview = read_preview(path, 1, header)
    assert preview is not None
    level = preview.levels[0].image
    assert (preview.width, preview.height) == (1700, 2600)
    assert (level.width(), level.height()) == (850, 1300)
