"""What it means that a rating was assisted: which votes a suggestion may have touched.

A vote is *unassisted* if it was given before its annotator saw any prediction for that ROI: nothing
was shown ("none", "control"), or it was revealed only after this first revision ("revealed").
Revisions only ever add to what was seen, so an annotator's unassisted revisions of a ROI come
first, and the last of them is what they thought on their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from annotation_db.errors import Refused
from annotation_db.records import Outcome, PrefillMode, RatingRecord
from annotation_db.scales import SCALE_NAMES, Votes
from annotation_db.schema import Exclusion, Rating

_BY_STRENGTH: Final = ("none", "control", "revealed", "shown")
OUTCOMES: Final = ("given", "confirmed", "changed")


class Seen(NamedTuple):
    """What an annotator has seen of a prediction for one ROI."""

    prefill: PrefillMode = "none"
    prediction_id: int | None = None


def most(before: Seen, now: Seen) -> Seen:
    """What was seen in all, after a new revision: an assisted rating stays assisted.

    Raises
    ------
    Refused
        If there is no such way of showing a prediction.
    """
    if now.prefill not in _BY_STRENGTH:
        raise Refused(f"A pre-fill is one of {', '.join(_BY_STRENGTH)}, not {now.prefill!r}.")
    stronger = _BY_STRENGTH.index(now.prefill) > _BY_STRENGTH.index(before.prefill)
    return now if stronger else before


def checked_outcomes(outcomes: Sequence[Outcome | None] | None) -> list[Outcome | None] | None:
    """Outcomes as they are stored.

    Raises
    ------
    Refused
        If there are not eight, or one is unknown.
    """
    if outcomes is None:
        return None
    unknown = [word for word in outcomes if word is not None and word not in OUTCOMES]
    if len(outcomes) != len(SCALE_NAMES) or unknown:
        raise Refused(
            f"A rating has eight outcomes, each {', '.join(OUTCOMES)} or none; this one has {len(outcomes)}"
            + (f" and says {unknown[0]!r}." if unknown else ".")
        )
    return list(outcomes)


def outcomes_of(votes: Votes, suggested: Sequence[int | None]) -> list[Outcome]:
    """What became of each suggested vote, read off the votes themselves."""
    return [_outcome(vote, said) for vote, said in zip(votes, suggested, strict=True)]


def _outcome(vote: int, said: int | None) -> Outcome:
    if said is None:
        return "given"
    return "confirmed" if vote == said else "changed"


def is_unassisted() -> ColumnElement[bool]:
    """SQL: `records.RatingRecord.unassisted`."""
    return _unassisted(Rating)


def own_opinion(revisions: Sequence[RatingRecord]) -> RatingRecord | None:
    """What an annotator thought of a ROI on their own, if that counts: the one rule, as `is_own_opinion`.

    It is their last unassisted revision. It does not count where their latest revision is excluded, and
    nothing comes in place of it where it is excluded itself: what was corrected never comes back.

    Parameters
    ----------
    revisions : sequence of RatingRecord
        All of one annotator, ROI and kind, oldest first.
    """
    own = [rating for rating in revisions if rating.unassisted]
    if not own or own[-1].excluded or revisions[-1].excluded:
        return None
    return own[-1]


def is_own_opinion() -> ColumnElement[bool]:
    """SQL: an annotator's last unassisted revision, their latest one not excluded; see `own_opinion`.

    That it is not excluded itself is asked apart, as of all ratings that count.
    """
    dropped = select(Exclusion.target_id).where(Exclusion.kind == "rating", Exclusion.lifted_at.is_(None))
    later, latest, last = aliased(Rating), aliased(Rating), aliased(Rating)
    superseded = exists().where(_after(later, Rating), _unassisted(later))
    latest_dropped = exists().where(
        _after(latest, Rating), latest.id.in_(dropped), ~exists().where(_after(last, latest))
    )
    return and_(is_unassisted(), ~superseded, ~latest_dropped)


def _after(later: type[Rating], rating: type[Rating]) -> ColumnElement[bool]:
    return and_(
        later.roi_id == rating.roi_id,
        later.annotator_id == rating.annotator_id,
        later.kind == rating.kind,
        later.revision > rating.revision,
    )


def _unassisted(rating: type[Rating]) -> ColumnElement[bool]:
    return or_(
        rating.prefill.in_(("none", "control")), and_(rating.prefill == "revealed", rating.revision == 1)
    )
