"""A job is a process of its own: it lives on when the window closes, and is found again."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from seagull_studio.jobs.jobs import JobState
from seagull_studio.services.jobs import JobService
from seagull_studio.unattended import driver
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.unit.model import tiny_sam

PICTURES = 4


def service(desk: Desk) -> JobService:
    assert desk.studio.session is not None
    return desk.studio.session.jobs


def state_of(desk: Desk, folder: Path) -> JobState:
    found = lambda: [state for state in service(desk).states if state.folder == folder]  # noqa: E731
    driver.wait_until(lambda: bool(found()), "the job is listed")
    return found()[0]


def wait_for(desk: Desk, folder: Path, status: str) -> JobState:
    driver.wait_until(
        lambda: state_of(desk, folder).status == status, f"the job is {status}: {state_of(desk, folder)}", 90
    )
    return state_of(desk, folder)


def process_of(folder: Path) -> psutil.Process:
    """The job's process, by its command line."""
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in (process.info["cmdline"] or ()):
            return process
    raise AssertionError(f"no process works on {folder}")


def embeddings(project: Path) -> int:
    return len(list((project / "cache" / "embeddings").glob("*.embedding")))


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (tmp_path / "weights").mkdir()
    return tiny_sam.save(tiny_sam.build(), tmp_path / "weights")


def start(desk: Desk, project: Path, weights: Path) -> Path:
    options = {"segmenter": str(weights), "device": "cpu"}
    return service(desk).start("embed", str(project), options)


def test_closing_finding_cancelling_and_resuming(sit: Sit, tmp_path: Path, weights: Path) -> None:
    project = projects.make(tmp_path, pictures=PICTURES)
    desk = sit()
    desk.open(project, "ann")
    folder = start(desk, project, weights)
    wait_for(desk, folder, "running")
    desk.close()
    assert process_of(folder).is_running(), "it lives on without the window"
    desk = sit()
    desk.open(project)
    found = state_of(desk, folder)
    assert (found.kind, found.status) == ("embed", "running")
    service(desk).cancel(folder)
    cancelled = wait_for(desk, folder, "cancelled")
    assert cancelled.what.endswith(".")
    service(desk).resume(folder)
    done = wait_for(desk, folder, "done")
    assert embeddings(project) == PICTURES and str(PICTURES) in done.what
    assert [state.folder for state in service(desk).states] == [folder], "still one job"


def test_a_killed_job_is_shown_as_lost_and_resumed(sit: Sit, tmp_path: Path, weights: Path) -> None:
    project = projects.make(tmp_path, pictures=PICTURES)
    desk = sit()
    desk.open(project, "ann")
    folder = start(desk, project, weights)
    wait_for(desk, folder, "running")
    process_of(folder).kill()
    lost = wait_for(desk, folder, "lost")
    assert lost.is_over and lost.what.endswith(".")
    desk.close()
    desk = sit()
    desk.open(project)
    assert state_of(desk, folder).status == "lost"
    service(desk).resume(folder)
    wait_for(desk, folder, "done")
    assert embeddings(project) == PICTURES


def test_a_job_that_cannot_be_done_says_why(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path)
    desk = sit()
    desk.open(project, "ann")
    folder = service(desk).start("embed", str(project), {"weights_folders": [str(tmp_path)]})
    failed = wait_for(desk, folder, "failed")
    assert "SAM weights" in failed.what and failed.what.endswith(".")
