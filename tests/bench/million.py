"""A project of a million ratings: ``python -m tests.bench.million [--ratings N]``.

Told is what an annotator, a lead and the disk notice: how long the next ROI and a stored rating take, the
figures of the Project page, and label runs. The project is built by bulk rows, which takes a minute or two;
its pictures are rows without files. Baselines in the same run: the queue without memory, which looks at every
ROI, and the first label run, which stores every label.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from annotation_db.database import content_hash
from annotation_db.database.schema import Base, Image, ImageRoot, new_uid
from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import masks, rois
from annotation_db.pictures.rois import NewRoi
from annotation_db.rating import annotators, coverage
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES, Votes
from seagull_studio.operations import project as lead
from seagull_studio.operations import rating
from seagull_studio.operations.rating import QueueCache
from seagull_studio.operations.submission import Submission

WHO: Final = "bench"
SIZE: Final = (240, 320)
PICTURES: Final = 5_000
ROIS: Final = 20_000
TURNS: Final = 200


def build(folder: Path, ratings: int, *, rois_n: int = ROIS, pictures: int = PICTURES) -> Store:
    """Make a project of `rois_n` ROIs, each rated by ``ratings // rois_n`` annotators, and open it.

    Two more are wanted of each, so that there is something left. One annotator, ``window``, has rated none.
    """
    each = max(1, ratings // rois_n)

    def fill(s: Session) -> None:
        root = s.scalar(insert(ImageRoot).values(path="images").returning(ImageRoot.id))
        facts = {"byte_size": 1, "width": SIZE[1], "height": SIZE[0], "format": "PNG", "mode": "RGB"}
        rows = [
            {**facts, "root_id": root, "path": f"p{n}.png", "sha256": f"{n:064x}", "source": "bench"}
            for n in range(pictures)
        ]
        s.execute(insert(Image), rows)
        rois.add_many(s, list(_regions(rois_n, pictures)), WHO)
        for n in range(each):
            annotators.add(s, f"rater {n:03d}", who=WHO)
        annotators.add(s, "window", who=WHO)
        _rate(s.connection(), rois_n, each)

    return Store.create(folder, f"Bench: {ratings} ratings", raters_wanted=each + 2, seed=1, fill=fill)


def _regions(count: int, pictures: int) -> Iterator[NewRoi]:
    shapes = [
        masks.measured(masks.from_box(10 + 8 * n, 20 + n, 60, 50, SIZE)) for n in range(-(-count // pictures))
    ]
    for n in range(count):
        number, image = divmod(n, pictures)
        yield NewRoi(image + 1, f"r{number + 1}", "component" if number else "object", shapes[number])


def _rate(connection: Connection, rois_n: int, each: int) -> None:
    """Ratings and their places, set-wise; then the hashes, by the database's own text of each row."""
    rng = np.random.default_rng(5)
    levels = [np.array([level.value for level in SCALES[name].levels]) for name in SCALE_NAMES]
    listed = ", ".join(["uid", "roi_id", "annotator_id", "kind", "revision", *SCALE_NAMES])
    marks = ", ".join(["?"] * (5 + len(SCALE_NAMES)))
    statement = (
        f"INSERT INTO rating ({listed}, submitted_at, duration_ms, origin, prefill, content_hash) "
        f"VALUES ({marks}, '2026-01-01 00:00:00.000000', 5000, 'window', 'none', '')"
    )
    driver: Any = connection.connection.driver_connection
    for person in range(1, each + 1):
        votes = np.stack([rng.choice(values, rois_n) for values in levels], axis=1).tolist()
        driver.executemany(
            statement,
            [(new_uid(), roi + 1, person, "rating", 1, *given) for roi, given in enumerate(votes)],
        )
        driver.execute(
            "UPDATE place SET state = 'rated', annotator_id = ? WHERE slot = ? AND roi_id <= ?",
            (person, person, rois_n),
        )
    driver.create_function("studio_hash", 1, content_hash.of_bytes, deterministic=True)
    shape = Base.metadata.tables["rating"]
    driver.execute(f"UPDATE rating SET content_hash = studio_hash({content_hash.as_sql(shape, 'sqlite')})")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def told(what: str, times: list[float], more: str = "") -> None:
    middle, high = statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]
    print(f"{what:44s} median {middle:8.1f} ms   p95 {high:8.1f} ms   {more}", flush=True)


def turns(store: Store) -> None:
    with store.read() as s:
        me = annotators.find(s, "window").id
    cache = QueueCache()
    print(f"{'the first ROI after sign-in':44s} {timed(lambda: _turn(store, me, cache)):8.1f} ms")
    stored: list[float] = []
    following: list[float] = []
    turn = rating.take_next(store, me, after_image=None, cache=cache)
    busy = time.process_time()
    for _ in range(TURNS):
        assert turn.current is not None
        entry, keep = turn.current.entry, turn.upcoming[0].entry.roi.id
        given = Submission(entry.roi.id, me, Votes(5, 5, 5, 5, 5, 5, 2, 2), datetime.now(UTC), 4000)
        stored.append(timed(lambda given=given: rating.submit(store, given)))  # type: ignore[misc]
        began = time.perf_counter()
        turn = rating.take_next(store, me, after_image=entry.image.id, keep=keep, cache=cache)
        following.append(1000 * (time.perf_counter() - began))
    busy = 1000 * (time.process_time() - busy) / TURNS
    plain = [timed(lambda: _turn(store, me, QueueCache())) for _ in range(5)]
    told("the next ROI, claimed", following, f"without memory: {statistics.median(plain):.0f} ms")
    told("a rating stored, on disk", stored)
    print(f"{'processor time of both':44s} mean   {busy:8.1f} ms", flush=True)


def _turn(store: Store, annotator_id: int, cache: QueueCache) -> None:
    rating.take_next(store, annotator_id, after_image=None, cache=cache)


def figures(store: Store) -> None:
    with store.read() as s:
        told("coverage", [timed(lambda: coverage.coverage(s)) for _ in range(3)])
        told("per annotator", [timed(lambda: coverage.per_annotator(s)) for _ in range(3)])
        policy = labels.policy_named("paper-unassisted")
        told(
            "what a baseline could be fitted to",
            [timed(lambda: coverage.labelled_sizes(s, policy.votes, policy.min_raters)) for _ in "ab"],
        )
    told("all figures of the Project page", [timed(lambda: lead.overview(store)) for _ in range(3)])


def label_runs(store: Store) -> None:
    file = store.folder / "project.sqlite"

    def run() -> tuple[float, float]:
        _fold(store)
        before = file.stat().st_size
        took = timed(lambda: labels.store_run(store, labels.POLICIES["paper"], WHO))
        _fold(store)
        return took / 1000, (file.stat().st_size - before) / 1e6

    for name in ("the first label run", "the same once more"):
        seconds, megabytes = run()
        print(f"{name:44s} {seconds:8.1f} s    {megabytes:8.2f} MB", flush=True)


def _fold(store: Store) -> None:
    """Fold the log into the database, so that its size says what was stored."""
    with store._engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million", description=__doc__)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="a project that was built before, or where to build one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name) / "p"
        if not Store.is_project(folder):
            seconds = timed(lambda: build(folder, given.ratings).close()) / 1000
            print(
                f"built {given.ratings:,} ratings of {ROIS:,} ROIs on {PICTURES:,} pictures: {seconds:.0f} s"
            )
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        with Store.open(folder) as store:
            turns(store)
            label_runs(store)
            figures(store)
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
