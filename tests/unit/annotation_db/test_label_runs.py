"""Label runs: what they share is stored once; compared; deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from annotation_db import audit, exclusions, label_compare, labels, ratings, sweeps
from annotation_db.errors import NotFound
from annotation_db.label_rules import policy_named
from annotation_db.schema import RoiLabel, RunLabel
from annotation_db.store import Store
from tests.unit.annotation_db.conftest import Filled

TWO = policy_named("paper", min_raters=2)


def rate_all(filled: Filled, people: int = 3) -> None:
    with filled.store.write() as s:
        for roi in filled.rois:
            for who in filled.annotators[:people]:
                ratings.submit(s, roi_id=roi.id, annotator_id=who.id, votes=[5] * 6 + [1, 2])


def stored(store: Store) -> tuple[int, int]:
    with store.read() as s:
        return tuple(s.scalar(select(func.count()).select_from(one)) or 0 for one in (RoiLabel, RunLabel))  # type: ignore[return-value]


def test_what_runs_share_is_stored_once_and_goes_with_the_last(any_filled: Filled) -> None:
    store, roi = any_filled.store, any_filled.rois[0]
    rate_all(any_filled)
    one, two = labels.store_run(store, TWO, "lead"), labels.store_run(store, TWO, "lead")
    assert stored(store) == (6, 12)
    with store.write() as s:
        exclusions.exclude(s, "roi", any_filled.rois[5].id, reason="x", who="lead")
        votes = [5] * 6 + [4, 2]
        ratings.submit(s, roi_id=roi.id, annotator_id=any_filled.annotators[0].id, votes=votes)
    three = labels.store_run(store, TWO, "lead")
    assert stored(store) == (7, 17)
    with store.read() as s:
        assert [len(labels.run_labels(s, run.id)) for run in (one, two, three)] == [6, 6, 5]
        assert labels.run_labels(s, one.id) == labels.run_labels(s, two.id)
        assert (three.labelled, three.insufficient) == (5, 0)
        assert labels.runs(s) == [three, two, one]
        assert list(sweeps.of_connection(s.connection())) == []
    with store.write("lead") as s:
        assert labels.delete_run(s, two.id, "lead") == 0
        assert labels.delete_run(s, three.id, "lead") == 1
        with pytest.raises(NotFound):
            labels.delete_run(s, three.id, "lead")
    assert stored(store) == (6, 6)
    with store.write("lead") as s:
        entry = audit.list_all(s, 1)[0]
        assert (entry.action, entry.subject) == ("labels.delete", f"label run {three.id}")
        assert entry.detail["policy"]["min_raters"] == 2
        assert labels.delete_run(s, one.id, "lead") == 6
    assert stored(store) == (0, 0)


def test_a_run_that_is_deleted_while_another_is_stored(filled: Filled) -> None:
    rate_all(filled)
    first = labels.store_run(filled.store, TWO, "lead")
    with filled.store.read() as s:
        rows = s.execute(select(RoiLabel.roi_id, RoiLabel.content_hash)).all()
        wanted = {(row[0], row[1]) for row in rows}
        before = labels._known(s, wanted)
    with filled.store.write() as s:
        labels.delete_run(s, first.id, "lead")
        ratings.submit(s, roi_id=1, annotator_id=filled.annotators[0].id, votes=[5] * 6 + [4, 2])
    labels.store_run(filled.store, TWO, "lead")  # rows have the numbers of those that were deleted
    with filled.store.read() as s:
        now = labels._known(s, wanted, before)
        assert now == labels._known(s, wanted) and len(now.ids) == 5 < len(before.ids)


def test_counts_are_kept_and_counted_again_where_they_are_not(filled: Filled) -> None:
    rate_all(filled)
    run = labels.store_run(filled.store, TWO, "lead")
    with filled.store.write() as s:
        kept = labels.run_counts(s, run.id)
        assert (kept.quality, kept.importance, kept.present) == ((0, 6, 0, 0, 0), (0, 0, 6, 0, 0), {})
        s.execute(text("UPDATE label_run SET summary = NULL"))
        assert labels.run_counts(s, run.id) == kept


def test_a_label_that_is_gone_is_found(any_filled: Filled) -> None:
    rate_all(any_filled)
    run = labels.store_run(any_filled.store, TWO, "lead")
    with any_filled.store.write() as s:
        s.execute(text("DELETE FROM run_label WHERE id = (SELECT min(id) FROM run_label)"))
    with any_filled.store.read() as s:
        (found,) = sweeps.of_connection(s.connection())
    assert found.what == f"label run {run.id} is damaged: its labels are not those that were stored with it"


def test_comparing_says_what_changed_and_why(any_filled: Filled) -> None:
    store, rois, people = any_filled.store, any_filled.rois, any_filled.annotators
    rate_all(any_filled)
    low, high = [5] * 6 + [1, 2], [0] * 6 + [4, 4]
    with store.write() as s:
        slip = ratings.latest(s, rois[4].id, people[0].id)
        assert slip is not None
        out = exclusions.exclude(s, "rating", slip.id, reason="x", who="lead").id
        back = exclusions.exclude(s, "roi", rois[5].id, reason="x", who="lead").id
    first = labels.store_run(store, TWO, "lead")
    with store.write() as s:
        ratings.submit(s, roi_id=rois[0].id, annotator_id=people[0].id, votes=high)  # corrected
        ratings.submit(s, roi_id=rois[0].id, annotator_id=people[3].id, votes=high)  # new
        ratings.submit(s, roi_id=rois[1].id, annotator_id=people[3].id, votes=low)  # moves no level
        withdrawn = exclusions.exclude(s, "image", rois[2].image_id, reason="a copy", who="lead").id
        exclusions.lift(s, back, who="lead")
        exclusions.lift(s, out, who="lead")
    second = labels.store_run(store, TWO, "lead")
    with store.read() as s:
        found = label_compare.compare(s, first.id, second.id)
        told = label_compare.as_json(found)
    by_roi = {change.roi_id: change for change in found.changes}
    assert by_roi[rois[0].id].why == {"new": 1, "corrected": 1}
    assert by_roi[rois[0].id].levels["quality"] == (1, 3)
    assert by_roi[rois[0].id].levels["blur"] == (None, 0)
    assert by_roi[rois[2].id].why == by_roi[rois[3].id].why == {"withdrawn": 1}
    assert by_roi[rois[5].id].why == {"added": 1}
    assert (found.same, found.within, len(found.changes)) == (0, 2, 4)
    assert told["policy_changed"] is False and len(told["changes"]) == 4
    with store.write() as s:
        exclusions.lift(s, withdrawn, who="lead")
        for who in people[:2]:
            gone = ratings.latest(s, rois[2].id, who.id)
            assert gone is not None
            exclusions.exclude(s, "rating", gone.id, reason="x", who="lead")
    third = labels.store_run(store, policy_named("paper", min_raters=4), "lead")
    with store.read() as s:
        later = {c.roi_id: c for c in label_compare.compare(s, first.id, third.id).changes}
    assert later[rois[2].id].why == {"excluded": 2, "policy": 1}
    assert later[rois[4].id].why == {"readmitted": 1, "policy": 1}
