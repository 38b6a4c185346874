"""A label run as the Project page shows it."""

from __future__ import annotations

from annotation_db.labels.label_counts import LabelCounts
from annotation_db.records import LabelRunRecord
from seagull_studio.state.project_view import LabelSummary


def summary(run: LabelRunRecord, counts: LabelCounts) -> LabelSummary:
    """What a label run gave, as the page shows it."""

    def levels(found: tuple[int, ...]) -> tuple[int, int, int, int, int]:
        return found[0], found[1], found[2], found[3], found[4]

    return LabelSummary(
        run.policy.name,
        run.policy.min_raters,
        f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
        run.labelled,
        run.insufficient,
        levels(counts.quality),
        levels(counts.importance),
        counts.present,
        counts.ties,
        counts.thin,
    )
