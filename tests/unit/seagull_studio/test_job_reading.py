"""Whatever was done to the folders of jobs, they are read, quickly, and by no clock that can be set."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seagull_studio.jobs import job_reading, jobs
from seagull_studio.jobs.job_reading import JobReader, JobsReader

DIGITS = "9" * 5000
DEEP = "[" * 100_000
BYTES = [
    b"",
    b"\0" * 300,
    b"\xff\xfe\x00",
    b"null",
    b"[]",
    b"7",
    b'"x"',
    b"{",
    DIGITS.encode(),
    DEEP.encode(),
]
VALUES = [
    None,
    True,
    -1,
    2**40,
    1e308,
    "",
    "x" * 5000,
    [],
    {},
    "\ud800",
    float("nan"),
    float("inf"),
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59-12:00",
    "2026-01-01T00:00:00",
    "\0",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return jobs.prepare(tmp_path / "jobs", "embed", "/some/project", {"device": "cpu"})


def damage(rng: random.Random, file: Path) -> None:
    """Do something to a file that a disk, a person or a program may do."""
    raw = file.read_bytes() if file.is_file() else b""
    kind = rng.randrange(8)
    if kind == 0:
        file.write_bytes(rng.choice(BYTES))
    elif kind == 1:
        file.write_bytes(raw[: rng.randrange(len(raw) + 1)])
    elif kind == 2 and raw:
        flipped = bytearray(raw)
        for _ in range(rng.randrange(1, 20)):
            flipped[rng.randrange(len(flipped))] = rng.randrange(256)
        file.write_bytes(bytes(flipped))
    elif kind == 3:
        at = rng.randrange(len(raw) + 1)
        file.write_bytes(raw[:at] + rng.choice(BYTES) + raw[at:])
    elif kind == 4:
        file.unlink(missing_ok=True)
        rng.choice([file.mkdir, lambda: os.mkfifo(file), lambda: file.symlink_to("nowhere")])()
    elif kind == 5:
        file.write_bytes(rng.randbytes(rng.randrange(200)))
    else:
        lines = raw.decode().splitlines() if file.name == jobs.EVENTS else [raw.decode()]
        at = rng.randrange(len(lines)) if lines else 0
        if lines and lines[at].strip():
            entries = json.loads(lines[at])
            key = rng.choice(list(entries))
            if kind == 6:
                entries[key] = rng.choice(VALUES)
                lines[at] = json.dumps(entries)
            else:
                lines[at] = lines[at].replace(json.dumps(entries[key]), rng.choice([DIGITS, DEEP, "-"]), 1)
            file.write_text("\n".join(lines) + "\n")


def shown(state: jobs.JobState) -> tuple[object, ...]:
    return state.folder, state.status, state.done, state.total, state.what


def make(parent: Path, rng: random.Random) -> Path:
    folder = jobs.prepare(parent, "embed", "/some/project", {"device": "cpu"})
    jobs.append_event(folder, "waiting", host="here")
    jobs.append_event(folder, "started")
    for number in range(3):
        jobs.append_event(folder, "progress", done=number, total=3, what="p.png")
    if rng.random() < 0.5:
        jobs.append_event(folder, "done", message="All done.")
    return folder


def test_600_damaged_folders_are_read_and_told_of_once(tmp_path: Path) -> None:
    rng = random.Random(6)
    told = 0
    for number in range(600):
        parent = tmp_path / str(number)
        whole, hurt = make(parent, rng), make(parent, rng)
        for name in rng.sample([jobs.CONFIG, jobs.EVENTS, jobs.LOCK, jobs.CANCEL], rng.randrange(1, 3)):
            damage(rng, hurt / name)
        reader = JobsReader(parent)
        states, said = reader.read()
        assert whole in [state.folder for state in states]
        assert all(sentence.endswith(".") and "\n" not in sentence for sentence in said), said
        assert all(state.seconds_left is None or state.seconds_left >= 0 for state in states)
        for state in states:
            f"{state.created_at.astimezone():%Y-%m-%d %H:%M} {state.what}".encode()
        for after, more in (reader.read(), JobsReader(parent).read()):
            assert more == [], "once is enough, and the next window finds nothing to tell"
            assert [shown(state) for state in after] == [shown(state) for state in states]
        told += len(said)
        shutil.rmtree(parent)
    assert told > 200


@pytest.mark.parametrize("make_it", [Path.mkdir, os.mkfifo, lambda path: path.write_bytes(b"\xff")])
def test_a_job_that_cannot_be_one_is_put_aside_and_named(
    folder: Path, make_it: Callable[[Path], Any]
) -> None:
    (folder / jobs.CONFIG).unlink()
    make_it(folder / jobs.CONFIG)
    states, (sentence,) = JobsReader(folder.parent).read()
    (kept,) = folder.glob("job.json.damaged-*")
    assert states == () and kept.name in sentence and str(folder) in sentence


def test_of_damaged_events_what_can_be_read_stays(folder: Path) -> None:
    jobs.append_event(folder, "started")
    jobs.append_event(folder, "progress", done=3, total=9, what="p.png")
    jobs.append_event(folder, "failed", message="No weights.")
    with (folder / jobs.EVENTS).open("ab") as file:
        file.write(b"\0\0\0\xff\n")
    (state,), (sentence,) = JobsReader(folder.parent).read()
    assert (state.status, state.done, state.what) == ("failed", 3, "No weights.")
    assert "events.jsonl.damaged-" in sentence
    after = job_reading.read(folder)
    assert (after.status, after.done, after.total, after.what) == ("failed", 3, 9, "No weights.")


def test_a_living_jobs_events_are_left_to_it(folder: Path) -> None:
    with jobs.lock_folder(folder):
        jobs.append_event(folder, "started")
        with (folder / jobs.EVENTS).open("ab") as file:
            file.write(b"\0\0\0\xff\n")
        reader = JobReader(folder)
        state, said = reader.read()
        assert state.status == "running" and said == []
        jobs.append_event(folder, "done", message="Done.")
    state, said = reader.read()
    assert state.status == "done" and len(said) == 1


def test_the_password_that_an_earlier_version_wrote_is_taken_out(folder: Path) -> None:
    config = json.loads((folder / jobs.CONFIG).read_text())
    (folder / jobs.CONFIG).write_text(json.dumps({**config, "project": "postgresql://me:s3cret@db/studio"}))
    (folder / jobs.CONFIG).chmod(0o644)
    assert job_reading.read(folder).project == "postgresql://me@db/studio"
    assert "s3cret" not in (folder / jobs.CONFIG).read_text()
    assert (folder / jobs.CONFIG).stat().st_mode & 0o077 == 0


# Clocks


def set_back(folder: Path, days: int, *, clocks: bool = True) -> None:
    """As if everything had been written before the machine's clock went back so many days."""
    later = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    config = json.loads((folder / jobs.CONFIG).read_text())
    (folder / jobs.CONFIG).write_text(json.dumps({**config, "created_at": later}))
    events = [json.loads(line) for line in (folder / jobs.EVENTS).read_text().splitlines() if line]
    for event in events:
        event["at"] = later
        if not clocks:
            del event["clock"]
    (folder / jobs.EVENTS).write_text("".join(json.dumps(event) + "\n" for event in events))


def test_a_job_that_never_came_is_lost_though_the_clock_went_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.make_ready(folder)
    set_back(folder, 2)
    assert job_reading.read(folder).status == "waiting"
    monkeypatch.setattr(job_reading, "GRACE", 0.05)
    time.sleep(0.1)
    assert job_reading.read(folder).status == "lost"


def test_a_job_asked_for_before_the_machine_was_started_is_lost(folder: Path) -> None:
    jobs.make_ready(folder)
    text = (folder / jobs.EVENTS).read_text()
    event = json.loads(text)
    (folder / jobs.EVENTS).write_text(json.dumps({**event, "clock": event["clock"] + 10_000}) + "\n")
    assert job_reading.read(folder).status == "lost"


def test_a_window_gives_a_job_of_an_earlier_version_a_minute_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.append_event(folder, "waiting")
    set_back(folder, 2, clocks=False)
    reader = JobReader(folder)
    assert reader.read()[0].status == "waiting"
    monkeypatch.setattr(job_reading, "GRACE", 0.05)
    time.sleep(0.1)
    assert reader.read()[0].status == "lost"


def test_the_time_left_is_never_negative_after_the_clock_went_back(folder: Path) -> None:
    with jobs.lock_folder(folder):
        jobs.append_event(folder, "started")
        set_back(folder, 2)
        time.sleep(0.02)
        jobs.append_event(folder, "progress", done=2, total=8, what="p.png")
        left = job_reading.read(folder).seconds_left
        assert left is not None and 0 < left < 60
        jobs.append_event(folder, "progress", done=9, total=8, what="more than there were")
        assert job_reading.read(folder).seconds_left == 0
        set_back(folder, 2, clocks=False)
        with (folder / jobs.EVENTS).open("a") as file:
            earlier = {"at": datetime.now(UTC).isoformat(), "event": "progress"}
            file.write(json.dumps({**earlier, "done": 3, "total": 8, "what": ""}) + "\n")
        assert job_reading.read(folder).seconds_left is None


# Reading on


def test_only_what_is_new_is_read(folder: Path) -> None:
    with jobs.lock_folder(folder):
        jobs.append_event(folder, "started")
        line = json.dumps(
            {"at": datetime.now(UTC).isoformat(), "clock": time.monotonic(), "event": "progress"}
        )
        with (folder / jobs.EVENTS).open("a") as file:
            for number in range(18_000):  # an hour
                file.write(f'{line[:-1]}, "done": {number}, "total": 20000, "what": "p.png"}}\n\n')
        reader = JobReader(folder)
        started = time.perf_counter()
        assert reader.read()[0].done == 17_999
        first = time.perf_counter() - started
        spent = []
        for number in range(20):
            jobs.append_event(folder, "progress", done=18_000 + number, total=20_000, what="q.png")
            started = time.perf_counter()
            assert reader.read()[0].done == 18_000 + number
            spent.append(time.perf_counter() - started)
        assert sorted(spent)[10] < first / 10


def test_a_file_that_was_replaced_cut_or_is_gone_is_read_anew(folder: Path) -> None:
    jobs.append_event(folder, "started")
    jobs.append_event(folder, "failed", message="One.")
    reader = JobReader(folder)
    assert reader.read()[0].what == "One."
    (folder / jobs.EVENTS).rename(folder / "events.jsonl.1")
    jobs.append_event(folder, "cancelled", message="Two.")
    assert (reader.read()[0].status, reader.read()[0].what) == ("cancelled", "Two.")
    (folder / jobs.EVENTS).write_text("")
    assert reader.read()[0].what == ""
    jobs.append_event(folder, "done", message="Three.")
    assert reader.read()[0].what == "Three."
    (folder / jobs.EVENTS).unlink()
    assert reader.read()[0].done == 0


def test_a_line_that_arrives_in_pieces_is_read_once_it_is_whole(folder: Path) -> None:
    jobs.append_event(folder, "started")
    raw = (folder / jobs.EVENTS).read_bytes()
    with jobs.lock_folder(folder):
        reader = JobReader(folder)
        (folder / jobs.EVENTS).write_bytes(raw[:20])
        assert reader.read()[0].status == "waiting"
        with (folder / jobs.EVENTS).open("ab") as file:
            file.write(raw[20:])
        state, said = reader.read()
        assert state.status == "running" and said == []
