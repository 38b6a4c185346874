"""What annotators see of labels: only of finished ROIs that they rated, and nobody's single vote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from annotation_db.database.schema import now
from annotation_db.errors import Refused
from annotation_db.labels import feedback
from annotation_db.labels.feedback import Comparison
from annotation_db.rating import assignments, exclusions, ratings, requests
from annotation_db.records import Actor, NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.operations import feedback as operations
from seagull_studio.operations import rating, settings
from tests.unit.annotation_db.conftest import Filled

AGO = timedelta(hours=30)


def votes(quality: int, blur: int = 5) -> tuple[int, ...]:
    given = dict.fromkeys(SCALE_NAMES, 5) | {"quality": quality, "importance": 2, "blur": blur}
    return tuple(given[name] for name in SCALE_NAMES)


def rate(filled: Filled, roi: int, *given: tuple[int, ...], at: timedelta | None = None) -> None:
    """By the first, second ... annotator."""
    with filled.store.write() as s:
        for who, eight in zip(filled.annotators, given, strict=False):
            given_at = now() - (AGO if at is None else at)
            ratings.submit(
                s,
                NewRating(
                    roi_id=filled.rois[roi].id, annotator_id=who.id, votes=eight, submitted_at=given_at
                ),
            )


def compared(filled: Filled, who: int = 0) -> list[Comparison]:
    with filled.store.read() as s:
        return feedback.comparisons(s, filled.annotators[who].id)


def test_the_label_is_told_once_a_roi_is_finished(any_filled: Filled) -> None:
    first = any_filled.rois[0].id
    rate(any_filled, 0, votes(4, blur=1), votes(1))
    assert compared(any_filled) == []  # a rating is still wanted
    rate(any_filled, 0, votes(4, blur=1), votes(1), votes(1))
    (one,) = compared(any_filled)
    assert (one.roi_id, one.own["quality"], one.label["quality"]) == (first, 4, 2)  # 6 / 3
    assert (one.own["blur"], one.label["blur"]) == (1, 5)
    assert one.differs_on == ("blur", "quality") and one.distance == 6
    (same,) = compared(any_filled, 1)
    assert same.own["quality"] == 1 and same.label == one.label
    assert compared(any_filled, 3) == []  # has not rated it
    with any_filled.store.write() as s:
        assignments.ask_for_more(s, [first], 1, "Lea")
    assert compared(any_filled) == []  # another rating is wanted: others' must not be known
    with any_filled.store.read() as s:
        assert requests.waiting(s)[first] == 1


def test_of_one_other_a_label_would_be_their_vote(filled: Filled) -> None:
    settings.change(filled.store, {"raters_wanted": 2}, "Lea")
    rate(filled, 0, votes(4), votes(1))
    with filled.store.read() as s:
        assert filled.rois[0].id not in requests.waiting(s)
    assert compared(filled) == []


def test_withdrawn_rois_and_what_does_not_count_are_left_out(filled: Filled) -> None:
    for roi in (0, 1):
        rate(filled, roi, votes(4), votes(1), votes(1))
    with filled.store.write() as s:
        exclusions.exclude(s, "roi", filled.rois[0].id, reason="wrong mask", who="Lea")
        exclusions.exclude(s, "annotator", filled.annotators[0].id, reason="asleep", who="Lea")
    with filled.store.write() as s:
        who = filled.annotators[3].id
        ratings.submit(s, NewRating(roi_id=filled.rois[1].id, annotator_id=who, votes=votes(2)))
    (one,) = compared(filled)
    assert one.roi_id == filled.rois[1].id and one.label["quality"] == 1  # without their own vote


def test_a_young_rating_is_corrected_and_its_label_is_not_told(filled: Filled) -> None:
    store, who = filled.store, filled.annotators[0]
    settings.change(store, {"feedback": True}, "Lea")
    rate(filled, 0, votes(4), votes(1), votes(1), at=timedelta(hours=23))
    assert compared(filled) == []
    assert rating.own_rating(store, filled.rois[0].id, who.id).votes is not None
    rate(filled, 1, votes(4), votes(1), votes(1), at=timedelta(hours=25))
    assert [one.roi_id for one in compared(filled)] == [filled.rois[1].id]


def test_nothing_is_told_unless_the_lead_turned_it_on(filled: Filled) -> None:
    store, who = filled.store, filled.annotators[0]
    rate(filled, 0, votes(4), votes(1), votes(1))
    store.acting = Actor(who.name, who.id)
    with pytest.raises(Refused, match="has not turned feedback on"):
        operations.read(store)
    assert rating.own_rating(store, filled.rois[0].id, who.id).votes is not None
    store.acting = None
    settings.change(store, {"feedback": True}, "Lea")
    with pytest.raises(Refused, match="Nobody sits here"):
        operations.read(store)
    store.acting = Actor(who.name, who.id)
    found = operations.read(store)
    assert found.finished == 1 and [one.roi_id for one in found.differing] == [filled.rois[0].id]
    assert found.names == {filled.rois[0].id: filled.rois[0].uid[:8]}
    image, roi = operations.look(store, filled.rois[0].id)
    assert (image.id, roi.id) == (filled.rois[0].image_id, filled.rois[0].id)
    with pytest.raises(Refused, match="have not rated"):
        operations.look(store, filled.rois[1].id)
    with pytest.raises(Refused, match="no longer be an opinion"):  # nobody corrects towards a label
        rating.own_rating(store, filled.rois[0].id, who.id)
