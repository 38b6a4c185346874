"""One bad file beside the database, or a home that cannot be written, keeps nobody out of the window."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from seagull_studio.jobs import jobs
from seagull_studio.unattended import driver
from seagull_studio.views.models.models_page import ModelsPage
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.unit.seagull_studio.test_job_reading import damage

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from PySide6.QtCore import QTimer
from seagull_studio.app import make_application, run
from tests.e2e.desk import Desk
application = make_application()

def look():
    (window,) = [widget for widget in application.topLevelWidgets() if widget.objectName() == "MainWindow"]
    print(window.isVisible(), window.windowTitle(), "|", window.notices.text)
    window.close()
    application.quit()

QTimer.singleShot(3000, look)
sys.exit(run(*sys.argv[1:]))
"""


def run_program(home: Path, *arguments: str) -> str:
    """Start the program as ``seagull-studio`` does, with everything of the person's below `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=ROOT,
        env={**kept, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("seed", range(4))
def test_a_project_with_damaged_jobs_opens_and_says_so_once(sit: Sit, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    project = projects.make(tmp_path)
    whole = jobs.prepare(project / "jobs", "embed", str(project), {})
    jobs.append_event(whole, "failed", message="No weights were there.")
    for name in (jobs.CONFIG, jobs.EVENTS, jobs.LOCK):
        hurt = jobs.prepare(project / "jobs", "predict", str(project), {})
        jobs.append_event(hurt, "started")
        jobs.append_event(hurt, "done", message="Done.")
        if name == jobs.CONFIG:
            (hurt / name).write_bytes(b"\xff\0" * 40)
        else:
            damage(rng, hurt / name)
    desk = sit()
    desk.open(project, "ann")
    driver.wait_until(lambda: "set aside" in desk.studio.window.notices.text, "it is said")
    assert "job.json.damaged-" in desk.studio.window.notices.text
    desk.studio.show_mode("models")
    page = desk.studio.window.findChildren(ModelsPage)[-1]
    labels = lambda: [label.text() for label in page.findChildren(QLabel)]  # noqa: E731
    driver.wait_until(lambda: "No weights were there." in labels(), "the other job is shown")
    desk.see_roi()
    desk.close()
    desk = sit("another person")
    desk.open(project, "bob")
    driver.wait_until(
        lambda: bool(desk.studio.session and desk.studio.session.jobs.states), "jobs are listed"
    )
    assert desk.studio.window.notices.text == ""


@pytest.mark.parametrize("folder", ["jobs", "cache", "backups"])
def test_a_file_where_a_folder_should_be_is_put_aside(sit: Sit, tmp_path: Path, folder: str) -> None:
    project = projects.make(tmp_path)
    shutil.rmtree(project / folder)
    (project / folder).write_text("a file")
    desk = sit()
    desk.open(project, "ann")
    assert f"{folder} is damaged and was set aside" in desk.studio.window.notices.text
    assert (project / folder).is_dir()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_text('[projects]\nrecent="[1]"\n'),
        lambda file: file.write_text(
            f"[projects]\nrecent={'9' * 5000}\n[rating]\npause_minutes={'9' * 5000}\n"
        ),
        lambda file: file.write_bytes(random.Random(1).randbytes(5000)),
        lambda file: os.mkfifo(file),
        lambda file: file.mkdir(),
    ],
)
def test_the_program_starts_with_damaged_settings(tmp_path: Path, spoil: Callable[[Path], Any]) -> None:
    project = projects.make(tmp_path)
    file = tmp_path / "home" / ".config" / "seagull-studio" / "settings.ini"
    file.parent.mkdir(parents=True)
    spoil(file)
    said = run_program(tmp_path / "home")
    assert said.startswith("True SEAGULL Studio |") and "settings.ini is damaged and was set aside" in said
    assert file.is_file() and project.is_dir()
    assert run_program(tmp_path / "home").endswith("|")


def test_a_project_opens_with_ratings_begun_that_make_no_sense(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    desk.close()
    uid = desk.studio._rating_as[0]
    with (tmp_path / "person.ini").open("a") as file:
        file.write(f'\n[rating]\nbegun="{{\\"{uid}\\": {{\\"ann\\": {{\\"1\\": [99]}}}}}}"\n')
    desk = sit()
    assert "set aside" in desk.studio.window.notices.text
    desk.open(project, "ann")
    desk.see_roi()


def test_the_program_starts_in_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    (tmp_path / "home").write_text("no folder")
    said = run_program(tmp_path / "home")
    assert said.startswith("True SEAGULL Studio |")
    assert "there is no log" in said and "is forgotten when the program ends" in said
    assert project.is_dir()
