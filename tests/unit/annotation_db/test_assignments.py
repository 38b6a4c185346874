"""Handing ROIs out, and the annotators' queues."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from annotation_db import project
from annotation_db.database.schema import Place
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators, assign_plan, assignments, coverage, exclusions, places, ratings
from annotation_db.rating.assign_plan import AssignWish
from annotation_db.rating.queue_order import Candidate, Ordered, draw_next, random_key
from annotation_db.records import NewRating, QueueEntry, QueueProgress
from tests.unit.annotation_db import plain_queue
from tests.unit.annotation_db.conftest import Filled, fill

VOTES = (1, 2, 3, 4, 5, 0, 1, 2)


def handed(store: Store) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    with store.read() as s:
        held = select(Place.roi_id, Place.annotator_id).where(Place.annotator_id.is_not(None))
        for roi_id, annotator_id in s.execute(held):
            found.setdefault(roi_id, set()).add(annotator_id)
    return found


def test_every_roi_goes_to_as_many_as_wanted_evenly(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        report = assignments.assign(s, who="lead")
    assert (report.assigned, report.rois, report.short) == (18, 6, 0)
    assert sorted(report.per_annotator.values()) == [4, 4, 5, 5]
    assert all(len(people) == 3 for people in handed(any_filled.store).values())
    with any_filled.store.write() as s:
        again = assignments.assign(s, who="lead")
        more = assignments.assign(s, raters=4, who="lead")
    assert (again.assigned, more.assigned) == (0, 6)
    with any_filled.store.write() as s:
        assert assignments.assign(s, raters=5, who="lead").short == 6


def test_simulated_annotators_are_handed_nothing(filled: Filled) -> None:
    with filled.store.write() as s:
        robot = annotators.add(s, "sim-01", simulated=True, who="lead").id
        report = assignments.assign(s, who="lead")
    assert robot not in report.per_annotator
    assert all(robot not in people for people in handed(filled.store).values())


def test_the_same_seed_hands_out_the_same(tmp_path) -> None:  # type: ignore[no-untyped-def]
    given_out = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        with Store.create(tmp_path / name, name, raters_wanted=2, seed=seed) as store:
            fill(store, tmp_path / f"pictures {name}", rois_n=4)
            with store.write() as s:
                assignments.assign(s, who="lead")
            given_out.append(handed(store))
    assert given_out[0] == given_out[1] != given_out[2]


def test_whom_rois_are_handed_to(filled: Filled) -> None:
    ada, bea, cem, _ = filled.annotators
    with filled.store.write() as s:
        exclusions.exclude(s, "annotator", ada.id, reason="x", who="lead")
        annotators.set_role(s, bea.id, "lead", "lead")
        report = assignments.assign(s, raters=2, who="lead")
        assert set(report.per_annotator) == {cem.id, filled.annotators[3].id}
        assert set(assignments.assign(s, annotators=[bea.id], who="lead").per_annotator) == {bea.id}
        for wrong in ([ada.id], []):
            with pytest.raises(Refused):
                assignments.assign(s, annotators=wrong, who="lead")
        with pytest.raises(NotFound):
            assignments.assign(s, annotators=[99], who="lead")
        with pytest.raises(Refused):
            assignments.assign(s, raters=0, who="lead")


def test_without_annotators_nothing_can_be_handed_out(store: Store) -> None:
    with store.write() as s, pytest.raises(Refused, match="no annotator"):
        assignments.assign(s, who="lead")


def test_with_simulated_annotators_only_people_are_asked_for(store: Store) -> None:
    with store.write() as s:
        annotators.add(s, "sim-01", simulated=True, who="lead")
        with pytest.raises(
            Refused, match=r"Simulated annotators are handed nothing.*seagull-studio annotator add"
        ):
            assignments.assign(s, who="lead")


def test_a_roi_is_never_claimed_by_more_than_wanted(any_filled: Filled) -> None:
    roi = any_filled.rois[0]
    ada, bea, cem, dan = any_filled.annotators
    with any_filled.store.write() as s:
        first = places.claim(s, roi.id, ada.id)
        assert places.claim(s, roi.id, ada.id) == first
        places.claim(s, roi.id, bea.id)
        ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=cem.id, votes=VOTES))
        with pytest.raises(Refused, match="annotators enough"):
            places.claim(s, roi.id, dan.id)
        # An excluded rating or annotator leaves room for another one.
        rating = ratings.latest(s, roi.id, cem.id)
        assert rating is not None
        exclusion = exclusions.exclude(s, "rating", rating.id, reason="x", who="lead")
        assert roi.id in {e.roi.id for e in assignments.next_entries(s, dan.id, limit=99)}
        exclusions.lift(s, exclusion.id, who="lead")
        assert roi.id not in {e.roi.id for e in assignments.next_entries(s, dan.id, limit=99)}
        exclusions.exclude(s, "annotator", bea.id, reason="x", who="lead")
        places.claim(s, roi.id, dan.id)
        with pytest.raises(Refused, match="is excluded"):
            places.claim(s, any_filled.rois[1].id, bea.id)
        exclusions.exclude(s, "roi", any_filled.rois[1].id, reason="x", who="lead")
        with pytest.raises(Refused, match="withdrawn"):
            places.claim(s, any_filled.rois[1].id, ada.id)
        for wrong in ((99, ada.id), (roi.id, 99)):
            with pytest.raises(NotFound):
                places.claim(s, *wrong)


def test_many_at_once_never_claim_more_than_wanted(any_store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    made = fill(any_store, tmp_path / "pictures", images_n=1, annotators_n=8)
    roi = made.rois[0]
    outcomes: list[str] = []

    def claim(annotator_id: int) -> None:
        try:
            with any_store.write() as s:
                places.claim(s, roi.id, annotator_id)
            outcomes.append("claimed")
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=claim, args=(who.id,)) for who in made.annotators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"claimed": 3, "refused": 5}


def work_through(filled: Filled, annotator_id: int) -> list[QueueEntry]:
    """Rate as the window does: peek, claim, rate, remember the picture."""
    done: list[QueueEntry] = []
    after = None
    while True:
        with filled.store.write() as s:
            entries = assignments.next_entries(s, annotator_id, after_image=after)
            if not entries:
                return done
            assert entries == assignments.next_entries(s, annotator_id, after_image=after)
            places.claim(s, entries[0].roi.id, annotator_id)
            claimed = assignments.next_entries(s, annotator_id, after_image=after)
            assert [e.roi.id for e in claimed] == [e.roi.id for e in entries]
            assert claimed[0].place_id is not None
            ratings.submit(s, NewRating(roi_id=entries[0].roi.id, annotator_id=annotator_id, votes=VOTES))
            after = entries[0].image.id
            upcoming = assignments.next_entries(s, annotator_id, after_image=after)
            # What was announced as coming next, and loaded meanwhile, is what comes.
            assert [e.roi.id for e in upcoming][:1] == [e.roi.id for e in entries][1:2]
        done.append(entries[0])


def test_a_queue_brings_everything_once_and_no_picture_twice_in_a_row(any_filled: Filled) -> None:
    orders = []
    for who in any_filled.annotators[:3]:
        done = work_through(any_filled, who.id)
        assert sorted(e.roi.id for e in done) == [r.id for r in any_filled.rois]
        assert all(one.image.id != two.image.id for one, two in pairwise(done))
        orders.append([e.roi.id for e in done])
    assert len({tuple(order) for order in orders}) == 3
    with any_filled.store.read() as s:  # three were wanted, so nothing is left for the fourth
        assert assignments.next_entries(s, any_filled.annotators[3].id) == []
        assert coverage.coverage(s).histogram == (0, 0, 0, 6)


def test_assigned_rois_come_before_open_ones(filled: Filled) -> None:
    ada = filled.annotators[0]
    assigned = {filled.rois[1].id, filled.rois[4].id}
    with filled.store.write() as s:
        for roi_id in assigned:
            places.claim(s, roi_id, ada.id)
        entries = assignments.next_entries(s, ada.id, limit=6)
    assert {e.roi.id for e in entries[:2]} == assigned
    assert [e.place_id is None for e in entries] == [False] * 2 + [True] * 4
    assert entries[0].image.id == entries[0].roi.image_id


def test_the_picture_just_shown_is_avoided(filled: Filled) -> None:
    ada = filled.annotators[0]
    with filled.store.read() as s:
        for image in filled.images:
            first = assignments.next_entries(s, ada.id, after_image=image.id)[0]
            assert first.image.id != image.id


def test_an_excluded_annotator_gets_nothing(filled: Filled) -> None:
    ada = filled.annotators[0]
    with filled.store.write() as s:
        exclusions.exclude(s, "annotator", ada.id, reason="x", who="lead")
        assert assignments.next_entries(s, ada.id) == []
        assert assignments.progress(s, ada.id).available == 0
        with pytest.raises(NotFound):
            assignments.next_entries(s, 99)


def test_progress(any_filled: Filled) -> None:
    ada, bea, cem, dan = any_filled.annotators
    with any_filled.store.write() as s:
        assert assignments.progress(s, ada.id) == QueueProgress(done=0, open=0, available=6)
        for roi in any_filled.rois[:3]:
            places.claim(s, roi.id, ada.id)
        ratings.submit(s, NewRating(roi_id=any_filled.rois[0].id, annotator_id=ada.id, votes=VOTES))
        ratings.submit(s, NewRating(roi_id=any_filled.rois[0].id, annotator_id=ada.id, votes=VOTES))
        assert assignments.progress(s, ada.id) == QueueProgress(done=1, open=2, available=3)
        for who in (bea, cem, dan):
            ratings.submit(s, NewRating(roi_id=any_filled.rois[5].id, annotator_id=who.id, votes=VOTES))
        assert assignments.progress(s, ada.id).available == 2
        exclusions.exclude(s, "roi", any_filled.rois[0].id, reason="x", who="lead")
        assert assignments.progress(s, ada.id) == QueueProgress(done=0, open=2, available=2)
        counts = [(who.name, done, open_) for who, done, open_ in coverage.per_annotator(s)]
        assert counts[0] == ("annotator 0", 0, 2) and counts[1] == ("annotator 1", 1, 0)


def test_coverage_agrees_with_the_counting_ratings(any_filled: Filled) -> None:
    store = any_filled.store
    with store.write() as s:
        for number, roi in enumerate(any_filled.rois):
            for who in any_filled.annotators[: number % 5]:
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=VOTES))
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=VOTES))
        ratings.submit(s, NewRating(roi_id=1, annotator_id=4, votes=VOTES, kind="practice"))

    def agrees() -> tuple[int, ...]:
        with store.read() as s:
            found = coverage.coverage(s)
            counting = ratings.counting(s)
        assert found.ratings == sum(map(len, counting.values()))
        assert found.rois == sum(found.histogram)
        assert found.rois - found.histogram[0] == len(counting)
        assert sum(found.histogram[1:-1]) == sum(len(r) < found.raters_wanted for r in counting.values())
        return found.histogram

    assert agrees() == (2, 1, 1, 2)
    with store.write() as s:
        latest = ratings.latest(s, any_filled.rois[4].id, any_filled.annotators[0].id)
        old = ratings.history(s, any_filled.rois[3].id, any_filled.annotators[0].id)[0]
        assert latest is not None
        exclusions.exclude(s, "rating", latest.id, reason="x", who="lead")
        exclusions.exclude(s, "rating", old.id, reason="an old revision: changes nothing", who="lead")
    assert agrees() == (2, 1, 1, 2)
    with store.write() as s:
        exclusions.exclude(s, "annotator", any_filled.annotators[0].id, reason="x", who="lead")
    assert agrees() == (3, 1, 1, 1)
    with store.write() as s:
        exclusions.exclude(s, "roi", any_filled.rois[0].id, reason="x", who="lead")
        exclusions.exclude(s, "roi", any_filled.rois[1].id, reason="x", who="lead")
        project.update(s, "lead", raters_wanted=2)
    assert agrees() == (1, 1, 2)
    with store.read() as s:
        found = coverage.coverage(s)
        assert (found.images, found.images_without_roi, found.annotators) == (3, 1, 4)
        assert s.scalar(select(func.count()).select_from(Place)) > 0


candidates = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=25).map(
    lambda found: [Candidate(i + 1, image, assigned) for i, (image, assigned) in enumerate(found)]
)


def next_up(found: list[Candidate], seed: int, after_image: int | None, limit: int) -> list[Candidate]:
    key = random_key(seed)
    left = sorted(Ordered(not c.assigned, key(c.roi_id), c) for c in found)
    return draw_next(left, Counter(c.image_id for c in found), after_image, limit)


@given(candidates, st.integers(0, 2**31 - 1), st.integers(0, 3), st.integers(1, 9))
def test_the_order_is_that_of_the_plain_rule(
    found: list[Candidate], seed: int, after: int, limit: int
) -> None:
    assert next_up(found, seed, after, limit) == plain_queue.next_up(found, seed, after, limit)


@given(candidates, st.integers(0, 2**31 - 1))
def test_a_picture_comes_twice_in_a_row_only_where_it_must(found: list[Candidate], seed: int) -> None:
    order = next_up(found, seed, None, len(found))
    assert sorted(order) == sorted(found)
    repeats = sum(one.image_id == two.image_id for one, two in pairwise(order))
    most = max(Counter(c.image_id for c in found).values(), default=0)
    assert repeats == max(0, most - (len(found) - most) - 1)


@given(candidates, st.integers(0, 2**31 - 1), st.integers(1, 5))
def test_looking_ahead_is_what_comes(found: list[Candidate], seed: int, limit: int) -> None:
    order = next_up(found, seed, 1, len(found))
    assert next_up(found, seed, 1, limit) == order[:limit]
    if order:
        rest = [c for c in found if c != order[0]]
        assert next_up(rest, seed, order[0].image_id, len(found)) == order[1:]


def test_orders_are_random_and_keep_when_rois_are_added() -> None:
    ids = range(1, 2001)
    one, two = sorted(ids, key=random_key(1)), sorted(ids, key=random_key(2))
    assert one != two and one != list(ids)
    assert [i for i in sorted(range(1, 3001), key=random_key(1)) if i <= 2000] == one
    firsts = Counter(min(range(1, 5), key=random_key(seed)) for seed in range(4000))
    assert all(850 < count < 1150 for count in firsts.values())


def test_a_plan_says_what_is_done_and_writes_nothing(any_filled: Filled) -> None:
    ada, bea, *_ = (person.id for person in any_filled.annotators)
    some = [roi.id for roi in any_filled.rois[:4]]
    wishes = [
        AssignWish(raters=2, rois=some[:3], most_open=2),
        AssignWish(most_rois=2),
        AssignWish(annotators=[ada, bea], rois=some, raters=4),
        AssignWish(),
    ]
    for wish in wishes:
        before = handed(any_filled.store)
        with any_filled.store.read() as s:
            planned = assign_plan.plan(s, wish).report
            assert assign_plan.plan(s, wish).report == planned
        assert handed(any_filled.store) == before
        with any_filled.store.write() as s:
            done = assignments.assign(
                s,
                raters=wish.raters,
                annotators=wish.annotators,
                rois=wish.rois,
                most_rois=wish.most_rois,
                most_open=wish.most_open,
                who="lead",
            )
        assert done == planned


def test_only_some_rois_so_many_and_no_more_than_anybody_can_do(any_filled: Filled) -> None:
    ids = [roi.id for roi in any_filled.rois]
    with any_filled.store.write() as s:
        report = assignments.assign(s, rois=ids[:3], who="lead")
        assert (report.assigned, report.rois, report.touched, report.left) == (9, 3, 3, 0)
    assert set(handed(any_filled.store)) == set(ids[:3])
    with any_filled.store.write() as s:
        report = assignments.assign(s, most_rois=2, who="lead")
        assert (report.assigned, report.touched, report.left, report.short) == (6, 2, 1, 0)
    with any_filled.store.write() as s:
        report = assignments.assign(s, raters=4, most_open=4, who="lead")
        assert max(report.open.values()) <= 4 and report.assigned == 16 - 15
        assert report.short == report.loaded == 5 and report.left == 0
    with any_filled.store.write() as s:
        for wrong in ({"most_rois": 0}, {"most_open": 0}):
            with pytest.raises(Refused, match="At least 1"):
                assignments.assign(s, **wrong, who="lead")


def test_what_was_not_started_is_taken_back(any_filled: Filled) -> None:
    ada, *_ = any_filled.annotators
    ids = [roi.id for roi in any_filled.rois]
    with any_filled.store.write() as s:
        assignments.assign(s, raters=4, who="lead")
        ratings.submit(s, NewRating(roi_id=ids[0], annotator_id=ada.id, votes=[5] * 6 + [2, 2]))
        assert assignments.take_back(s, ada.id, "lead", ids[:3]) == 2
        assert assignments.take_back(s, None, "lead", ids[:2]) == 6
        assert assignments.take_back(s, ada.id, "lead") == 3
        assert assignments.take_back(s, None, "lead") == 12
    assert handed(any_filled.store) == {ids[0]: {ada.id}}
