"""Box, brush, eraser and polygon, over what a segmenter said or from nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.e2e.projects import CENTRE


@pytest.fixture
def desk(sit: Sit, tmp_path: Path) -> Desk:
    desk = sit()
    desk.open(projects.make(tmp_path, pictures=2, rois_each=0), "ann")
    desk.mark("p0.png")
    return desk


def test_a_box_around_the_object(desk: Desk) -> None:
    desk.take("b")
    driver.drag_picture(desk.page.canvas, [(70, 40), (100, 60), (170, 140)])
    desk.see_answer()
    assert desk.area == pytest.approx(5541, rel=0.1)
    assert desk.accept().prompts["box"] == pytest.approx([70, 40, 170, 140], abs=1)


def test_brush_and_eraser_over_a_hypothesis(desk: Desk) -> None:
    desk.click(*CENTRE)
    segmented = desk.area
    desk.take("r")
    desk.page.canvas.set_brush_radius(8)
    driver.drag_picture(desk.page.canvas, [(20, 20), (60, 20)])
    assert desk.draft.mask is not None and desk.draft.mask.unpack()[20, 30]
    brushed = desk.area
    assert brushed > segmented + 400
    desk.take("e")
    driver.drag_picture(desk.page.canvas, [(100, 90), (140, 90)])
    assert not desk.draft.mask.unpack()[90, 120]
    erased = desk.area
    assert erased < brushed - 400
    roi = desk.accept()
    assert roi.area == erased
    assert roi.predicted_iou is None, "a mask changed by hand is no longer what was predicted"
    assert [(edit["kind"], edit["adding"]) for edit in roi.prompts["edits"]] == [
        ("stroke", True),
        ("stroke", False),
    ]


def test_a_polygon_from_nothing(desk: Desk) -> None:
    desk.take("p")
    corners = [(30, 30), (130, 30), (130, 110), (30, 110)]
    for corner in corners:
        driver.click_picture(desk.page.canvas, *corner)
    desk.key(Qt.Key.Key_Return)
    roi = desk.accept()
    assert roi.segmenter == "manual"
    assert roi.area == pytest.approx(8000, rel=0.03)
    mask = masks.decode(Rle(roi.size, roi.counts))
    assert mask[70, 80] and not mask[70, 140]


def test_escape_gives_up_the_shape_then_the_mask(desk: Desk) -> None:
    desk.click(*CENTRE)
    area = desk.area
    desk.take("p")
    driver.click_picture(desk.page.canvas, 20, 20)
    desk.key(Qt.Key.Key_Escape)
    assert desk.area == area
    desk.key(Qt.Key.Key_Escape)
    assert desk.area == 0
    desk.undo()
    assert desk.area == area


def test_a_component_is_stored_as_one(desk: Desk) -> None:
    desk.page.tools.level_chosen.emit("component")
    desk.click(*CENTRE)
    assert desk.accept().level == "component"


def test_a_draft_waits_on_its_picture(desk: Desk) -> None:
    desk.click(*CENTRE)
    area = desk.area
    desk.mark("p1.png")
    assert desk.area == 0
    desk.mark("p0.png")
    assert desk.area == area
