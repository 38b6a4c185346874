"""A picture changed or vanished since it was imported: said when it comes up, its ratings kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, ratings_in


def change(file: Path) -> None:
    projects.draw_picture(file, 99)


def remove(file: Path) -> None:
    file.unlink()


def shown_name(desk: Desk) -> str:
    shown = desk.annotate.rating.current
    assert shown is not None
    return Path(shown.entry.image.path).name


@pytest.mark.parametrize("spoil", [change, remove])
def test_it_is_said_and_can_be_put_off(sit: Sit, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    project = projects.make(tmp_path, pictures=3)
    desk = sit()
    desk.open(project, "ann")
    first = desk.rate()
    desk.see_roi()
    spoilt = shown_name(desk)
    desk.close()
    spoil(tmp_path / "pictures" / spoilt)
    desk = sit()
    desk.open(project)
    driver.wait_until(lambda: spoilt in desk.page.panel.hint(), "it is said")
    assert shown_name(desk) == spoilt and desk.page.canvas.picture is None
    driver.press(desk.page.panel, "55355324\r")
    desk.settle()
    assert [rating.roi_id for rating in ratings_in(project)] == [first], "it cannot be rated"
    desk.page.skip_requested.emit()
    desk.see_roi()
    assert shown_name(desk) != spoilt
    desk.rate()
    driver.wait_until(lambda: spoilt in desk.page.panel.hint(), "it comes again at the end")
    assert len(ratings_in(project)) == 2


def test_ratings_of_it_are_kept(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=1)
    desk = sit()
    desk.open(project, "ann")
    desk.rate()
    before = ratings_in(project)
    desk.close()
    remove(tmp_path / "pictures" / "p0.png")
    desk = sit()
    desk.open(project, "bob")
    driver.wait_until(lambda: "p0.png" in desk.page.panel.hint(), "it is said")
    assert ratings_in(project) == before


def test_it_is_said_while_marking_and_nothing_is_marked_on_it(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=2, rois_each=0)
    change(tmp_path / "pictures" / "p1.png")
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    image = next(image for image in desk.marking.pictures if image.path.endswith("p1.png"))
    desk.page.pictures.picture_chosen.emit(image.id)
    driver.wait_until(lambda: desk.page.canvas.picture is None and desk.marking.image == image, "no picture")
    desk.settle()
    driver.click_picture(desk.page.canvas, 60, 60)
    assert desk.draft.is_empty
