"""What label runs cost on disk and in time: ``python -m tests.bench.label_runs [FOLDER]``.

20,000 ROIs with 7 ratings each; ten runs with nothing changed between them, beside computing the labels only.
A project that is already in FOLDER is used as it is.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from annotation_db.database.store import Store
from annotation_db.labels import labels
from seagull_studio.operations import project
from tests.bench.make_projects import large_project

RUNS = 10


def used_mb(store: Store) -> float:
    """Megabytes in the pages that the database uses, whatever still stands in its log."""
    with store.read() as s:
        pages, size, free = (
            int(s.scalar(text(f"PRAGMA {name}")) or 0)
            for name in ("page_count", "page_size", "freelist_count")
        )
    return (pages - free) * size / 1e6


def timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def measure(store: Store) -> None:
    policy = labels.POLICIES["paper"]
    with store.read() as s:
        computing = timed(lambda: labels.compute(s, policy))
    print(f"computing the labels only: {computing:.1f} s; the database: {used_mb(store):.0f} MB")
    for number in range(RUNS):
        before = used_mb(store)
        took = timed(lambda: labels.store_run(store, policy, "bench"))
        if number in (0, 1, RUNS - 1):
            print(f"run {number + 1}: {took:.1f} s, + {used_mb(store) - before:.1f} MB", flush=True)
    print(f"after {RUNS} runs: {used_mb(store):.0f} MB")
    with store.read() as s:
        print(f"listing the runs: {1000 * timed(lambda: labels.runs(s)):.1f} ms")
    print(f"what the Project page reads: {timed(lambda: project.overview(store)):.2f} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "project"
        if not folder.exists():
            large_project(folder, pictures=5000, rois_each=4).close()
        with Store.open(folder) as store:
            measure(store)


if __name__ == "__main__":
    main()
