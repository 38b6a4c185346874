"""Locked, read-only, newer, corrupt: one plain sentence in a dialog, and nothing lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import error_dialog, is_plain, ratings_in

ROOT = Path(__file__).parents[2]


def make_newer(project: Path) -> None:
    with closing(sqlite3.connect(project / "project.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def cut_short(project: Path) -> None:
    file = project / "project.sqlite"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def overwrite(project: Path) -> None:
    (project / "project.sqlite").write_bytes(b"this is no database at all" * 500)


def remove(project: Path) -> None:
    (project / "project.sqlite").unlink()


@pytest.mark.parametrize("spoil", [make_newer, cut_short, overwrite, remove])
def test_what_cannot_be_opened_is_said_and_left_as_it_is(
    sit: Sit, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    project = projects.make(tmp_path)
    spoil(project)
    before = {file: file.read_bytes() for file in project.rglob("*") if file.is_file()}
    desk = sit()
    with error_dialog() as said:
        desk.studio.open_project(str(project), "ann")
    assert is_plain(said[0]) and str(project) in said[0]
    assert desk.studio.session is None and desk.studio.window.start_page.isVisible()
    assert {file: file.read_bytes() for file in project.rglob("*") if file.is_file()} == before


def test_after_a_refusal_another_project_opens(sit: Sit, tmp_path: Path) -> None:
    bad, good = projects.make(tmp_path / "bad"), projects.make(tmp_path / "good")
    overwrite(bad)
    desk = sit()
    with error_dialog():
        desk.studio.open_project(str(bad), "ann")
    desk.open(good, "ann")
    desk.rate()
    assert len(ratings_in(good)) == 1


def test_locked_while_opening(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    with Store.open(project) as other, other.write("other program"), error_dialog() as said:
        desk.studio.open_project(str(project), "somebody new")
        driver.wait_until(lambda: bool(said), "the refusal", 20)
    assert is_plain(said[0])
    assert desk.studio.session is None and desk.studio.window.start_page.isVisible()
    desk.open(project, "somebody new")
    desk.rate()


def test_locked_while_rating_it_waits(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    with Store.open(project) as other, other.write("other program"):
        roi_id = desk.rate(saved=False)
        assert desk.saved is SavedState.SAVING, "not said to be saved before it is"
        driver.wait_until(lambda: desk.saved is SavedState.WAITING, "it is said", 20)
        assert "Waiting for another program" in desk.page.header.saved_mark.text()
    desk.see_saved()
    assert [rating.roi_id for rating in ratings_in(project)] == [roi_id]


OPEN_READ_ONLY = """
import os, sys
from pathlib import Path
from seagull_studio.app import make_application
from tests.e2e.desk import Desk, error_dialog
import annotation_db.database.migrations, alembic.script, alembic.runtime.migration
desk = Desk(make_application(), Path(sys.argv[2]))
if os.geteuid() == 0:  # nothing is read-only to root
    os.setuid(65534)
with error_dialog() as said:
    desk.studio.open_project(sys.argv[1], "ann")
print(said[0])
desk.close()
"""


def test_a_read_only_folder(tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    for parent in project.parents:  # pytest keeps other users out of its folders
        if parent.stat().st_uid == os.geteuid() and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(0o755)
    project.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", OPEN_READ_ONLY, str(project), str(tmp_path / "settings.ini")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    finally:
        project.chmod(0o755)
    assert is_plain(done.stdout) and str(project) in done.stdout, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
