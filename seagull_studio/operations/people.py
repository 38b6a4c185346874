"""What a lead does about people: who does not count, who is one person, who has nearly the same name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_db.database import backups
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact, transact_read
from annotation_db.errors import Refused
from annotation_db.rating import annotators, coverage, exclusion_targets, exclusions, merging
from annotation_db.rating.permissions import Action
from annotation_db.records import AnnotatorRecord, ExclusionKind, ExclusionRecord, MergeRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations.acting import allow


@dataclass(frozen=True, slots=True)
class ListedAnnotator:
    """An annotator, and what they have done."""

    person: AnnotatorRecord
    ratings: int
    """ROIs that they rated."""
    open: int
    """ROIs that are handed to them and not rated yet."""
    also: tuple[str, ...]
    """Other names of theirs, in the order in which they were merged."""


def listing(store: Store) -> tuple[ListedAnnotator, ...]:
    """All annotators, excluded ones too."""
    return transact_read(store, listed)


def listed(session: Session) -> tuple[ListedAnnotator, ...]:
    """The same within a transaction."""
    also: dict[int, tuple[str, ...]] = {}
    for merge in merging.standing(session):
        person = annotators.person(session, merge.kept.id)
        also[person] = (*also.get(person, ()), merge.other.name)
    return tuple(
        ListedAnnotator(person, rated, left, also.get(person.id, ()))
        for person, rated, left in coverage.per_annotator(session)
    )


def everybody(store: Store) -> tuple[AnnotatorRecord, ...]:
    """All annotators, without counting what they have done."""
    return transact_read(store, lambda session: tuple(annotators.list_all(session)))


def find(store: Store, name: str) -> AnnotatorRecord:
    """The annotator of this name; raises `NotFound` if there is none."""
    return transact_read(store, lambda session: annotators.find(session, name))


def like(store: Store, name: str) -> tuple[AnnotatorRecord, ...]:
    """The annotators whose name is nearly this one; none if somebody has this very name."""
    return transact_read(store, lambda session: tuple(annotators.like(session, name)))


def exclude(store: Store, kind: ExclusionKind, target: str, reason: str, who: str) -> ExclusionRecord:
    """Let an annotator (by name), a rating (by uid) or a ROI (by uid, or PICTURE#ID) not count.

    Parameters
    ----------
    kind : ExclusionKind
        What `target` is.
    target : str
        As above.
    reason : str
        Why; not empty.
    who : str
        Who does it, for the audit trail.

    Raises
    ------
    NotFound
        If there is no such thing.
    Refused
        If no reason is given, or it is excluded already.
    """
    allow(store, Action.PEOPLE)

    def work(session: Session) -> ExclusionRecord:
        return exclusions.exclude(
            session, kind, exclusion_targets.find(session, kind, target), reason=reason, who=who
        )

    return transact(store, work, who=who)


def readmit(store: Store, kind: ExclusionKind, target: str, who: str) -> ExclusionRecord:
    """Let it count again; raises as `exclude` does.

    Parameters
    ----------
    kind : ExclusionKind
        What `target` is.
    target : str
        As in `exclude`.
    who : str
        Who does it, for the audit trail.
    """
    allow(store, Action.PEOPLE)

    def work(session: Session) -> ExclusionRecord:
        lifted = exclusions.lift_of(session, kind, exclusion_targets.find(session, kind, target), who=who)
        if lifted is None:
            raise Refused(f"This {kind} is not excluded; there is nothing to readmit.")
        return lifted

    return transact(store, work, who=who)


def merge(
    store: Store,
    kept: str,
    other: str,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> MergeRecord:
    """Let the second of two names be the first one's too (see `annotation_db.rating.merging`).

    A backup is made before, of a project in a folder: a merge changes ratings that are there.

    Parameters
    ----------
    kept, other : str
        The name that stays the person's, and the one that becomes their second.
    who : str
        Who does it, for the audit trail.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    NotFound, Refused
        If there is no such annotator, or they cannot be merged; then no backup is made either.
    DiskError, ProjectError
        If no backup could be made, or the database is damaged; nothing was merged.
    Cancelled
        If `cancelled` said so; nothing was merged.
    """

    allow(store, Action.PEOPLE)

    def both(session: Session) -> tuple[int, int]:
        people = annotators.named(session, kept), annotators.named(session, other)
        merging.check(session, *people)
        return people[0].id, people[1].id

    kept_id, other_id = transact_read(store, both)
    backups.before(store, "merge", progress=progress, cancelled=cancelled)
    return transact(store, lambda session: merging.merge(session, kept_id, other_id, who=who), who=who)


def undo_merge(store: Store, other: str, who: str) -> MergeRecord:
    """Let a merged name be an annotator again."""
    allow(store, Action.PEOPLE)

    def work(session: Session) -> MergeRecord:
        return merging.undo(session, annotators.named(session, other).id, who=who)

    return transact(store, work, who=who)


def excluded(store: Store) -> tuple[tuple[ExclusionRecord, str], ...]:
    """What is excluded, oldest first, each with what it is called; the reasons are for leads to read."""
    allow(store, Action.PEOPLE)
    return transact_read(
        store,
        lambda session: tuple(
            (one, exclusion_targets.describe(session, one)) for one in exclusions.standing(session)
        ),
    )
