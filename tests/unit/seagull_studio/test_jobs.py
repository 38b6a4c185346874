"""What a job's folder says of it, whatever happened to its process."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from seagull_studio.jobs import job_reading, jobs
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
    with jobs.lock_folder(folder):
        jobs.append_event(folder, "started")
        jobs.append_event(folder, "progress", done=2, total=8, what="p.png")
        state = job_reading.read(folder)
        assert (state.status, state.done, state.total, state.what) == ("running", 2, 8, "p.png")
        assert state.seconds_left is not None and state.seconds_left >= 0
    lost = job_reading.read(folder)
    assert lost.status == "lost" and lost.is_over and lost.what.endswith(".")


@pytest.mark.parametrize("word", sorted(jobs.FINAL))
def test_a_last_word_stands(folder: Path, word: str) -> None:
    jobs.append_event(folder, "started")
    jobs.append_event(folder, word, message="It ended so.")
    state = job_reading.read(folder)
    assert (state.status, state.what, state.is_over) == (word, "It ended so.", True)


def test_a_process_that_never_came_is_lost_after_a_while(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert job_reading.read(folder).status == "waiting"
    monkeypatch.setattr(job_reading, "GRACE", 0.0)
    assert job_reading.read(folder).status == "lost"


def test_a_line_cut_off_by_a_kill_takes_no_other_with_it(folder: Path) -> None:
    jobs.append_event(folder, "started")
    with (folder / "events.jsonl").open("a") as file:
        file.write('{"at": "2026-01-01T00:00:00+00:00", "event": "prog')
    jobs.append_event(folder, "waiting")
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


def test_the_pace_is_that_of_the_work_and_not_of_getting_ready(folder: Path) -> None:
    events = [("started", 0.0, {}), ("progress", 1.0, {"done": 0, "total": 0, "what": "loading"})]
    events += [("progress", 100.0, {"done": 0, "total": 10, "what": "epoch 1"})]
    events += [("progress", 104.0, {"done": 2, "total": 10, "what": "epoch 1"})]
    with (folder / jobs.EVENTS).open("a") as file:
        for event, clock, more in events:
            file.write(json.dumps({"at": "", "clock": clock, "event": event, **more}) + "\n")
    with jobs.lock_folder(folder):
        state = job_reading.read(folder)
    assert state.elapsed == pytest.approx(4) and state.seconds_left == pytest.approx(16)


def test_the_pace_is_that_of_the_process_that_runs_now(folder: Path) -> None:
    def said() -> int:
        return job_reading.read(folder).before

    with jobs.lock_folder(folder):
        for done in (0, 6):
            jobs.append_event(folder, "progress", done=done, total=10, what="p.png")
        assert said() == 0
        jobs.append_event(folder, "started")
        jobs.append_event(folder, "progress", done=0, total=0, what="loading")
        jobs.append_event(folder, "progress", done=5, total=10, what="p.png")
        assert said() == 5
        assert job_reading.read(folder).seconds_left is None
        jobs.append_event(folder, "progress", done=6, total=10, what="p.png")
        assert said() == 5
        jobs.append_event(folder, "started")
        jobs.append_event(folder, "progress", done=0, total=10, what="p.png")
        assert said() == 0


@pytest.fixture
def service(qtbot: QtBot, folder: Path) -> Iterator[JobService]:
    made = JobService(folder.parent)
    yield made
    made.close()


def test_the_service_tells_of_changes_and_rests_when_all_is_over(
    qtbot: QtBot, folder: Path, service: JobService
) -> None:
    heard: list[tuple[jobs.JobState, ...]] = []
    service.changed.connect(heard.append)
    with jobs.lock_folder(folder):
        jobs.append_event(folder, "started")
        qtbot.waitUntil(lambda: bool(heard) and heard[-1][0].status == "running")
        jobs.append_event(folder, "done", message="Done.")
        qtbot.waitUntil(lambda: heard[-1][0].status == "done")
    count = len(heard)
    service.poll()
    qtbot.wait(200)
    assert len(heard) == count


def test_a_job_lost_here_and_resumed_elsewhere_is_seen_again(
    qtbot: QtBot, folder: Path, service: JobService
) -> None:
    jobs.append_event(folder, "started")
    service.poll()
    qtbot.waitUntil(lambda: bool(service.states) and service.states[0].status == "lost")
    jobs.append_event(folder, "done", message="Another window resumed it.")
    service.poll()
    qtbot.waitUntil(lambda: service.states[0].status == "done")


def test_a_job_just_started_is_there_at_once_and_its_files_are_its_owners(
    qtbot: QtBot, tmp_path: Path, service: JobService
) -> None:
    folder = service.start("embed", str(tmp_path / "nowhere"), {})
    assert [state.status for state in service.states if state.folder == folder] == ["waiting"]
    found = lambda: next(state for state in service.states if state.folder == folder)  # noqa: E731
    qtbot.waitUntil(lambda: found().status == "failed", timeout=60_000)
    assert "nowhere" in found().what
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}
    assert set(modes) >= {"job.json", "events.jsonl", "log.txt"} and set(modes.values()) == {"0o600"}, modes


def test_what_is_in_the_way_of_a_job_is_set_aside_when_it_is_started_again(
    qtbot: QtBot, folder: Path, service: JobService
) -> None:
    (folder / "cancel").mkdir()
    os.mkfifo(folder / "events.jsonl")
    (folder / "log.txt").mkdir()
    said: list[str] = []
    service.said.connect(said.append)
    service.resume(folder)
    qtbot.waitUntil(lambda: bool(service.states) and service.states[0].status == "failed", timeout=60_000)
    assert len(said) == 3 and all("set aside" in sentence for sentence in said)


FULL_DISK = """
    import resource, signal, sys
    from pathlib import Path
    from annotation_db.errors import DiskError
    from seagull_studio.jobs import jobs
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writes past the limit then fail, as on a full disk
    folder = jobs.prepare(Path(sys.argv[1]), "embed", "/p", {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    for act in (lambda: jobs.prepare(Path(sys.argv[1]), "embed", "/p", {}), lambda: jobs.make_ready(folder)):
        try:
            act()
            print("did it")
        except DiskError as error:
            print(error)
"""


def test_a_full_disk_when_a_job_is_started_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL_DISK), str(tmp_path / "jobs")],
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout.splitlines()
    assert len(said) == 2 and all("is full" in line and line.endswith(".") for line in said), said
    assert len(list((tmp_path / "jobs").iterdir())) == 1, "nothing is left of the job that was not made"
