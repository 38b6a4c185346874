"""What it means that a rating was assisted: which votes a suggestion may have touched.

A vote is *unassisted* if it was given before its annotator saw any prediction for that ROI: nothing
was shown ("none", "control"), or it was revealed only after this first revision ("revealed").
Revisions only ever add to what was seen, so an annotator's unassisted revisions of a ROI come
first, and the last of them is what they thought on their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from annotation_db.database.schema import Rating
from annotation_db.database.standing import set_apart
from annotation_db.errors import Refused
from annotation_db.records import Outcome, PrefillMode
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

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
        If there is not one for each scale, or one is unknown.
    """
    if outcomes is None:
        return None
    unknown = [word for word in outcomes if word is not None and word not in OUTCOMES]
    if len(outcomes) != len(SCALE_NAMES) or unknown:
        raise Refused(
            f"A rating has {len(SCALE_NAMES)} outcomes, each {', '.join(OUTCOMES)} or none; this one has "
            f"{len(outcomes)}" + (f" and says {unknown[0]!r}." if unknown else ".")
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


def is_own_opinion() -> ColumnElement[bool]:
    """SQL: an annotator's last unassisted revision, neither it nor one after it excluded.

    The only place where it is said which vote stands for an annotator when assisted ones are left out: an
    older one never comes in for one that was excluded, here as among all votes.
    """
    later = aliased(Rating)
    same = and_(
        later.roi_id == Rating.roi_id,
        later.annotator_id == Rating.annotator_id,
        later.kind == Rating.kind,
        later.revision >= Rating.revision,
    )
    dropped = set_apart("rating")
    return and_(
        is_unassisted(),
        ~exists().where(
            same,
            or_(and_(later.revision > Rating.revision, _unassisted(later)), later.id.in_(dropped)),
        ),
    )


def _unassisted(rating: type[Rating]) -> ColumnElement[bool]:
    return or_(
        rating.prefill.in_(("none", "control")), and_(rating.prefill == "revealed", rating.revision == 1)
    )
