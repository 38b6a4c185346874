"""Filters of ROIs: each condition, all at once, saved by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_db.database import audit
from annotation_db.database.schema import SavedFilter
from annotation_db.errors import NotFound, Refused
from annotation_db.filters import saved
from annotation_db.filters.matching import matching
from annotation_db.filters.roi_filter import RoiFilter, from_json
from annotation_db.labels import labels
from annotation_db.labels.label_changes import levels
from annotation_db.labels.label_stability import Stabilities
from annotation_db.pictures import groups
from annotation_db.predictions import predictions
from annotation_db.predictions.prediction_records import NewPrediction, PredictorInfo
from annotation_db.rating import exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from tests.unit.annotation_db.conftest import Filled


def rate(filled: Filled) -> None:
    """ROI k gets k ratings, of quality k mod 5; the first annotator has rated all but one."""
    with filled.store.write("lead") as s:
        for number, roi in enumerate(filled.rois[1:], 1):
            for person in filled.annotators[: min(number, 4)]:
                votes = [5] * 6 + [number % 5, 2]
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=person.id, votes=votes))


def test_each_condition(any_filled: Filled) -> None:
    rate(any_filled)
    ids = [roi.id for roi in any_filled.rois]
    two = any_filled.images[1]
    first, *_, last = (person.name for person in any_filled.annotators)
    with any_filled.store.write("lead") as s:
        groups.assign(s, {two.id: "g"}, "lead")
        exclusions.exclude(s, "roi", ids[0], reason="twice", who="lead")

        def taken(**asked: object) -> list[int]:
            return sorted(matching(s, RoiFilter(**asked)))  # type: ignore[arg-type]

        assert taken() == ids[1:]
        assert taken(groups=("g", "h")) == [roi.id for roi in any_filled.rois if roi.image_id == two.id]
        assert taken(sources=("nowhere",)) == [] and taken(sources=("",)) == ids[1:]
        assert taken(level="object") == ids[1:] and taken(level="component") == []
        assert taken(rated_at_least=3) == ids[3:] and taken(rated_fewer_than=3) == ids[1:3]
        assert taken(rated_at_least=2, rated_fewer_than=3) == ids[2:3]
        assert taken(annotators=(last,)) == ids[4:] and taken(annotators=(first, last)) == ids[1:]
        # Labels: the paper's policy wants seven ratings; by another one they say what was voted.
        assert taken(labels={"quality": (1, 2)}) == []
        policy = labels.policy_named("paper", min_raters=1)
        found = labels.compute(s, policy)
        for wanted in ({"quality": (1, 2)}, {"quality": (3,), "blur": (5,)}, {"blur": (0, 1)}):
            mine = {one.roi_id for one in found if all(levels(one).get(k) in v for k, v in wanted.items())}
            assert matching(s, RoiFilter(labels=wanted), found) == mine
        for limit in (0.0, 0.2, 0.4, 0.6, 1.0):
            stable = Stabilities(found, policy)
            least = {}
            for label in found:
                if label.quality and label.importance:
                    figures = [stable.of_mean(label.quality), stable.of_mean(label.importance)]
                    figures += [stable.of_verdict(label.distortions[name]) for name in DISTORTIONS]
                    least[label.roi_id] = min(figure.at_14 for figure in figures if figure is not None)
            assert taken(stability_below=limit) == sorted(k for k, v in least.items() if v < limit)
        with pytest.raises(NotFound):
            taken(annotators=("Nobody",))


def test_the_distance_from_a_model(any_filled: Filled) -> None:
    rate(any_filled)
    ids = [roi.id for roi in any_filled.rois]
    with any_filled.store.write("lead") as s:
        model = predictions.register(s, PredictorInfo("m", "plugin", "m-1"), "lead")
        rows = [
            NewPrediction(roi_id=ids[3], votes=(5, 5, 5, 5, 5, 5, 3, 2), confidences=(None,) * 8),
            NewPrediction(roi_id=ids[4], votes=(5, 5, 5, 5, 5, 5, 1, None), confidences=(None,) * 8),
        ]
        predictions.store(s, model.id, rows)
        for least, taken in ((0.0, ids[3:5]), (0.5, ids[4:5]), (3.0, ids[4:5]), (3.5, [])):
            assert sorted(matching(s, RoiFilter(model="m", distance_at_least=least))) == taken
        with pytest.raises(NotFound):
            matching(s, RoiFilter(model="other", distance_at_least=1))
        scored = predictions.register(s, PredictorInfo("s", "plugin", "s-1"), "lead")
        only = NewPrediction(
            roi_id=ids[4],
            votes=(None,) * 8,
            confidences=(None,) * 8,
            quality_score=3.6,
            importance_score=None,
        )
        predictions.store(s, scored.id, [only])  # a score is what the list of disputes compares with, too
        for least, taken in ((0.1, [ids[4]]), (0.9, [])):
            assert sorted(matching(s, RoiFilter(model="s", distance_at_least=least))) == taken


def test_filters_are_saved_by_name(any_filled: Filled) -> None:
    wanted = RoiFilter(sources=("lab",), labels={"quality": (0, 1)}, stability_below=0.8)
    with any_filled.store.write("Lea") as s:
        saved.save(s, " doubtful ", RoiFilter(), "Lea")
        assert saved.save(s, "doubtful", wanted, "Bo").by == "Bo"
        saved.save(s, "all", RoiFilter(), "Lea")
    with any_filled.store.read() as s:
        assert [one.name for one in saved.list_all(s)] == ["all", "doubtful"]
        assert saved.get(s, "doubtful").wanted == wanted
    with any_filled.store.write("Lea") as s:
        saved.remove(s, "doubtful", "Lea")
        with pytest.raises(NotFound, match="no filter doubtful"):
            saved.get(s, "doubtful")
        with pytest.raises(Refused):
            saved.save(s, "  ", wanted, "Lea")


NAMES = st.lists(st.text(min_size=1, max_size=5), max_size=3).map(tuple)
COUNT = st.none() | st.integers(0, 30)
LEVELS = st.dictionaries(
    st.sampled_from(SCALE_NAMES), st.sets(st.integers(0, 4), min_size=1).map(lambda s: tuple(sorted(s)))
)


def test_a_filter_of_a_later_version_is_in_nobodys_way(any_filled: Filled) -> None:
    with any_filled.store.write("Lea") as s:
        saved.save(s, "all", RoiFilter(), "Lea")
        s.add(SavedFilter(name="later", content={"colour": "red"}, saved_by="Lea"))
        s.flush()
        assert saved.known(s) == ("all", "later")
        with pytest.raises(Refused, match="The filter later cannot be read"):
            saved.list_all(s)
        with pytest.raises(Refused, match="asks for colour"):
            saved.get(s, "later")
        saved.remove(s, "later", "Lea")
        assert [one.name for one in saved.list_all(s)] == ["all"]
        assert audit.list_all(s, 1)[0].detail == {"colour": "red"}


@given(NAMES, NAMES, NAMES, COUNT, COUNT, LEVELS, st.none() | st.floats(0, 1), st.booleans())
def test_json_says_all_of_a_filter(sources, of_groups, people, most, least, chosen, limit, far) -> None:  # type: ignore[no-untyped-def]
    wanted = RoiFilter(
        sources=sources,
        groups=of_groups,
        level="object" if far else None,
        rated_at_least=least,
        rated_fewer_than=most,
        labels=chosen,
        stability_below=limit,
        annotators=people,
        model="m" if far else "",
        distance_at_least=1.5 if far else None,
    )
    assert from_json(wanted.as_json()) == wanted
    assert wanted.takes_all == (wanted.as_json() == {})


@pytest.mark.parametrize(
    "told",
    [
        *([], {"colour": "red"}, {"level": "pixel"}, {"rated_at_least": -1}, {"labels": {"quality": [5]}}),
        *({"labels": {"beauty": [1]}}, {"stability_below": 2}, {"model": "m"}, {"distance_at_least": 1.0}),
        *(
            {"labels": [1]},
            {"rated_at_least": "many"},
            {"sources": 3},
            {"distance_at_least": 9, "model": "m"},
        ),
    ],
)
def test_filters_that_cannot_be_are_refused(told: object) -> None:
    with pytest.raises(Refused):
        from_json(told)
