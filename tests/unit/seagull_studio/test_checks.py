"""Gold and repeats among the real ROIs of an annotator, and what they never touch."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from annotation_db.database.schema import CheckAnswer, Rating, now
from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.exports import run as exporting
from annotation_db.labels import feedback, labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.rating import (
    annotators,
    check_answers,
    check_items,
    check_turns,
    coverage,
    merging,
    ratings,
)
from annotation_db.rating.queue_order import mix64
from annotation_db.records import QueueEntry
from annotation_db.safety import journal_check
from annotation_db.vocabulary.check_turn import CheckTurn
from annotation_db.vocabulary.scales import Votes
from seagull_studio.operations import agreement, own_ratings, qualify, rating, review, settings
from seagull_studio.operations.rating import QueueItem
from seagull_studio.operations.sample import photographs
from seagull_studio.operations.sample.pictures import Applied, SamplePicture
from seagull_studio.operations.sample.truth import true_values
from seagull_studio.operations.simulated_raters import SimulatedAnnotator, simulate
from seagull_studio.operations.submission import Submission
from tests.e2e import projects
from tests.unit.seagull_studio.checked_turns import by_roi, give, turns

SHARES = {"gold_share": 0.2, "repeat_share": 0.4}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty-two ROIs, and a set of check items."""
    folder = tmp_path_factory.mktemp("checked")
    project = projects.make(folder, pictures=6, rois_each=7, raters_wanted=2, people=["Ada", "Bo"])
    with Store.open(project) as store:
        qualify.make_set(store, "Lea", {"practice": 2, "graded": 2, "gold": 5}, 3)
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy" / "project"


def ada(store: Store) -> int:
    return rating.sign_in(store, "Ada").id


def test_checks_come_among_real_rois_and_the_window_moves_on_alike(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, SHARES, "Lea")
        met: list[CheckTurn | None] = []
        seen: list[tuple[int, int]] = []
        rois: list[int] = []
        for item, view in turns(store, ada(store)):
            check = item.entry.check
            met.append(check)
            rois.append(item.entry.roi.id)
            seen.append((view.progress.done, view.progress.open + view.progress.available))
            if check is None:
                continue
            assert item.entry.roi.id < 0 and check.expected is None
            assert (item.entry.image.id < 0) == (check.kind == "gold")
            assert Path(item.entry.image.root, item.entry.image.path).is_file()
        kinds = [None if one is None else one.kind for one in met]
        assert kinds.count(None) == 42
        assert kinds.count("gold") == 5, "each gold item once"
        assert 3 <= kinds.count("repeat") <= 15
        first = kinds.index("repeat")
        assert kinds[:first].count(None) > check_turns.GAP
        # Nothing in the numbers of the window tells a check from a rating.
        assert [done for done, _ in seen] == list(range(len(met)))
        assert [left for _, left in seen] == list(range(len(met), 0, -1))
        # No ROI is shown again that is still remembered.
        for at, one in enumerate(met):
            if one is not None and one.kind == "repeat":
                assert one.slot == kinds[:at].count(None)
                assert one.target_id in [roi for roi in rois[:at] if roi > 0][: -check_turns.GAP]


def test_labels_exports_and_coverage_know_no_checks(project: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain" / "project"
    shutil.copytree(project.parent, plain.parent)
    told: list[tuple[Any, ...]] = []
    for folder, shares in ((plain, {}), (project, SHARES)):
        out = tmp_path / f"out-{len(shares)}"
        policy = policy_named("paper", min_raters=2)
        with Store.open(folder) as store:
            if shares:
                settings.change(store, shares, "Lea")
            for name in ("Ada", "Bo"):
                for _ in turns(store, rating.sign_in(store, name).id):
                    pass
            exporting.export(store, out, policy=policy)
            with store.read() as s:
                assert len(check_answers.repeats(s)) == (2 if shares else 0)
                labelled = [replace(one, rating_ids=()) for one in labels.compute(s, policy)]
                told.append((labelled, coverage.coverage(s), coverage.per_annotator(s), exported(out)))
    assert told[0][0] and told[0][:-1] == told[1][:-1]
    for name, said in told[0][-1].items():
        assert said == told[1][-1][name], name


def exported(folder: Path) -> dict[str, Any]:
    """What an export says, but for what is drawn or timed anew in every project."""
    said: dict[str, Any] = {
        name: (folder / name).read_bytes()
        for name in (
            "rois.json",
            "rois_test.json",
            "labels.csv",
            "coco.json",
            "splits.json",
            "llava_test.json",
        )
    }
    said["coco.json"] = json.loads((folder / "coco.json").read_text())["annotations"]
    for name in ("votes.csv", "votes_history.csv"):
        with (folder / name).open(newline="", encoding="utf-8") as file:
            said[name] = [
                {k: v for k, v in row.items() if k not in ("rating_uid", "shown_at", "submitted_at")}
                for row in csv.DictReader(file)
            ]
    assert said["votes.csv"]
    return said


def test_repeats_feed_the_agreement_report(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"repeat_share": 0.5}, "Lea")
        again: list[int] = []

        def voter(entry: QueueEntry) -> Votes:
            votes = by_roi(entry)
            if entry.check is None:
                return votes
            again.append(entry.check.target_id)
            return votes._replace(quality=abs(votes.quality - 1))

        for _ in turns(store, ada(store), voter=voter):
            pass
        for _ in turns(store, rating.sign_in(store, "Bo").id, voter=lambda _: Votes(5, 5, 5, 5, 5, 5, 3, 2)):
            pass
        document = agreement.measure(store, bootstrap=20).as_json()
        told = {one["annotator"]: one["repeats"] for one in document["annotators"]}
        assert told["Ada"]["blur"] == {"pairs": len(again), "exact": 1.0, "mean_abs_difference": 0.0}
        assert told["Ada"]["quality"] == {"pairs": len(again), "exact": 0.0, "mean_abs_difference": 1.0}
        assert told["Bo"]["quality"]["exact"] == 1.0
        material = review.read(store)
        found = review.measure(material, bootstrap=20)
        (person,) = [one for one in found.annotators if one.annotator_id == ada(store)]
        assert person.repeats is not None and person.repeats["quality"].mean_abs_difference == 1.0
        assert material.checked[ada(store)].repeats == person.repeats


def test_a_check_is_asked_again_after_quitting_and_can_be_corrected(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.5}, "Lea")
        who = ada(store)
        for item, _ in turns(store, who):
            if item.entry.check is not None:
                break
        check = item.entry.check
        assert check is not None
    with Store.open(project) as store:
        fresh = rating.take_next(store, who, after_image=None).current
        assert fresh is not None and fresh.entry.check == check and fresh.entry.roi.id == item.entry.roi.id
        first, better = Votes(0, 0, 0, 0, 0, 0, 0, 0), Votes(5, 5, 5, 5, 5, 5, 4, 4)
        give(store, who, fresh, first)
        before = rating.take_next(store, who, after_image=None)
        assert before.current is not None and before.current.entry.check is None
        assert rating.own_rating(store, fresh.entry.roi.id, who, check).votes == first
        give(store, who, fresh, better, uid="f" * 32)
        give(store, who, fresh, better, uid="f" * 32)  # handed over twice, stored once
        assert rating.own_rating(store, fresh.entry.roi.id, who, check).votes == better
        assert rating.take_next(store, who, after_image=None).progress == before.progress
        with store.read() as s:
            assert [one.revision for one in check_answers.of_person(s, who, "gold")] == [1, 2]


def test_repeats_that_a_lead_asks_for_come_at_once(project: Path) -> None:
    with Store.open(project) as store:
        who = ada(store)
        with pytest.raises(Refused, match="not rated more than 20 ROIs"):
            qualify.ask_again(store, "Ada", 3, "Lea")
        for _, view in turns(store, who, 25):
            left = view.progress
        assert qualify.ask_again(store, "Ada", 3, "Lea") == 3
        shown = rating.take_next(store, who, after_image=None)
        assert shown.progress.done == left.done + 1
        assert [item.entry.check is not None for item in (shown.current, *shown.upcoming) if item] == [
            *(True, False, True, False)
        ]
        kinds = [item.entry.check and item.entry.check.kind for item, _ in turns(store, who, 7)]
        assert kinds == ["repeat", None, "repeat", None, "repeat", None, None]
        with store.read() as s:
            (first, _) = check_answers.repeats(s)[who]
            assert len(first) == 3 and check_turns.waiting(s) == {}
        assert qualify.ask_again(store, "Ada", 99, "Lea") < 42 - check_turns.GAP + 1
        with pytest.raises(Refused, match="at least 1"):
            qualify.ask_again(store, "Ada", 0, "Lea")


def test_rois_whose_labels_may_be_seen_are_not_shown_again(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"feedback": True, "repeat_share": 0.5, "raters_wanted": 1}, "Lea")
        who = ada(store)
        for item, _ in turns(store, who, 30):
            assert item.entry.check is None
        with pytest.raises(Refused, match="No ROI of Ada is left"):
            qualify.ask_again(store, "Ada", 1, "Lea")
        settings.change(store, {"feedback": False}, "Lea")
        assert qualify.ask_again(store, "Ada", 1, "Lea") == 1
        with store.read() as s:
            (again,) = check_turns.pending(s, who)
            assert again not in {one.roi_id for one in feedback.comparisons(s, who)}


def test_going_back_to_old_ones_tells_no_check_apart(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.5}, "Lea")
        who = ada(store)
        given = [(item.entry.roi.id, item.entry.check) for item, _ in turns(store, who, 8)]
        assert {check is None for _, check in given} == {True, False}

        def corrected() -> list[bool]:
            told = []
            for roi_id, check in given:
                try:
                    told.append(rating.own_rating(store, roi_id, who, check).votes is not None)
                except Refused:
                    told.append(False)
            return told

        settings.change(store, {"feedback": True}, "Lea")
        assert corrected() == [True] * 8
        with store.write("a day passes") as s:
            for table in (Rating, CheckAnswer):
                s.execute(update(table).values(submitted_at=now() - timedelta(hours=25)))
        assert corrected() == [False] * 8
        settings.change(store, {"feedback": False}, "Lea")
        assert corrected() == [True] * 8


def test_a_window_that_was_just_opened_goes_back_to_checks_too(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.3}, "Lea")
        who = ada(store)
        given = [(item.entry.roi.id, item.entry.check) for item, _ in turns(store, who, 36)]
        assert qualify.ask_again(store, "Ada", 2, "Lea") == 2
        given += [(item.entry.roi.id, item.entry.check) for item, _ in turns(store, who, 6)]
        kinds = {check.kind for _, check in given if check is not None}
        assert kinds == {"gold", "repeat"}
        found = own_ratings.last_rated(store, who, 60)
        assert [entry.roi.id for entry in found] == [roi_id for roi_id, _ in given]
        assert [entry.check and entry.check.kind for entry in found] == [c and c.kind for _, c in given]
        assert [entry.roi.id for entry in own_ratings.last_rated(store, who, 5)] == [i for i, _ in given[-5:]]
        for entry in found:
            assert rating.own_rating(store, entry.roi.id, who, entry.check).votes is not None


def test_answers_wait_on_this_disk_and_are_found_in_the_journal(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.5}, "Lea")
        who = ada(store)
        for item, _ in turns(store, who):
            if item.entry.check is not None:
                break
        given = submission(store, who, item)
        store._patient = store._writer  # a minute is long for a test
        with sqlite_lock(project):
            result = rating.submit_or_keep(store, given)
            assert result.waits and len(store.outbox) == 1
        assert rating.send_waiting(store) == (0, ())
        with store.read() as s:
            (answer,) = check_answers.of_person(s, who, "gold")
            assert answer.uid == given.uid and answer.votes == given.votes
        state = journal_check.look(store)
        assert not state.missing and not state.differing
        with store.write("an accident") as s:
            s.execute(delete(CheckAnswer))
        (lost,) = journal_check.look(store).missing
        assert lost["kind"] == "check" and "a check" in journal_check.describe(lost)
        assert journal_check.put_back(store, [lost], "Lea").stored == 1
        with store.read() as s:
            assert check_answers.of_person(s, who, "gold")[0].votes == given.votes


def test_an_older_answer_that_is_put_back_is_not_the_last_word(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.5}, "Lea")
        who = ada(store)
        item = next(item for item, _ in turns(store, who) if item.entry.check is not None)
        check = item.entry.check
        assert check is not None
        older = submission(store, who, item)
        rating.submit_or_keep(store, older)
        with store.write("an accident") as s:
            s.execute(delete(CheckAnswer))
        newer = replace(submission(store, who, item), votes=Votes(0, 0, 0, 0, 0, 0, 0, 0))
        rating.submit_or_keep(store, newer)
        lost = [one for one in journal_check.look(store).missing if one["uid"] == older.uid]
        assert journal_check.put_back(store, lost, "Lea").stored == 1
        with store.read() as s:
            assert len(check_answers.of_person(s, who, "gold")) == 3
            own = check_answers.own(s, who, "gold", check.target_id, check.attempt)
            assert own is not None and own.votes == newer.votes


def test_repeats_that_were_asked_of_one_name_are_given_by_the_person(project: Path) -> None:
    with Store.open(project) as store:
        who, bo = ada(store), rating.sign_in(store, "Bo").id
        for _ in turns(store, who, 25):
            pass
        assert qualify.ask_again(store, "Ada", 2, "Lea") == 2
        with store.write("Lea") as s:
            merging.merge(s, bo, who, who="Lea")
            assert check_turns.waiting(s) == {bo: 2}
        kinds = [item.entry.check and item.entry.check.kind for item, _ in turns(store, bo, 6)]
        assert kinds.count("repeat") == 2
        assert qualify.ask_again(store, "Bo", 1, "Lea") == 1
        with store.write("Lea") as s:
            assert check_turns.waiting(s) == {bo: 1}
            merging.undo(s, who, who="Lea")
            # Bo never rated that ROI; what Bo answered after the merge stays Bo's, so Ada is asked again.
            assert check_turns.pending(s, bo) == frozenset() and check_turns.waiting(s) == {who: 2}


def submission(store: Store, who: int, item: QueueItem) -> Submission:
    person = rating.sign_in(store, "Ada")
    return Submission(
        item.entry.roi.id,
        who,
        by_roi(item.entry),
        datetime.now(UTC),
        900,
        annotator_uid=person.uid,
        annotator=person.name,
        check=item.entry.check,
    )


@contextmanager
def sqlite_lock(project: Path) -> Iterator[None]:
    """Another program writes, and does not come to its end."""
    with closing(sqlite3.connect(project / "project.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


RATER = """
import sys
from annotation_db.database.store import Store
from seagull_studio.operations import rating
from tests.unit.seagull_studio.checked_turns import turns
with Store.open(sys.argv[1]) as store:
    who = rating.sign_in(store, sys.argv[2]).id
    print(sum(item.entry.check is not None for item, _ in turns(store, who, alone=False)))
"""


@pytest.mark.parametrize("names", [("Ada", "Bo"), ("Ada", "Ada")])
def test_two_processes_rate_at_once(project: Path, names: tuple[str, str]) -> None:
    with Store.open(project) as store:
        settings.change(store, SHARES, "Lea")
    running = [
        subprocess.Popen([sys.executable, "-c", RATER, str(project), name], stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    met = [int(one.communicate(timeout=300)[0]) for one in running]
    assert all(one.returncode == 0 for one in running)
    with Store.open(project) as store, store.read() as s:
        assert len(ratings.all_latest(s)) == 42 * len(set(names))
        for name in set(names):
            given = check_answers.of_person(s, annotators.find(s, name).id)
            assert len(check_answers.latest(given)) >= 5 and len(given) <= sum(met)
            assert len({(one.item_id, one.roi_id, one.attempt, one.revision) for one in given}) == len(given)


def test_an_item_whose_picture_cannot_be_kept_is_left_out(project: Path) -> None:
    with Store.open(project) as store:
        settings.change(store, {"gold_share": 0.5}, "Lea")
        (project / "cache").mkdir(exist_ok=True)
        (project / "cache" / "checks").write_text("no folder")
        met = [item.entry.check for item, _ in turns(store, ada(store))]
        assert met == [None] * 42


def test_the_draw_is_the_orders_own(project: Path) -> None:
    drawn = check_turns.draws(77, 5, 4)
    start = mix64((77 ^ check_turns._SALT) % 2**64)
    assert drawn.tolist() == pytest.approx([mix64(start ^ n) / 2**64 for n in range(5, 9)], abs=1e-12)
    assert 0.18 < float((check_turns.draws(3, 0, 20_000) < 0.2).mean()) < 0.22


def test_what_is_expected_comes_from_the_known_strength(project: Path) -> None:
    with Store.open(project) as store, store.read() as s:
        items = check_items.standing(s)
        for item in items:
            drawn = photographs.rois()[item.made_of["photograph"]]
            applied = tuple(Applied(**one) for one in item.made_of["applied"])
            picture = SamplePicture("", item.made_of["photograph"], (), applied)
            true = true_values(picture, drawn[item.made_of["roi"]], drawn)
            honest = SimulatedAnnotator("exact", "honest", (0.0,) * 8, 0.0, 1.0)
            assert simulate([list(true.values())], [honest])[0, 0].tolist() == list(item.expected)
            assert hashlib.sha256(check_items.picture(s, item.id)).hexdigest() == item.sha256
        assert {item.made_of["photograph"] for item in items if item.kind == "gold"}.isdisjoint(
            item.made_of["photograph"] for item in items if item.kind != "gold"
        )
