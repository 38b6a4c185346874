"""Every tool with the real mouse and keyboard: one gesture, one intent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.raster import stroke_patch
from seagull_studio.views.canvas import Canvas
from tests.gui.canvas_parts import LEFT, NONE, RIGHT, SHIFT, Mark, at, drag, painted, rectangle, source


class Said:
    """All intents of a canvas, in order."""

    def __init__(self, canvas: Canvas) -> None:
        self.all: list[tuple[str, tuple[Any, ...]]] = []
        for name in ("clicked_point", "box_drawn", "stroke_drawn", "polygon_drawn", "roi_clicked"):
            getattr(canvas, name).connect(lambda *args, name=name: self.all.append((name, args)))

    @property
    def only(self) -> tuple[Any, ...]:
        assert len(self.all) == 1, self.all
        return self.all[0][1]


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(500, 420)
    made.show()
    qtbot.waitExposed(made)
    made.set_picture(source(300, 400))
    made.setFocus()
    return made


@pytest.fixture
def said(canvas: Canvas) -> Said:
    return Said(canvas)


@pytest.mark.parametrize(
    ("button", "keys", "positive"), [(LEFT, NONE, True), (RIGHT, NONE, False), (LEFT, SHIFT, False)]
)
def test_a_click_is_inside_or_outside(
    canvas: Canvas, said: Said, button: Any, keys: Any, positive: bool
) -> None:
    canvas.set_tool("click")
    QTest.mouseClick(canvas, button, keys, at(canvas, 120, 80))
    assert said.all == [("clicked_point", (120.0, 80.0, positive))]


def test_clicks_beside_the_picture_mean_nothing(canvas: Canvas, said: Said) -> None:
    for tool in ("click", "select"):
        canvas.set_tool(tool)
        QTest.mouseClick(canvas, LEFT, NONE, QPoint(4, 4))
    assert said.all == []


def test_two_quick_clicks_are_two_clicks(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("click")
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 50, 60))
    QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, 50, 60))
    assert len(said.all) >= 2


def test_clicks_are_in_picture_pixels_at_every_zoom(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("click")
    canvas.camera.centre_on(200, 150, 8.0)
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 200.5, 150.25))
    assert said.only == (200.5, 150.25, True)


def test_a_box_is_kept_inside_the_picture(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("box")
    drag(canvas, [(150, 90), (100, 70), (-30, 500)])
    assert said.only == (0.0, 90.0, 150.0, 300.0)


def test_a_box_under_way_is_seen_and_can_be_given_up(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("box")
    before = painted(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 50, 50))
    QTest.mouseMove(canvas, at(canvas, 200, 150))
    assert (painted(canvas) != before).any()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert np.array_equal(painted(canvas), before)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 200, 150))
    assert said.all == []


def test_a_box_of_a_slipped_click_is_none(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("box")
    drag(canvas, [(150, 90), (151, 91)])
    assert said.all == []


@pytest.mark.parametrize(
    ("tool", "keys", "adding"),
    [("brush", NONE, True), ("eraser", NONE, False), ("brush", SHIFT, False), ("eraser", SHIFT, True)],
)
def test_a_stroke_is_handed_over_whole(
    canvas: Canvas, said: Said, tool: str, keys: Any, adding: bool
) -> None:
    canvas.set_tool(tool)
    canvas.set_brush_radius(7)
    drag(canvas, [(100, 100), (120, 110), (160, 90)], keys=keys)
    points, radius, said_adding = said.only
    assert (points, radius, said_adding) == ([(100, 100), (120, 110), (160, 90)], 7.0, adding)


def test_a_stroke_is_seen_exactly_while_it_is_drawn(canvas: Canvas) -> None:
    canvas.set_tool("brush")
    canvas.set_brush_radius(9)
    plain = painted(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 200, 140))
    QTest.mouseMove(canvas, at(canvas, 300, 60))
    x, y = canvas.camera.origin
    changed = (painted(canvas) != plain).any(axis=2)[y : y + 300, x : x + 400]
    wanted = np.zeros((300, 400), np.bool_)
    stroke_patch([(100, 100), (200, 140), (300, 60)], 9, (300, 400)).apply_to(wanted, adding=True)
    away = np.ones_like(wanted)
    away[45:75, 285:315] = False  # the brush's own circle
    assert np.array_equal(changed[away], wanted[away])
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 300, 60))
    # Nobody set a new draft: the preview is gone.
    canvas.set_tool("pan")
    assert np.array_equal(painted(canvas), plain)


def test_erasing_is_seen_on_the_draft(canvas: Canvas) -> None:
    canvas.set_tool("pan")
    plain = painted(canvas)
    mask = rectangle(300, 400, 50, 50, 350, 250)
    canvas.set_draft(mask[50:250, 50:350], origin=(50, 50))
    x, y = canvas.camera.origin
    assert (painted(canvas)[y + 150, x + 200] != plain[y + 150, x + 200]).any()
    canvas.set_tool("eraser")
    canvas.set_brush_radius(20)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 200, 150))
    QTest.mouseMove(canvas, at(canvas, 230, 150))
    assert np.array_equal(painted(canvas)[y + 150, x + 205], plain[y + 150, x + 205])
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert (painted(canvas)[y + 150, x + 205] != plain[y + 150, x + 205]).any()
    assert mask[150, 200]  # what was given is never written to


def test_brackets_change_the_radius(canvas: Canvas) -> None:
    canvas.set_tool("brush")
    canvas.set_brush_radius(10)
    seen: list[float] = []
    canvas.brush_radius_changed.connect(seen.append)
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert seen == [pytest.approx(12), pytest.approx(10)]
    for _ in range(60):
        QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.brush_radius == 0.5
    canvas.set_brush_radius(1e9)
    assert canvas.brush_radius == 500


CORNERS = [(100.0, 50.0), (200.0, 60.0), (180.0, 150.0), (90.0, 140.0)]


def click_corners(canvas: Canvas) -> None:
    canvas.set_tool("polygon")
    for corner in CORNERS:
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, *corner), 500)


@pytest.mark.parametrize("how", ["enter", "first corner", "double click"])
def test_a_polygon_closes_in_three_ways(canvas: Canvas, said: Said, how: str) -> None:
    click_corners(canvas)
    if how == "enter":
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif how == "first corner":
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 102, 51))
    else:
        QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, *CORNERS[-1]))
    assert said.only == (CORNERS, True)


def test_corners_can_be_taken_back(canvas: Canvas, said: Said) -> None:
    click_corners(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Enter, SHIFT)
    assert said.only == (CORNERS[:3], False)
    click_corners(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(said.all) == 1


def test_two_corners_are_no_polygon(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("polygon")
    for corner in CORNERS[:2]:
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, *corner), 500)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert said.all == []


def test_selecting_takes_the_smallest_roi_then_the_one_around_it(canvas: Canvas, said: Said) -> None:
    large = RoiOutline.from_mask(1, rectangle(300, 400, 20, 20, 300, 250))
    small = RoiOutline.from_mask(2, rectangle(300, 400, 100, 100, 150, 150))
    canvas.set_rois([large, small])
    canvas.set_tool("select")
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 120, 120), 500)
    canvas.set_current_roi(2)
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 120, 120), 500)
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 380, 280), 500)
    assert said.all == [("roi_clicked", (2,)), ("roi_clicked", (1,))]


def test_another_tool_gives_up_what_was_under_way(canvas: Canvas, said: Said) -> None:
    click_corners(canvas)
    canvas.set_tool("click")
    canvas.set_tool("polygon")
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert said.all == []
    with pytest.raises(ValueError, match="no tool"):
        canvas.set_tool("lasso")


def test_while_rating_nothing_can_be_marked(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("click")
    canvas.set_mode("rate")
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 120, 80), 500)
    drag(canvas, [(100, 100), (200, 200)])
    assert said.all == []
    canvas.set_mode("mark")
    QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 120, 80), 500)
    assert len(said.all) == 1


def test_while_rating_there_is_one_outline_and_no_colour(canvas: Canvas) -> None:
    plain = painted(canvas)
    one = RoiOutline.from_mask(1, rectangle(300, 400, 20, 20, 120, 120))
    other = RoiOutline.from_mask(2, rectangle(300, 400, 200, 100, 300, 200))
    canvas.set_rois([one, other])
    canvas.set_current_roi(1)
    canvas.set_draft(rectangle(300, 400, 130, 130, 190, 190), [Mark(150, 150, True)])
    canvas.set_mode("rate")
    shown = painted(canvas)
    changed = (shown != plain).any(axis=2)
    x, y = canvas.camera.origin
    rows, columns = np.nonzero(changed)
    assert columns.min() == x + 20 and rows.min() == y + 20
    assert columns.max() == x + 120 and rows.max() == y + 120
    colours = {tuple(colour) for colour in shown[changed].tolist()}
    assert colours == {(0, 0, 0), (255, 255, 255)}


def test_space_hides_everything_while_it_is_held(canvas: Canvas) -> None:
    plain = painted(canvas)
    canvas.set_rois([RoiOutline.from_mask(1, rectangle(300, 400, 20, 20, 120, 120))])
    canvas.set_draft(rectangle(300, 400, 130, 130, 190, 190), [Mark(150, 150, False)], (10, 10, 60, 60))
    marked = painted(canvas)
    assert (marked != plain).any()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.outlines_hidden
    assert np.array_equal(painted(canvas), plain)
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert np.array_equal(painted(canvas), marked)


def test_setting_a_draft_repaints_only_where_it_is(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_draft(rectangle(300, 400, 10, 10, 60, 60))
    qtbot.wait(20)
    areas: list[Any] = []
    original = canvas._picture_layer.paint
    canvas._picture_layer.paint = lambda painter, dirty: (areas.append(dirty), original(painter, dirty))  # type: ignore[method-assign,assignment,func-returns-value]
    canvas.set_draft(rectangle(300, 400, 30, 30, 80, 90), [Mark(40, 40, True)])
    qtbot.waitUntil(lambda: bool(areas))
    x, y = canvas.camera.origin
    assert all(area.left() > x - 10 and area.right() < x + 110 for area in areas)
    assert all(area.top() > y - 10 and area.bottom() < y + 110 for area in areas)


def test_the_outline_follows_the_pixel_edges_with_holes(canvas: Canvas) -> None:
    canvas.camera.centre_on(200, 150, 10.0)
    mask = rectangle(300, 400, 195, 145, 205, 155)
    mask[149:151, 199:201] = False
    canvas.set_mode("rate")
    plain = painted(canvas)
    canvas.set_rois([RoiOutline.from_mask(1, mask)])
    canvas.set_current_roi(1)
    changed = (painted(canvas) != plain).any(axis=2)
    x, y = (round(value) for value in canvas.camera.to_device(195, 145))
    assert changed[y, x + 5] or changed[y, x + 10]  # along the upper edge, exactly
    assert not changed[y + 2 : y + 38, x + 2 : x + 38].any()
    assert changed[y + 40, x + 45] or changed[y + 40, x + 50]  # the hole's upper edge
    rows, columns = np.nonzero(changed)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (x, x + 100, y, y + 100)


def test_a_release_that_goes_elsewhere_does_not_leave_the_tool_stuck(canvas: Canvas, said: Said) -> None:
    canvas.set_tool("box")
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 50, 50))
    QTest.mouseMove(canvas, at(canvas, 90, 90))
    where = QPointF(at(canvas, 150, 150))
    unpressed = QMouseEvent(
        QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, NONE,
    )  # fmt: skip
    QApplication.sendEvent(canvas, unpressed)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 150, 150))
    assert said.all == []
    drag(canvas, [(150, 90), (100, 70)])
    assert said.only == (100.0, 70.0, 150.0, 90.0)
