"""Looking at a picture: fit, 100 %, zoom at the cursor, panning, what is painted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.picture import PictureSource
from seagull_studio.views.canvas import Canvas
from seagull_studio.views.canvas.canvas import SURROUND
from tests.gui.canvas_parts import LEFT, MIDDLE, NONE, at, drag, noise, painted, rectangle, source


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(500, 420)
    made.show()
    qtbot.waitExposed(made)
    return made


def wheel(canvas: Canvas, position: QPoint, notches: float, keys: Qt.KeyboardModifier = NONE) -> None:
    where = QPointF(position)
    turned = QPoint(0, round(120 * notches))
    event = QWheelEvent(
        where, canvas.mapToGlobal(where), QPoint(), turned, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def wait_refined(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.grab()  # asks for what is missing
    qtbot.waitUntil(lambda: canvas.is_refined)


def test_one_hundred_percent_is_pixel_for_pixel(canvas: Canvas) -> None:
    canvas.set_picture(source(300, 400))
    assert canvas.zoom == 1.0  # small pictures are not enlarged to fit
    x, y = canvas.camera.origin
    assert np.array_equal(painted(canvas)[y : y + 300, x : x + 400], noise(300, 400))


def test_around_the_picture_there_is_neutral_mid_grey(canvas: Canvas) -> None:
    canvas.set_picture(source(300, 400))
    corner = painted(canvas)[3, 3]
    assert len(set(corner.tolist())) == 1
    assert tuple(corner) == (SURROUND.red(),) * 3


@pytest.mark.parametrize("scale", [2, 3, 8])
def test_above_one_hundred_percent_pixels_are_squares(canvas: Canvas, scale: int) -> None:
    canvas.set_picture(source(300, 400))
    canvas.camera.centre_on(200, 150, float(scale))
    shown = painted(canvas)
    rgb, (ox, oy) = noise(300, 400), canvas.camera.origin
    rows = (np.arange(5, 300) - oy) // scale
    columns = (np.arange(5, 300) - ox) // scale
    assert np.array_equal(shown[5:300, 5:300], rgb[rows][:, columns])


def test_below_one_hundred_percent_nothing_flickers(canvas: Canvas, qtbot: QtBot) -> None:
    rows, columns = np.mgrid[0:1200, 0:1600]
    checks = np.repeat((((rows + columns) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)
    canvas.set_picture(PictureSource.from_rgb("checks", checks))
    assert canvas.camera.shows_all and canvas.zoom < 0.5
    wait_refined(canvas, qtbot)
    rect = canvas.camera.picture_rect.adjusted(2, 2, -2, -2)
    shown = painted(canvas)[rect.top() : rect.bottom(), rect.left() : rect.right()]
    assert np.abs(shown.astype(int) - 127).max() <= 4  # a fine pattern is grey, not moiré


def test_tiles_come_while_the_event_loop_is_idle_and_then_stay(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_picture(source(1500, 2000))
    canvas.grab()
    assert not canvas.is_refined
    qtbot.waitUntil(lambda: canvas.is_refined)
    first = painted(canvas)
    assert canvas.is_refined
    assert np.array_equal(first, painted(canvas))


def test_a_preview_is_replaced_without_moving_the_view(canvas: Canvas) -> None:
    rgb = noise(800, 1200)
    canvas.set_picture(PictureSource.preview("a", np.ascontiguousarray(rgb[::4, ::4]), 1200, 800))
    canvas.zoom_to_pixels((300, 200))
    before = canvas.camera.origin
    canvas.set_picture(PictureSource.from_rgb("a", rgb))
    assert (canvas.camera.origin, canvas.zoom) == (before, 1.0)
    x, y = before
    assert np.array_equal(painted(canvas)[100:200, 100:200], rgb[100 - y : 200 - y, 100 - x : 200 - x])
    canvas.set_picture(source(800, 1200, key="b"))
    assert canvas.camera.fitted


def test_the_wheel_zooms_at_the_cursor(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.zoom_to_pixels((600, 400))
    position = QPoint(120, 300)
    before = canvas.to_picture(QPointF(position))
    for _ in range(3):
        wheel(canvas, position, 1)
    after = canvas.to_picture(QPointF(position))
    assert canvas.zoom == pytest.approx(1.25**3)
    assert np.allclose(before, after, atol=1.0)


def test_a_pinch_zooms_where_it_is(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.zoom_to_pixels((600, 400))
    where = QPointF(300, 100)
    before = canvas.to_picture(where)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, where, where,
        canvas.mapToGlobal(where), 0.2, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(canvas, pinch)
    assert canvas.zoom == pytest.approx(1.2, abs=0.03)
    assert np.allclose(before, canvas.to_picture(where), atol=1.0)


def test_zooming_stops_at_one_hundred_percent_on_the_way(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    seen = []
    canvas.zoom_changed.connect(seen.append)
    for _ in range(12):
        wheel(canvas, QPoint(200, 200), 1)
    assert 1.0 in seen
    assert canvas.zoom > 1
    for _ in range(40):
        wheel(canvas, QPoint(200, 200), 3)
    assert canvas.zoom == 64.0


def test_keys_zoom_fit_and_move(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.setFocus()
    fit = canvas.zoom
    QTest.keyClick(canvas, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == pytest.approx(fit * 1.25)
    QTest.keyClick(canvas, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == pytest.approx(fit)
    QTest.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.is_one_to_one
    before = canvas.camera.origin
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.camera.origin[0] < before[0]
    QTest.keyClick(canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert canvas.camera.fitted and canvas.zoom == fit


@pytest.mark.parametrize("tool", ["click", "box", "brush", "polygon", "select"])
def test_the_middle_button_moves_the_picture_under_every_tool(canvas: Canvas, tool: str) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.set_tool(tool)
    canvas.zoom_to_pixels((600, 400))
    x, y = canvas.camera.origin
    drag(canvas, [(600, 400), (630, 380)], MIDDLE)
    assert canvas.camera.origin == (x + 30, y - 20)


def test_the_hand_moves_with_the_left_button(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.set_tool("pan")
    canvas.zoom_to_pixels((600, 400))
    x, y = canvas.camera.origin
    drag(canvas, [(600, 400), (590, 415)], LEFT)
    assert canvas.camera.origin == (x - 10, y + 15)


def test_shift_and_wheel_move_sideways(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.zoom_to_pixels((600, 400))
    x, y = canvas.camera.origin
    wheel(canvas, QPoint(100, 100), 1, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.camera.origin == (x + 60, y) and canvas.is_one_to_one


def test_the_picture_cannot_be_lost(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.zoom_to_pixels((600, 400))
    canvas.camera.pan(10_000, -10_000)
    assert canvas.camera.picture_rect.intersects(canvas.rect())
    canvas.zoom_to_fit()
    canvas.camera.pan(300, 300)
    assert canvas.camera.shows_all  # smaller than the view: centred


def test_a_fitted_picture_stays_fitted_and_a_close_up_keeps_its_middle(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.resize(700, 420)
    assert canvas.camera.fitted and canvas.camera.shows_all
    canvas.zoom_to_pixels((600, 400))
    canvas.resize(400, 300)
    assert np.allclose(canvas.camera.to_picture(200, 150), (600, 400), atol=1.0)


def test_one_to_one_goes_to_the_roi_and_back(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.set_rois([RoiOutline.from_mask(4, rectangle(900, 1300, 800, 600, 900, 700))])
    canvas.set_current_roi(4)
    canvas.zoom_one_to_one()
    assert canvas.is_one_to_one
    assert np.allclose(canvas.camera.to_picture(250, 210), (850, 650), atol=1.0)
    canvas.zoom_to_fit()
    assert canvas.camera.fitted
    canvas.zoom_to_roi()
    assert canvas.camera.visible.contains(QPointF(800, 600)) and canvas.zoom > 1


def test_fitting_once_more_enlarges_a_tiny_picture(canvas: Canvas) -> None:
    canvas.set_picture(source(30, 40))
    assert canvas.zoom == 1.0
    canvas.zoom_to_fit()
    assert canvas.zoom > 8 and canvas.camera.shows_all
    canvas.zoom_to_fit()
    assert canvas.zoom == 1.0 and canvas.camera.fitted
    canvas.set_picture(source(900, 1300, "large"))
    for _ in range(2):
        canvas.zoom_to_fit()
        assert canvas.camera.fitted and canvas.zoom < 1.0


def test_keys_zoom_at_the_roi_while_rating(canvas: Canvas) -> None:
    canvas.set_picture(source(900, 1300))
    canvas.set_rois([RoiOutline.from_mask(4, rectangle(900, 1300, 800, 600, 900, 700))])
    canvas.set_current_roi(4)
    canvas.set_mode("rate")
    canvas.zoom_one_to_one()
    canvas.camera.pan(120, -60)
    before = canvas.camera.to_device(850, 650)
    for zoom in (canvas.zoom_in, canvas.zoom_in, canvas.zoom_out):
        zoom()
        assert np.allclose(canvas.camera.to_device(850, 650), before, atol=4), "it stays where it was"
    place = canvas.roi_place()
    assert np.allclose(
        (canvas.mapFromGlobal(place.center()).x(), canvas.mapFromGlobal(place.center()).y()), before, atol=4
    )
    canvas.set_current_roi(None)
    assert canvas.roi_place().isEmpty()


def test_the_inset_is_there_when_only_a_part_is_in_view(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_picture(source(900, 1300))
    assert not canvas.inset.isVisible()
    canvas.zoom_to_pixels((600, 400))
    assert canvas.inset.isVisible()
    # A click at its middle brings the middle of the picture there.
    QTest.mouseClick(canvas.inset, LEFT, NONE, canvas.inset.rect().center())
    assert np.allclose(canvas.camera.to_picture(250, 210), (650, 450), atol=8)
    wide = canvas.inset.width()
    canvas.inset.set_collapsed(True)
    assert canvas.inset.width() < wide
    before = canvas.camera.origin
    canvas.inset.set_collapsed(False)
    assert canvas.inset.width() == wide and canvas.camera.origin == before
    canvas.zoom_to_fit()
    assert not canvas.inset.isVisible()


def test_the_message_is_there_while_there_is_no_picture(canvas: Canvas) -> None:
    empty = painted(canvas)
    canvas.set_message("No picture yet.")
    written = painted(canvas)
    assert (written != empty).any()
    canvas.set_picture(source())
    canvas.set_picture(None)
    assert np.array_equal(painted(canvas), written)


def test_the_cursor_is_told_in_picture_pixels_and_kept_inside(canvas: Canvas) -> None:
    canvas.set_picture(source(300, 400))
    seen: list[tuple[float, float]] = []
    canvas.cursor_moved.connect(lambda x, y: seen.append((x, y)))
    QTest.mouseMove(canvas, at(canvas, 100, 50))
    QTest.mouseMove(canvas, QPoint(2, 2))
    QTest.mouseMove(canvas, QPoint(498, 418))
    assert seen == [(100, 50), (0, 0), (400, 300)]


def test_it_can_be_named_by_a_screen_reader(canvas: Canvas) -> None:
    assert canvas.accessibleName() and canvas.accessibleDescription()
    assert canvas.inset.accessibleName() and canvas.inset.toolTip()


@pytest.mark.parametrize("factor", ["1.25", "1.5", "2"])
def test_one_hundred_percent_means_device_pixels_on_every_display(factor: str) -> None:
    root = Path(__file__).parents[2]
    probe = subprocess.run(
        [sys.executable, "-m", "tests.gui.canvas_display_probe"],
        cwd=root,
        env={**os.environ, "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert probe.returncode == 0, probe.stdout + probe.stderr
    assert probe.stdout.split()[:2] == [factor, "exact"]


def test_rois_may_be_set_again_before_they_were_painted(canvas: Canvas) -> None:
    outline = RoiOutline.from_mask(4, rectangle(900, 1300, 800, 600, 900, 700))
    canvas.set_rois([outline])
    canvas.set_rois([outline])
    canvas.set_current_roi(4)
    canvas.grab()
    canvas.set_rois([outline])
