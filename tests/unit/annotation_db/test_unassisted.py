"""Which vote is an annotator's own, and how many labels that leaves: one rule, whoever asks."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import update

from annotation_db.database.schema import Rating
from annotation_db.exports.unassisted import unassisted_labels
from annotation_db.labels import labels
from annotation_db.labels.labels import policy_named
from annotation_db.rating import coverage, exclusions, ratings
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.test_prefill import suggest

VOTES = [5] * 6 + [1, 2]
# Each letter is a revision: given alone, or with a prediction in view; large ones are excluded.
HISTORIES = [
    *("a", "A", "as", "aS", "As", "aas", "aAs", "Aas", "asS", "aSs", "aAS"),
    *("s", "S", "r", "rr", "Rr", "rR"),
]
NOBODYS = {"A", "As", "aS", "aAs", "asS", "aAS", "s", "S", "aSs", "Rr", "rR"}
"""What was corrected never comes back; of whom a later revision is excluded, no older one counts."""


@pytest.mark.parametrize("history", HISTORIES)
def test_sql_and_exports_take_the_same_vote(filled: Filled, history: str) -> None:
    roi, who = filled.rois[0].id, filled.annotators[0].id
    modes = {"a": "none", "s": "shown", "r": "revealed"}
    with filled.store.write() as s:
        suggest(s, filled.rois)
        ids = [ratings.submit(s, NewRating(roi_id=roi, annotator_id=who, votes=VOTES)).id for _ in history]
        for rating_id, letter in zip(ids, history, strict=True):
            mode = modes[letter.lower()]
            seen = None if mode == "none" else 1
            shown = update(Rating).where(Rating.id == rating_id).values(prefill=mode, prediction_id=seen)
            s.execute(shown)
            if letter.isupper():
                exclusions.exclude(s, "rating", rating_id, reason="slip", who="lead")
        s.expire_all()
        told = ratings.history(s, roi, who)
        own = ratings.own_opinions(s, [roi])
        assert (not own) == (history in NOBODYS)
        counted = ratings.counting(s, "unassisted").get(roi, [])
        assert [rating.id for rating in counted] == list(own.values())
        policy = policy_named("paper-unassisted", min_raters=1)
        computed = labels.compute(s, policy)
        assert coverage.labelled_sizes(s, policy.votes, policy.min_raters) == (len(own),) * 2
        assert sum(label.status == "labelled" for label in computed) == len(own)
        everything = labels.compute(s, policy_named("paper", min_raters=1))[:1]
        if everything[0].n and history != "a":
            remade = unassisted_labels(everything, told, own, policy)
            assert remade.get(roi, everything[0]).n == len(own)


def test_readiness_is_what_a_fit_takes(filled: Filled) -> None:
    with filled.store.write() as s:
        suggest(s, filled.rois)
        for (number, roi), who in product(enumerate(filled.rois), filled.annotators):
            mode = "shown" if number % 2 else "none"
            seen = None if mode == "none" else number + 1
            ratings.submit(
                s,
                NewRating(roi_id=roi.id, annotator_id=who.id, votes=VOTES, prefill=mode, prediction_id=seen),
            )
        exclusions.exclude(s, "roi", filled.rois[0].id, reason="x", who="lead")
        exclusions.exclude(s, "annotator", filled.annotators[0].id, reason="x", who="lead")
        for policy in (policy_named(f"paper{u}", min_raters=n) for u in ("", "-unassisted") for n in (3, 4)):
            found = [label for label in labels.compute(s, policy) if label.status == "labelled"]
            images = {roi.image_id for roi in filled.rois for label in found if label.roi_id == roi.id}
            assert coverage.labelled_sizes(s, policy.votes, policy.min_raters) == (len(found), len(images))
