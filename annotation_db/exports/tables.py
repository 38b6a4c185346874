"""The tables of an export: columns of the votes, and the labels with the counts of their votes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.votes import Tally, words
from annotation_db.imports.ratings_csv import COLUMNS
from annotation_db.labels.label_stability import Stabilities
from annotation_db.records import MeanLabel, RoiRecord
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, OVERALL, SCALES

if TYPE_CHECKING:
    from annotation_db.exports.writer import Writer

VOTE_HEADER: Final = (
    *COLUMNS,
    "submitted_at",
    "duration_ms",
    "revision",
    "kind",
    "excluded",
    "excluded_because",
    "simulated",
    "split",
    "level",
    "source",
    "roi_uid",
    "rating_uid",
    "origin",
    "prefill",
    "prediction",
    "suggested",
    "outcomes",
)
"""Columns of votes.csv: a ratings file that can be imported again, and more. `prediction` names the
model, `suggested` has its eight votes, `outcomes` what became of each; "-" stands for none."""

_STABILITY: Final = ("stability_14", "stability_24", "stability_limit")
_MEAN: Final = (
    *("sum", "n", "mean", "sd", "ci95_low", "ci95_high", "overdispersed", *_STABILITY),
    *("level", "word"),
)
_VERDICT: Final = ("present", "non_existent", "n", "tie", "thin", *_STABILITY)
LABEL_HEADER: Final = (
    "image",
    "roi",
    "roi_level",
    "split",
    "source",
    "status",
    "votes",
    "n",
    *(f"{name}_{part}" for name in OVERALL for part in _MEAN),
    *(
        f"{name}_{part}"
        for name in DISTORTIONS
        for part in (*_VERDICT, *(f"severity_{mean}" for mean in _MEAN))
    ),
    *(f"{name}_votes" for name in SCALES),
    *(f"{name}_votes_unassisted" for name in SCALES),
    "roi_uid",
    "area",
    "x",
    "y",
    "width",
    "height",
)
"""Columns of labels.csv: one row per ROI, all numbers."""


def labels(data: ExportData, tally: Tally) -> Iterator[tuple[Any, ...]]:
    """One row per ROI; numbers of ROIs without a label stay empty, those of their votes are there."""
    stability = data.stability
    for roi in data.rois:
        label = data.labels[roi.id]
        row: list[Any] = [
            data.names[roi.image_id],
            roi.external_id,
            roi.level,
            _split(data, roi),
            data.images[roi.image_id].source,
            label.status,
            data.votes_of(roi),
            label.n,
            *_mean(label.quality, "quality", stability),
            *_mean(label.importance, "importance", stability),
        ]
        for name in DISTORTIONS:
            found = label.distortions.get(name)
            if found is None:
                row += [None] * (len(_VERDICT) + len(_MEAN))
                continue
            row += [int(found.present), found.non_existent, found.n, int(found.tie), int(found.thin)]
            row += stability.of_verdict(found) or ()
            row += _mean(found.severity, name, stability)
            if not found.present:
                row[-1] = SCALES[name].word(NON_EXISTENT)
        for counts in tally.counts_of(roi.id).values():
            row += [words(levels) for levels in counts.values()]
        yield (*row, roi.uid, roi.area, *roi.bbox)


def _split(data: ExportData, roi: RoiRecord) -> str:
    return data.split.get(roi.image_id, "")


def _mean(mean: MeanLabel | None, scale: str, stability: Stabilities) -> list[Any]:
    if mean is None:
        return [None] * len(_MEAN)
    return [
        *(mean.sum, mean.n, mean.mean, mean.sd, *(mean.ci95 or ()), int(bool(mean.overdispersed))),
        *(stability.of_mean(mean) or ()),
        *(mean.level, SCALES[scale].word(mean.level)),
    ]


def _write(writer: Writer) -> None:
    with writer.out.table("labels.csv", LABEL_HEADER) as table:
        rows = labels(writer.data, writer.tally)
        for row in writer.watched(rows, "labels", len(writer.data.rois)):
            table.add(row)


FORMAT: Final = ExportFormat(
    "csv",
    "CSV: every single vote",
    {
        "labels.csv": "one row per ROI with all numbers of its label",
        "votes_history.csv": "every rating ever given: older revisions, practice, withdrawn ROIs too",
    },
    _write,
    has_masks=False,
    has_history=True,
)
