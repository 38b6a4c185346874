"""What a panel of people, and a perfect model, reach on the very ROIs of an evaluation.

The arithmetic is `annotation_db.agreement.panels`; here counts of votes become the columns that it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from annotation_db.agreement.panels import DRAWS, panels
from annotation_db.agreement.report_json import panel_as_json
from annotation_db.agreement.resampling import image_counts
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from annotation_db.vocabulary.scales import SCALE_NAMES
from model.evaluation.label_file import LabelledRoi


def panel(
    rois: Sequence[LabelledRoi],
    *,
    bootstrap: int,
    seed: int,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> dict[str, Any]:
    """Half panels, whole panels and what is attainable, on each scale (`report_json.panel_as_json`).

    Parameters
    ----------
    rois : sequence of LabelledRoi
        Those without counts of votes, or with one vote, are left out.
    """
    told = [roi for roi in rois if roi.counts is not None and sum(roi.counts[SCALE_NAMES[0]]) > 1]
    columns = _columns(told)
    images = image_counts(len(columns.image_ids), bootstrap, seed)
    found = panels(columns, images, seed=seed, progress=progress, cancelled=cancelled)
    return {
        "rois": len(told),
        "draws": DRAWS,
        "seed": seed,
        "scales": {scale: panel_as_json(one) for scale, one in found.items()},
    }


def _columns(rois: Sequence[LabelledRoi]) -> VoteColumns:
    """Votes as if people had given them, one scale beside the other.

    Who gave which vote on two scales is not told by counts, and on one scale makes no difference: half of
    the votes is drawn, whosever they are.
    """
    votes = [
        np.stack(
            [np.repeat(np.arange(len(counts)), counts) for counts in (roi.counts[s] for s in SCALE_NAMES)],
            axis=1,
        )
        for roi in rois
        if roi.counts is not None
    ]
    sizes = [len(rows) for rows in votes]
    names, image_of_roi = np.unique(np.array([roi.img for roi in rois], dtype=np.str_), return_inverse=True)
    n = sum(sizes)
    return VoteColumns(
        votes=np.concatenate([np.empty((0, len(SCALE_NAMES)), dtype=np.int8), *votes]).astype(np.int8),
        roi=np.repeat(np.arange(len(rois)), sizes).astype(np.int64),
        annotator=np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(size) for size in sizes)]),
        image_of_roi=image_of_roi.astype(np.int64),
        seconds=np.full(n, np.nan),
        at=np.zeros(n, dtype=np.int64),
        roi_ids=np.arange(len(rois)),
        annotator_ids=np.arange(max(sizes, default=0)),
        image_ids=np.arange(len(names)),
    )
