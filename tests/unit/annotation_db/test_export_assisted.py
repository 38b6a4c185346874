"""Exports of assisted votes: test labels untouched by suggestions, and all of it told and read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.exports.run import export
from annotation_db.exports.unassisted import unassisted_labels
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import Prefill
from annotation_db.rating import annotators, coverage, exclusions, ratings
from annotation_db.records import NewRating, RatingRecord
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.io_project import HEADER, box, pictures, project, write_csv, write_json
from tests.unit.annotation_db.predicted import SAID, model, said, suggest

PEOPLE = tuple(f"person {n}" for n in range(6))
ALONE = (1, 1, 1, 1, 1, 1, 1, 1)
ENTRIES = [box(name, "r1") for name in ("a.png", "b.png", "c.png", "d.png", "e.png")]


def rate(store: Store, *, alone: int = 3) -> None:
    """On every ROI `alone` people vote alone (all ones), the others adopt what they are shown."""
    with store.write("lead") as s:
        made = model(s)
        for entry in predictions.missing(s, made.id):
            predictions.store(s, made.id, [said(entry[0].id)])
        prefill.set_policy(s, "lead", policy="prefill", predictor_id=made.id, share=0.5)
    with store.write("lead") as s:
        people = [annotators.add(s, name, who="lead").id for name in PEOPLE]
        for prediction in predictions.of_predictor(s, made.id):
            for number, person in enumerate(people):
                seen = Prefill("control" if number < alone else "shown", None, prediction.id)
                votes = ALONE if number < alone else SAID
                submit(s, prediction.roi_id, person, seen, votes)


def submit(s: Any, roi_id: int, annotator_id: int, seen: Prefill, votes: tuple[int, ...]) -> RatingRecord:
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        import_rois(made, write_json(tmp_path / "rois.json", ENTRIES), who="lead")
        yield made


PAPER = labels.policy_named("paper", min_raters=3)


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_test_labels_are_made_of_unassisted_votes(store: Store, tmp_path: Path) -> None:
    rate(store)
    report = export(store, tmp_path / "out", policy=PAPER)
    assert report.test_votes == "unassisted" and report.counts["assisted_ratings"] == 15
    (tested,) = load(tmp_path / "out", "rois_test.json")
    assert tested["votes"] == "unassisted"
    assert (tested["label"]["n"], tested["label"]["quality"]["mean"]) == (3, 1)
    for trained in load(tmp_path / "out", "rois_train.json"):
        assert trained["votes"] == "all"
        assert (trained["label"]["n"], trained["label"]["quality"]["mean"]) == (6, 2)
    rows = table(tmp_path / "out", "labels.csv")
    assert {(row["split"], row["votes"], row["quality_mean"]) for row in rows} == {
        ("train", "all", "2.0"),
        ("test", "unassisted", "1.0"),
    }
    coco = load(tmp_path / "out", "coco_test.json")["annotations"]
    assert [one["attributes"]["votes"] for one in coco] == ["unassisted"]
    assert load(tmp_path / "out", "manifest.json")["test_votes"] == "unassisted"
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "15 of the latest ratings were given with a model's prediction in view (Model A)" in readme
    assert "Labels of the test images: from unassisted votes." in readme
    assert "1 ROIs of test images lost assisted votes by that; 0 of them" in readme


def test_all_votes_where_they_are_asked_for(store: Store, tmp_path: Path) -> None:
    rate(store)
    report = export(store, tmp_path / "out", policy=PAPER, test_votes="all")
    (tested,) = load(tmp_path / "out", "rois_test.json")
    assert (tested["votes"], tested["label"]["n"], tested["label"]["quality"]["mean"]) == ("all", 6, 2)
    assert report.as_json()["test_votes"] == "all"
    with pytest.raises(Refused, match="unassisted or all votes, not of 'some'"):
        export(store, tmp_path / "other", test_votes="some")  # type: ignore[arg-type]


def test_a_policy_of_unassisted_votes_holds_for_both_parts(store: Store, tmp_path: Path) -> None:
    rate(store)
    policy = labels.policy_named("paper-unassisted", min_raters=3)
    report = export(store, tmp_path / "out", policy=policy, test_votes="all")
    assert report.test_votes == "unassisted" and report.policy["votes"] == "unassisted"
    assert {(row["n"], row["votes"]) for row in table(tmp_path / "out", "labels.csv")} == {
        ("3", "unassisted")
    }


def test_a_test_roi_with_too_few_unassisted_votes_is_left_out_and_told(store: Store, tmp_path: Path) -> None:
    rate(store, alone=2)
    report = export(store, tmp_path / "out", policy=PAPER)
    assert load(tmp_path / "out", "rois_test.json") == []
    assert report.counts["test_rois_left_out"] == 1 and report.counts["test_images"] == 1
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "1 of them have too few others and are in no test file" in readme


def test_a_stored_run_keeps_its_own_votes(store: Store, tmp_path: Path) -> None:
    """What was rated after the run changes neither part of its export."""
    rate(store)
    run = labels.store_run(store, PAPER, "lead")
    first = export(store, tmp_path / "one", run_id=run.id)
    with store.write("lead") as s:
        for roi in range(1, 6):
            submit(s, roi, 1, Prefill("control"), (0,) * 8)
    export(store, tmp_path / "two", run_id=run.id)
    for name in ("labels.csv", "rois_test.json", "rois_train.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert first.counts["test_rois"] == 1


def test_without_any_assisted_vote_nothing_is_different(store: Store, tmp_path: Path) -> None:
    rate(store, alone=6)
    one = export(store, tmp_path / "one", policy=PAPER)
    export(store, tmp_path / "two", policy=PAPER, test_votes="all")
    first, second = (load(tmp_path / name, "rois.json") for name in ("one", "two"))
    assert [entry["label"] for entry in first] == [entry["label"] for entry in second]
    assert one.counts["assisted_ratings"] == 0
    assert "No rating was given with a model's prediction in view." in (
        tmp_path / "one" / "README.md"
    ).read_text(encoding="utf-8")


def seen(store: Store) -> list[tuple[Any, ...]]:
    with store.read() as s:
        return [(r.votes, r.prefill, r.outcomes, r.prediction_id is not None) for r in ratings.all_latest(s)]


def test_votes_are_read_back_with_what_was_seen(store: Store, tmp_path: Path) -> None:
    rate(store)
    export(store, tmp_path / "out", policy=PAPER)
    rows = table(tmp_path / "out", "votes.csv")
    shown = [row for row in rows if row["prefill"] == "shown"]
    assert len(shown) == 15 and {row["prediction"] for row in rows} == {"Model A"}
    assert {row["suggested"] for row in rows} == {"5 4 3 2 1 0 3 2"}
    assert {row["outcomes"] for row in shown} == {" ".join(["confirmed"] * 8)}
    assert {row["outcomes"] for row in rows if row["prefill"] == "control"} == {""}

    for known in (True, False):
        with project(tmp_path, f"again {known}", photos=pictures(tmp_path / "photos")) as again:
            import_rois(again, tmp_path / "out" / "rois.json", who="lead")
            if known:
                with again.write("lead") as s:
                    made = model(s)
                    pairs = predictions.missing(s, made.id)
                    predictions.store(s, made.id, [said(roi.id) for roi, _ in pairs])
            done = import_ratings(again, tmp_path / "out" / "votes.csv", who="lead")
            assert done.applied and done.added == 30
            expected = [(v, p, o, known) for v, p, o, _ in seen(store)]
            assert sorted(seen(again), key=repr) == sorted(expected, key=repr)
            assert import_ratings(again, tmp_path / "out" / "votes.csv", who="lead").already == 30


def test_a_correction_after_the_reveal_stays_assisted_elsewhere(store: Store, tmp_path: Path) -> None:
    rate(store, alone=6)
    with store.write("lead") as s:
        revealed = Prefill(
            "revealed", None, predictions.of_predictor(s, predictions.predictors(s)[0].id)[0].id
        )
        person = annotators.add(s, "late", who="lead").id
        submit(s, 1, person, revealed, ALONE)
        submit(s, 1, person, revealed, SAID)
    export(store, tmp_path / "out", policy=PAPER)
    with project(tmp_path, "elsewhere", photos=pictures(tmp_path / "photos")) as again:
        import_rois(again, tmp_path / "out" / "rois.json", who="lead")
        import_ratings(again, tmp_path / "out" / "votes.csv", who="lead")
        with again.read() as s:
            late = annotators.find(s, "late").id
            (rating,) = ratings.of_annotator(s, late)
    assert rating.votes == SAID and not rating.unassisted


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("prefill", "yes", "prefill yes is not one of none, control, revealed, shown"),
        ("outcomes", "given given", "must be 8 words"),
        ("outcomes", " ".join(["liked"] * 8), "each given, confirmed, changed or -"),
    ],
)
def test_what_cannot_be_read_is_complained_of_by_line(
    store: Store, tmp_path: Path, column: str, value: str, told: str
) -> None:
    file = write_csv(tmp_path / "v.csv", [["a.png", "r1", "Ann", *ALONE, value]], [*HEADER, column])
    report = import_ratings(store, file, who="lead")
    assert not report.applied and [c.line for c in report.complaints] == [2]
    assert told in report.complaints[0].message


def test_outcomes_have_a_word_for_every_scale(store: Store, tmp_path: Path) -> None:
    words = "given - confirmed changed - - given -"
    assert len(words.split()) == len(SCALE_NAMES)
    file = write_csv(
        tmp_path / "v.csv",
        [["a.png", "r1", "Ann", *ALONE, "shown", words]],
        [*HEADER, "prefill", "outcomes"],
    )
    assert import_ratings(store, file, who="lead").applied
    assert seen(store) == [
        (ALONE, "shown", ("given", None, "confirmed", "changed", None, None, "given", None), False)
    ]


def test_an_older_vote_never_comes_in_for_an_excluded_one(any_filled: Filled) -> None:
    """Labels of unassisted votes and the test part of an export go by one rule."""
    store, roi, who = any_filled.store, any_filled.rois[0].id, any_filled.annotators[0].id
    with store.write() as s:
        made = suggest(s, any_filled.rois)
        stored = predictions.of_roi(s, roi, made.id)
        assert stored is not None
        given: dict[str, Any] = {"roi_id": roi, "annotator_id": who}
        ratings.submit(s, NewRating(**given, votes=[1] * 8))
        second = ratings.submit(s, NewRating(**given, votes=[2] * 8))
        ratings.submit(s, NewRating(**given, votes=[3] * 8, prefill="shown", prediction_id=stored.id))
        exclusions.exclude(s, "rating", second.id, reason="a slip", who="lead")
    with store.read() as s:
        policy = policy_named("paper", min_raters=1)
        (label,) = [one for one in labels.compute(s, policy) if one.roi_id == roi]
        assert label.n == 1
        own = ratings.own_opinions(s, [roi])
        remade = unassisted_labels([label], ratings.of_rois(s, [roi]), own, policy)
        assert remade[roi].n == 0 and own == {}
        assert roi not in ratings.counting(s, "unassisted")
        assert coverage.labelled_sizes(s, "all", 1) == (1, 1)
        assert coverage.labelled_sizes(s, "unassisted", 1) == (0, 0)
