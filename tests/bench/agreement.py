"""Agreement: ``python -m tests.bench.agreement``.

14 alphas (ordinal on eight scales, nominal on six) of 3,261 ROIs by 24 raters on 1,030 pictures, with 95 %
intervals from 1,000 resamples of the pictures. The baseline, in the same run, is the package `krippendorff`
called once for every resample; it is called for a few resamples only, and what 1,000 would take is
extrapolated.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import krippendorff
import numpy as np

from annotation_db.agreement.report import report
from annotation_db.agreement.resampling import image_counts
from annotation_db.agreement.scale_agreement import scale_agreements
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.database.store import Store
from annotation_db.rating import counting_columns
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES, SCALES
from tests.bench import million

ROIS, RATERS, PICTURES, RESAMPLES = 3261, 24, 1030, 1000
TRIED: Final = 3
"""Resamples of the baseline that are really computed."""


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """The shortest of some runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def votes(each: int = RATERS) -> VoteColumns:
    """Every ROI rated by `each` of the raters."""
    rng = np.random.default_rng(0)
    person = np.concatenate([np.sort(rng.permutation(RATERS)[:each]) for _ in range(ROIS)])
    roi = np.repeat(np.arange(ROIS), each)
    tops = np.array([len(scale.levels) - 1 for scale in SCALES.values()])
    truth = rng.uniform(0, 1, (ROIS, len(tops))) * tops
    given = np.rint(truth[roi] + rng.normal(0, 1, (len(roi), len(tops))))
    return VoteColumns(
        votes=np.clip(given, 0, tops).astype(np.int8),
        roi=roi,
        annotator=person,
        image_of_roi=np.sort(
            np.concatenate([np.arange(PICTURES), rng.integers(0, PICTURES, ROIS - PICTURES)])
        ),
        seconds=rng.uniform(4, 30, len(roi)),
        at=np.arange(len(roi)) * 10_000_000,
        roi_ids=np.arange(ROIS),
        annotator_ids=np.arange(RATERS),
        image_ids=np.arange(PICTURES),
    )


def package(table: VoteColumns, resamples: int) -> None:
    """The same figures by `krippendorff` in a loop, for some resamples."""
    order = np.argsort(table.image_of_roi, kind="stable")
    ends = np.cumsum(np.bincount(table.image_of_roi))
    of_image = np.split(order, ends[:-1])
    for row in image_counts(PICTURES, resamples, 0):
        drawn = np.concatenate([np.tile(of_image[i], row[i]) for i in np.flatnonzero(row)])
        for scale in SCALE_NAMES:
            counts = table.counts(scale)[drawn]
            krippendorff.alpha(
                value_counts=counts,
                value_domain=np.arange(counts.shape[1], dtype=np.float64),
                level_of_measurement="ordinal",
            )
            if scale in DISTORTIONS:
                there = np.stack([counts[:, :-1].sum(axis=1), counts[:, -1]], axis=1)
                krippendorff.alpha(value_counts=there, level_of_measurement="nominal")


def alphas(table: VoteColumns) -> None:
    ours = seconds(lambda: scale_agreements(table, image_counts(PICTURES, RESAMPLES, 0)), 3)
    theirs = seconds(lambda: package(table, TRIED)) / TRIED * RESAMPLES
    print(f"{'14 alphas with intervals, ours':44s} {ours:8.2f} s   wanted: 2 s")
    print(f"{'krippendorff in a loop, extrapolated':44s} {theirs:8.1f} s   from {TRIED} of {RESAMPLES}")
    print(f"{'ratio':44s} {theirs / ours:8.0f}     wanted: 20")
    seven = votes(7)
    print(f"{'the whole report, 24 votes on each ROI':44s} {seconds(lambda: report(table)):8.2f} s")
    print(f"{'the whole report, 7 votes on each ROI':44s} {seconds(lambda: report(seven)):8.2f} s")


def large(folder: Path | None, ratings: int) -> None:
    """Reading a million ratings as columns, beside reading them as records; then everything."""
    with tempfile.TemporaryDirectory() as name:
        place = folder or Path(name) / "p"
        if not Store.is_project(place):
            million.build(place, ratings).close()
        with Store.open(place) as store, store.read() as s:
            took = seconds(lambda: counting_columns.read(s))
            table = counting_columns.read(s)
            several = table.among(table.per_roi[table.roi] > 1)
            drawn = image_counts(len(several.image_ids), RESAMPLES, 0)
            print(f"{f'{len(table.roi):,} ratings read as columns':44s} {took:8.2f} s")
            print(
                f"{'14 alphas with intervals':44s} {seconds(lambda: scale_agreements(several, drawn)):8.2f} s"
            )
            print(f"{'the whole report':44s} {seconds(lambda: report(table)):8.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.agreement", description=__doc__)
    parser.add_argument("--ratings", type=int, help="also a project of so many ratings, such as 1000000")
    parser.add_argument("--folder", type=Path, help="where that project is, or is to be built")
    given = parser.parse_args()
    alphas(votes())
    if given.ratings or given.folder:
        large(given.folder, given.ratings or 1_000_000)


if __name__ == "__main__":
    main()
