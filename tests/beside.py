"""Processes beside one another on one project: one rates while others import and aggregate.

For a test with few rows and a bench with many. Every process is the real program part: `Store`, `ratings`,
`import_ratings`, `labels.store_run`; what they say goes to standard output as JSON.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from annotation_db.database.schema import Image, ImageRoot
from annotation_db.database.store import Store
from annotation_db.errors import StudioError
from annotation_db.imports.ratings_csv import COLUMNS
from annotation_db.imports.run import import_ratings
from annotation_db.labels import labels
from annotation_db.pictures import images, masks, rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

ROOT = Path(__file__).parents[1]
SIZE = (48, 64)
"""(height, width) of the pictures, which are rows only: nothing here looks at pixels."""
EACH = 10
"""ROIs per picture."""


def project(location: str | Path, *, rois_n: int, people: int) -> Store:
    """A project of many ROIs, and annotators "rater 0" ... of whom each has rated every ROI.

    Parameters
    ----------
    rois_n : int
        A multiple of 10.
    people : int
        Annotators; the last of them, "window", has rated nothing.
    """
    store = Store.create(location, "Many", raters_wanted=people, min_roi_area=4, seed=3)
    with store.write("lead") as s:
        _pictures(s, rois_n // EACH)
        new = [
            rois.NewRoi(image.id, f"r{k}", "object", masks.measured(masks.from_box(k, k, 20, 20, SIZE)))
            for image in images.list_all(s)
            for k in range(EACH)
        ]
        roi_ids = rois.add_many(s, new, "lead")
        ids = [annotators.add(s, f"rater {k}", who="lead").id for k in range(people)]
        annotators.add(s, "window", who="lead")
    for person in ids:
        with store.write("lead") as s:
            ratings.submit_many(s, [NewRating(roi_id, person, _votes(roi_id, person)) for roi_id in roi_ids])
    return store


def ratings_file(path: Path, *, lines: int, rois_n: int, people: int) -> Path:
    """A file of ratings by new annotators "new 0" ..., half of them without a duration."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*COLUMNS, "duration_ms"])
        for number in range(lines):
            person, roi = divmod(number, rois_n)
            assert person < people
            picture, k = divmod(roi, EACH)
            votes = _votes(roi, person + 100)
            took = "" if number % 2 else 4000
            writer.writerow([f"p{picture}.png", f"r{k}", f"new {person}", *votes, took])
    return path


@contextmanager
def process(what: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """One of the processes below, started and ready; killed if the block fails."""
    command = [sys.executable, "-m", "tests.beside", what, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None and running.stdout.readline() == "ready\n"
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def result(running: subprocess.Popen[str]) -> dict[str, Any]:
    """What a process found, once it has ended."""
    said, _ = running.communicate(timeout=600)
    assert running.returncode == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


def stopped(rating: subprocess.Popen[str]) -> dict[str, Any]:
    """Stop the process that rates; what it found."""
    assert rating.stdin is not None
    rating.stdin.write("x")
    return result(rating)


@contextmanager
def timed_writes(store: Store) -> Iterator[list[float]]:
    """How long each transaction that writes held the lock, in seconds; a list that grows in the block."""
    held: list[float] = []
    write = store.write

    @contextmanager
    def timed(who: str = "", **how: bool) -> Iterator[Session]:
        with write(who, **how) as session:
            began = time.perf_counter()
            yield session
        held.append(time.perf_counter() - began)

    store.write = timed  # type: ignore[method-assign]
    try:
        yield held
    finally:
        store.write = write  # type: ignore[method-assign]


def _pictures(s: Session, count: int) -> None:
    root = ImageRoot(path="images")
    s.add(root)
    s.flush()
    height, width = SIZE
    one = {"root_id": root.id, "byte_size": 1, "width": width, "height": height, "format": "PNG"}
    rows = [{**one, "mode": "RGB", "path": f"p{n}.png", "sha256": f"{n:064x}"} for n in range(count)]
    s.execute(insert(Image), rows)


def _votes(roi_id: int, person: int) -> Votes:
    return Votes(*((roi_id * 7 + person * 3 + k) % 5 for k in range(len(SCALE_NAMES))))


def _rate(store: Store) -> dict[str, Any]:
    """Rate one ROI after the other, until told to stop."""
    import threading

    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(1), stop.set()), daemon=True).start()
    with store.read() as s:
        person = annotators.find(s, "window").id
        roi_ids = [roi.id for roi in rois.list_all(s)]
    waits: list[float] = []
    refused: list[str] = []
    while not stop.is_set():
        roi_id = roi_ids[len(waits) % len(roi_ids)]
        began = time.perf_counter()
        try:
            with store.write(patient=True) as s:
                ratings.submit(s, NewRating(roi_id=roi_id, annotator_id=person, votes=_votes(roi_id, person)))
        except StudioError as error:
            refused.append(str(error))
        waits.append(time.perf_counter() - began)
        time.sleep(0.05)
    return {"waits": waits, "refused": refused}


def _import(store: Store, file: str) -> dict[str, Any]:
    began = time.perf_counter()
    with timed_writes(store) as held:
        report = import_ratings(store, file, who="lead")
    seconds = time.perf_counter() - began
    assert report.applied, report.complaints[:3]
    return {"added": report.added, "seconds": seconds, "held": max(held), "peak_mib": _peak()}


def _aggregate(store: Store) -> dict[str, Any]:
    began = time.perf_counter()
    with timed_writes(store) as held:
        run = labels.store_run(store, labels.POLICIES["paper"], "lead")
    seconds = time.perf_counter() - began
    found = run.labelled + run.insufficient
    return {"rois": found, "seconds": seconds, "held": max(held), "peak_mib": _peak()}


def _peak() -> float:
    """The most memory that this process took, in MiB; 0 where the system does not tell it so."""
    # Not `resource`: its maximum is carried over from the process that started this one.
    try:
        told = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(row.split()[1]) for row in told.splitlines() if row.startswith("VmHWM")) / 1024


def main() -> None:
    what, location, *more = sys.argv[1:]
    with Store.open(location) as store:
        print("ready", flush=True)
        work = {"rate": _rate, "import": _import, "aggregate": _aggregate}[what]
        print(json.dumps(work(store, *more)), flush=True)


if __name__ == "__main__":
    main()
