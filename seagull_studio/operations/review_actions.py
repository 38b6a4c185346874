"""What a lead does with disputed ROIs: accept them, ask for more ratings, let something not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Roi
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.labels.label_rules import label_roi, policy_named
from annotation_db.labels.label_stability import Stabilities
from annotation_db.labels.more_raters import LeftOut, left_out
from annotation_db.labels.spared_images import spared_images
from annotation_db.names import normalised
from annotation_db.pictures import images, rois
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.rating import (
    acceptances,
    annotators,
    assignments,
    exclusions,
    messages,
    permissions,
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


@dataclass(frozen=True, slots=True)
class AskedMore:
    """What became of a plan by the time it was carried out, in ROIs."""

    asked: int
    """Of these more ratings were asked for."""
    in_test: int
    """Left out because they lie on test images."""
    accepted: int
    """Left out because a lead took them as they are."""
    waiting: int
    """Left out because ratings that were asked for are still to come."""
    withdrawn: int
    """Left out because nobody can rate them."""


def ask_for_more(store: Store, roi_ids: Sequence[int], n: int, who: str) -> AskedMore:
    """Ask for `n` ratings more of each of the ROIs of a plan, which may be of a while ago.

    What has meanwhile come onto a test image, been accepted, withdrawn or asked for is left out. Raises as
    `assignments.ask_for_more`.

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
    AskedMore
        Of how many ROIs. Of very many it is several requests in the audit trail.
    """
    allow(store, Action.ASSIGN)

    def work(s: Session) -> AskedMore:
        accepted, waiting = acceptances.standing(s), requests.waiting(s)
        in_test, withdrawn = _on_test_images(s, roi_ids), _withdrawn(s, roi_ids)
        left: Counter[LeftOut] = Counter()
        chosen: list[int] = []
        there = [roi_id for roi_id in roi_ids if roi_id not in withdrawn]
        for roi_id in there:
            why = left_out(
                in_test=roi_id in in_test, accepted=roi_id in accepted, waiting=waiting.get(roi_id, 0)
            )
            if why is None:
                chosen.append(roi_id)
            else:
                left[why] += 1
        for start in range(0, len(chosen), _PORTION):
            assignments.ask_for_more(s, chosen[start : start + _PORTION], n, who)
        return AskedMore(
            len(chosen), left["test"], left["accepted"], left["waiting"], len(roi_ids) - len(there)
        )

    return transact(store, work, who=who)


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
        As `marking.withdraw`.
    """

    def work(s: Session) -> str:
        permissions.require_for_roi(s, rois.get(s, roi_id).created_by)
        exclusions.exclude(s, "roi", roi_id, reason=reason, who=who)
        roi = rois.get(s, roi_id)
        marked_by = annotators.by_name(s).get(normalised(roi.created_by))
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


def _on_test_images(s: Session, roi_ids: Sequence[int]) -> set[int]:
    there = spared_images(s)
    found: set[int] = set()
    for start in range(0, len(roi_ids), _PORTION):
        of = select(Roi.id, Roi.image_id).where(Roi.id.in_(roi_ids[start : start + _PORTION]))
        found |= {roi_id for roi_id, image_id in s.execute(of) if image_id in there}
    return found


def _withdrawn(s: Session, roi_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(roi_ids), _PORTION):
        of = select(Roi.id).where(Roi.id.in_(roi_ids[start : start + _PORTION]), is_withdrawn())
        found.update(s.scalars(of))
    return found


def _stability(label: RoiLabel) -> dict[str, float | None]:
    looked = Stabilities([label], _RULES)
    found = {name: looked.of_verdict(one) for name, one in label.distortions.items()}
    for name, mean in (("quality", label.quality), ("importance", label.importance)):
        if mean is not None:
            found[name] = looked.of_mean(mean)
    return {name: None if one is None else one.at_14 for name, one in found.items()}
