"""What the database does in a large project: ``python -m tests.bench.database``.

Every figure is a median, beside a baseline that does the same work in the plain way, in the same
run. 1,000 pictures, 3,000 ROIs, 21,000 ratings; one JPEG of 102 megapixels.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PIL import Image
from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import images, picture_files, rois
from annotation_db.rating import assignments, coverage, ratings
from annotation_db.records import NewRating
from tests.bench.make_projects import large_project
from tests.bench.photographs import hundred_megapixels


def median_ms(work: Callable[[], object], runs: int = 5) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def compare(what: str, ours: Callable[[], object], baseline: str, plain: Callable[[], object]) -> None:
    mine, theirs = median_ms(ours), median_ms(plain)
    print(f"{what:44s} {mine:8.1f} ms   {baseline}: {theirs:8.1f} ms   ratio {mine / theirs:.3f}", flush=True)


def coverage_by_loading(s: Session) -> Counter[int]:
    counting = ratings.counting(s)
    return Counter(len(counting.get(roi.id, ())) for roi in rois.list_all(s))


def database(folder: Path) -> None:
    with large_project(folder) as store:
        where = store.folder
    print(f"{'opening':44s} {median_ms(lambda: Store.open(where).close()):8.1f} ms")
    with Store.open(where) as store:
        with store.read() as s:
            loading = ("loading every rating", lambda: coverage_by_loading(s))
            compare("coverage", lambda: coverage.coverage(s), *loading)
            compare("next ROIs of an annotator", lambda: assignments.next_entries(s, 1), *loading)
            compare("progress of an annotator", lambda: assignments.progress(s, 1), *loading)
            compare("labels of all ROIs", lambda: labels.compute(s, labels.POLICIES["paper"]), *loading)

        def run() -> None:
            labels.store_run(store, labels.POLICIES["paper"], "bench")

        def rate() -> None:
            with store.write() as s:
                ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=(1,) * 8))

        with closing(sqlite3.connect(where / "project.sqlite", isolation_level=None)) as plain:
            plain.execute("PRAGMA synchronous=FULL")
            statement = (
                "INSERT INTO audit (at, who, action, subject, detail) "
                "VALUES ('2026-01-01 00:00:00.000000', '', 'bench', '', '{}')"
            )
            compare(
                "a rating saved, on disk", rate, "a bare sqlite3 insert", lambda: plain.execute(statement)
            )
        with store.read() as s:
            computing = ("computing them only ", lambda: labels.compute(s, labels.POLICIES["paper"]))
            compare("a stored label run", run, *computing)


def pictures(folder: Path) -> None:
    large = hundred_megapixels(folder / "large.jpg")

    def decode() -> None:
        with Image.open(large) as image:
            image.load()

    baseline = ("decoding in full    ", decode)
    compare("checking a 102-megapixel JPEG", lambda: picture_files.read_facts(large), *baseline)
    compare("the same, 2,000 pixels wide", lambda: picture_files.open_rgb(large, max_side=2000), *baseline)
    compare("the same, all pixels as an array", lambda: picture_files.open_rgb(large), *baseline)
    many = folder / "project" / "images"

    def one_by_one() -> None:
        for path in many.iterdir():
            picture_files.read_facts(path)

    compare(
        "scanning 1,000 small pictures", lambda: images.scan_folder(many), "one after another   ", one_by_one
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        database(Path(name) / "project")
        pictures(Path(name))


if __name__ == "__main__":
    main()
