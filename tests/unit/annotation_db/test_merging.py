"""Two annotators who are one person: one rater afterwards, nothing lost, all as it was when undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from annotation_db.database import audit, content_hash
from annotation_db.database.schema import AnnotatorMerge, MergedRating, Place, Rating
from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.labels import labels
from annotation_db.rating import annotators, assignments, coverage, exclusions, merging, places, ratings
from annotation_db.records import NewRating
from annotation_db.safety import journal_check
from tests.unit.annotation_db.conftest import Filled

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def give(s: Any, roi: int, person: int, quality: int, *, at: int, **more: Any) -> Any:
    votes = (5, 5, 5, 5, 5, 5, quality, 0)
    when = DAY + timedelta(hours=at)
    return ratings.submit(
        s, NewRating(roi_id=roi, annotator_id=person, votes=votes, submitted_at=when, **more)
    )


def everything(store: Store) -> tuple[Any, ...]:
    """All that undoing must bring back: ratings, places without their moments, who is there."""
    with store.read() as s:
        rated = s.execute(select(Rating.__table__).order_by(Rating.id)).all()
        columns = (Place.roi_id, Place.annotator_id, Place.state)
        held = sorted((row[0], row[1] or 0, row[2]) for row in s.execute(select(*columns)))
        return rated, held, [one.name for one in annotators.list_all(s)]


def all_hashes_hold(store: Store) -> bool:
    with store.read() as s:
        return all(row.content_hash == content_hash.of_row(row) for row in s.scalars(select(Rating)))


def test_the_newest_vote_of_the_person_counts_and_undoing_brings_all_back(any_filled: Filled) -> None:
    store, (first, second, third, *_) = any_filled.store, any_filled.rois
    kept, other, third_person = any_filled.annotators[:3]
    with store.write("lead") as s:
        give(s, first.id, kept.id, 1, at=1)
        mid = give(s, first.id, other.id, 3, at=2)
        give(s, first.id, kept.id, 2, at=3)
        give(s, second.id, kept.id, 4, at=1)
        newest = give(s, second.id, other.id, 0, at=5)
        alone = give(s, third.id, other.id, 2, at=1)
        give(s, first.id, third_person.id, 4, at=1)
    before = everything(store)
    with store.write("lead") as s:
        done = merging.merge(s, kept.id, other.id, who="lead")
        assert (done.kept.name, done.other.name, done.shared) == (kept.name, other.name, 2)
        assert audit.list_all(s)[0].action == "annotator.merge"
    assert all_hashes_hold(store)
    with store.read() as s:
        told = {
            roi.id: [r.votes.quality for r in ratings.history(s, roi.id, kept.id)] for roi in (first, second)
        }
        assert told == {first.id: [1, 3, 2], second.id: [4, 0]}
        assert [r.revision for r in ratings.history(s, first.id, kept.id)] == [1, 2, 3]
        assert ratings.history(s, first.id, other.id) == []
        assert {r.uid for r in ratings.of_annotator(s, kept.id)} >= {newest.uid, alone.uid}
        counted = labels.compute(s, labels.policy_named("paper", min_raters=1))
        n = {label.roi_id: (label.n, label.quality and label.quality.sum) for label in counted}
        assert (n[first.id], n[second.id], n[third.id]) == ((2, 6), (1, 0), (1, 2))
        assert other.name not in [one.name for one in annotators.list_all(s)]
        assert annotators.find(s, other.name).id == kept.id
        assert coverage.coverage(s).ratings == 4
        assert mid.uid in {r.uid for r in ratings.get_many(s, [mid.id]).values()}
        assert [one.other.id for one in merging.standing(s)] == [other.id]
    with store.write("lead") as s:
        merging.undo(s, other.id, who="lead")
        assert audit.list_all(s)[0].action == "annotator.unmerge"
        assert merging.standing(s) == []
    assert everything(store) == before and all_hashes_hold(store)
    with store.read() as s:
        assert s.scalars(select(AnnotatorMerge.undone_by)).one() == "lead"
        assert s.scalars(select(MergedRating)).first() is not None, "what was done stays on record"


def test_what_is_rated_under_the_second_name_is_the_persons(any_filled: Filled) -> None:
    store, kept, other = any_filled.store, *any_filled.annotators[:2]
    roi = any_filled.rois[0].id
    with store.write("lead") as s:
        give(s, roi, other.id, 3, at=1)
        merging.merge(s, kept.id, other.id, who="lead")
    with store.write("x") as s:  # a window in which the second name is still signed in
        uid = "a" * 32
        stored = give(s, roi, other.id, 1, at=2, uid=uid)
        assert (stored.annotator_id, stored.revision) == (kept.id, 2)
        assert give(s, roi, other.id, 1, at=2, uid=uid).id == stored.id, "said twice, stored once"
    with store.write("lead") as s:
        merging.undo(s, other.id, who="lead")
        assert [r.votes.quality for r in ratings.history(s, roi, other.id)] == [3]
        later = ratings.history(s, roi, kept.id)
        assert [(r.votes.quality, r.revision) for r in later] == [(1, 1)]
    assert all_hashes_hold(store)


def test_the_places_follow(any_filled: Filled) -> None:
    store, kept, other = any_filled.store, *any_filled.annotators[:2]
    roi = any_filled.rois[0].id
    with store.write("lead") as s:
        give(s, roi, kept.id, 1, at=1)
        give(s, roi, other.id, 1, at=1)
        assignments.assign(s, raters=2, annotators=[other.id, any_filled.annotators[2].id], who="lead")
    before = everything(store)
    with store.write("lead") as s:
        merging.merge(s, kept.id, other.id, who="lead")
        held = s.execute(select(Place.roi_id, Place.state).where(Place.annotator_id == kept.id)).all()
        assert len(held) == len(any_filled.rois) and (roi, "rated") in held
        assert s.scalar(select(Place.id).where(Place.annotator_id == other.id)) is None
        free = s.scalars(select(Place.state).where(Place.roi_id == roi, Place.state == "free")).all()
        assert free, "one more rater is wanted where the two had rated"
        merging.undo(s, other.id, who="lead")
    assert everything(store) == before


def test_what_was_seen_once_was_seen(any_filled: Filled) -> None:
    store, kept, other = any_filled.store, *any_filled.annotators[:2]
    roi = any_filled.rois[0].id
    with store.write("lead") as s:
        give(s, roi, other.id, 3, at=1, prefill="shown")
        own = give(s, roi, kept.id, 1, at=2)
    before = everything(store)
    with store.write("lead") as s:
        merging.merge(s, kept.id, other.id, who="lead")
        assert not ratings.get_many(s, [own.id])[own.id].unassisted
        merging.undo(s, other.id, who="lead")
    assert everything(store) == before


def test_merges_are_undone_newest_first_and_names_follow_through(any_filled: Filled) -> None:
    store, (one, two, three) = any_filled.store, any_filled.annotators[:3]
    roi = any_filled.rois[0].id
    with store.write("lead") as s:
        for at, person in enumerate((one, two, three)):
            give(s, roi, person.id, at, at=at)
    before = everything(store)
    with store.write("lead") as s:
        merging.merge(s, two.id, three.id, who="lead")
        merging.merge(s, one.id, two.id, who="lead")
        assert annotators.find(s, three.name).id == one.id
        assert [r.votes.quality for r in ratings.history(s, roi, one.id)] == [0, 1, 2]
        with pytest.raises(Refused, match=f"undo first the merge of {two.name}"):
            merging.undo(s, three.id, who="lead")
        merging.undo(s, two.id, who="lead")
        merging.undo(s, three.id, who="lead")
    assert everything(store) == before


def test_what_cannot_be_merged(filled: Filled) -> None:
    one, two, three = filled.annotators[:3]
    with filled.store.write("lead") as s:
        made = annotators.add(s, "robot", simulated=True, who="lead")
        for kept, other, said in (
            (one.id, one.id, "one annotator already"),
            (one.id, made.id, "one is simulated"),
        ):
            with pytest.raises(Refused, match=said):
                merging.merge(s, kept, other, who="lead")
        exclusions.exclude(s, "annotator", three.id, reason="asleep", who="lead")
        with pytest.raises(Refused, match="is excluded and"):
            merging.merge(s, one.id, three.id, who="lead")
        merging.merge(s, one.id, two.id, who="lead")
        with pytest.raises(Refused, match=f"{two.name} is merged with {one.name} already"):
            merging.merge(s, two.id, made.id, who="lead")
        with pytest.raises(Refused, match="nothing to undo"):
            merging.undo(s, one.id, who="lead")
        exclusions.exclude(s, "annotator", one.id, reason="reversed", who="lead")
        with pytest.raises(Refused, match="excluded or readmitted since"):
            merging.undo(s, two.id, who="lead")


def test_journals_know_a_merged_name(filled: Filled) -> None:
    one, two = filled.annotators[:2]
    with filled.store.write("lead") as s:
        give(s, filled.rois[0].id, two.id, 3, at=1)
    with filled.store.write("lead") as s:
        merging.merge(s, one.id, two.id, who="lead")
    state = journal_check.look(filled.store)
    assert (state.missing, state.differing) == ((), ())


def test_a_merged_name_claims_nothing_of_its_own(filled: Filled) -> None:
    one, two = filled.annotators[:2]
    with filled.store.write("lead") as s:
        places.claim(s, filled.rois[0].id, two.id)
        merging.merge(s, one.id, two.id, who="lead")
        held = s.execute(select(Place.annotator_id).where(Place.state == "claimed")).scalars().all()
        assert held == [one.id]
