"""What a job's folder says of it, whatever happened to its process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from seagull_studio.operations import job_reading, jobs
from seagull_studio.services.jobs import JobService


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return jobs.prepare(tmp_path / "jobs", "embed", "/some/project", {"device": "cpu"})


def test_a_new_job_waits_with_what_it_was_asked(folder: Path) -> None:
    state = job_reading.read(folder)
    assert (state.kind, state.project, state.options) == ("embed", "/some/project", {"device": "cpu"})
    assert state.status == "waiting" and not state.is_over and state.seconds_left is None
    assert sorted(path.name for path in folder.iterdir() if path.name != "lock") == ["job.json"]


def test_it_runs_while_its_lock_is_held_and_is_lost_without(folder: Path) -> None:
    with jobs.hold(folder):
        jobs.say(folder, "started")
        jobs.say(folder, "progress", done=2, total=8, what="p.png")
        state = job_reading.read(folder)
        assert (state.status, state.done, state.total, state.what) == ("running", 2, 8, "p.png")
        assert state.seconds_left is not None and state.seconds_left >= 0
    lost = job_reading.read(folder)
    assert lost.status == "lost" and lost.is_over and lost.what.endswith(".")


@pytest.mark.parametrize("word", sorted(jobs.FINAL))
def test_a_last_word_stands(folder: Path, word: str) -> None:
    jobs.say(folder, "started")
    jobs.say(folder, word, message="It ended so.")
    state = job_reading.read(folder)
    assert (state.status, state.what, state.is_over) == (word, "It ended so.", True)


def test_a_process_that_never_came_is_lost_after_a_while(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_reading.read(folder).status == "waiting"
    monkeypatch.setattr(job_reading, "GRACE", 0.0)
    assert job_reading.read(folder).status == "lost"


def test_a_line_cut_off_by_a_kill_takes_no_other_with_it(folder: Path) -> None:
    jobs.say(folder, "started")
    with (folder / "events.jsonl").open("a") as file:
        file.write('{"at": "2026-01-01T00:00:00+00:00", "event": "prog')
    jobs.say(folder, "waiting")
    assert job_reading.read(folder).status == "waiting"


def test_being_asked_to_stop(folder: Path) -> None:
    assert not jobs.is_cancelled(folder)
    jobs.cancel(folder)
    assert jobs.is_cancelled(folder)


def test_jobs_are_listed_newest_first_and_half_made_ones_not_at_all(tmp_path: Path) -> None:
    made = [jobs.prepare(tmp_path, "embed", "p") for _ in range(3)]
    (tmp_path / "20990101T000000000000-embed").mkdir()
    assert job_reading.folders(tmp_path) == made[::-1]
    assert job_reading.folders(tmp_path / "nowhere") == []


def test_the_time_left_comes_from_the_pace(folder: Path) -> None:
    state = jobs.JobState(folder, "embed", "p", {}, datetime.now(UTC), "running", 2, 10, "", 4.0)
    assert state.seconds_left == pytest.approx(16)


def test_the_service_tells_of_changes_and_rests_when_all_is_over(qtbot: QtBot, folder: Path) -> None:
    service = JobService(folder.parent)
    heard: list[tuple[jobs.JobState, ...]] = []
    service.changed.connect(heard.append)
    with jobs.hold(folder):
        jobs.say(folder, "started")
        qtbot.waitUntil(lambda: bool(heard) and heard[-1][0].status == "running")
        jobs.say(folder, "done", message="Done.")
        qtbot.waitUntil(lambda: heard[-1][0].status == "done")
    count = len(heard)
    service.poll()
    assert len(heard) == count and not service._timer.isActive()


def test_a_job_lost_here_and_resumed_elsewhere_is_seen_again(qtbot: QtBot, folder: Path) -> None:
    jobs.say(folder, "started")
    service = JobService(folder.parent)
    assert service.states[0].status == "lost"
    jobs.say(folder, "done", message="Another window resumed it.")
    service.poll()
    assert service.states[0].status == "done"
