"""A lead finds the careless and the reversed annotator of the sample project, and excludes them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotation_db.database.store import Store
from annotation_db.rating import annotators, exclusions
from seagull_studio.controllers.review import ReviewController
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ConfirmDialog, ReasonDialog
from seagull_studio.views.review.person_panel import PersonPanel
from seagull_studio.views.review.review_page import ReviewPage
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default
from tests.unit.seagull_studio.sample_copy import sample


def review(desk: Desk) -> tuple[ReviewPage, ReviewController]:
    """Go over to the Review page and wait for its figures."""
    desk.studio.show_mode("review")
    page = desk.studio.window.findChildren(ReviewPage)[-1]
    controller = desk.studio.review
    assert controller is not None
    driver.wait_until(lambda: controller.report is not None, "the figures are there", 120)
    desk.settle()
    return page, controller


def exclude(page: ReviewPage, name: str, reason: str) -> None:
    """Choose somebody in the table, press Exclude, and write why."""
    table = page.annotators.table
    rows = [row[0] for row in table.texts()]
    cell = table.visualRect(table.model().index(rows.index(name), 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    panel: PersonPanel = page.annotators.person
    driver.wait_until(lambda: panel.name() == name, f"the page of {name} is shown")

    def write(dialog: ReasonDialog) -> None:
        dialog.reason.setText(reason)
        driver.button(dialog, "Exclude").click()

    driver.answer(ReasonDialog, write)
    panel.exclude.click()
    driver.wait_until(
        lambda: any(row[0] == f"{name} (excluded)" for row in table.texts()), f"{name} is excluded"
    )


def computed(controller: ReviewController) -> None:
    driver.wait_until(lambda: not controller.is_computing, "the figures are there again", 120)


def test_a_lead_excludes_the_careless_and_the_reversed_annotator(sit: Sit, tmp_path: Path) -> None:
    project = sample(tmp_path)
    desk = sit()
    desk.open(project, "sim-01")
    page, controller = review(desk)
    before = controller.report
    assert before is not None and before.levels["quality"].alpha is not None
    page.show_tab("annotators")
    table = page.annotators.table
    heads = [table.model().headerData(k, Qt.Orientation.Horizontal) for k in range(9)]

    # Whoever agrees least with the others turns the scales round.
    table.sortByColumn(heads.index("ρ others"), Qt.SortOrder.AscendingOrder)
    assert table.texts()[0][0] == "sim-reversed"
    exclude(page, "sim-reversed", "turns the scales round")
    computed(controller)
    # Whoever gives the same pattern again and again, in no time, does not look.
    table.sortByColumn(heads.index("Same"), Qt.SortOrder.DescendingOrder)
    assert table.texts()[0][0] == "sim-careless"
    table.sortByColumn(heads.index("Time"), Qt.SortOrder.AscendingOrder)
    assert table.texts()[0][0] == "sim-careless"
    exclude(page, "sim-careless", "gives the same pattern in two seconds")
    computed(controller)

    after = controller.report
    assert after is not None and len(after.annotators) == 9
    for scale, one in after.levels.items():
        was = before.levels[scale].alpha
        assert one.alpha is not None and was is not None and one.alpha > was + 0.1
    with Store.open(project) as store, store.read() as s:
        assert {one.reason for one in exclusions.standing(s)} == {
            "turns the scales round",
            "gives the same pattern in two seconds",
        }

    # A click on a figure shows the ROIs behind it; the next disputed one is there by a key.
    page.show_tab("overview")
    spot = page.overview.alphas.spots()[-1]
    QTest.mouseClick(page.overview.alphas, Qt.MouseButton.LeftButton, pos=spot.area.center().toPoint())
    assert page.tab() == "disputes" and "Importance" in page.disputes.caption()
    canvas = page.disputes.canvas
    driver.wait_until(lambda: canvas.picture is not None and canvas.picture.complete, "its picture is shown")
    first = controller.disputes.current
    driver.press(page.disputes, "n")
    driver.wait_until(lambda: controller.disputes.current != first, "the next ROI is shown")

    # What was done stands in the audit trail, and is taken back there.
    page.show_tab("audit")
    trail = page.audit.table
    driver.wait_until(
        lambda: bool(trail.texts()) and trail.texts()[0][4] == "gives the same pattern in two seconds",
        "it is listed",
    )
    trail.choose(trail.shown()[0])
    driver.answer(ConfirmDialog, press_default)
    page.audit.undo.click()
    driver.wait_until(lambda: trail.texts()[0][2] == "annotator readmitted", "it is taken back")
    computed(controller)
    desk.settle()
    with Store.open(project) as store, store.read() as s:
        assert not annotators.find(s, "sim-careless").excluded
        assert annotators.find(s, "sim-reversed").excluded
