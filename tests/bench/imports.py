"""What raters notice of large imports and label runs: ``python -m tests.bench.imports``.

A person rates every 50 ms in a process of their own, while a second process imports 100,000 ratings and a
third computes all labels. Told are the longest wait of a rating, how long the lock was held in one go, and
the most memory that a process took. Baselines in the same run: the person alone, and the same rows in one
transaction.
``--lines`` and ``--rois`` make it smaller or larger.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.imports.ratings_csv import CsvRating, read
from annotation_db.imports.run import import_rois
from annotation_db.pictures import images, masks, rois
from annotation_db.pictures.picture_files import PictureFacts
from annotation_db.pictures.picture_scan import ScannedPicture, ScanResult
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from tests import beside

PEOPLE = 25
"""Annotators who have rated every ROI before."""


def beside_raters(folder: Path, store: Store, rois_n: int, lines: int) -> None:
    file = beside.ratings_file(folder / "many.csv", lines=lines, rois_n=rois_n, people=-(-lines // rois_n))
    with beside.process("rate", store.folder) as rating:
        time.sleep(10)
        alone = beside.stopped(rating)
    with beside.process("rate", store.folder) as rating:
        with beside.process("import", store.folder, file) as importing:
            imported = beside.result(importing)
        with beside.process("aggregate", store.folder) as aggregating:
            labelled = beside.result(aggregating)
        rated = beside.stopped(rating)
    plain = in_one_transaction(store, file, lines)
    refused = len(rated["refused"])
    print(f"{imported['added']:,} ratings imported in {imported['seconds']:.1f} s beside a rater:")
    print(f"  lock held at most {imported['held']:.2f} s   all in one transaction: {plain:.2f} s", flush=True)
    print(f"  memory {imported['peak_mib']:.0f} MiB")
    print(f"labels of {labelled['rois']:,} ROIs computed and stored in {labelled['seconds']:.1f} s:")
    print(f"  lock held at most {labelled['held']:.2f} s, memory {labelled['peak_mib']:.0f} MiB")
    print(f"{len(rated['waits'])} ratings beside both, {refused} refused:")
    print(f"  longest wait {max(rated['waits']):.2f} s   alone: {max(alone['waits']):.2f} s", flush=True)


def in_one_transaction(store: Store, file: Path, lines: int) -> float:
    """Seconds for the same votes in the plain way, which is then undone."""
    with store.read() as s:
        person = annotators.find(s, "window").id
        region = {(f"p{r.image_id - 1}.png", r.external_id): r.id for r in rois.list_all(s)}
    read_lines = [line for line in read(file) if isinstance(line, CsvRating)]
    new = [NewRating(region[line.image, line.roi], person, line.votes) for line in read_lines]
    began = time.perf_counter()
    try:
        with store.write() as s:
            ratings.submit_many(s, new)
            raise _Undone
    except _Undone:
        return time.perf_counter() - began


class _Undone(Exception):
    pass


def rois_and_pictures(folder: Path, store: Store, count: int) -> None:
    with store.read() as s:
        names = [image.path for image in images.list_all(s)]
    height, width = beside.SIZE
    each = -(-count // len(names))
    boxes = [(x, y) for x in range(width - 12) for y in range(height - 12)][:each]
    entries = [{"img": name, "points": [x, y, 11, 11]} for name in names for x, y in boxes]
    file = folder / "rois.json"
    file.write_text(json.dumps(entries[:count]), encoding="utf-8")
    with beside.timed_writes(store) as held:
        began = time.perf_counter()
        report = import_rois(store, file, who="bench")
        took = time.perf_counter() - began
    print(f"{report.added:,} ROIs imported in {took:.1f} s:")
    alone = one_roi(store) * report.added / 1000
    print(f"  lock held {max(held):.2f} s   one after the other: {alone:.0f} s (computed from 50)")
    pictures = tuple(
        ScannedPicture(f"new-{n}.png", PictureFacts(f"{n + 10**9:064x}", 1, width, height, 1, "PNG", "RGB"))
        for n in range(5000)
    )
    with beside.timed_writes(store) as held, store.write("bench") as s:
        images.add(s, ScanResult(folder, pictures, (), 0), who="bench")
    print(f"5,000 pictures added: lock held {max(held):.2f} s", flush=True)


def one_roi(store: Store) -> float:
    began = time.perf_counter()
    with store.write() as s:
        for n in range(50):
            shape = masks.measured(masks.from_box(n % 10, n // 10, 13, 13, beside.SIZE))
            rois.add(s, image_id=1, mask=shape, who="bench")
    return 1000 * (time.perf_counter() - began) / 50


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rois", type=int, default=4_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with beside.project(folder / "p", rois_n=given.rois, people=PEOPLE) as store:
            print(f"a project of {given.rois:,} ROIs and {given.rois * PEOPLE:,} ratings", flush=True)
            beside_raters(folder, store, given.rois, given.lines)
            rois_and_pictures(folder, store, given.lines)


if __name__ == "__main__":
    main()
