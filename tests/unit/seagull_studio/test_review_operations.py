"""What the Review page reads and does, on the sample project: no window, no threads."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.labels.more_raters import Aim
from annotation_db.rating import annotators, coverage
from annotation_db.rating.permissions import NotAllowed
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.operations import (
    acting,
    assigning,
    audit_trail,
    exporting,
    filters,
    label_runs,
    people,
    project,
    review,
    review_actions,
    settings,
)
from tests.unit.seagull_studio.sample_copy import sample


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(sample(tmp_path)) as opened:
        yield opened


def person(material: review.Material, name: str) -> int:
    return next(one.id for one in material.people if one.name == name)


def test_all_of_it_is_of_one_moment_and_agrees_with_the_project(store: Store) -> None:
    material = review.read(store)
    with store.read() as s:
        counted = coverage.coverage(s)
    assert len(material.rois) == counted.rois and len(material.table.roi) == counted.ratings
    assert material.counters == review.counters(store)
    assert material.disputes.stability.shape == (len(material.table.roi_ids), 8)
    assert material.model == "" and np.isnan(material.disputes.distance).all()
    assert material.pace.missing > 0 and material.raters_wanted == 7
    report = review.measure(material, bootstrap=20)
    assert set(report.levels) == set(SCALE_NAMES) and len(report.annotators) == 11


def test_excluding_the_reversed_annotator_raises_agreement_and_is_undone(store: Store) -> None:
    before = review.read(store)
    reversed_id = person(before, "sim-reversed")
    review_actions.exclude(store, "annotator", reversed_id, "turns the scales round", "Lea")
    after = review.read(store)
    assert after.counters != before.counters and reversed_id not in after.table.annotator_ids
    alphas = [review.measure(one, bootstrap=20).levels["quality"].alpha for one in (before, after)]
    assert alphas[0] is not None and alphas[1] is not None and alphas[1] > alphas[0] + 0.1
    entry = audit_trail.read(store)[0]
    assert (entry.subject, entry.reason, entry.can_undo) == ("sim-reversed", "turns the scales round", True)
    audit_trail.undo(store, entry.record.id, "Lea")
    assert np.array_equal(review.read(store).table.votes, before.table.votes)
    with pytest.raises(Refused, match="taken back already"):
        audit_trail.undo(store, entry.record.id, "Lea")
    with pytest.raises(NotFound):
        audit_trail.undo(store, 10**6, "Lea")
    with pytest.raises(Refused, match="not excluded"):
        review_actions.readmit(store, "annotator", reversed_id, "Lea")


def test_one_roi_with_all_that_is_said_of_it(store: Store) -> None:
    roi_id = int(review.read(store).table.roi_ids[0])
    case = review_actions.case(store, roi_id)
    assert case.counting == {one.id for one in case.ratings} and case.label.n == len(case.ratings)
    assert set(case.stability) == set(SCALE_NAMES)
    review_actions.exclude(store, "rating", case.ratings[0].id, "slipped", "Lea")
    review_actions.accept(store, roi_id, "as good as it gets", "Lea")
    again = review_actions.case(store, roi_id)
    assert len(again.ratings) == len(case.ratings) and case.ratings[0].id not in again.counting
    assert again.label.n == case.label.n - 1
    assert again.acceptance is not None and again.acceptance.note == "as good as it gets"
    by_action = {one.record.action: one for one in audit_trail.read(store)[:2]}
    name = review.read(store).rois[roi_id].text
    assert by_action["roi.accept"].subject == name and name in by_action["rating.exclude"].subject
    for entry in by_action.values():
        audit_trail.undo(store, entry.record.id, "Lea")
    back = review_actions.case(store, roi_id)
    assert back.counting == case.counting and back.acceptance is None
    with pytest.raises(Refused, match="not accepted"):
        review_actions.unaccept(store, roi_id, "Lea")


def test_more_raters_where_they_matter_and_not_in_the_last_exports_test_part(
    store: Store, tmp_path: Path
) -> None:
    aim = Aim(0.8, 14)
    plain = review.more_raters(review.read(store), aim)
    assert plain.roi_ids and plain.in_test == 0 and plain.seconds_each > 0
    exporting.export(store, tmp_path / "out", formats=(), train=0.5, seed=1, copy_images=False, who="Lea")
    material = review.read(store)
    spared = review.more_raters(material, aim)
    assert spared.in_test > 0
    assert len(spared.roi_ids) + spared.in_test + spared.waiting == len(plain.roi_ids) + plain.waiting
    assert not {material.rois[roi_id].image_id for roi_id in spared.roi_ids} & material.test_images
    assert review_actions.ask_for_more(store, spared.roi_ids, 1, "Lea") == len(spared.roi_ids)
    asked_for = review.read(store)
    assert asked_for.pace.wanted >= material.pace.wanted + len(spared.roi_ids)
    assert asked_for.pace.missing == material.pace.missing + len(spared.roi_ids)
    after = review.more_raters(asked_for, aim)
    assert after.roi_ids == () and after.waiting >= len(spared.roi_ids)
    request = audit_trail.read(store)[0]
    assert request.record.action == "place.more" and request.can_undo
    audit_trail.undo(store, request.record.id, "Lea")
    assert review.more_raters(review.read(store), aim).roi_ids == spared.roi_ids


def test_the_audit_trail_is_saved_as_a_table(store: Store, tmp_path: Path) -> None:
    project.add_annotator(store, "Ada", "annotator", "Lea")
    settings.set_role(store, "Ada", "lead", "Lea")
    entries = audit_trail.read(store)
    audit_trail.write_csv(entries, tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(audit_trail.HEADER) and len(rows) == len(entries) + 1
    assert rows[1][2:5] == ["Lea", "annotator.role", "Ada"]


def test_a_role_is_taken_back_but_not_that_of_the_last_lead(store: Store) -> None:
    for name in ("Ada", "Bo"):
        project.add_annotator(store, name, "annotator", "root")
        settings.set_role(store, name, "lead", "root")
    bo, ada = (one for one in audit_trail.read(store) if one.record.action == "annotator.role")
    assert bo.can_undo and ada.can_undo
    audit_trail.undo(store, ada.record.id, "Bo")
    with pytest.raises(Refused, match="taken back already"):
        audit_trail.undo(store, ada.record.id, "Bo")
    with pytest.raises(Refused, match="Bo is the last lead"):
        audit_trail.undo(store, bo.record.id, "Bo")
    undoing = audit_trail.read(store)[0]
    assert (undoing.record.detail["role"], undoing.subject, undoing.can_undo) == ("annotator", "Ada", True)
    audit_trail.undo(store, undoing.record.id, "Bo")
    assert {one.name for one in people.everybody(store) if one.role == "lead"} == {"Ada", "Bo"}


def test_what_others_gave_is_shown_to_no_annotator(store: Store) -> None:
    project.add_annotator(store, "Lea", "lead", "root")
    ann = project.add_annotator(store, "Ann", "annotator", "root")
    run = project.aggregate(store, "paper", 7, "Lea")
    acting.sit_down(store, ann)
    for ask in (
        lambda: review.read(store),
        lambda: review_actions.case(store, 1),
        lambda: audit_trail.read(store),
        lambda: filters.count(store, RoiFilter(labels={"quality": (0,)})),
        lambda: assigning.plan(store, assigning.AssignChoices(among=RoiFilter(labels={"quality": (0,)}))),
        lambda: assigning.look(store, assigning.AssignChoices()),
        lambda: label_runs.document(store, run),
        lambda: label_runs.compare(store, run.id, run.id),
        lambda: people.excluded(store),
    ):
        with pytest.raises(NotAllowed, match="Ann is an annotator"):
            ask()


def test_a_change_of_role_is_taken_back_and_that_stands_in_the_trail(store: Store) -> None:
    with store.write("Lea") as s:
        for name in ("Lea", "Ann"):
            annotators.add(s, name, role="lead" if name == "Lea" else "annotator", who="Lea")
    settings.set_role(store, "Ann", "lead", "Lea")
    settings.set_role(store, "Lea", "annotator", "Ann")
    second, first = audit_trail.read(store)[:2]
    assert (second.subject, first.subject) == ("Lea", "Ann") and second.can_undo and first.can_undo
    with pytest.raises(Refused, match="last lead"):
        audit_trail.undo(store, first.record.id, "Ann")
    audit_trail.undo(store, second.record.id, "Ann")
    audit_trail.undo(store, first.record.id, "Lea")
    with store.read() as s:
        assert (annotators.find(s, "Lea").role, annotators.find(s, "Ann").role) == ("lead", "annotator")
    with pytest.raises(Refused, match="taken back already"):
        audit_trail.undo(store, second.record.id, "Lea")
    done = audit_trail.read(store)[:4]
    assert [(one.record.who, one.subject, one.record.detail["role"]) for one in done] == [
        ("Lea", "Ann", "annotator"),
        ("Ann", "Lea", "lead"),
        ("Ann", "Lea", "annotator"),
        ("Lea", "Ann", "lead"),
    ]
    assert [one.can_undo for one in done] == [True, True, False, False]
