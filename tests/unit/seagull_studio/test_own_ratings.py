"""What somebody rated last, on both databases."""

from __future__ import annotations

from annotation_db.database.store import Store
from annotation_db.rating import ratings
from annotation_db.records import NewRating
from seagull_studio.operations import marking, own_ratings
from tests.unit.annotation_db.conftest import Filled, any_filled, any_store, postgres

__all__ = ["any_filled", "any_store", "postgres"]


def test_the_latest_comes_last_and_what_was_withdrawn_is_not_among_them(
    any_store: Store, any_filled: Filled
) -> None:
    person = any_filled.annotators[0].id
    ids = [roi.id for roi in any_filled.rois[:4]]
    for roi_id in (*ids, ids[0]):  # the first was corrected
        with any_store.write("test") as s:
            ratings.submit(s, NewRating(roi_id=roi_id, annotator_id=person, votes=[5] * 6 + [2, 2]))
    marking.withdraw(any_store, ids[2], "wrong", "test")
    found = own_ratings.last_rated(any_store, person, 10)
    assert [entry.roi.id for entry in found] == [ids[1], ids[3], ids[0]]
    assert [entry.roi.id for entry in own_ratings.last_rated(any_store, person, 1)] == [ids[0]]
    assert own_ratings.last_rated(any_store, any_filled.annotators[1].id, 10) == ()
