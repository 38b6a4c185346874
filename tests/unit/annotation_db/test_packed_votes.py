"""Votes packed into one number, against the same votes one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from annotation_db.database.schema import Rating
from annotation_db.rating import counted_votes, exclusions, ratings
from annotation_db.rating.packed_votes import BITS, LEVELS, as_text, counted, counts_of, packed
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALES, Votes
from tests.unit.annotation_db.conftest import Filled

eight = st.tuples(*(st.integers(0, scale.maximum) for scale in SCALES.values()))


def as_number(votes: tuple[int, ...]) -> int:
    return sum(vote << BITS * place for place, vote in enumerate(votes))


def one_by_one(given: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    found = [Counter(votes[place] for votes in given) for place in range(len(SCALES))]
    return [tuple(one[value] for value in range(n)) for one, n in zip(found, LEVELS, strict=True)]


@given(eight)
def test_as_text_is_what_a_table_holds(votes: tuple[int, ...]) -> None:
    assert as_text(as_number(votes)) == ",".join(map(str, votes))


@given(st.lists(st.tuples(st.integers(0, 3), eight)))
def test_votes_are_counted_by_group(given: list[tuple[int, tuple[int, ...]]]) -> None:
    numbers = np.array([as_number(votes) for _, votes in given], dtype=np.int64)
    found = counted(numbers, np.array([group for group, _ in given], dtype=np.int64), 4)
    for group in range(4):
        mine = [votes for other, votes in given if other == group]
        shown = [tuple(levels[:n]) for levels, n in zip(found[group].tolist(), LEVELS, strict=True)]
        assert shown == one_by_one(mine) == counts_of([as_number(votes) for votes in mine])


def test_a_database_packs_and_counts_what_it_holds(any_filled: Filled) -> None:
    drawn = np.random.default_rng(7)
    first, second = any_filled.annotators[:2]
    with any_filled.store.write() as s:
        for roi in any_filled.rois:
            for who in (first, second, first):  # the first one corrects theirs
                votes = Votes(*(int(drawn.integers(n)) for n in LEVELS))
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=votes))
        exclusions.exclude(s, "roi", any_filled.rois[2].id, reason="x", who="lead")
    with any_filled.store.read() as s:
        for row, number in s.execute(select(Rating, packed())):
            assert number == as_number(tuple(getattr(row, name) for name in SCALES))
        counting = ratings.counting(s)
        found = {one.roi_id: one for one in counted_votes.read(s, "all")}
    assert list(found) == sorted(counting) and any_filled.rois[2].id not in found
    for roi_id, entered in counting.items():
        assert found[roi_id].rating_ids == tuple(rating.id for rating in entered)
        assert found[roi_id].counts == one_by_one([tuple(rating.votes) for rating in entered])


def test_nothing_counts_in_a_project_without_ratings(filled: Filled) -> None:
    with filled.store.read() as s:
        assert list(counted_votes.read(s, "unassisted")) == []
