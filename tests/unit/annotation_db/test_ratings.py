"""Ratings: revisions, which of them count, and what is refused."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from annotation_db.database.schema import Place, Rating
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import exclusions, places, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled

VOTES = Votes(0, 1, 2, 3, 4, 5, 4, 0)


def test_a_rating_is_kept_with_all_its_facts(any_filled: Filled) -> None:
    roi, ada = any_filled.rois[0], any_filled.annotators[0]
    shown = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    with any_filled.store.write() as s:
        made = ratings.submit(
            s,
            NewRating(
                roi_id=roi.id,
                annotator_id=ada.id,
                votes=VOTES,
                shown_at=shown,
                duration_ms=8123,
                origin="window",
                submitted_at=shown + timedelta(seconds=8),
            ),
        )
    with any_filled.store.read() as s:
        found = ratings.latest(s, roi.id, ada.id)
    assert found == made
    assert found is not None
    assert (found.votes, found.revision, found.kind, found.origin) == (VOTES, 1, "rating", "window")
    assert (found.shown_at, found.submitted_at, found.duration_ms) == (
        shown,
        shown + timedelta(seconds=8),
        8123,
    )
    assert len(found.uid) == 32 and not found.excluded


def test_a_correction_is_a_new_revision_and_nothing_is_lost(any_filled: Filled) -> None:
    roi, ada = any_filled.rois[0], any_filled.annotators[0]
    for vote in range(3):
        with any_filled.store.write() as s:
            made = ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=(vote,) * 8))
            assert made.revision == vote + 1
    with any_filled.store.read() as s:
        assert [r.votes.blur for r in ratings.history(s, roi.id, ada.id)] == [0, 1, 2]
        assert ratings.latest(s, roi.id, ada.id) == made
        assert ratings.counting(s) == {roi.id: [made]}
        assert ratings.all_latest(s) == [made] == ratings.of_annotator(s, ada.id)
        assert ratings.latest(s, roi.id, 999) is None
        first = ratings.history(s, roi.id, ada.id)[0]
        assert ratings.get_many(s, [first.id, 12345]) == {first.id: first}


def test_what_counts(any_filled: Filled) -> None:
    roi, other = any_filled.rois[:2]
    ada, bea, cem, dan = any_filled.annotators
    with any_filled.store.write() as s:
        for who in (ada, bea, cem):
            ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=VOTES))
        ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=dan.id, votes=VOTES, kind="practice"))
        ratings.submit(s, NewRating(roi_id=other.id, annotator_id=ada.id, votes=VOTES))

        def counting() -> dict[int, list[int]]:
            return {key: [r.annotator_id for r in found] for key, found in ratings.counting(s).items()}

        assert counting() == {roi.id: [ada.id, bea.id, cem.id], other.id: [ada.id]}
        first = ratings.latest(s, roi.id, ada.id)
        assert first is not None
        exclusions.exclude(s, "rating", first.id, reason="slip", who="lead")
        assert counting() == {roi.id: [bea.id, cem.id], other.id: [ada.id]}
        marked = ratings.latest(s, roi.id, ada.id)
        assert marked is not None and marked.excluded
        # The exclusion is of that rating; a new revision is another one, and counts.
        ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES))
        assert counting() == {roi.id: [ada.id, bea.id, cem.id], other.id: [ada.id]}
        out = exclusions.exclude(s, "annotator", bea.id, reason="reversed", who="lead")
        exclusions.exclude(s, "roi", other.id, reason="no object", who="lead")
        assert counting() == {roi.id: [ada.id, cem.id]}
        exclusions.lift(s, out.id, who="lead")
        assert counting() == {roi.id: [ada.id, bea.id, cem.id]}
        assert len(ratings.all_latest(s)) == 4
        assert len(ratings.all_latest(s, practice=True)) == 5
        assert [r.kind for r in ratings.of_annotator(s, dan.id)] == ["practice"]


def test_practice_and_ratings_are_revised_apart(filled: Filled) -> None:
    roi, ada = filled.rois[0], filled.annotators[0]
    with filled.store.write() as s:
        for kind in ("practice", "practice", "rating"):
            made = ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES, kind=kind))  # type: ignore[arg-type]
        assert made.revision == 1
        assert [r.revision for r in ratings.history(s, roi.id, ada.id, "practice")] == [1, 2]


@pytest.mark.parametrize(
    "votes",
    [
        (6, 1, 2, 3, 4, 5, 4, 0),
        (0, 1, 2, 3, 4, 5, 5, 0),
        (0, 1, 2, 3, 4, 5, 4, -1),
        (0, 1, 2, 3, 4, 2.5, 4, 0),
        (0, 1, 2, 3, 4, True, 4, 0),
        (0, 1, 2, 3),
        (0, 1, 2, 3, 4, None, 4, 0),
    ],
)
def test_votes_off_their_scale_are_refused(filled: Filled, votes: tuple[int, ...]) -> None:
    with pytest.raises(Refused) as caught, filled.store.write() as s:
        ratings.submit(
            s, NewRating(roi_id=filled.rois[0].id, annotator_id=filled.annotators[0].id, votes=votes)
        )
    assert str(caught.value).endswith(".")
    with filled.store.read() as s:
        assert s.scalar(select(func.count()).select_from(Rating)) == 0
        assert s.scalar(select(func.count(Place.annotator_id))) == 0


def test_what_else_is_refused(filled: Filled) -> None:
    roi, ada = filled.rois[0], filled.annotators[0]
    with filled.store.write() as s:
        for targets in ({"roi_id": 99, "annotator_id": ada.id}, {"roi_id": roi.id, "annotator_id": 99}):
            with pytest.raises(NotFound):
                ratings.submit(s, NewRating(votes=VOTES, **targets))
        with pytest.raises(Refused):
            ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES, duration_ms=-1))
        with pytest.raises(Refused):
            ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES, kind="game"))  # type: ignore[arg-type]
        exclusions.exclude(s, "roi", roi.id, reason="x", who="lead")
        with pytest.raises(Refused, match="withdrawn"):
            ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES))


def test_many_ratings_at_once_follow_the_same_rules(any_filled: Filled) -> None:
    rows = [
        NewRating(roi.id, who.id, Votes(*[(roi.id + who.id) % 5] * 8), origin="import:a.csv")
        for roi in any_filled.rois
        for who in any_filled.annotators
    ]
    rows.append(NewRating(any_filled.rois[0].id, any_filled.annotators[0].id, VOTES))
    with any_filled.store.write() as s:
        ids = ratings.submit_many(s, rows)
        found = ratings.get_many(s, ids)
        assert [(found[i].roi_id, found[i].annotator_id, found[i].votes) for i in ids] == [
            (row.roi_id, row.annotator_id, row.votes) for row in rows
        ]
        assert found[ids[-1]].revision == 2
        assert ratings.submit_many(s, []) == []
        assert s.scalar(select(func.count(Place.annotator_id))) == 24
    with pytest.raises(NotFound), any_filled.store.write() as s:
        ratings.submit_many(s, [rows[0], NewRating(999, 1, VOTES)])
    with any_filled.store.read() as s:
        assert s.scalar(select(func.count()).select_from(Rating)) == 25


def test_a_rating_hands_its_roi_to_its_annotator(filled: Filled) -> None:
    roi, ada = filled.rois[0], filled.annotators[0]
    with filled.store.write() as s:
        ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=ada.id, votes=VOTES))
        assigned = s.scalars(select(Place.id).where(Place.annotator_id == ada.id)).all()
        assert list(assigned) == [places.claim(s, roi.id, ada.id)]


def test_the_same_rating_sent_from_two_places_makes_two_revisions(any_filled: Filled) -> None:
    def send() -> None:
        for _ in range(5):
            with any_filled.store.write() as s:
                ratings.submit(
                    s,
                    NewRating(
                        roi_id=any_filled.rois[0].id, annotator_id=any_filled.annotators[0].id, votes=VOTES
                    ),
                )

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_filled.store.read() as s:
        found = ratings.history(s, any_filled.rois[0].id, any_filled.annotators[0].id)
        assert [r.revision for r in found] == list(range(1, 16))
