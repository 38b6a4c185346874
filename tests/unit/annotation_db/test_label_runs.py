"""Label runs share what did not change, and go without taking along what another run names."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm.attributes import flag_modified

from annotation_db.database import audit, content_hash, migrations, sweeps
from annotation_db.database.schema import LabelRun, LabelRunItem, RoiLabelRow
from annotation_db.database.store import Store
from annotation_db.errors import NotFound
from annotation_db.exports.run import export
from annotation_db.labels import label_changes, label_run_uses, labels
from annotation_db.labels.label_rules import policy_named
from annotation_db.predictions import predictions
from annotation_db.rating import exclusions, ratings
from annotation_db.records import LabelRunRecord, NewRating
from annotation_db.safety.salvage import rescue
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.predicted import model, said
from tests.unit.annotation_db.test_content_hash import damage, taken_back, wrong_rows
from tests.unit.annotation_db.test_labels import rate_everything

POLICY = policy_named("paper", min_raters=3)


def rows(store: Store) -> tuple[int, int]:
    """How many labels and how many names of labels are stored."""
    with store.read() as s:
        counts = [s.scalar(select(func.count()).select_from(t)) or 0 for t in (RoiLabelRow, LabelRunItem)]
    return counts[0], counts[1]


def rate(filled: Filled, roi: int = 2, level: int = 0) -> None:
    with filled.store.write() as s:
        ratings.submit(s, NewRating(roi_id=filled.rois[roi].id, annotator_id=1, votes=(level,) * 8))


def test_what_did_not_change_is_stored_once(any_filled: Filled) -> None:
    rate_everything(any_filled)
    store = any_filled.store
    first = labels.store_run(store, POLICY, "lead")
    second = labels.store_run(store, POLICY, "lead")
    assert rows(store) == (6, 12)
    rate(any_filled)
    third = labels.store_run(store, POLICY, "lead")
    assert rows(store) == (7, 18)
    with store.read() as s:
        assert labels.run_labels(s, first.id) == labels.run_labels(s, second.id)
        assert labels.run_labels(s, third.id) == labels.compute(s, POLICY)
        assert labels.runs(s) == [third, second, first]
        assert labels.run_saying(s, POLICY, labels.compute(s, POLICY)) == third
        assert labels.run_saying(s, policy_named("paper"), []) is None
    assert damage(store) == [] and wrong_rows(store) == []


def test_a_run_goes_and_what_others_name_stays(any_filled: Filled) -> None:
    rate_everything(any_filled)
    store = any_filled.store
    first = labels.store_run(store, POLICY, "lead")
    rate(any_filled)
    second = labels.store_run(store, POLICY, "lead")
    with store.read() as s:
        kept = labels.run_labels(s, first.id)
    assert label_run_uses.delete(store, second.id, "Lea") == second
    assert rows(store) == (6, 6)
    with store.read() as s:
        assert labels.runs(s) == [first] and labels.run_labels(s, first.id) == kept
        entry = audit.list_all(s, 1)[0]
        assert (entry.who, entry.action, entry.subject) == ("Lea", "labels.delete", f"label run {second.id}")
        assert entry.detail["uid"] == second.uid and entry.detail["labels"] == 1
    with pytest.raises(NotFound):
        label_run_uses.delete(store, second.id, "Lea")
    third = labels.store_run(store, POLICY, "lead")
    assert third.id > second.id, "the number of a run that is gone is not given again"
    label_run_uses.delete(store, first.id, "Lea")
    label_run_uses.delete(store, third.id, "Lea")
    assert rows(store) == (0, 0) and damage(store) == []


def test_who_names_a_run_is_known(filled: Filled) -> None:
    rate_everything(filled)
    store = filled.store
    run = labels.store_run(store, POLICY, "lead")
    label_run_uses.note_export(store, run.uid, "/data/out", "lead")
    label_run_uses.note_export(store, None, "/data/other", "lead")  # of labels that no run holds
    with store.read() as s:
        (use,) = label_run_uses.uses(s)[run.uid]
    assert (use.kind, use.name) == ("export", "/data/out")


def test_runs_of_an_older_version_are_moved_over(any_filled: Filled) -> None:
    rate_everything(any_filled)
    store = any_filled.store
    made = [labels.store_run(store, POLICY, "lead"), labels.store_run(store, POLICY, "lead")]
    rate(any_filled)
    made.append(labels.store_run(store, policy_named("paper", min_raters=2), "lead"))
    with store.read() as s:
        before = {run.id: labels.run_labels(s, run.id) for run in made}
    with store.write() as s:
        taken_back(s.connection(), "0005")
        assert s.scalar(text("SELECT count(*) FROM label")) == 18
        migrations.upgrade(s.connection())
    with store.read() as s:
        assert labels.runs(s) == made[::-1]
        assert {run.id: labels.run_labels(s, run.id) for run in made} == before
    assert rows(store) == (8, 18) and damage(store) == [] and wrong_rows(store) == []
    labels.store_run(store, POLICY, "lead")
    assert rows(store) == (8, 24)


def test_an_upgrade_does_not_make_a_damaged_label_good(filled: Filled) -> None:
    rate_everything(filled)
    labels.store_run(filled.store, POLICY, "lead")
    labels.store_run(filled.store, POLICY, "lead")
    with filled.store.write() as s:
        taken_back(s.connection(), "0005")
        s.execute(text("UPDATE label SET n = 9 WHERE id = 2"))
        s.execute(text("UPDATE label SET result = 'x' WHERE id = 3"))
        database = s.connection().connection.driver_connection
        assert isinstance(database, sqlite3.Connection)
        old = [one.subject for one in sweeps.of_file(database, (sweeps.contents("label"),))]
        assert old == ["label row 2", "label row 3"], "a backup of that version is looked through too"
        migrations.upgrade(s.connection())
    assert [what.split(" is ")[0] for what in damage(filled.store)] == [
        "row 2 of roi_label",
        "row 3 of roi_label",
    ]


def test_a_run_that_names_another_label_is_found_and_left_out(filled: Filled) -> None:
    rate_everything(filled)
    run = labels.store_run(filled.store, POLICY, "lead")
    folder = filled.store.folder
    filled.store.close()
    with closing(sqlite3.connect(folder / "project.sqlite")) as database:
        database.execute("DELETE FROM label_run_item WHERE id = 2")
        database.execute("UPDATE label_run_item SET label_id = 2 WHERE id = 1")
        database.commit()
        found = [one.subject for one in sweeps.of_file(database)]
    assert found == ["label_run_item row 1"]
    done = rescue(folder, folder.with_name("saved"), "lead")
    with Store.open(done.folder) as saved, saved.read() as s:
        assert len(labels.run_labels(s, run.id)) == 4


def test_labels_of_a_damaged_older_project_are_saved(filled: Filled) -> None:
    rate_everything(filled)
    run = labels.store_run(filled.store, POLICY, "lead")
    with filled.store.write() as s:
        taken_back(s.connection(), "0005")
        s.execute(text("UPDATE label SET n = 9 WHERE id = 2"))
    folder = filled.store.folder
    filled.store.close()
    done = rescue(folder, folder.with_name("saved"), "lead")
    with Store.open(done.folder) as saved, saved.read() as s:
        assert len(labels.run_labels(s, run.id)) == 5


def why(filled: Filled, first: LabelRunRecord, second: LabelRunRecord) -> dict[int, tuple[str, ...]]:
    """Cause by the ROI's place in the project, from one run to another."""
    places = {roi.id: number for number, roi in enumerate(filled.rois)}
    with filled.store.read() as s:
        found = label_changes.compare(s, first.id, second.id)
        everybody = {label.roi_id for run in (first, second) for label in labels.run_labels(s, run.id)}
    assert found.same + found.numbers_only + len(found.changes) == len(everybody)
    return {places[change.roi_id]: change.why for change in found.changes}


def test_what_changed_between_two_runs_and_why(any_filled: Filled) -> None:
    store, regions = any_filled.store, any_filled.rois
    with store.write() as s:
        ratings.submit_many(
            s,
            [
                NewRating(roi.id, who.id, Votes(*(2,) * 8))
                for number, roi in enumerate(regions)
                for who in any_filled.annotators[: 4 if number else 2]
            ],
        )
    ada, bo, cy = (person.id for person in any_filled.annotators[:3])
    first = labels.store_run(store, POLICY, "lead")
    with store.write() as s:
        ratings.submit(s, NewRating(roi_id=regions[0].id, annotator_id=cy, votes=(2,) * 8))
        ratings.submit(s, NewRating(roi_id=regions[1].id, annotator_id=ada, votes=(0,) * 6 + (4, 4)))
        low = ratings.submit(s, NewRating(roi_id=regions[1].id, annotator_id=bo, votes=(0,) * 6 + (4, 4)))
        ratings.submit(
            s, NewRating(roi_id=regions[2].id, annotator_id=ada, votes=(2,) * 7 + (3,))
        )  # no level moves
        exclusions.exclude(s, "roi", regions[5].id, reason="twice", who="lead")
    second = labels.store_run(store, POLICY, "lead")
    told = why(any_filled, first, second)
    assert told == {0: ("new ratings",), 1: ("corrections",), 5: ("withdrawn",)}
    assert why(any_filled, second, first) == told, "whichever is named first"
    with store.read() as s:
        found = label_changes.compare(s, first.id, second.id)
    assert (found.same, found.numbers_only) == (2, 1)
    assert found.changes[0].scales == () and "quality" in found.changes[1].scales
    assert found.changes[2].after is None

    with store.write() as s:
        exclusions.exclude(s, "rating", low.id, reason="slip", who="lead")
        out = exclusions.exclude(s, "annotator", cy, reason="tired", who="lead")
        more = exclusions.exclude(s, "annotator", any_filled.annotators[3].id, reason="tired", who="lead")
        exclusions.lift(s, exclusions.standing(s, "roi")[0].id, who="lead")
    third = labels.store_run(store, POLICY, "lead")
    told = why(any_filled, second, third)
    assert told == {0: ("excluded",), **dict.fromkeys((1, 2, 3, 4), ("excluded",)), 5: ("restored",)}
    with store.write() as s:
        exclusions.lift(s, out.id, who="lead")
        exclusions.lift(s, more.id, who="lead")
    fourth = labels.store_run(store, POLICY, "lead")
    assert set(why(any_filled, third, fourth).values()) == {("readmitted",)}
    fifth = labels.store_run(store, policy_named("paper", min_raters=4), "lead")
    assert set(why(any_filled, fourth, fifth).values()) == {("policy",)}


def test_other_votes_are_another_policy(filled: Filled) -> None:
    store = filled.store
    with store.write() as s:
        made = model(s)
        roi = filled.rois[0].id
        predictions.store(s, made.id, [said(roi)])
        prediction = predictions.of_roi(s, roi, made.id)
        assert prediction is not None
        for number, who in enumerate(filled.annotators[:3]):
            seen = {"prefill": "shown", "prediction_id": prediction.id, "outcomes": ["confirmed"] * 8}
            more = seen if number == 0 else {}
            ratings.submit(s, NewRating(roi_id=roi, annotator_id=who.id, votes=(2,) * 8, **more))
    first = labels.store_run(store, POLICY, "lead")
    second = labels.store_run(store, policy_named("paper-unassisted", min_raters=3), "lead")
    assert why(filled, first, second) == {0: ("policy",)}


def as_older_versions_stored(store: Store, run_id: int) -> None:
    """Student's intervals, no counts of votes, no name of the interval."""
    with store.write("lead") as s:
        run = s.get_one(LabelRun, run_id)
        run.policy = {key: value for key, value in run.policy.items() if key != "interval"}
        run.content_hash = content_hash.of_row(run)
        for row in s.scalars(select(RoiLabelRow)):
            for told in (row.result["quality"], row.result["importance"]):
                if told is not None:
                    del told["overdispersed"], told["counts"]
                    told["ci95"] = [-1.0, 5.0]
            for told in row.result["distortions"].values():
                del told["counts"]
                if told["severity"] is not None:
                    del told["severity"]["overdispersed"], told["severity"]["counts"]
            row.result = {**row.result}
            flag_modified(row, "result")
            row.content_hash = content_hash.of_row(row)


def test_a_run_of_an_older_version(filled: Filled, tmp_path: Path) -> None:
    rate_everything(filled)
    store = filled.store
    run = labels.store_run(store, POLICY, "lead")
    as_older_versions_stored(store, run.id)
    with store.read() as s:
        old = labels.get_run(s, run.id)
        kept = [label for label in labels.run_labels(s, run.id) if label.quality is not None]
        assert old.policy.interval == "student-t"
        assert kept[0].quality.ci95 == (-1.0, 5.0) and kept[0].quality.counts is None
        # It says what the ratings say: only the interval is another one.
        assert labels.run_labels(s, run.id) == labels.compute(s, POLICY)
        assert labels.run_saying(s, POLICY, labels.compute(s, POLICY)) == old
        told = labels.as_json(s, labels.run_labels(s, run.id), old.policy)["rois"]
        assert {roi["quality"]["stability"] for roi in told if roi["quality"]} == {None}
    folder = export(store, tmp_path / "out", run_id=run.id).folder
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["label_run"] == run.uid and manifest["policy"]["interval"] == "clopper-pearson"
    for roi in json.loads((folder / "rois.json").read_text()):
        if roi["label"] is not None:
            low, high = roi["label"]["quality"]["ci95"]
            assert 0 <= low <= roi["label"]["quality"]["mean"] <= high <= 4
            assert set(roi["label"]["quality"]["stability"]) == {"prior", "at_14", "at_24", "limit"}
    again = labels.store_run(store, POLICY, "lead")
    with store.read() as s:
        compared = label_changes.compare(s, run.id, again.id)
    assert compared.changes == () and damage(store) == []
