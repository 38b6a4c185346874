"""A project on a stick or disc that cannot be written to: it opens, says so, and shows what there is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import error_dialog, is_plain


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    made = projects.make(tmp_path, pictures=2, people=("ann",))
    place = tmp_path / "medium"
    place.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this user may not mount a file system")
    try:
        subprocess.run(["cp", "-r", str(made), str(tmp_path / "pictures"), str(place)], check=True)
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        yield place / "project"
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_it_opens_on_the_project_page_and_says_that_nothing_can_be_changed(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "ann")
    assert "read-only medium" in desk.studio.window.notices.text
    driver.wait_until(lambda: desk.project_page.isVisible(), "the Project page is in front")
    desk.settle()
    with error_dialog() as said:
        desk.project_page.assign_requested.emit()
    assert is_plain(said[0]) and "read-only medium" in said[0]
    desk.close()


def test_somebody_new_cannot_sign_in_and_is_told_why(sit: Sit, project: Path) -> None:
    desk = sit()
    with error_dialog() as said:
        desk.studio.open_project(str(project), "nobody yet")
    assert is_plain(said[0]) and "nobody yet" in said[0]
    with Store.open(project) as store:
        assert store.read_only
