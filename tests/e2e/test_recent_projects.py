"""The start page is there at once, whatever the disks of earlier projects do."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from seagull_studio.operations import access
from seagull_studio.services import missing_projects
from seagull_studio.unattended import driver
from seagull_studio.views.shell.start_page import RecentLine
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk


def marked(desk: Desk) -> list[str]:
    """Names of the projects that are shown as not found."""
    lines = desk.studio.window.start_page.findChildren(RecentLine)
    return [line._project.name for line in lines if line._project.missing and not line.isHidden()]


def test_a_folder_that_is_gone_is_marked_and_can_be_taken_off(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.close()
    assert marked(sit()) == []
    shutil.rmtree(project)
    desk = sit()
    driver.wait_until(lambda: marked(desk) == ["e2e"], "it is marked")
    desk.studio.window.start_page.forget_requested.emit(str(project))
    assert marked(desk) == [] and desk.studio._settings.recent_projects() == []


def test_a_disk_that_does_not_answer_keeps_nobody_waiting(
    sit: Sit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.close()
    shutil.rmtree(project)

    def after_a_while(location: str) -> bool:
        time.sleep(2)
        return access.is_missing(location)

    monkeypatch.setattr(missing_projects, "is_missing", after_a_while)
    desk = sit()
    started = time.monotonic()
    desk.studio.show()
    assert time.monotonic() - started < 1 and marked(desk) == []
    driver.wait_until(lambda: marked(desk) == ["e2e"], "it is marked when the disk has answered")
