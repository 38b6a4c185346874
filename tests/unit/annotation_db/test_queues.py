"""A remembered queue says what looking at every ROI anew says, whoever changed whatever meanwhile."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from annotation_db.database import place_changes
from annotation_db.database.schema import Exclusion, Place, PlaceChange
from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.pictures import rois
from annotation_db.rating import assignments, exclusions, merging, places
from annotation_db.rating import ratings as given
from annotation_db.rating.places import moment
from annotation_db.rating.queues import Queue
from annotation_db.records import NewRating
from annotation_db.safety import restoring
from seagull_studio.operations import rating
from tests.server import Server
from tests.unit.annotation_db import plain_queue
from tests.unit.annotation_db.conftest import Filled, box_mask, fill

VOTES = (1, 2, 3, 4, 5, 0, 1, 2)
Step = Callable[[Session, random.Random, Filled], object]


def lapse(s: Session, drawn: random.Random, filled: Filled) -> None:
    """Leases run out at some moment soon, or did."""
    until = moment(s) + timedelta(milliseconds=drawn.choice((-1000, 3, 20)))
    some = Place.roi_id == drawn.choice(filled.rois).id
    s.execute(update(Place).where(Place.state == "claimed", some).values(lease_until=until))


def lift_one(s: Session, drawn: random.Random, _filled: Filled) -> None:
    standing = s.scalars(select(Exclusion.id).where(Exclusion.lifted_at.is_(None))).all()
    if standing:
        exclusions.lift(s, drawn.choice(standing), who="lead")


def rate(s: Session, drawn: random.Random, filled: Filled) -> None:
    who, roi = drawn.choice(filled.annotators).id, drawn.choice(filled.rois).id
    given.submit(s, NewRating(roi_id=roi, annotator_id=who, votes=VOTES))


def exclude(s: Session, drawn: random.Random, filled: Filled) -> None:
    kind = drawn.choice(("roi", "annotator", "rating", "image"))
    among: list[int] = {
        "roi": [roi.id for roi in filled.rois],
        "annotator": [who.id for who in filled.annotators],
        "rating": [rating.id for rating in given.all_latest(s)],
        "image": [image.id for image in filled.images],
    }[kind]
    if among:
        exclusions.exclude(s, kind, drawn.choice(among), reason="x", who="lead")  # type: ignore[arg-type]


def mark(s: Session, drawn: random.Random, filled: Filled) -> None:
    mask = box_mask(drawn.randrange(20), drawn.randrange(16), 34, 31)
    rois.add(s, image_id=drawn.choice(filled.images).id, mask=mask, who="lead")


def at_once(s: Session, drawn: random.Random, filled: Filled) -> None:
    """What an import does to very many ROIs."""
    with place_changes.in_bulk(s, place_changes.MOST + 1):
        assignments.ask_for_more(s, [roi.id for roi in filled.rois], 1, "lead")
        places.claim(s, drawn.choice(filled.rois).id, drawn.choice(filled.annotators).id)


STEPS: list[Step] = [
    *[lambda s, drawn, f: places.claim(s, drawn.choice(f.rois).id, drawn.choice(f.annotators).id)] * 6,
    *[rate] * 4,
    *[lapse] * 3,
    *[exclude, lift_one] * 2,
    *(mark, at_once),
    lambda s, drawn, f: assignments.assign(s, raters=drawn.choice((None, 1, 4)), who="lead"),
    lambda s, drawn, f: assignments.take_back(s, drawn.choice(f.annotators).id, "lead"),
    lambda s, drawn, f: assignments.ask_for_more(s, [drawn.choice(f.rois).id], 1, "lead"),
]


@pytest.mark.parametrize("seed", range(2))
def test_it_says_what_the_plain_rule_says(any_store: Store, tmp_path: Path, seed: int) -> None:
    filled = fill(any_store, tmp_path / "pictures", images_n=4, rois_n=3)
    drawn = random.Random(seed)
    with any_store.read() as s:
        queues = {who.id: assignments.queue_of(s, who.id) for who in filled.annotators[:3]}
    with Store.open(any_store.location) as other:
        for _ in range(30):
            with suppress(Refused), other.write("lead") as s:  # another program's store
                drawn.choice(STEPS)(s, drawn, filled)
            if drawn.random() < 0.7:
                compare(any_store, queues, drawn, filled)


def compare(store: Store, queues: dict[int, Queue], drawn: random.Random, filled: Filled) -> None:
    after, keep = drawn.choice(filled.images).id, drawn.choice((None, *(roi.id for roi in filled.rois)))
    limit = drawn.choice((1, 3, 99))
    for who, queue in queues.items():
        with store.read() as s:
            # A lease that runs out in between is no difference: tried again, both look later.
            for _ in range(5):
                got = assignments.next_entries(s, who, after_image=after, limit=limit, keep=keep, queue=queue)
                ours = [entry.roi.id for entry in got], assignments.progress(s, who, queue)
                plain = plain_queue.up(s, who, after, limit, keep), plain_queue.progress(s, who)
                if ours == plain:
                    break
            assert ours == plain


def test_a_lease_that_runs_out_is_noticed_though_nobody_writes(filled: Filled) -> None:
    ada, bea, cem, dan = (who.id for who in filled.annotators)
    roi = filled.rois[0].id
    with filled.store.write() as s:
        for who in (ada, bea, cem):
            places.claim(s, roi, who)
        until = moment(s) + timedelta(milliseconds=80)
        s.execute(update(Place).where(Place.annotator_id == cem).values(lease_until=until))
    found = []
    with filled.store.read() as s:
        queue = assignments.queue_of(s, dan)
        for _ in range(2):
            offered = assignments.next_entries(s, dan, limit=99, queue=queue)
            found.append(roi in {entry.roi.id for entry in offered})
            time.sleep(0.1)
    assert found == [False, True]


def test_transactions_that_end_in_another_order_than_they_began(any_store: Store, tmp_path: Path) -> None:
    if any_store.url.startswith("sqlite"):
        pytest.skip("there, one program writes at a time")
    filled = fill(any_store, tmp_path / "pictures")
    ada, bea, cem, dan = (who.id for who in filled.annotators)
    first, second = filled.rois[0].id, filled.rois[1].id
    with any_store.read() as s:
        queue = assignments.queue_of(s, dan)

    def open_to_dan() -> set[int]:
        with any_store.read() as s:
            return {e.roi.id for e in assignments.next_entries(s, dan, limit=99, queue=queue)}

    with any_store.write() as s:
        for who, roi in ((ada, first), (bea, first), (ada, second), (cem, second)):
            places.claim(s, roi, who)
    assert {first, second} <= open_to_dan()
    with Store.open(any_store.location) as slow, slow.write() as late:
        places.claim(late, first, cem)
        with any_store.write() as s:
            places.claim(s, second, bea)
        assert second not in open_to_dan() and first in open_to_dan()
    assert first not in open_to_dan()


def test_on_a_server_old_changes_are_removed_and_missed_by_nobody(any_filled: Filled) -> None:
    if any_filled.store.url.startswith("sqlite"):
        pytest.skip("there, each ROI has one row")
    who, roi = any_filled.annotators[0].id, any_filled.rois[0].id
    with any_filled.store.read() as s:
        queue = assignments.queue_of(s, who)
        assignments.progress(s, who, queue)
    with any_filled.store.write() as s:
        exclusions.exclude(s, "roi", roi, reason="x", who="lead")
    with any_filled.store.write() as s:  # as the trigger does, when there are many
        newest = s.scalar(text("SELECT txid_current()"))
        s.execute(text("DELETE FROM place_change"))
        s.add(PlaceChange(roi_id=0, turn=newest))
    with any_filled.store.read() as s:
        assert roi not in {e.roi.id for e in assignments.next_entries(s, who, limit=99, queue=queue)}


def test_each_roi_has_one_row_in_a_folder(filled: Filled) -> None:
    with filled.store.write() as s:
        for roi in filled.rois:
            for who in filled.annotators[:3]:
                places.claim(s, roi.id, who.id)
                given.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=VOTES))
        found = s.scalars(select(PlaceChange.roi_id)).all()
    assert sorted(found) == [roi.id for roi in filled.rois]


def test_the_triggers_are_there_after_work_in_bulk_whether_it_fails_or_not(filled: Filled) -> None:
    many = place_changes.MOST + 1

    def standing() -> list[str]:
        query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        with filled.store.read() as s:
            return list(s.scalars(query))

    before = standing()
    assert len(before) == len(place_changes.triggers("sqlite"))
    with filled.store.write() as s, place_changes.in_bulk(s, many), place_changes.in_bulk(s, many):
        assignments.assign(s, who="lead")
        assert not s.scalar(text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"))
    assert standing() == before
    with suppress(Refused), filled.store.write() as s, place_changes.in_bulk(s, many):
        raise Refused("x")
    assert standing() == before
    with filled.store.write() as s:
        with suppress(Refused), place_changes.in_bulk(s, many):
            raise Refused("x")
        places.claim(s, filled.rois[0].id, filled.annotators[0].id)
    assert standing() == before


def test_on_a_server_nothing_is_removed_that_another_queue_has_not_seen(
    any_store: Store, tmp_path: Path
) -> None:
    """A transaction that began early removes old rows; newer ones of others stay, though it ends last."""
    if any_store.url.startswith("sqlite"):
        pytest.skip("there, each ROI has one row")
    filled = fill(any_store, tmp_path / "pictures")
    who, roi = filled.annotators[0].id, filled.rois[5].id
    prune = place_changes._PRUNE.replace("random() < 0.0005", "true")
    with any_store.read() as s:
        queue = assignments.queue_of(s, who)
    for _ in range(2):  # two turns: the newer one is the edge and stays
        with any_store.write() as s:
            many = "SELECT 1, txid_current() FROM generate_series(1, 60000)"
            s.execute(text(f"INSERT INTO place_change (roi_id, turn) {many}"))
    with Store.open(any_store.location) as slow, slow.write() as early:
        early.execute(text("SELECT txid_current()"))
        with any_store.read() as s:
            assignments.progress(s, who, queue)
        for other in filled.annotators[1:4]:
            with any_store.write() as s:
                given.submit(s, NewRating(roi_id=roi, annotator_id=other.id, votes=VOTES))
        early.connection().exec_driver_sql(f"DO $$ DECLARE edge bigint; BEGIN {prune} END $$")
    with any_store.read() as s:
        assert s.scalar(text("SELECT count(*) FROM place_change")) < 61_000
        assert assignments.progress(s, who, queue) == assignments.progress(s, who)


def test_a_queue_knows_of_a_restore_on_a_server(postgres: Server, tmp_path: Path) -> None:
    with Store.create(postgres.new_database(), "T", raters_wanted=3, seed=7) as store:
        filled = fill(store, tmp_path / "pictures")
        backup, who = store.backup("mine"), filled.annotators[0].id
        with store.write("lead") as s:
            for at in range(6):
                rois.add(s, image_id=filled.images[0].id, mask=box_mask(5 + at, 5, 34, 33), who="lead")
        memory = rating.Memory()
        assert rating.take_turn(store, who, after_image=None, memory=memory).progress.available == 12 - 1
        restoring.restore(store.location, backup, "lead")
        left = rating.take_turn(store, who, after_image=None, memory=memory).progress
        assert left == rating.progress(store, who) and left.available + left.open == 6


def test_whoever_is_signed_in_by_a_second_name_sees_one_progress(filled: Filled) -> None:
    first, second = filled.annotators[0].id, filled.annotators[1].id
    with filled.store.write() as s:
        for roi in filled.rois[:3]:
            given.submit(s, NewRating(roi_id=roi.id, annotator_id=first, votes=VOTES))
        merging.merge(s, first, second, who="lead")
    turn = rating.take_turn(filled.store, second, after_image=None)
    assert turn.progress.done == 3
    assert rating.progress(filled.store, second, rating.Memory()) == turn.progress
