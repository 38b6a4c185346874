"""What a lead does with disputed ROIs: accept them, ask for more ratings, let something not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.labels.label_rules import label_roi, policy_named
from annotation_db.labels.label_stability import Stabilities
from annotation_db.pictures import images, rois
from annotation_db.rating import (
    acceptances,
    annotators,
    assignments,
    exclusions,
    messages,
    ratings,
    requests,
)
from annotation_db.rating.permissions import Action
from annotation_db.records import (
    AcceptanceRecord,
    ExclusionKind,
    ExclusionRecord,
    ImageRecord,
    RatingRecord,
    RoiLabel,
    RoiRecord,
)
from seagull_studio.operations.acting import allow

_PORTION: Final = 5_000
"""ROIs of one statement: databases limit the number of parameters."""
_RULES: Final = policy_named("paper", min_raters=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One ROI with everything that is said of it."""

    roi: RoiRecord
    image: ImageRecord
    ratings: tuple[RatingRecord, ...]
    """Everybody's newest, those that do not count too."""
    counting: frozenset[int]
    """Ids of those that count."""
    names: Mapping[int, str]
    """Annotator id -> name."""
    uids: Mapping[str, str]
    """Annotator's name -> uid."""
    label: RoiLabel
    """By the paper's rules, of the counting ratings, however few."""
    stability: Mapping[str, float | None]
    """At 14 raters, of each scale's label; empty without a counting rating."""
    acceptance: AcceptanceRecord | None


def case(store: Store, roi_id: int) -> Case:
    """Read one ROI.

    Raises
    ------
    NotFound
        If there is no such ROI.
    """
    allow(store, Action.REVIEW)

    def work(s: Session) -> Case:
        roi = rois.get(s, roi_id)
        given, counting = ratings.on_roi(s, roi_id)
        label = label_roi([one for one in given if one.id in counting], _RULES, roi_id=roi_id)
        everybody = annotators.list_all(s)
        names = {one.id: one.name for one in everybody}
        uids = {one.name: one.uid for one in everybody}
        accepted = acceptances.standing(s).get(roi_id)
        image = images.get(s, roi.image_id)
        return Case(roi, image, tuple(given), counting, names, uids, label, _stability(label), accepted)

    return transact_read(store, work)


def accept(store: Store, roi_id: int, note: str, who: str) -> AcceptanceRecord:
    """Take the label of a ROI as it is; raises as `acceptances.accept`.

    Parameters
    ----------
    roi_id : int
        Which ROI.
    note : str
        Why it is good enough.
    who : str
        Who does it, for the audit trail.
    """
    allow(store, Action.PEOPLE)
    return transact(store, lambda s: acceptances.accept(s, roi_id, note=note, who=who), who=who)


def unaccept(store: Store, roi_id: int, who: str) -> AcceptanceRecord:
    """Let an accepted ROI be disputed again.

    Raises
    ------
    Refused
        If it is not accepted.
    """
    allow(store, Action.PEOPLE)
    lifted = transact(store, lambda s: acceptances.lift_of(s, roi_id, who=who), who=who)
    if lifted is None:
        raise Refused("This ROI is not accepted; there is nothing to lift.")
    return lifted


def ask_for_more(store: Store, roi_ids: Sequence[int], n: int, who: str) -> int:
    """Ask for `n` ratings more of each of these ROIs; raises as `assignments.ask_for_more`.

    Parameters
    ----------
    roi_ids : sequence of int
        Which ROIs.
    n : int
        How many each, at least 1.
    who : str
        Who does it, for the audit trail.

    Returns
    -------
    int
        How many ratings that are. Of very many ROIs it is several requests in the audit trail.
    """

    allow(store, Action.ASSIGN)

    def work(s: Session) -> None:
        for start in range(0, len(roi_ids), _PORTION):
            assignments.ask_for_more(s, roi_ids[start : start + _PORTION], n, who)

    transact(store, work, who=who)
    return n * len(roi_ids)


def ask_these(store: Store, roi_id: int, n: int, names: Sequence[str], who: str) -> int:
    """Ask for `n` ratings more of a ROI, of these annotators first: those with the least to rate get it.

    Who has rated the ROI, or is to rate it already, is passed over; what is not handed to anybody is open to
    everybody.

    Parameters
    ----------
    roi_id : int
        Which ROI.
    n : int
        How many, at least 1.
    names : sequence of str
        Of annotators.
    who : str
        Who does it, for the audit trail.

    Returns
    -------
    int
        How many were handed to them.

    Raises
    ------
    NotFound, Refused
        As `assignments.ask_for_more` and `assignments.assign`.
    """
    allow(store, Action.ASSIGN)

    def work(s: Session) -> int:
        assignments.ask_for_more(s, [roi_id], n, who)
        people = [annotators.find(s, name).id for name in names]
        chosen = [one for one in requests.least_loaded(s, people) if not requests.has_place(s, roi_id, one)][
            :n
        ]
        if not chosen:
            return 0
        return assignments.assign(s, annotators=chosen, rois=[roi_id], who=who).assigned

    return transact(store, work, who=who)


def send_back(store: Store, roi_id: int, reason: str, who: str) -> str:
    """Withdraw a ROI because its mask is to be marked anew, and tell whoever marked it.

    Parameters
    ----------
    roi_id : int
        Which ROI.
    reason : str
        What is wrong with it; not empty.
    who : str
        Who does it, for the audit trail.

    Returns
    -------
    str
        The name of whoever is told; "" where nobody of the project marked it, or nobody who sits down.

    Raises
    ------
    NotFound, Refused
        As `exclusions.exclude`.
    """
    allow(store, Action.PEOPLE)

    def work(s: Session) -> str:
        exclusions.exclude(s, "roi", roi_id, reason=reason, who=who)
        roi = rois.get(s, roi_id)
        marked_by = annotators.by_name(s).get(roi.created_by)
        person = None if marked_by is None else annotators.get(s, marked_by)
        if person is None or person.simulated or person.name == who:
            return ""
        picture = images.get(s, roi.image_id).path
        text = f"ROI {roi.external_id} of {picture} is to be marked anew: {reason.strip()}"
        messages.write(s, person.id, text, who)
        return person.name

    return transact(store, work, who=who)


def exclude(store: Store, kind: ExclusionKind, target_id: int, reason: str, who: str) -> ExclusionRecord:
    """Let a rating, a ROI or an annotator, by its id, not count; raises as `exclusions.exclude`.

    Parameters
    ----------
    kind : ExclusionKind
        What `target_id` is of.
    target_id : int
        Its id.
    reason : str
        Why; not empty.
    who : str
        Who does it, for the audit trail.
    """
    allow(store, Action.PEOPLE)
    return transact(store, lambda s: exclusions.exclude(s, kind, target_id, reason=reason, who=who), who=who)


def readmit(store: Store, kind: ExclusionKind, target_id: int, who: str) -> ExclusionRecord:
    """Let it count again.

    Parameters
    ----------
    kind : ExclusionKind
        What `target_id` is of.
    target_id : int
        Its id.
    who : str
        Who does it, for the audit trail.

    Raises
    ------
    Refused
        If it is not excluded.
    """
    allow(store, Action.PEOPLE)
    lifted = transact(store, lambda s: exclusions.lift_of(s, kind, target_id, who=who), who=who)
    if lifted is None:
        raise Refused(f"This {kind} is not excluded; there is nothing to readmit.")
    return lifted


def _stability(label: RoiLabel) -> dict[str, float | None]:
    looked = Stabilities([label], _RULES)
    found = {name: looked.of_verdict(one) for name, one in label.distortions.items()}
    for name, mean in (("quality", label.quality), ("importance", label.importance)):
        if mean is not None:
            found[name] = looked.of_mean(mean)
    return {name: None if one is None else one.at_14 for name, one in found.items()}
