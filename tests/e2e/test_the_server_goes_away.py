"""The network or the server breaks while somebody rates: nothing is lost, and everything goes out, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.pictures import images, rois
from annotation_db.rating import ratings
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.messages import ConfirmDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.server import PASSWORD, Server, running_server

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def server() -> Iterator[Server]:
    """One of its own: it is stopped."""
    with running_server() as running:
        yield running


@pytest.fixture
def url(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A project on the server, reached over loopback with a password."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    made = server.new_database(over_network=True)
    for at in range(4):
        projects.draw_picture(tmp_path / "pictures" / f"p{at}.png", at)
    scan = images.scan_folder(tmp_path / "pictures")
    with Store.create(made, "On a server", seed=3) as store, store.write("lead") as s:
        images.add(s, scan, who="lead")
        for image in images.list_all(s):
            for number in range(2):
                rois.add(s, image_id=image.id, mask=projects.disc_mask(40 - 3 * number), who="lead")
    return made


def stored(url: str) -> dict[int, list[str]]:
    """By ROI, the votes of all revisions, oldest first."""
    with Store.open(url) as store, store.read() as s:
        return {
            roi.id: ["".join(map(str, one.votes)) for one in ratings.history(s, roi.id, 1)]
            for roi in rois.list_all(s)
        }


def open_on_server(desk: Desk, url: str) -> None:
    before = desk.studio.annotate
    desk.studio.open_project(url, "ann")
    driver.wait_until(lambda: desk.studio.annotate not in (None, before), "the project is open")
    desk.settle()


def test_ratings_given_while_the_server_is_away_are_kept_and_sent(sit: Sit, server: Server, url: str) -> None:
    desk = sit()
    open_on_server(desk, url)
    first = desk.rate("11111111")
    desk.settle()
    server.stop()
    kept = [desk.rate(votes, saved=False) for votes in ("22222222", "33333333")]
    driver.wait_until(lambda: desk.saved is SavedState.KEPT, "the mark says kept", 180)
    assert "not in the database yet" in desk.page.header.saved_mark.text()
    saving = desk.annotate.rating.saving
    driver.wait_until(lambda: saving.kept == 2 and saving.unsaved == 0, "both are kept", 180)
    server.start()
    driver.wait_until(lambda: desk.saved is SavedState.SAVED, "the mark says saved", 180)
    there = stored(url)
    assert there[first] == ["11111111"]
    assert [there[roi] for roi in kept] == [["22222222"], ["33333333"]]
    assert sum(len(votes) for votes in there.values()) == 3


def test_what_was_kept_goes_out_when_the_project_is_opened_again(sit: Sit, server: Server, url: str) -> None:
    desk = sit()
    open_on_server(desk, url)
    desk.rate("11111111")
    desk.settle()
    server.stop()
    roi = desk.rate("44444444", saved=False)
    driver.wait_until(lambda: desk.annotate.rating.saving.kept == 1, "it is kept", 180)
    # As after a kill: nobody sends what waits.
    desk.annotate.rating.saving._again.stop()
    driver.answer(ConfirmDialog, lambda dialog: dialog.accept())
    desk.close()
    server.start()
    again = sit()
    open_on_server(again, url)
    driver.wait_until(lambda: stored(url)[roi] == ["44444444"], "it was sent", 60)


def test_a_connection_that_breaks_loses_and_doubles_nothing(sit: Sit, server: Server, url: str) -> None:
    desk = sit()
    open_on_server(desk, url)
    given = []
    for level in "12340":
        given.append((desk.rate(level * 8, saved=False), level * 8))
        server.end_connections(url)
    desk.settle()
    driver.wait_until(lambda: desk.saved is SavedState.SAVED, "the mark says saved", 120)
    there = stored(url)
    assert [there[roi] for roi, _ in given] == [[votes] for _, votes in given]
