"""A picture changed or vanished under an open window, and put back: only the imported one is ever rated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from seagull_studio.unattended import driver
from seagull_studio.views.kit.elided_label import ElidedLabel
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, ratings_in, rois_in
from tests.e2e.projects import CENTRE, HEIGHT, WIDTH
from tests.unit.model import tiny_sam


def change(file: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT), "magenta").save(file)


def remove(file: Path) -> None:
    file.unlink()


@pytest.fixture
def weights(own_home: Path) -> Iterator[Path]:
    """Real SAM weights, tiny, where the program looks for weights."""
    folder = own_home / "xdg_data_home" / "seagull-studio" / "weights"
    folder.mkdir(parents=True)
    yield tiny_sam.save(tiny_sam.build(), folder)


def is_as_imported(desk: Desk) -> bool:
    """Whether the pixels in front are those of the drawn picture: greenish at the edge, never magenta."""
    picture = desk.page.canvas.picture
    assert picture is not None and picture.complete
    edge = picture.reduced((0, 0, 8, 8), 1, 1).pixelColor(0, 0)
    return edge.green() > edge.red()


def see_refusal(desk: Desk, name: str) -> None:
    driver.wait_until(lambda: name in desk.page.panel.hint(), f"{name} is refused")
    assert desk.page.canvas.picture is None and not desk.page.panel.is_ready()


@pytest.mark.parametrize("spoil", [change, remove])
def test_put_back_it_can_be_rated_in_the_same_window(
    sit: Sit, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    project, file = projects.make(tmp_path, pictures=1), tmp_path / "pictures" / "p0.png"
    whole = file.read_bytes()
    spoil(file)
    desk = sit()
    desk.open(project, "ann")
    see_refusal(desk, "p0.png")
    desk.page.skip_requested.emit()
    see_refusal(desk, "p0.png")
    file.write_bytes(whole)
    desk.page.skip_requested.emit()
    desk.see_roi()
    assert is_as_imported(desk), "what was read while it was another one is forgotten"
    desk.rate()
    assert len(ratings_in(project)) == 1


@pytest.mark.parametrize("spoil", [change, remove])
def test_put_back_it_can_be_rated_after_reopening(
    sit: Sit, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    project, pictures = projects.make(tmp_path, pictures=2, rois_each=2), tmp_path / "pictures"
    whole = {file: file.read_bytes() for file in pictures.iterdir()}
    desk = sit()
    desk.open(project, "ann")
    rated = [desk.rate()]
    before = ratings_in(project)
    desk.close()
    for file in whole:
        spoil(file)
    desk = sit()
    desk.open(project)
    see_refusal(desk, ".png")
    assert ratings_in(project) == before
    desk.close()
    for file, content in whole.items():
        file.write_bytes(content)
    desk = sit()
    desk.open(project)
    rated += [desk.rate() for _ in range(3)]
    assert len(set(rated)) == 4
    assert {rating.roi_id for rating in ratings_in(project)} == set(rated)


@pytest.mark.usefixtures("weights")
def test_no_embedding_of_a_changed_picture_is_kept(sit: Sit, tmp_path: Path) -> None:
    """It would be filed under the imported picture, and answer clicks on that one for ever after."""
    project = projects.make(tmp_path, pictures=3, rois_each=0)
    pictures = tmp_path / "pictures"
    whole = {name: (pictures / name).read_bytes() for name in ("p1.png", "p2.png")}
    change(pictures / "p1.png")
    remove(pictures / "p2.png")
    desk = sit()
    desk.open(project, "ann")
    desk.mark("p0.png")
    desk.click(*CENTRE)
    session = desk.studio.session
    assert session is not None
    neighbours = [image for image in desk.marking.pictures if image.path != "p0.png"]
    driver.wait_until(
        lambda: all(session.encoder.trouble(image.id) for image in neighbours), "the others are refused"
    )
    for image in neighbours:
        assert Path(image.path).name in (session.encoder.trouble(image.id) or "")
        desk.page.pictures.picture_chosen.emit(image.id)
        driver.wait_until(lambda: any("put" in text for text in said(desk)), "the trouble is said")
        driver.wait_until(lambda: desk.page.canvas.picture is None, "it is not shown")
    driver.wait_until(lambda: len(kept(project)) == 1, "only the good one is kept")

    for name, content in whole.items():
        (pictures / name).write_bytes(content)
    desk.mark("p1.png")
    assert is_as_imported(desk)
    desk.click(*CENTRE)
    mask = desk.draft.mask
    assert mask is not None
    driver.wait_until(lambda: len(kept(project)) >= 2, "now it is kept")
    assert rois_in(project) == []


def said(desk: Desk) -> list[str]:
    """The lines of the page that name a picture's file."""
    return [label.text() for label in desk.page.findChildren(ElidedLabel) if ".png" in label.text()]


def kept(project: Path) -> list[Path]:
    """The embeddings on disk."""
    return list((project / "cache" / "embeddings").glob("*.embedding"))
