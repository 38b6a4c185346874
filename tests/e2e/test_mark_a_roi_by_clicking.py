"""Mark a ROI by clicking an object, with the segmenter that needs no weights and with a (tiny) SAM."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotation_db.pictures import masks
from annotation_db.pictures.masks import Rle
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, error_dialog, is_plain, rois_in
from tests.e2e.projects import CENTRE, disc_mask
from tests.unit.model import tiny_sam


@pytest.fixture
def weights(own_home: Path) -> Iterator[Path]:
    """Real SAM weights, tiny, where the program looks for weights."""
    folder = own_home / "xdg_data_home" / "seagull-studio" / "weights"
    folder.mkdir(parents=True)
    yield tiny_sam.save(tiny_sam.build(), folder)


def test_one_click_and_accept_make_a_roi(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p1.png")
    desk.click(*CENTRE)
    assert rois_in(project) == [], "a draft is not a ROI yet"
    roi = desk.accept()
    (stored,) = rois_in(project)
    assert stored == roi
    assert (stored.created_by, stored.level) == ("ann", "object")
    assert "lassical" in stored.segmenter and stored.prompts is not None
    assert stored.prompts["clicks"] == [[pytest.approx(120, abs=1), pytest.approx(90, abs=1), 1]]
    mask, disc = masks.decode(Rle(stored.size, stored.counts)), disc_mask()
    assert (mask & disc).sum() / (mask | disc).sum() > 0.9
    assert desk.area == 0, "the next draft starts empty"
    driver.wait_until(lambda: len(desk.page.rois.texts()) == 1, "the list shows the ROI")


def test_a_marked_roi_joins_the_queue(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    assert desk.annotate.rating.current is None
    desk.mark("p0.png")
    desk.click(*CENTRE)
    roi = desk.accept()
    driver.press(desk.page.canvas, "m")
    assert desk.see_roi() == roi.id
    assert desk.rate() == roi.id


def test_a_right_click_takes_away(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    desk.click(*CENTRE)
    mask = desk.draft.mask
    desk.click(CENTRE[0] - 25, CENTRE[1], Qt.MouseButton.RightButton)
    assert [click.positive for click in desk.draft.clicks] == [True, False]
    assert desk.draft.mask is not None and desk.draft.mask != mask
    assert not desk.draft.mask.unpack()[CENTRE[1], CENTRE[0] - 25]


def test_accepting_nothing_is_refused_in_one_sentence(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    with error_dialog() as said:
        desk.marking.accept()
    assert is_plain(said[0])
    assert rois_in(project) == []


def test_too_small_a_mask_is_refused_and_the_draft_stays(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    desk.take("r")
    desk.page.canvas.set_brush_radius(5)
    driver.drag_picture(desk.page.canvas, [(50, 50), (52, 50)])
    area = desk.area
    assert 0 < area < 1024
    with error_dialog() as said:
        desk.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert is_plain(said[0]) and "1024" in said[0].replace(",", "")
    assert desk.area == area and rois_in(project) == []


def test_the_tool_bar_says_which_segmenter_it_is(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, rois_each=0)
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    desk.click(*CENTRE)
    assert "no weights" in desk.accept().segmenter


@pytest.mark.usefixtures("weights")
class TestWithSam:
    """Random weights: what matters is that the whole way from click to stored mask is SAM's."""

    def start(self, sit: Sit, folder: Path) -> tuple[Desk, Path]:
        project = projects.make(folder, pictures=2, rois_each=0)
        desk = sit()
        desk.open(project, "ann")
        desk.mark("p0.png")
        return desk, project

    def test_click_cycle_and_accept(self, sit: Sit, tmp_path: Path) -> None:
        desk, project = self.start(sit, tmp_path)
        desk.click(*CENTRE)
        assert len(desk.draft.hypotheses) == 3
        ious = [iou for iou in desk.draft.ious if iou is not None]
        assert len(ious) == 3 and ious == sorted(ious, reverse=True)
        seen = []
        for expected in (1, 2, 0, 1):
            desk.key(Qt.Key.Key_Tab)
            assert desk.draft.chosen == expected
            assert desk.draft.mask == desk.draft.hypotheses[expected]
            seen.append(desk.area)
        assert seen[0] == seen[3]
        large = max(range(3), key=lambda at: desk.draft.hypotheses[at].area)
        while desk.draft.chosen != large:
            desk.key(Qt.Key.Key_Tab)
        area = desk.area
        roi = desk.accept()
        assert roi.segmenter.startswith("SAM ViT-B") and roi.area == area
        assert roi.predicted_iou == pytest.approx(ious[large])
        assert roi.prompts is not None and roi.prompts["hypothesis"] == large
        assert rois_in(project) == [roi]

    def test_the_embedding_is_kept_and_used_again(self, sit: Sit, tmp_path: Path) -> None:
        desk, project = self.start(sit, tmp_path)
        desk.click(*CENTRE)
        areas = [each.area for each in desk.draft.hypotheses]
        cache = project / "cache" / "embeddings"
        driver.wait_until(lambda: len(list(cache.glob("*.embedding"))) == 2, "both pictures are kept")
        kept = {file: file.stat().st_ino for file in cache.glob("*.embedding")}
        desk.key(Qt.Key.Key_Escape)
        desk.close()
        desk = sit()
        desk.open(project)
        desk.mark("p0.png")
        desk.click(*CENTRE)
        assert [each.area for each in desk.draft.hypotheses] == areas
        assert {file: file.stat().st_ino for file in kept} == kept, "nothing was written again"

    def test_a_box_and_a_point_together(self, sit: Sit, tmp_path: Path) -> None:
        desk, _ = self.start(sit, tmp_path)
        desk.take("b")
        driver.drag_picture(desk.page.canvas, [(70, 40), (110, 90), (170, 140)])
        desk.see_answer()
        assert desk.draft.box == pytest.approx((70, 40, 170, 140), abs=1)
        desk.take("c")
        desk.click(*CENTRE)
        assert desk.draft.box is not None and len(desk.draft.clicks) == 1
        assert desk.draft.answers == (desk.draft.clicks, desk.draft.box)

    def test_damaged_weights_are_said_and_the_other_segmenter_works(
        self, sit: Sit, tmp_path: Path, weights: Path
    ) -> None:
        weights.write_bytes(weights.read_bytes()[:-1000])
        desk, project = self.start(sit, tmp_path)
        with error_dialog() as said:
            driver.click_picture(desk.page.canvas, *CENTRE)
        assert is_plain(said[0]) and weights.name in said[0]
        desk.page.tools.segmenter_chosen.emit("Classical (GrabCut, no weights)")
        desk.see_answer()
        assert desk.area > 1024
        assert "Classical" in desk.accept().segmenter
        assert len(rois_in(project)) == 1
