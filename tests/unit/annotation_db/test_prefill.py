"""The pre-fill: drawing controls, deciding what is shown, and what revisions and labels make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_db.database import audit
from annotation_db.errors import NotFound, Refused
from annotation_db.labels import labels
from annotation_db.labels.label_rules import POLICIES, policy_named
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import Prefill
from annotation_db.rating import exclusions, ratings
from annotation_db.rating.assistance import Seen, most
from annotation_db.records import NewRating, PrefillMode
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.predicted import SAID, model, said, suggest

SEEDS = st.integers(0, 2**62)
UIDS = st.text("0123456789abcdef", min_size=32, max_size=32)
OWN = (4, 4, 3, 2, 1, 0, 3, 2)


@given(SEEDS, UIDS, st.floats(0, 1), st.floats(0, 1))
def test_a_control_at_one_share_is_one_at_every_larger_share(
    seed: int, uid: str, one: float, two: float
) -> None:
    low, high = sorted((one, two))
    assert prefill.is_control(seed, uid, high) or not prefill.is_control(seed, uid, low)
    assert prefill.is_control(seed, uid, low) == prefill.is_control(seed, uid, low)
    assert not prefill.is_control(seed, uid, 0) and prefill.is_control(seed, uid, 1)


@given(st.integers(0, 2**31), st.sampled_from([0.05, 0.2, 0.5]))
def test_the_share_holds_over_rois_and_over_annotators(start: int, share: float) -> None:
    n = 2000
    rois = sum(prefill.is_control(start, f"{start + k:032x}", share) for k in range(n))
    people = sum(prefill.is_control(start + k, f"{start:032x}", share) for k in range(n))
    spread = sqrt(n * share * (1 - share))
    assert abs(rois - n * share) < 6 * spread and abs(people - n * share) < 6 * spread


def test_the_draw_is_the_same_in_every_version_and_on_every_machine() -> None:
    drawn = [prefill.is_control(seed, "0123456789abcdef" * 2, 0.5) for seed in range(12)]
    assert [int(control) for control in drawn] == [0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0]


def test_the_draw_of_one_annotator_says_nothing_of_anothers() -> None:
    both = sum(
        prefill.is_control(1, f"{k:032x}", 0.5) and prefill.is_control(2, f"{k:032x}", 0.5)
        for k in range(4000)
    )
    assert abs(both - 1000) < 6 * sqrt(4000 * 0.25 * 0.75)


def test_the_policy_is_off_until_somebody_switches_it_on(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        assert prefill.policy(s) == prefill.PrefillPolicy("off", None, 0.2)
        with pytest.raises(Refused, match="no model to show predictions of"):
            prefill.set_policy(s, "lead", policy="prefill")
    with any_filled.store.write() as s:
        made = model(s)
        standing = prefill.set_policy(s, "lead", policy="reveal", predictor_id=made.id, share=0.35)
        assert standing == prefill.PrefillPolicy("reveal", made, 0.35) == prefill.policy(s)
        assert prefill.set_policy(s, "lead") == standing
        assert [entry.action for entry in audit.list_all(s)].count("prefill.policy") == 1
        assert prefill.set_policy(s, "lead", policy="off").predictor == made


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"policy": "always"}, Refused, "one of off, prefill, reveal, not 'always'"),
        ({"share": 1.5}, Refused, "from 0 to 1, not 1.5"),
        ({"share": float("nan")}, Refused, "not nan"),
        ({"predictor_id": 99}, NotFound, "no model number 99"),
    ],
)
def test_a_policy_that_cannot_be(
    filled: Filled, change: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told), filled.store.write() as s:
        prefill.set_policy(s, "lead", **change)
    with filled.store.read() as s:
        assert prefill.policy(s) == prefill.PrefillPolicy("off", None, 0.2)


def test_what_each_annotator_sees_follows_the_draw(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        made = suggest(s, any_filled.rois, share=0.5)
    seen = set()
    with any_filled.store.read() as s:
        for who in any_filled.annotators:
            for roi in any_filled.rois:
                got = prefill.decide(s, who.id, roi.id)
                stored = predictions.of_roi(s, roi.id, made.id)
                assert stored is not None and got.prediction_id == stored.id
                if prefill.is_control(who.order_seed, roi.uid, 0.5):
                    assert got == Prefill("control", None, stored.id)
                else:
                    assert got == Prefill("shown", stored, stored.id)
                assert prefill.decide(s, who.id, roi.id) == got
                seen.add(got.mode)
    assert seen == {"shown", "control"}


def test_nothing_is_shown_where_there_is_nothing_to_show(filled: Filled) -> None:
    who = filled.annotators[0].id
    with filled.store.write() as s:
        made = suggest(s, filled.rois[:1], share=0)
        predictions.store(s, made.id, [said(filled.rois[1].id, [None] * 8, unreadable=["blur"])])
        predictions.store(s, made.id, [said(filled.rois[2].id, [*[None] * 7, 2])])
        modes = [prefill.decide(s, who, roi.id).mode for roi in filled.rois[:4]]
        assert modes == ["shown", "none", "shown", "none"]
        prefill.set_policy(s, "lead", policy="off")
        assert prefill.decide(s, who, filled.rois[0].id) == Prefill("none")
        for annotator, roi in ((99, 1), (1, 99)):
            with pytest.raises(NotFound, match="no annotator number"):
                prefill.decide(s, annotator, roi)


def test_under_reveal_nobody_is_a_control(filled: Filled) -> None:
    with filled.store.write() as s:
        suggest(s, filled.rois, policy="reveal", share=1)
        got = prefill.decide(s, filled.annotators[0].id, filled.rois[0].id)
    assert got.mode == "revealed" and got.prediction is not None and got.prediction.votes == SAID


def test_a_rated_roi_is_shown_as_it_was(filled: Filled) -> None:
    roi, people = filled.rois[0], filled.annotators
    with filled.store.write() as s:
        ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=people[0].id, votes=OWN))
        suggest(s, filled.rois, share=0)
        shown = prefill.decide(s, people[1].id, roi.id)
        submit(s, roi.id, people[1].id, shown)
        prefill.set_policy(s, "lead", share=1)
        control = prefill.decide(s, people[2].id, roi.id)
        submit(s, roi.id, people[2].id, control)
        prefill.set_policy(s, "lead", policy="off", share=0)
        assert [prefill.decide(s, who.id, roi.id) for who in people[:3]] == [Prefill("none"), shown, control]
        assert (shown.mode, control.mode, control.prediction) == ("shown", "control", None)


def submit(s: Any, roi_id: int, annotator_id: int, seen: Prefill, votes: Sequence[int] = OWN) -> Any:
    return ratings.submit(
        s,
        NewRating(
            roi_id=roi_id,
            annotator_id=annotator_id,
            votes=votes,
            prefill=seen.mode,
            prediction_id=seen.prediction_id,
        ),
    )


def test_what_became_of_each_row_is_stored(any_filled: Filled) -> None:
    roi, who = any_filled.rois[0], any_filled.annotators[0]
    with any_filled.store.write() as s:
        made = suggest(s, any_filled.rois, share=0)
        predictions.store(
            s, made.id, [said(roi.id, [5, None, 3, 2, 1, 0, 3, 2], unreadable=["colorfulness"])]
        )
        seen = prefill.decide(s, who.id, roi.id)
        derived = submit(s, roi.id, who.id, seen)
        told = ratings.submit(
            s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=OWN, outcomes=["confirmed"] * 8)
        )
    assert derived.outcomes == ("changed", "given", *["confirmed"] * 6)
    assert told.outcomes == ("confirmed",) * 8 and (told.prefill, told.revision) == ("shown", 2)
    with any_filled.store.read() as s:
        assert ratings.history(s, roi.id, who.id) == [derived, told]


MODES: tuple[PrefillMode, ...] = ("none", "control", "revealed", "shown")


@given(st.lists(st.sampled_from(MODES), min_size=1, max_size=5))
def test_revisions_only_ever_add_to_what_was_seen(modes: list[PrefillMode]) -> None:
    seen = Seen()
    for number, mode in enumerate(modes):
        seen = most(seen, Seen(mode, None if mode == "none" else number))
    strongest = max(modes, key=MODES.index)
    assert seen.prefill == strongest
    assert seen.prediction_id == (None if strongest == "none" else modes.index(strongest))


def test_an_assisted_rating_stays_assisted(any_filled: Filled) -> None:
    roi, who = any_filled.rois[0].id, any_filled.annotators[0].id
    with any_filled.store.write() as s:
        suggest(s, any_filled.rois, share=0)
        seen = prefill.decide(s, who, roi)
        rows = [
            NewRating(roi, who, Votes(*OWN)),
            NewRating(roi, who, Votes(*OWN), prefill=seen.mode, prediction_id=seen.prediction_id),
        ]
        ratings.submit_many(s, rows)
        ratings.submit(s, NewRating(roi_id=roi, annotator_id=who, votes=SAID))
        history = ratings.history(s, roi, who)
    assert [(r.prefill, r.prediction_id, r.unassisted) for r in history] == [
        ("none", None, True),
        ("shown", seen.prediction_id, False),
        ("shown", seen.prediction_id, False),
    ]


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"prefill": "hidden"}, Refused, "not 'hidden'"),
        ({"prefill": "shown", "prediction_id": 99}, NotFound, "no prediction number 99"),
        ({"prefill": "shown", "prediction_id": 2}, Refused, "of another ROI than number 1"),
        ({"outcomes": ["given"] * 7}, Refused, "8 outcomes"),
        ({"outcomes": [*["given"] * 7, "liked"]}, Refused, "says 'liked'"),
    ],
)
def test_what_cannot_have_been_seen_is_refused(
    filled: Filled, more: dict[str, Any], error: type[Exception], told: str
) -> None:
    with filled.store.write() as s:
        suggest(s, filled.rois)
    with pytest.raises(error, match=told), filled.store.write() as s:
        ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=OWN, **more))


def test_unassisted_labels_take_what_each_thought_before_seeing_anything(any_filled: Filled) -> None:
    roi, (a, b, c, d) = any_filled.rois[0].id, [who.id for who in any_filled.annotators]

    def vote(who: int, quality: int, mode: PrefillMode) -> int:
        number = None if mode == "none" else shown
        votes = [5] * 6 + [quality, 2]
        return ratings.submit(
            s, NewRating(roi_id=roi, annotator_id=who, votes=votes, prefill=mode, prediction_id=number)
        ).id

    with any_filled.store.write() as s:
        made = suggest(s, any_filled.rois)
        stored = predictions.of_roi(s, roi, made.id)
        assert stored is not None
        shown = stored.id
        vote(a, 0, "none"), vote(a, 4, "shown")  # first alone, then with the suggestion
        vote(b, 1, "revealed"), vote(b, 4, "revealed")  # changed after it was revealed
        vote(c, 4, "shown")  # never alone
        vote(d, 3, "control"), vote(d, 2, "control")  # corrected, never shown

        def qualities(which: Any) -> dict[int, int]:
            return {r.annotator_id: r.votes.quality for r in ratings.counting(s, which).get(roi, [])}

        assert qualities("all") == {a: 4, b: 4, c: 4, d: 2}
        assert qualities("unassisted") == {a: 0, b: 1, d: 2}
        alone = replace(POLICIES["paper-unassisted"], min_raters=3)
        (label, *_) = labels.compute(s, alone)
        assert label.quality is not None and (label.quality.sum, label.n) == (3, 3)
    run = labels.store_run(any_filled.store, alone, "lead")
    with any_filled.store.write() as s:
        assert labels.run_labels(s, run.id)[0] == label and labels.get_run(s, run.id).policy == alone
        newest = ratings.latest(s, roi, b)
        assert newest is not None
        exclusions.exclude(s, "rating", newest.id, reason="a slip", who="lead")
        assert qualities("all") == {a: 4, c: 4, d: 2} and qualities("unassisted") == {a: 0, d: 2}
        exclusions.exclude(s, "annotator", a, reason="careless", who="lead")
        assert qualities("unassisted") == {d: 2}


def test_every_policy_has_its_unassisted_twin() -> None:
    assert list(POLICIES) == [
        "paper",
        "paper-unassisted",
        "include-non-existent",
        "include-non-existent-unassisted",
    ]
    for name, policy in POLICIES.items():
        assert policy.name == name and (policy.votes == "unassisted") == name.endswith("-unassisted")
    assert policy_named("paper-unassisted", min_raters=3).votes == "unassisted"
