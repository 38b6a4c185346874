"""Annotators see how their ratings of finished ROIs compare, once the lead has turned that on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotation_db.database.schema import now
from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from seagull_studio.operations import settings
from seagull_studio.state.rating_view import rating_form
from seagull_studio.unattended import driver
from seagull_studio.views.compare.compare_page import ComparePage
from tests.e2e import projects
from tests.e2e.conftest import Sit

OTHERS = (5, 5, 5, 5, 5, 5, 1, 2)


def test_see_how_my_ratings_compare(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, raters_wanted=3, people=("Ann", "Bo", "Cy"))
    with Store.open(project) as store, store.write("Ann") as s:
        first = rois.list_all(s)[0].id
        mine = NewRating(
            roi_id=first,
            annotator_id=annotators.find(s, "Ann").id,
            votes=(5, 5, 3, 5, 5, 3, 2, 4),
            submitted_at=now() - timedelta(days=2),
        )
        ratings.submit(s, mine)
    desk = sit()
    desk.open(project, "Ann")
    desk.rate("55355324")
    rail = desk.studio.window.rail
    assert "compare" not in rail._buttons
    with Store.open(project) as store:
        with store.write("Lea") as s:
            for name in ("Bo", "Cy"):
                who = annotators.find(s, name).id
                ratings.submit(s, NewRating(roi_id=first, annotator_id=who, votes=OTHERS))
        settings.change(store, {"feedback": True}, "Lea")
    driver.wait_until(lambda: "compare" in rail._buttons, "the page is there")
    desk.see_roi()
    driver.press(desk.page.panel, "55")
    QTest.mouseClick(rail._buttons["compare"], Qt.MouseButton.LeftButton)
    page = desk.studio.window.findChildren(ComparePage)[-1]
    driver.wait_until(lambda: bool(page.table.texts()), "the ROI is listed")
    ((_, distance, scales),) = page.table.texts()
    assert distance == "6" and scales == "Compression, Noise, Quality, Importance"
    driver.wait_until(lambda: page.canvas.picture is not None and page.canvas.picture.complete, "its picture")
    words = {row.name: [level.word for level in row.levels] for row in rating_form().rows}
    quality = words["quality"]
    # Of the votes 2, 1, 1 the label is 1; of one who sees noise and two who do not, that there is none.
    assert ["≠", "Quality", quality[2], quality[1]] in page.scales.texts()
    assert ["≠", "Noise", words["noise"][3], words["noise"][5]] in page.scales.texts()
    assert ["", "Blur", words["blur"][5], words["blur"][5]] in page.scales.texts()
    assert "1 ROIs that you rated are finished" in page.said()
    # What was begun is still there; turned off again, the page goes.
    desk.studio.show_mode("annotate")
    assert desk.page.panel.votes()[:2] == (5, 5)
    with Store.open(project) as store:
        settings.change(store, {"feedback": False}, "Lea")
    driver.wait_until(lambda: "compare" not in desk.studio.window.rail._buttons, "the page is gone")
