"""Annotators, exclusions and the audit trail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotation_db import project
from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import NewRating
from tests.unit.annotation_db.conftest import Filled


def test_annotators_are_added_and_found(any_store: Store) -> None:
    with any_store.write("lead") as s:
        ada = annotators.add(s, " Ada ", who="lead")
        bea = annotators.add(s, "Bea", role="lead", simulated=True, who="")
        assert annotators.get(s, ada.id) == ada == annotators.find(s, "Ada")
        assert annotators.get_or_add(s, "Bea", who="lead") == bea
        assert annotators.get_or_add(s, "Cem", who="lead").role == "annotator"
        assert [a.name for a in annotators.list_all(s)] == ["Ada", "Bea", "Cem"]
        assert (ada.name, ada.role, ada.simulated, bea.role, bea.simulated) == (
            "Ada",
            "annotator",
            False,
            "lead",
            True,
        )
        assert ada.order_seed != bea.order_seed
        assert annotators.set_role(s, ada.id, "lead", "lead") == replace(ada, role="lead")
        assert [entry.who for entry in audit.list_all(s)] == ["lead"] * 4  # "" takes the transaction's


def test_accents_typed_on_any_system_make_one_annotator(any_store: Store) -> None:
    with any_store.write() as s:
        jose = annotators.add(s, "Jose\u0301", who="lead")
        assert jose.name == "Jos\xe9"
        for typed in ("Jos\xe9", "Jose\u0301 "):
            assert annotators.find(s, typed) == annotators.get_or_add(s, typed, who="lead") == jose
        with pytest.raises(Refused, match="already"):
            annotators.add(s, "Jos\xe9", who="lead")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A\nda", "holds control characters"),
        ("\x1b[31mAda", "holds control characters"),
        ("A\u2028da", "holds control characters"),
        ("A\0da", "holds control characters"),
        ("A" * 201, "is longer than 200 characters"),
        ("Ada\ud800", "is not valid text"),
        (" \n ", "needs a name"),
    ],
)
def test_what_is_no_name_is_refused_in_one_sentence(any_store: Store, name: str, said: str) -> None:
    with any_store.write() as s:
        for act in (annotators.add, annotators.get_or_add):
            with pytest.raises(Refused, match=said) as refused:
                act(s, name, who="lead")
            assert str(refused.value).isprintable() and len(str(refused.value)) < 150
        with pytest.raises(NotFound):
            annotators.find(s, name)
        assert annotators.add(s, "A" * 200, who="lead").id
        assert annotators.add(s, "\u0646\u06cc\u200c\u0646\u0627", who="lead").id  # joiners belong to Persian


def test_the_same_name_in_the_same_project_has_the_same_order(tmp_path) -> None:  # type: ignore[no-untyped-def]
    seeds = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        with Store.create(tmp_path / name, name, seed=seed) as store, store.write() as s:
            seeds.append(annotators.add(s, "Ada", who="x").order_seed)
    assert seeds[0] == seeds[1] != seeds[2]


def test_what_is_refused_of_annotators(store: Store) -> None:
    with store.write() as s:
        ada = annotators.add(s, "Ada", who="x")
        for wrong in ("", "  ", "Ada", " Ada"):
            with pytest.raises(Refused):
                annotators.add(s, wrong, who="x")
        with pytest.raises(Refused):
            annotators.add(s, "Bea", role="boss", who="x")  # type: ignore[arg-type]
        with pytest.raises(Refused):
            annotators.set_role(s, ada.id, "boss", "x")  # type: ignore[arg-type]
        for missing in (lambda: annotators.get(s, 99), lambda: annotators.find(s, "Zoe")):
            with pytest.raises(NotFound):
                missing()
        with pytest.raises(NotFound):
            annotators.set_role(s, 99, "lead", "x")


def test_exclusions_stand_until_lifted_and_are_kept(any_filled: Filled) -> None:
    ada = any_filled.annotators[0]
    with any_filled.store.write() as s:
        rating = ratings.submit(
            s, NewRating(roi_id=any_filled.rois[0].id, annotator_id=ada.id, votes=(1,) * 8)
        )
        first = exclusions.exclude(s, "annotator", ada.id, reason=" reversed scale ", who="lead")
        exclusions.exclude(s, "rating", rating.id, reason="a slip", who="lead")
        assert annotators.get(s, ada.id).excluded
        assert [a.excluded for a in annotators.list_all(s)] == [True, False, False, False]
        assert [e.kind for e in exclusions.standing(s)] == ["annotator", "rating"]
        assert exclusions.standing(s, "annotator") == [first]
        assert first.reason == "reversed scale"
        with pytest.raises(Refused, match="excluded already"):
            exclusions.exclude(s, "annotator", ada.id, reason="again", who="lead")
        lifted = exclusions.lift(s, first.id, who="Bea")
        assert lifted.lifted_by == "Bea" and lifted.lifted_at is not None
        assert not annotators.get(s, ada.id).excluded
        with pytest.raises(Refused, match="lifted already"):
            exclusions.lift(s, first.id, who="Bea")
        second = exclusions.exclude(s, "annotator", ada.id, reason="after all", who="lead")
        assert second.id != first.id
        actions = [entry.action for entry in audit.list_all(s, 4)]
        assert actions == ["annotator.exclude", "annotator.restore", "rating.exclude", "annotator.exclude"]


def test_what_is_refused_of_exclusions(filled: Filled) -> None:
    with filled.store.write() as s:
        with pytest.raises(Refused, match="needs a reason"):
            exclusions.exclude(s, "roi", 1, reason=" ", who="x")
        with pytest.raises(NotFound):
            exclusions.exclude(s, "rating", 99, reason="x", who="x")
        with pytest.raises(NotFound):
            exclusions.lift(s, 99, who="x")
        with pytest.raises(Refused):
            exclusions.exclude(s, "picture", 1, reason="x", who="x")  # type: ignore[arg-type]


def test_the_project_can_be_changed(any_store: Store) -> None:
    with any_store.write() as s:
        assert project.update(s, "lead").raters_wanted == 3
        changed = project.update(s, "lead", name=" New ", raters_wanted=9, min_roi_area=50)
        assert (changed.name, changed.raters_wanted, changed.min_roi_area) == ("New", 9, 50)
        assert len(audit.list_all(s)) == 1
        for wrong in ({"name": " "}, {"raters_wanted": 0}, {"min_roi_area": 0}):
            with pytest.raises(Refused):
                project.update(s, "lead", **wrong)  # type: ignore[arg-type]
    with any_store.read() as s:
        assert project.get(s) == changed
