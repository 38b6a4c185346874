"""Backups come by themselves when a project is opened, and by a button; neither keeps anybody from rating."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.desk import Desk, error_dialog, is_plain, ratings_in

Sit = Callable[..., Desk]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return projects.make(tmp_path, people=("ada",))


def backups_in(project: Path) -> list[str]:
    return sorted(path.name for path in (project / "backups").glob("*.sqlite"))


def press_back_up(desk: Desk) -> None:
    buttons = desk.project_page.findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Back up now").click()


def test_the_days_backup_is_made_when_the_project_is_opened(sit: Sit, project: Path) -> None:
    desk = sit()
    desk.open(project, "ada")
    desk.rate()
    driver.wait_until(lambda: len(backups_in(project)) == 1, "the day's backup is there")
    assert backups_in(project)[0].startswith("daily-")
    desk.studio.show_mode("project")
    driver.wait_until(
        lambda: desk.project_page.backup.text.startswith("Last backup: 20"), "the page tells of it"
    )
    assert not list((project / "backups").glob("*.part*"))
    desk.close()

    desk = sit("somebody else")
    desk.open(project, "ada")
    desk.studio.show_mode("project")
    desk.settle()
    assert len(backups_in(project)) == 1, "one a day"
    press_back_up(desk)
    driver.wait_until(lambda: len(backups_in(project)) == 2, "the one that was asked for is there")
    driver.wait_until(lambda: desk.project_page.backup.text.startswith("Last backup"), "and told of")
    (manual,) = [name for name in backups_in(project) if name.startswith("manual-")]
    with closing(sqlite3.connect(project / "backups" / manual)) as copy:
        assert copy.execute("SELECT count(*) FROM rating").fetchone() == (1,)


def test_backups_that_cannot_be_made_keep_nobody_from_rating(sit: Sit, project: Path) -> None:
    (project / "cache" / "backup.lock").mkdir(parents=True)
    desk = sit()
    desk.open(project, "ada")
    driver.wait_until(lambda: "backup" in desk.studio.window.banner.text, "the window says so")
    assert is_plain(desk.studio.window.banner.text)
    desk.rate()
    assert len(ratings_in(project)) == 1 and backups_in(project) == []
    desk.studio.show_mode("project")
    assert desk.project_page.backup.text == "No backup yet"
    with error_dialog() as said:
        press_back_up(desk)
    assert is_plain(said[0]) and "backup" in said[0]


def test_a_window_that_closes_leaves_no_half_backup(
    sit: Sit, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotation_db.database import backups

    monkeypatch.setattr(backups, "STEP_PAGES", 1)
    monkeypatch.setattr(backups, "PAUSE_S", 0.2)
    desk = sit()
    desk.open(project, "ada")
    driver.wait_until(lambda: bool(list((project / "backups").glob("*.part"))), "it is being made")
    desk.studio.show_mode("project")
    assert desk.project_page.backup.text.startswith("A backup is being made")
    desk.close()
    assert list((project / "backups").iterdir()) == []
