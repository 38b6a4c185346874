"""Prepare pictures for clicks by the button, follow the job's row, and resume what was stopped half-way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QLabel, QProgressBar

from seagull_studio.unattended import driver
from seagull_studio.views.models.jobs_row import JobLine
from seagull_studio.views.models.models_page import ModelsPage
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.unit.model import tiny_sam

PICTURES = 100
SOME = 3
"""Pictures that are done when a job is stopped; the others must still be to do."""


@pytest.fixture(autouse=True)
def weights(own_home: Path) -> Path:
    """Real SAM weights, tiny, where the program looks for weights."""
    folder = own_home / "xdg_data_home" / "seagull-studio" / "weights"
    folder.mkdir(parents=True)
    return tiny_sam.save(tiny_sam.build(), folder)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project none of whose jobs outlives the test."""
    made = projects.make(tmp_path, pictures=PICTURES, rois_each=0)
    yield made
    for process in processes(made):
        process.kill()


def processes(project: Path) -> list[psutil.Process]:
    """Those that work for jobs of this project."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(word.startswith(str(project / "jobs")) for word in process.info["cmdline"] or ())
    ]


def kept(project: Path) -> dict[str, int]:
    """Embeddings on disk, and which very file each is."""
    folder = project / "cache" / "embeddings"
    return {file.name: file.stat().st_ino for file in folder.glob("*.embedding")}


def models_page(desk: Desk) -> ModelsPage:
    return desk.studio.window.findChildren(ModelsPage)[-1]


def row(desk: Desk) -> JobLine:
    """The row of the only job."""
    rows = models_page(desk).jobs.rows
    (key,) = rows.keys()
    line = rows.row(key)
    assert isinstance(line, JobLine)
    return line


def see(desk: Desk, status: str) -> str:
    """Wait until the row says this; all that it says."""
    driver.wait_until(lambda: status in said(row(desk)), f"the row says {status}, not {said(row(desk))}")
    return said(row(desk))


def said(line: JobLine) -> str:
    return " | ".join(label.text() for label in line.findChildren(QLabel) if not label.isHidden())


def sit_at_models(sit: Sit, project: Path) -> Desk:
    desk = sit()
    desk.open(project, "ann")
    desk.studio.show_mode("models")
    return desk


def start(desk: Desk) -> None:
    driver.button(models_page(desk), "Prepare all pictures for clicks (SAM)…").click()
    desk.settle()  # it is asked first whether they may


def see_some_done(project: Path) -> None:
    driver.wait_until(lambda: len(kept(project)) >= SOME, "some pictures are done")


def test_progress_cancel_and_resume_by_another_window(sit: Sit, project: Path) -> None:
    desk = sit_at_models(sit, project)
    start(desk)
    see(desk, "running")
    desk.close()
    assert len(processes(project)) == 1, "it lives on without the window"

    desk = sit_at_models(sit, project)
    see(desk, "running")
    bar = row(desk).findChildren(QProgressBar)[0]
    driver.wait_until(lambda: bar.maximum() == PICTURES and bar.value() >= SOME, "the bar moves")
    assert row(desk).counted().startswith(f"{bar.value()} of {PICTURES}")
    cancel = driver.button(row(desk), "Cancel")
    cancel.click()
    assert not cancel.isEnabled() and "running" in said(row(desk)), "it is not said to be over before it is"
    told = see(desk, "cancelled")
    first = kept(project)
    assert bar.value() <= len(first) < PICTURES
    assert f"Stopped with {len(first)} of {PICTURES} pictures ready" in told
    driver.wait_until(lambda: not processes(project), "the process ends")

    driver.button(row(desk), "Resume").click()
    told = see(desk, "done")
    after = kept(project)
    assert len(after) == PICTURES
    assert {name: after[name] for name in first} == first, "what was there was not made again"
    assert f"({PICTURES - len(first)} new)" in told


def test_a_process_killed_half_way_is_said_to_be_interrupted(sit: Sit, project: Path) -> None:
    desk = sit_at_models(sit, project)
    start(desk)
    see(desk, "running")
    (process,) = processes(project)
    see_some_done(project)
    process.kill()
    told = see(desk, "interrupted")
    assert "ended without a word" in told
    first = kept(project)
    assert SOME <= len(first) < PICTURES
    resume = driver.button(row(desk), "Resume")
    resume.click()
    resume.click()
    assert f"({PICTURES - len(first)} new)" in see(desk, "done"), "and the second click started nothing"
    assert {name: kept(project)[name] for name in first} == first
