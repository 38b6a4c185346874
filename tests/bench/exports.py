"""How long an export takes, and how much memory: ``python -m tests.bench.exports``.

A project of ``--rois`` ROIs, each rated by ``--people``, of whose ratings every ``--revised``-th was
corrected, is made and exported in all formats by a process of its own. Told are its time and processor time,
the most memory that the process took, and how many statements it asked. Then ``--import-rois`` ROIs are
imported: how long that takes, and how long the lock is held in one go.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event, select

from annotation_db.database.schema import Rating
from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.imports.run import import_rois
from annotation_db.pictures import images
from annotation_db.rating import ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests import beside


def one_export(project: str, folder: str) -> None:
    """In a process of its own: what an export takes, as JSON."""
    import resource

    with Store.open(project) as store:
        said = 0

        def count(*_arguments: object) -> None:
            nonlocal said
            said += 1

        event.listen(store._engine, "before_cursor_execute", count)
        began = time.perf_counter()
        report = export(store, folder)
        took, processor = time.perf_counter() - began, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(file.stat().st_size for file in Path(folder).iterdir())
    told = {"seconds": took, "processor": processor, "peak_mib": peak / 1024, "queries": said}
    print(json.dumps({**told, "mib": size / 2**20, **report.counts}))


def measured(project: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.exports", "--one", str(project), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=beside.ROOT)
    told = json.loads(done.stdout)
    print(
        f"{told['ratings']:,} ratings of {told['rois']:,} ROIs exported in {told['seconds']:.1f} s "
        f"({told['mib']:.0f} MiB written, {told['queries']} statements)"
    )
    print(f"  processor time {told['processor']:.1f} s, memory {told['peak_mib']:.0f} MiB", flush=True)


def revised(store: Store, every: int) -> int:
    """Correct every n-th rating; how many these are."""
    with store.read() as s:
        pairs = s.execute(select(Rating.roi_id, Rating.annotator_id).order_by(Rating.id)).all()[::every]
    for start in range(0, len(pairs), 5000):
        some = pairs[start : start + 5000]
        with store.write("lead") as s:
            ratings.submit_many(s, [NewRating(row[0], row[1], Votes(*[2] * 8)) for row in some])
    return len(pairs)


def imported(store: Store, folder: Path, count: int) -> None:
    with store.read() as s:
        names = [image.path for image in images.list_all(s)]
    height, width = beside.SIZE
    boxes = [(x, y) for x in range(width - 12) for y in range(height - 12)][: -(-count // len(names))]
    entries = [{"img": name, "points": [x, y, 11, 11]} for name in names for x, y in boxes]
    file = folder / "rois.json"
    file.write_text(json.dumps(entries[:count]), encoding="utf-8")
    with beside.timed_writes(store) as held:
        began, processor = time.perf_counter(), time.process_time()
        report = import_rois(store, file, who="bench")
        took, processor = time.perf_counter() - began, time.process_time() - processor
    assert report.applied, report.complaints[:3]
    print(f"{report.added:,} ROIs imported in {took:.1f} s (processor time {processor:.1f} s):")
    print(f"  lock held at most {max(held):.2f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exports", description=__doc__)
    parser.add_argument("--rois", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--revised", type=int, default=10)
    parser.add_argument("--import-rois", type=int, default=100_000)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one_export(*given.one)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with beside.project(folder / "p", rois_n=given.rois, people=given.people) as store:
            print(
                f"{given.rois * given.people:,} ratings, {revised(store, given.revised):,} corrected",
                flush=True,
            )
            measured(store.folder, folder / "out")
            if given.import_rois:
                imported(store, folder, given.import_rois)


if __name__ == "__main__":
    main()
