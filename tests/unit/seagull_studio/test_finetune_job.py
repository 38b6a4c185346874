"""Finetuning as a job: a process of its own, with progress, stopped, gone on with, killed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from seagull_studio.jobs.jobs import JobState
from seagull_studio.services.jobs import JobService
from tests.unit.annotation_db import io_project
from tests.unit.model.training import exported

WAIT = 300_000


@pytest.fixture
def service(qtbot: QtBot, tmp_path: Path) -> Iterator[JobService]:
    made = JobService(tmp_path / "jobs")
    yield made
    made.close()


def state_of(service: JobService, folder: Path) -> JobState:
    return next(state for state in service.states if state.folder == folder)


@pytest.mark.timeout(1200)  # each process imports torch and transformers anew
def test_stopped_and_started_again_is_not_stopped(qtbot: QtBot, tmp_path: Path, service: JobService) -> None:
    export = exported.make_export(tmp_path)
    base = exported.make_base(tmp_path / "base")
    project = tmp_path / "project"
    settings: dict[str, Any] = {**exported.SMALL, "epochs": 3}
    out = tmp_path / "run"
    options = {"export": str(export), "base": str(base), "out": str(out), "settings": settings}
    heard: list[JobState] = []
    service.changed.connect(lambda states: heard.extend(states))
    folder = service.start("finetune", str(project), options)
    qtbot.waitUntil(lambda: state_of(service, folder).done >= 2, timeout=WAIT)
    running = state_of(service, folder)
    assert running.seconds_left is not None and re.match("epoch [12] of 3", running.what)
    service.cancel(folder)
    qtbot.waitUntil(lambda: state_of(service, folder).is_over, timeout=WAIT)
    stopped = state_of(service, folder)
    assert stopped.status == "cancelled", stopped.what
    assert "--resume goes on from there" in stopped.what
    (kept,) = (out / "checkpoints").glob("step-*")
    assert (kept / "place.json").is_file()
    assert not (out / "adapter").exists()
    service.resume(folder)
    qtbot.waitUntil(lambda: state_of(service, folder).status in ("done", "failed"), timeout=WAIT)
    done = state_of(service, folder)
    assert done.status == "done", done.what
    assert done.what.startswith("Finetuned on ")
    assert done.done == done.total > done.before >= 2
    events = [json.loads(line) for line in (out / "events.jsonl").read_text().splitlines()]
    steps = [event["step"] for event in events if event["event"] == "step"]
    assert steps == [*range(1, done.total + 1)]
    assert "This training will take about" in (folder / "log.txt").read_text()
    assert (out / "evaluation.json").is_file() and (out / "report.html").is_file()
    again = service.start("finetune", str(project), {**options, "settings": {**settings, "seed": 7}})
    qtbot.waitUntil(lambda: state_of(service, again).is_over, timeout=WAIT)
    assert state_of(service, again).status == "failed"
    assert "was begun with another seed" in state_of(service, again).what
    whole = tmp_path / "whole"
    exported.train(export, base, whole, changes=settings)
    one, other = (load_file(run / "adapter" / "adapter_model.safetensors") for run in (out, whole))
    assert all(torch.allclose(one[name], other[name], rtol=0, atol=1e-5) for name in one)


def test_a_job_without_a_folder_says_which(qtbot: QtBot, tmp_path: Path, service: JobService) -> None:
    with io_project.project(tmp_path) as store:
        project = store.folder
    folder = service.start("finetune", str(project), {"export": str(tmp_path), "out": str(tmp_path / "run")})
    qtbot.waitUntil(lambda: state_of(service, folder).is_over, timeout=WAIT)
    assert state_of(service, folder).what == "No folder was named for base; choose one."
