"""Pyramids: no copy of the picture, true averages, the right level for each zoom."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QImage

from seagull_studio.state.picture import LoadingStopped, PictureSource, PyramidLevel, in_drawing_order


def noise(height: int, width: int, channels: int = 3) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (height, width, channels), dtype=np.uint8)


def pixels(image: QImage) -> npt.NDArray[np.uint8]:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.mark.parametrize("channels", [3, 4])
def test_the_full_level_is_the_array_itself(channels: int) -> None:
    rgb = noise(40, 61, channels)
    level = PyramidLevel.wrap(rgb)
    rgb[7, 9, :3] = (1, 2, 3)
    assert level.image.pixelColor(9, 7).getRgb()[:3] == (1, 2, 3)


@pytest.mark.parametrize("channels", [3, 4])
def test_each_level_is_the_mean_of_four_of_the_level_below(channels: int) -> None:
    rgb = noise(1040, 1234, channels)
    source = PictureSource.from_rgb("a", rgb)
    assert [(level.image.width(), level.image.height()) for level in source.levels] == [
        (1234, 1040),
        (617, 520),
        (309, 260),
    ]
    exact = rgb[..., :3].reshape(520, 2, 617, 2, 3).mean(axis=(1, 3))
    assert np.abs(pixels(source.levels[1].image) - exact).max() <= 0.5 + 1e-9
    assert source.nbytes == sum(level.pixels.nbytes for level in source.levels)


def test_the_level_is_the_coarsest_that_is_fine_enough() -> None:
    source = PictureSource.from_rgb("a", noise(1100, 1100))
    assert [source.level_for(scale).step_x for scale in (2.0, 1.0, 0.6, 0.5, 0.3, 0.25, 0.01)] == [
        1, 1, 1, 2, 2, 4, 4,
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [0.9, 0.7, 0.5, 0.33, 0.1])
def test_reducing_keeps_the_mean_and_shows_no_pattern(scale: float) -> None:
    rows, columns = np.mgrid[0:1200, 0:1200]
    checks = np.repeat((((rows + columns) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)
    side = round(1200 * scale)
    small = pixels(PictureSource.from_rgb("a", checks).reduced((0, 0, 1200, 1200), side, side))
    assert abs(small.mean() - 127.5) < 1.5
    nearest = checks[:: max(1, round(1 / scale)), :: max(1, round(1 / scale))]
    assert small.astype(float).std() < max(1.5, 0.75 * nearest.astype(float).std())


def test_pieces_of_a_reduced_picture_fit_together() -> None:
    source = PictureSource.from_rgb("a", noise(900, 900))
    whole = pixels(source.reduced((0, 0, 900, 900), 630, 630))
    piece = pixels(source.reduced((300, 450, 600, 750), 210, 210))
    assert np.abs(whole[315:525, 210:420].astype(int) - piece).max() <= 1


def test_colours_keep_their_order_at_every_level() -> None:
    rgb = np.zeros((1500, 1500, 3), np.uint8)
    rgb[:] = (200, 100, 50)
    source = PictureSource.from_rgb("a", rgb)
    for side in (1400, 600, 90):
        assert (pixels(source.reduced((0, 0, 1500, 1500), side, side)) == (200, 100, 50)).all()
    assert (pixels(source.thumbnail(64)) == (200, 100, 50)).all()


def test_a_preview_stands_in_for_the_whole() -> None:
    source = PictureSource.preview("a", noise(100, 150), 1200, 800)
    assert not source.complete
    assert (source.width, source.height, source.levels[0].step_x) == (1200, 800, 8.0)
    assert source.reduced((0, 0, 1200, 800), 75, 50).width() == 75


def test_making_the_pyramid_can_be_stopped() -> None:
    with pytest.raises(LoadingStopped):
        PictureSource.from_rgb("a", noise(600, 600), lambda: True)


@pytest.mark.parametrize("channels", [3, 4])
def test_drawing_order_shows_the_same_picture(channels: int) -> None:
    rgb = noise(700, 533, channels)
    kept = rgb.copy()
    ordered = in_drawing_order(rgb)
    assert np.array_equal(ordered[..., 2::-1], kept[..., :3])
    assert (ordered is rgb) == (channels == 4)
    source = PictureSource.from_rgb("a", ordered, bgr=True)
    assert np.array_equal(pixels(source.levels[0].image), kept[..., :3])
    plain = PictureSource.from_rgb("a", np.ascontiguousarray(kept[..., :3]))
    for ours, theirs in zip(source.levels[1:], plain.levels[1:], strict=True):
        assert np.array_equal(pixels(ours.image), pixels(theirs.image))
