"""The pre-fill: what the project shows of predictions, and which ROIs are drawn to stay without.

The control share is drawn for each annotator and ROI from the annotator's stored seed, by a hash of
its own: it depends neither on the order of the queue nor on who rated before, so that what is
shown and what is withheld differ by nothing but the suggestion.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import isfinite
from typing import Any, cast

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from annotation_db.database import audit, plain_rows
from annotation_db.database.plain_rows import PlainRows
from annotation_db.database.schema import Annotator, Prediction, Project, Roi
from annotation_db.errors import NotFound, Refused
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import Policy, Prefill, PrefillPolicy
from annotation_db.predictions.prediction_rows import prediction_record
from annotation_db.rating.places import is_rated_by
from annotation_db.rating.ratings import latest_of
from annotation_db.records import PrefillMode
from annotation_db.settings import PREFILL_POLICIES, check_prefill_model
from annotation_db.vocabulary.scales import SCALE_NAMES

POLICIES: tuple[Policy, ...] = PREFILL_POLICIES


def is_control(order_seed: int, roi_uid: str, share: float) -> bool:
    """Whether a ROI stays without a suggestion for the annotator of this seed.

    The hash of both, as a number spread evenly over 0 .. 2**64 - 1, is compared with ``share *
    2**64``: the same answer always and everywhere, with the probability `share`, and whoever
    is a control at one share is one at every larger share.

    Parameters
    ----------
    order_seed : int
        The annotator's own.
    roi_uid : str
        The ROI's, which it keeps in every copy of the project.
    share : float
        0 (nobody) .. 1 (everybody).
    """
    digest = blake2b(f"{order_seed}/{roi_uid}".encode(), digest_size=8, person=b"control").digest()
    return int.from_bytes(digest, "big") < share * 2.0**64


def policy(s: Session) -> PrefillPolicy:
    """What the project shows of predictions."""
    return _standing(s)


def set_policy(
    s: Session,
    who: str,
    *,
    policy: Policy | None = None,
    predictor_id: int | None = None,
    share: float | None = None,
) -> PrefillPolicy:
    """Change what the project shows of predictions; None leaves something as it is.

    Parameters
    ----------
    policy : {"off", "prefill", "reveal"}, optional
        Whether suggestions are shown, and when.
    predictor_id : int, optional
        `AnnotatorRecord.order_seed` of the annotator.
    share : float, optional
        Control share, 0..1. Without controls the pull of the suggestions cannot be measured.

    Raises
    ------
    NotFound
        If there is no such model.
    Refused
        If the policy is unknown, the share is none, or there is no model to show predictions of.
    """
    row = s.get_one(Project, 1)
    changed: dict[str, Any] = {}
    if predictor_id is not None:
        changed["predictor"] = predictions.get_predictor(s, predictor_id).name
        row.prefill_predictor_id = predictor_id
    if share is not None:
        if not isfinite(share) or not 0 <= share <= 1:
            raise Refused(f"The control share is a number from 0 to 1, not {share!r}.")
        row.control_share = changed["control_share"] = float(share)
    if policy is not None:
        if policy not in POLICIES:
            raise Refused(f"The pre-fill policy is one of {', '.join(POLICIES)}, not {policy!r}.")
        row.prefill_policy = changed["policy"] = policy
    check_prefill_model(row.prefill_policy, row.prefill_predictor_id)
    s.flush()
    if changed:
        audit.record(s, who, "prefill.policy", "project", changed)
    return _standing(s)


def decide(s: Session, annotator_id: int, roi_id: int) -> Prefill:
    """What an annotator is to see for a ROI; asking changes nothing and always gives the same answer.

    A ROI that they have rated before is shown as it was then. Where the model said nothing that can
    be read, there is nothing to show, for controls as for everybody else.

    Raises
    ------
    NotFound
        If there is no such annotator or ROI.
    """
    (seen,) = decide_all(s, annotator_id, [roi_id])
    return seen


_PREDICTIONS = PlainRows(Prediction)
_FACTS = (
    select(
        Project.prefill_policy,
        Project.control_share,
        Annotator.order_seed,
        Roi.id,
        Roi.uid,
        is_rated_by(Annotator.id.expression),
        *_PREDICTIONS.columns,
    )
    .select_from(Project)
    .join(Annotator, Annotator.id == bindparam("annotator"))
    .join(Roi, Roi.id.in_(bindparam("rois", expanding=True)))
    .outerjoin(
        Prediction,
        and_(Prediction.roi_id == Roi.id, Prediction.predictor_id == Project.prefill_predictor_id),
    )
)


def decide_all(s: Session, annotator_id: int, roi_ids: Sequence[int]) -> list[Prefill]:
    """As `decide`, for several ROIs, in their order."""
    given = {"annotator": annotator_id, "rois": list(roi_ids)}
    found = {row[3]: row for row in plain_rows.run(s, _FACTS, given)}
    rated = [roi_id for roi_id, row in found.items() if row[5]]
    before = latest_of(s, rated, annotator_id) if rated else {}  # of ROIs that are ahead, none
    seen = []
    for roi_id in roi_ids:
        if roi_id not in found:
            raise NotFound(f"There is no annotator number {annotator_id}, or no ROI number {roi_id}.")
        if roi_id in before:
            seen.append(_as_it_was(s, before[roi_id].prefill, before[roi_id].prediction_id))
            continue
        shown, share, seed, _, uid, _, *values = found[roi_id]
        row = _PREDICTIONS.made(values)
        if shown == "off" or row.id is None or all(getattr(row, name) is None for name in SCALE_NAMES):
            seen.append(Prefill("none"))
        elif shown == "reveal":
            seen.append(Prefill("revealed", prediction_record(row), row.id))
        elif is_control(seed, uid, share):
            seen.append(Prefill("control", None, row.id))
        else:
            seen.append(Prefill("shown", prediction_record(row), row.id))
    return seen


def _as_it_was(s: Session, mode: PrefillMode, prediction_id: int | None) -> Prefill:
    if prediction_id is None or mode in ("none", "control"):
        return Prefill(mode, None, prediction_id)
    return Prefill(mode, predictions.get_many(s, [prediction_id]).get(prediction_id), prediction_id)


def _standing(s: Session) -> PrefillPolicy:
    row = s.get_one(Project, 1)
    chosen = row.prefill_predictor_id
    return PrefillPolicy(
        policy=cast(Policy, row.prefill_policy),
        predictor=None if chosen is None else predictions.get_predictor(s, chosen),
        control_share=row.control_share,
    )
