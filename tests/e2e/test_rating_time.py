"""Rating time counts while the ROI is in front, rating is on and the window is active; nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from sqlalchemy import and_, update

from annotation_db.database.schema import Place
from annotation_db.database.store import Store
from annotation_db.rating import annotators, assignments, exclusions, places
from seagull_studio.controllers.rating import RENEW_LEASE_S
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, ratings_in


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.make(tmp_path)


@pytest.fixture
def desk(sit: Sit) -> Desk:
    return sit()


class Clock:
    """A clock that stands until it is told that time passes."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def seated(desk: Desk, project: Path) -> Clock:
    """Somebody with a ROI in front of them, in the active window."""
    desk.open(project, "Ada")
    desk.studio.window.activateWindow()
    driver.wait_until(desk.studio.window.isActiveWindow, "the window is active")
    desk.see_roi()
    clock = Clock()
    watch = desk.annotate.rating.watch
    watch.run(False)
    watch.clock = clock
    watch.run(True)
    watch.restart()
    return clock


def rated_in(desk: Desk, project: Path) -> float:
    """Rate the ROI in front; the seconds that were stored, which are those of the pace too."""
    told: list[float] = []

    def note(seconds: float, _corrects: bool) -> None:
        told.append(seconds)

    desk.annotate.rating.rated.connect(note)
    roi_id = desk.rate()
    desk.annotate.rating.rated.disconnect(note)
    (rating,) = [each for each in ratings_in(project) if each.roi_id == roi_id]
    assert rating.duration_ms is not None and told == [rating.duration_ms / 1000]
    return told[0]


def test_a_stay_on_another_page_or_at_marking_does_not_count(desk: Desk, project: Path) -> None:
    clock = seated(desk, project)
    clock.time += 4
    desk.studio.show_mode("project")
    clock.time += 62
    desk.studio.show_mode("annotate")
    clock.time += 3
    driver.press(desk.page.panel, "m")
    clock.time += 500
    desk.annotate.set_activity("rate")
    desk.see_roi()
    desk.settle()
    clock.time += 2
    assert rated_in(desk, project) == 9
    clock.time += 5
    assert rated_in(desk, project) == 5


def test_a_minimised_or_inactive_window_does_not_count(desk: Desk, project: Path) -> None:
    clock = seated(desk, project)
    window = desk.studio.window
    clock.time += 4
    window.showMinimized()
    driver.wait_until(window.isMinimized, "the window is minimised")
    clock.time += 62
    window.showNormal()
    window.activateWindow()
    driver.wait_until(lambda: desk.annotate.rating.watch.running, "somebody looks at the ROI again")
    clock.time += 1
    dialog = QMessageBox(QMessageBox.Icon.Information, "", "A question", parent=window)
    dialog.setModal(True)
    dialog.show()
    dialog.activateWindow()
    driver.wait_until(lambda: not desk.annotate.rating.watch.running, "the dialog is in front")
    clock.time += 300
    dialog.close()
    dialog.deleteLater()
    window.activateWindow()
    driver.wait_until(lambda: desk.annotate.rating.watch.running, "the ROI is in front again")
    clock.time += 1.5
    assert rated_in(desk, project) == 6.5


def test_a_pause_does_not_count(desk: Desk, project: Path) -> None:
    clock = seated(desk, project)
    rated_in(desk, project)
    desk.see_roi()
    clock.time += 2
    driver.press(desk.page.panel, "3")
    clock.time += 1
    binding = desk.annotate._rate
    binding._log = type(binding._log)(started=-1e6, pause_after_minutes=30, durations=(1.0,))
    binding._remind()
    clock.time += 600  # out for a coffee, the window stands open
    desk.page.header._dismiss()
    clock.time += 2
    driver.press_key(desk.page.panel, Qt.Key.Key_Backspace)
    assert rated_in(desk, project) == 5


def test_a_new_assign_does_not_change_the_roi_in_front(desk: Desk, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=8, people=["Ada"])  # more than are looked ahead
    with Store.open(project) as store, store.write("Lea") as s:
        ada = annotators.find(s, "Ada").id
        last = assignments.next_entries(s, ada, limit=99)[-1].roi.id
        first = and_(Place.roi_id == last, Place.slot == 1)
        s.execute(update(Place).where(first).values(state="assigned", annotator_id=ada))
    seated(desk, project)
    front = desk.see_roi()
    assert front == last
    with Store.open(project) as store, store.write("Lea") as s:
        assert assignments.assign(s, who="Lea").assigned == 7
        assert assignments.next_entries(s, ada)[0].roi.id != front
    desk.annotate.rating.refresh()
    desk.settle()
    assert desk.see_roi() == front
    with Store.open(project) as store, store.write("Lea") as s:
        exclusions.exclude(s, "roi", front, reason="x", who="Lea")
    desk.annotate.rating.refresh()
    desk.settle()
    assert desk.see_roi() != front


def test_the_place_is_kept_while_the_roi_is_in_front(desk: Desk, project: Path) -> None:
    clock = seated(desk, project)
    front = desk.see_roi()
    desk.settle()

    def lease_out() -> None:
        with Store.open(project) as store, store.write() as s:
            out = update(Place).where(Place.roi_id == front, Place.state == "claimed")
            s.execute(out.values(lease_until=places.server_time(s)))

    def is_kept() -> bool:
        with Store.open(project) as store, store.read() as s:
            return (
                not s.query(Place)
                .where(Place.roi_id == front, places.is_open(places.server_time(s)), Place.state == "claimed")
                .count()
            )

    lease_out()
    assert not is_kept()
    desk.annotate._rate._sign.timeout.emit()
    desk.settle()
    assert is_kept()
    lease_out()
    desk.studio.show_mode("project")
    desk.annotate._rate._sign.timeout.emit()  # nobody looks at it
    desk.settle()
    assert not is_kept()
    clock.time += RENEW_LEASE_S
    desk.studio.show_mode("annotate")
    desk.settle()
    assert is_kept()

    # Away for so long that others have filled it: another ROI comes.
    desk.studio.show_mode("project")
    lease_out()
    with Store.open(project) as store, store.write() as s:
        number = 0
        while s.query(Place).where(Place.roi_id == front, places.is_open(places.server_time(s))).count():
            number += 1
            places.claim(s, front, annotators.add(s, f"other {number}", who="Lea").id)
    clock.time += RENEW_LEASE_S
    desk.studio.show_mode("annotate")
    driver.wait_until(lambda: desk.annotate.rating.current.entry.roi.id != front, "another ROI is in front")  # type: ignore[union-attr]
    desk.see_roi()
