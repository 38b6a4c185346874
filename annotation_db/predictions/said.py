"""What one model says of ROIs, as a table of numbers beside the votes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Prediction
from annotation_db.vocabulary.scales import SCALE_NAMES


def said(s: Session, predictor_id: int, roi_ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Levels in the order of `scales.SCALE_NAMES`, shape (R, 8); a score where the model gave one.

    Parameters
    ----------
    roi_ids : ndarray of int, shape (R,)

    Returns
    -------
    ndarray of float64, shape (R, 8)
        NaN where the model said nothing, or nothing that could be read.
    """
    place = {roi_id: at for at, roi_id in enumerate(roi_ids.tolist())}
    found = np.full((len(place), len(SCALE_NAMES)), np.nan)
    levels = [getattr(Prediction, scale) for scale in SCALE_NAMES]
    columns = (Prediction.roi_id, *levels, Prediction.quality_score, Prediction.importance_score)
    for row in s.execute(select(*columns).where(Prediction.predictor_id == predictor_id)):
        at = place.get(row[0])
        if at is None:
            continue
        found[at] = [np.nan if level is None else level for level in row[1:-2]]
        for scale, score in zip(("quality", "importance"), row[-2:], strict=True):
            if score is not None:
                found[at, SCALE_NAMES.index(scale)] = score
    return found
