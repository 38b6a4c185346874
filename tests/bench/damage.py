"""What looking for damage costs: ``python -m tests.bench.damage [--ratings 1000000]``.

Every figure stands beside ``PRAGMA integrity_check`` alone, in the same run. Processor time is told too: on a
busy machine it says more than the clock.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from annotation_db.database import backups, content_hash
from annotation_db.database.schema import Annotator, Image, ImageRoot, Place, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.safety import integrity
from annotation_db.vocabulary.scales import SCALE_NAMES

CREW, EACH, PORTION = 24, 7, 5000


def rating_rows(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    draw, began = random.Random(seed), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        at = began + timedelta(seconds=number, microseconds=draw.randrange(10**6))
        row = {name: draw.randrange(5) for name in SCALE_NAMES}
        row |= {"roi_id": 1 + number // EACH, "annotator_id": 1 + number % EACH, "revision": 1}
        yield content_hash.with_hash(
            "rating", {**row, "shown_at": at, "submitted_at": at, "duration_ms": 9000}
        )


def roi_row(number: int) -> dict[str, Any]:
    new = {
        **{"image_id": 1 + number // 3, "external_id": f"r{number}", "level": "object", "counts": "b0c" * 40},
        **{"mask_height": 240, "mask_width": 320, "area": 2000, "box_x": 3, "box_y": 4, "box_width": 50},
        **{"box_height": 60, "segmenter": "manual", "predicted_iou": number / 1e6, "created_by": "bench"},
    }
    return content_hash.with_hash("roi", new)


def fill(store: Store, count: int) -> None:
    rois = count // EACH + 1
    made = {"byte_size": 1, "width": 320, "height": 240, "format": "PNG", "mode": "RGB"}
    with store.write("bench") as s:
        s.execute(insert(ImageRoot), [{"id": 1, "path": "images"}])
        images = (
            {"root_id": 1, "path": f"{n}.png", "sha256": f"{n:064x}", **made} for n in range(rois // 3 + 1)
        )
        people = ({"name": f"a{n}", "order_seed": n} for n in range(CREW))
        handed = (
            {"roi_id": 1 + n // EACH, "slot": 1 + n % EACH, "annotator_id": 1 + n % EACH, "state": "rated"}
            for n in range(count)
        )
        regions = (roi_row(n) for n in range(rois))
        for table, rows in (
            (Image, images),
            (Annotator, people),
            (Roi, regions),
            (Place, handed),
            (Rating, rating_rows(count)),
        ):
            while portion := list(islice(rows, PORTION)):
                s.execute(insert(table), portion)


def timed(what: str, work: Callable[[], object]) -> None:
    began, worked = time.perf_counter(), time.process_time()
    work()
    print(
        f"{what:36s} {time.perf_counter() - began:7.2f} s   processor {time.process_time() - worked:7.2f} s",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.damage", description=__doc__)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    count = parser.parse_args().ratings
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder, "p"), "bench", seed=1) as store:
        timed(f"writing {count:,} ratings", lambda: fill(store, count))
        size = (store.folder / "project.sqlite").stat().st_size / 1e6
        print(f"the database has {size:,.0f} MB")
        with store.read() as s:
            plain = s.connection()
            timed("PRAGMA integrity_check", lambda: plain.exec_driver_sql("PRAGMA integrity_check").all())
            timed("refuse_damaged", lambda: integrity.refuse_damaged(s))
        timed("check", lambda: list(integrity.database(store)))
        timed("a backup, looked through", lambda: backups.make(store, backups.MANUAL))


if __name__ == "__main__":
    main()
