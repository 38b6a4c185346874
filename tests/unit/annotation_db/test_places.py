"""Places: leases, extras, and that there are always as many as wanted, whatever happened before."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database import audit
from annotation_db.database.schema import Annotator, Exclusion, Place, Project, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import (
    annotators,
    assignments,
    coverage,
    exclusions,
    place_balance,
    places,
    ratings,
    requests,
)
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled, box_mask, fill

VOTES = (1, 2, 3, 4, 5, 0, 1, 2)


def states(s: Session, roi_id: int) -> Counter[str]:
    return Counter(s.scalars(select(Place.state).where(Place.roi_id == roi_id)))


def run_out(s: Session, annotator_id: int) -> None:
    """Let time pass for one annotator's leases."""
    claimed = update(Place).where(Place.annotator_id == annotator_id, Place.state == "claimed")
    s.execute(claimed.values(lease_until=places.server_time(s) - timedelta(seconds=1)))


def rate(s: Session, roi_id: int, annotator_id: int) -> int:
    return ratings.submit(s, NewRating(roi_id=roi_id, annotator_id=annotator_id, votes=VOTES)).id


def test_a_claim_is_free_again_when_its_lease_runs_out(any_filled: Filled) -> None:
    roi = any_filled.rois[0].id
    ada, bea, cem, dan = (who.id for who in any_filled.annotators)
    with any_filled.store.write() as s:
        place = places.claim(s, roi, ada)
        for other in (bea, cem):
            places.claim(s, roi, other)
        with pytest.raises(Refused, match="annotators enough"):
            places.claim(s, roi, dan)
        run_out(s, ada)
        # Until somebody else comes it is still hers, and her sign of life renews it.
        assert assignments.progress(s, ada).open == 1
        assert coverage.per_annotator(s)[0][2] == 0
        assert places.claim(s, roi, ada) == place
        with pytest.raises(Refused):
            places.claim(s, roi, dan)
        run_out(s, ada)
        assert roi in {e.roi.id for e in assignments.next_entries(s, dan, limit=99)}
        assert places.claim(s, roi, dan) == place
        with pytest.raises(Refused):
            places.claim(s, roi, ada)
        # Hers comes too late for a place. It is kept, and counts.
        rate(s, roi, ada)
        for other in (bea, cem, dan):
            rate(s, roi, other)
        assert states(s, roi) == {"rated": 3, "closed": 1}
        assert len(ratings.counting(s)[roi]) == 4
        assert labels.compute(s, labels.policy_named("paper", min_raters=4))[0].status == "labelled"
        assert roi not in {e.roi.id for e in assignments.next_entries(s, ada, limit=99)}


def test_what_the_lead_assigned_never_expires_and_is_taken_back(any_filled: Filled) -> None:
    store, ada = any_filled.store, any_filled.annotators[0].id
    with store.write() as s:
        assignments.assign(s, raters=2, annotators=[ada], who="lead")
        entries = assignments.next_entries(s, ada, limit=99)
        assert len(entries) == 6 and all(e.place_id and e.lease_until is None for e in entries)
        rate(s, entries[0].roi.id, ada)
        assert assignments.take_back(s, ada, "lead") == 5
        assert assignments.take_back(s, ada, "lead") == 0
        assert assignments.progress(s, ada).open == 0 and assignments.progress(s, ada).available == 5
        with pytest.raises(NotFound):
            assignments.take_back(s, 99, "lead")


def test_a_roi_of_which_more_is_asked_opens_that_many_places(any_filled: Filled) -> None:
    roi = any_filled.rois[0].id
    people = [who.id for who in any_filled.annotators]
    with any_filled.store.write() as s:
        people += [annotators.add(s, f"late {n}", who="lead").id for n in range(3)]
        for who in people[:4]:  # one more than wanted
            rate(s, roi, who)
        assignments.ask_for_more(s, [roi], 2, "lead")
        assert states(s, roi) == {"rated": 4, "free": 2}
        for who in people[4:6]:
            places.claim(s, roi, who)
        with pytest.raises(Refused):
            places.claim(s, roi, people[6])
        for wrong, error in ((([roi], 0), Refused), (([roi], 5000), Refused), (([99], 1), NotFound)):
            with pytest.raises(error):
                assignments.ask_for_more(s, *wrong, "lead")
        # What was asked for came on top of the four that were there, whatever else was wanted.
        project.update(s, "lead", raters_wanted=4)
        assert states(s, roi) == {"rated": 4, "claimed": 2}
        project.update(s, "lead", raters_wanted=5)
        assert states(s, roi) == {"rated": 4, "claimed": 2, "free": 1}


def test_a_request_keeps_its_target_while_the_projects_number_goes_down_and_up(any_filled: Filled) -> None:
    roi = any_filled.rois[0].id
    people = [who.id for who in any_filled.annotators]
    with any_filled.store.write() as s:
        people += [annotators.add(s, f"late {n}", who="lead").id for n in range(3)]

        def wanted() -> int:
            return sum(n for state, n in states(s, roi).items() if state != "closed")

        project.update(s, "lead", raters_wanted=5)
        for who in people[:5]:
            rate(s, roi, who)
        project.update(s, "lead", raters_wanted=2)
        assert states(s, roi) == {"rated": 2, "closed": 3}
        assignments.ask_for_more(s, [roi], 1, "lead")
        for number, there in ((2, 6), (5, 6), (6, 7), (1, 6), (5, 6)):
            project.update(s, "lead", raters_wanted=number)
            assert wanted() == there
        holds(s)

        # Another request upon it, when one more than wanted is there again; then both are taken back.
        rate(s, roi, people[5])
        rate(s, roi, people[6])
        assert states(s, roi) == {"rated": 6, "closed": 1}
        assignments.ask_for_more(s, [roi], 1, "lead")
        assert wanted() == 8
        second, first = (one.id for one in audit.list_all(s) if one.action == requests.ASKED)
        requests.take_back(s, first, "lead")
        assert wanted() == 7  # what was there when it was asked for the second time, and no place is empty
        requests.take_back(s, second, "lead")
        assert states(s, roi) == {"rated": 5, "closed": 2}
        project.update(s, "lead", raters_wanted=2)
        assert states(s, roi) == {"rated": 2, "closed": 5}
        holds(s)


def test_a_request_of_a_version_before_is_taken_back_as_it_was_made(any_filled: Filled) -> None:
    roi = any_filled.rois[0].id
    with any_filled.store.write() as s:
        s.get_one(Roi, roi).raters_more = 4
        s.flush()
        audit.record(s, "lead", requests.ASKED, "project", {"rois": [roi], "more": 1, "raised": [4]})
        requests.take_back(s, audit.list_all(s)[0].id, "lead")
        assert states(s, roi) == {"free": 3}


def test_another_number_of_raters_opens_and_closes_places(any_filled: Filled) -> None:
    roi, other = (r.id for r in any_filled.rois[:2])
    people = [who.id for who in any_filled.annotators]
    with any_filled.store.write() as s:
        assignments.assign(s, who="lead")
        (held,) = s.scalars(
            select(Place.annotator_id).where(Place.roi_id == roi, Place.state == "assigned").limit(1)
        )
        rate(s, roi, held)
        project.update(s, "lead", raters_wanted=2)
        assert states(s, roi) == {"rated": 1, "assigned": 1, "closed": 1}
        project.update(s, "lead", raters_wanted=1)
        assert states(s, roi) == {"rated": 1, "closed": 2}
        project.update(s, "lead", raters_wanted=4)  # those who had it have it again
        assert states(s, roi) == {"rated": 1, "assigned": 2, "free": 1}
        for who in people:
            rate(s, other, who)
        project.update(s, "lead", raters_wanted=3)
        assert states(s, other) == {"rated": 3, "closed": 1}
        for wrong in (0, 1001, 50_000_000):
            with pytest.raises(Refused):
                project.update(s, "lead", raters_wanted=wrong)


def test_what_somebody_is_at_work_on_is_not_closed(filled: Filled) -> None:
    roi = filled.rois[0].id
    ada, bea, cem, _ = (who.id for who in filled.annotators)
    with filled.store.write() as s:
        places.claim(s, roi, ada)
        places.claim(s, roi, bea)
        rate(s, roi, cem)
        project.update(s, "lead", raters_wanted=1)
        assert states(s, roi) == {"claimed": 2, "rated": 1}
        run_out(s, ada)
        place_balance.rebalance(s)
        assert states(s, roi) == {"claimed": 1, "rated": 1}
        rate(s, roi, ada)
        rate(s, roi, bea)
        place_balance.rebalance(s)
        assert states(s, roi) == {"rated": 1, "closed": 2}


def test_the_place_of_a_readmitted_annotator_is_theirs_again_where_it_is_left(any_filled: Filled) -> None:
    one, two = (r.id for r in any_filled.rois[:2])
    ada, bea, cem, dan = (who.id for who in any_filled.annotators)
    with any_filled.store.write() as s:
        for roi in (one, two):
            for who in (ada, bea, cem):
                rate(s, roi, who)
        out = exclusions.exclude(s, "annotator", ada, reason="x", who="lead")
        assert states(s, one) == {"rated": 2, "closed": 1, "free": 1} == states(s, two)
        rate(s, one, dan)
        exclusions.lift(s, out.id, who="lead")
        assert states(s, one) == {"rated": 3, "closed": 1}  # Dan's is in; Ada's is an extra, and counts
        assert states(s, two) == {"rated": 3}
        assert {roi: len(found) for roi, found in ratings.counting(s).items()} == {one: 4, two: 3}


def test_a_revision_of_an_excluded_rating_takes_the_place_again(filled: Filled) -> None:
    roi, ada = filled.rois[0].id, filled.annotators[0].id
    with filled.store.write() as s:
        exclusions.exclude(s, "rating", rate(s, roi, ada), reason="slip", who="lead")
        assert states(s, roi) == {"closed": 1, "free": 3}
        rate(s, roi, ada)
        assert states(s, roi) == {"rated": 1, "free": 2}


def test_practice_needs_no_place(filled: Filled) -> None:
    roi, ada = filled.rois[0].id, filled.annotators[0].id
    with filled.store.write() as s:
        ratings.submit(s, NewRating(roi_id=roi, annotator_id=ada, votes=VOTES, kind="practice"))
        place_balance.rebalance(s)
        assert states(s, roi) == {"free": 3}
        assert assignments.progress(s, ada).available == 6


def test_the_roi_in_front_comes_first_and_the_next_is_on_another_picture(filled: Filled) -> None:
    ada = filled.annotators[0].id
    with filled.store.write() as s:
        order = assignments.next_entries(s, ada, limit=99)
        keep = order[-1].roi.id
        assignments.assign(s, raters=1, annotators=[ada], who="lead")
        entries = assignments.next_entries(s, ada, limit=3, keep=keep)
        assert entries[0].roi.id == keep and entries[1].image.id != entries[0].image.id
        exclusions.exclude(s, "roi", keep, reason="x", who="lead")
        assert keep not in {e.roi.id for e in assignments.next_entries(s, ada, limit=99, keep=keep)}


def holds(s: Session) -> None:
    """What must be true of places at any time, said without the code that makes it so."""
    wanted = s.scalars(select(Project.raters_wanted)).one()
    out = {(e.kind, e.target_id) for e in s.scalars(select(Exclusion).where(Exclusion.lifted_at.is_(None)))}
    votes: dict[tuple[int, int], Rating] = {}
    for rating in s.scalars(select(Rating).where(Rating.kind == "rating").order_by(Rating.revision)):
        votes[rating.roi_id, rating.annotator_id] = rating
    at = places.server_time(s)
    found: dict[int, list[Place]] = {}
    for place in s.scalars(select(Place).execution_options(populate_existing=True)):
        found.setdefault(place.roi_id, []).append(place)
    placed = {(p.roi_id, p.annotator_id) for each in found.values() for p in each if p.annotator_id}
    assert votes.keys() <= placed
    for roi in s.scalars(select(Roi).execution_options(populate_existing=True)):
        want, there = max(wanted, roi.raters_floor) + roi.raters_more, found[roi.id]
        active = [p for p in there if p.state != "closed"]
        busy = [p for p in active if p.state == "claimed" and p.lease_until > at]  # type: ignore[operator]
        filled = [p for p in active if p.state == "rated"]
        assert len(active) == want or (len(active) > want and len(busy) + len(filled) >= len(active))
        for p in there:
            vote = votes.get((p.roi_id, p.annotator_id))  # type: ignore[arg-type]
            excluded = ("annotator", p.annotator_id) in out
            dropped = vote is not None and ("rating", vote.id) in out
            assert (p.state == "rated") <= (vote is not None and not excluded and not dropped)
            assert (p.state in ("assigned", "claimed")) <= (vote is None and not excluded)
            if p.state == "closed" and vote is not None and not excluded and not dropped:
                assert not any(q.state == "free" for q in there), "an extra, and room"


@pytest.mark.parametrize("seed", range(3))
def test_there_are_always_as_many_places_as_wanted(seed: int, tmp_path) -> None:  # type: ignore[no-untyped-def]
    draw = random.Random(seed)
    with Store.create(tmp_path / "p", "p", raters_wanted=3, seed=1) as store:
        made = fill(store, tmp_path / "pictures", images_n=2, rois_n=2, annotators_n=6)
        roi_ids, people = [r.id for r in made.rois], [a.id for a in made.annotators]

        def step(s: Session) -> None:
            roi, who = draw.choice(roi_ids), draw.choice(people)
            match draw.randrange(10):
                case 0:
                    assignments.assign(s, raters=draw.choice([None, 2, 4]), who="lead")
                case 1 | 2:
                    places.claim(s, roi, who)
                case 3 | 4:
                    rate(s, roi, who)
                case 5:
                    s.execute(
                        update(Place)
                        .where(Place.state == "claimed", Place.annotator_id == who)
                        .values(lease_until=places.server_time(s) - timedelta(seconds=1))
                    )
                case 6:
                    project.update(s, "lead", raters_wanted=draw.randint(1, 5))
                case 7:
                    assignments.take_back(s, who, "lead")
                case 8:
                    standing = exclusions.standing(s)
                    if standing and draw.random() < 0.6:
                        exclusions.lift(s, draw.choice(standing).id, who="lead")
                    elif draw.random() < 0.5:
                        exclusions.exclude(s, "annotator", who, reason="x", who="lead")
                    else:
                        latest = ratings.latest(s, roi, who)
                        if latest is not None:
                            exclusions.exclude(s, "rating", latest.id, reason="x", who="lead")
                case 9:
                    if draw.random() < 0.3:
                        assignments.ask_for_more(s, [roi], 1, "lead")
                    elif len(roi_ids) < 8:
                        mask = box_mask(len(roi_ids), 1, 38, 30)
                        roi_ids.append(rois.add(s, image_id=1, mask=mask, who="lead").id)

        for _ in range(70):
            try:
                with store.write("lead") as s:
                    step(s)
            except (Refused, NotFound):
                pass
            with store.read() as s:
                holds(s)
        with store.write() as s:
            before = s.execute(select(Place.id, Place.state, Place.annotator_id).order_by(Place.id)).all()
            place_balance.rebalance(s)
            after = s.execute(select(Place.id, Place.state, Place.annotator_id).order_by(Place.id)).all()
            expired = {p for p, state, _ in before if state == "claimed"}
            assert [r for r in after if r[0] not in expired] == [r for r in before if r[0] not in expired]
            assert s.scalars(select(Annotator.id)).all() == people
