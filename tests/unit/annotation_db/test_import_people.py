"""Whose ratings a file holds: near names are asked about, exclusions are applied or told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from annotation_db import names
from annotation_db.database import audit
from annotation_db.database.schema import Place
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import annotators, exclusions, merging, ratings
from annotation_db.records import ExclusionKind

from .io_project import HEADER, box, project, write_csv, write_json

GOOD = [5, 5, 5, 5, 5, 5, 3, 2]
SEVEN = ("Ada", "ada", "ADA", "aDa", "Ada\u200b", "Ada  B", "Ada B")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        entries = [box("a.png", "r1"), box("a.png", "r2", x=40), box("b.png", "r1")]
        import_rois(made, write_json(tmp_path / "rois.json", entries), who="lead")
        yield made


def take(store: Store, tmp_path: Path, rows: list[list[Any]], **how: Any) -> ImportReport:
    header = how.pop("header", HEADER)
    return import_ratings(store, write_csv(tmp_path / "ratings.csv", rows, header), who="lead", **how)


def people(store: Store) -> list[str]:
    with store.read() as s:
        return [one.name for one in annotators.list_all(s)]


SAME = [
    "Ada",
    "ADA",
    " a\u200bda",
    "Ａｄａ",
    "ad\ufe0fa",
    "A\u00adda",
    "Ada\u3000",
    "\u2060Ada\u202f",
    "ada\u2800",
]


def test_names_that_look_alike_are_folded_to_one() -> None:
    assert {names.folded(one) for one in SAME} == {"ada"}
    assert names.folded("Ada\u00a0 \tB") == names.folded("ada b") != names.folded("Ada")
    assert names.folded("Stra\xdfe") == names.folded("STRASSE")
    assert names.folded("Jose") != names.folded("Jos\xe9") == names.folded("JOSE\u0301")
    assert names.problem("\u200b\u2060") == "holds nothing that can be seen"


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert names.folded(names.folded(name)) == names.folded(name)


def test_near_names_are_refused_at_the_door_unless_they_are_said_to_be_others(store: Store) -> None:
    with store.write("lead") as s:
        ada = annotators.add(s, "Ada", who="lead")
        for door in (annotators.add, annotators.get_or_add):
            with pytest.raises(Refused, match="nearly that of Ada"):
                door(s, "ada ", who="lead")
        with pytest.raises(NotFound, match="write Ada as it is written there"):
            annotators.find(s, "ADA")
        assert [one.id for one in annotators.like(s, "aDA")] == [ada.id] and annotators.like(s, "Ada") == []
        assert annotators.add(s, "ada", distinct=True, who="lead").id != ada.id
        assert [one.name for one in annotators.like(s, "ADA")] == ["Ada", "ada"]


def test_seven_spellings_are_two_people_or_refused(store: Store, tmp_path: Path) -> None:
    rows = [["a.png", "r1", name, *GOOD] for name in SEVEN]
    report = take(store, tmp_path, rows)
    assert not report.applied and people(store) == []
    assert [c.line for c in report.complaints] == [3, 4, 5, 6, 8], [c.message for c in report.complaints]
    told = str(report.complaints[0].message)
    assert "'ada' is nearly 'Ada' of line 2" in told and "--same-person" in told
    assert dict(report.spellings) == {
        "ada": "Ada",
        "ADA": "Ada",
        "aDa": "Ada",
        "Ada\u200b": "Ada",
        "Ada B": "Ada  B",
    }
    one = take(store, tmp_path, rows, naming="same")
    assert not one.applied and "'Ada' rated" not in str(one.complaints[0])
    assert "Ada rated ROI r1 of a.png in line 2 already" in one.complaints[0].message
    apart = take(store, tmp_path, rows, naming="distinct")
    assert apart.applied and people(store) == list(SEVEN)
    assert take(store, tmp_path, rows).already == 7, "who is there is not asked about again"


def test_one_person_in_two_spellings_is_taken_as_who_is_there(store: Store, tmp_path: Path) -> None:
    with store.write("lead") as s:
        annotators.add(s, "Ada", who="lead")
    rows = [["a.png", "r1", "ADA", *GOOD], ["a.png", "r2", "ada", *GOOD], ["a.png", "r1", "Bo", *GOOD]]
    assert [c.line for c in take(store, tmp_path, rows).complaints] == [2, 3]
    assert "in the project" in take(store, tmp_path, rows, dry_run=True).complaints[0].message
    report = take(store, tmp_path, rows, naming="same")
    assert report.applied and report.spellings == (("ADA", "Ada"), ("ada", "Ada"))
    assert people(store) == ["Ada", "Bo"]
    with store.read() as s:
        assert audit.list_all(s)[0].detail["spellings"] == {"ADA": "Ada", "ada": "Ada"}
    with store.write("lead") as s:
        annotators.add(s, "aDA", distinct=True, who="lead")
    again = take(store, tmp_path, [["a.png", "r2", "adA", *GOOD]], naming="same")
    assert "may be 'Ada' or 'aDA'" in again.complaints[0].message


def test_a_merged_name_in_a_file_is_the_person(store: Store, tmp_path: Path) -> None:
    with store.write("lead") as s:
        ada = annotators.add(s, "Ada", who="lead")
        old = annotators.add(s, "A. Byron", who="lead")
        merging.merge(s, ada.id, old.id, who="lead")
    twice = [["a.png", "r1", "Ada", *GOOD], ["a.png", "r1", "A. Byron", *GOOD]]
    assert "in line 2 already" in take(store, tmp_path, twice).complaints[0].message
    assert take(store, tmp_path, twice[1:]).applied
    with store.read() as s:
        assert ratings.all_latest(s)[0].annotator_id == ada.id


def test_a_word_for_nothing_is_no_new_annotator(store: Store, tmp_path: Path) -> None:
    rows = [["a.png", "r1", "NA", *GOOD]]
    assert (
        "annotator is NA, which means that it is missing" in take(store, tmp_path, rows).complaints[0].message
    )
    with store.write("lead") as s:
        annotators.add(s, "NA", who="lead")
    assert take(store, tmp_path, rows).applied


def test_rows_of_any_shape_are_one_statement(store: Store, tmp_path: Path) -> None:
    """A file with half of the durations empty, or some ratings assisted, once took quadratic time."""
    header = [*HEADER, "duration_ms", "prefill", "submitted_at", "excluded"]
    odd = [["", "", "", ""], ["900", "shown", "", ""], ["", "control", "2026-01-01", ""], ["7", "", "", "1"]]
    rows = [["a.png", roi, f"p{n}", *GOOD, *odd[n % 4]] for n in range(40) for roi in ("r1", "r2")]
    inserted: list[bool] = []

    def count(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, many: bool) -> None:
        if statement.startswith("INSERT INTO rating"):
            inserted.append(many)

    event.listen(store._engine, "before_cursor_execute", count)
    assert take(store, tmp_path, rows, header=header).added == 80
    assert inserted == [True, False], "the stage in one, then all ratings in one"


EXCLUDED = [*HEADER, "excluded", "excluded_because"]


@pytest.mark.parametrize("word", get_args(ExclusionKind))
def test_an_exclusion_of_what_is_there_already_is_applied(store: Store, tmp_path: Path, word: str) -> None:
    """Whatever an export says that was excluded."""
    rows = [["a.png", "r1", "Ann", *GOOD, "", ""], ["a.png", "r1", "Bo", *GOOD, "", ""]]
    take(store, tmp_path, rows, header=EXCLUDED)
    rows[1][-2:] = [word, "asleep"]
    dry = take(store, tmp_path, rows, header=EXCLUDED, dry_run=True)
    assert (dry.already, dry.excluded, dry.added) == (1, 1, 0)
    report = take(store, tmp_path, rows, header=EXCLUDED)
    assert report.applied and (report.already, report.excluded) == (1, 1)
    with store.read() as s:
        (standing,) = exclusions.standing(s, "rating")
        assert (standing.reason, standing.by) == ("asleep", "lead")
        assert [entry.action for entry in audit.list_all(s, 2)] == ["import.ratings", "rating.exclude"]
        policy = labels.policy_named("paper", min_raters=1)
        assert {label.roi_id: label.n for label in labels.compute(s, policy)}[rois.list_all(s)[0].id] == 1
        states = s.query(Place.state).where(Place.roi_id == rois.list_all(s)[0].id).all()
        assert states.count(("closed",)) == 1, "its place is for others"
    again = take(store, tmp_path, rows, header=EXCLUDED)
    assert (again.already, again.excluded, again.still_excluded) == (2, 0, 0)


def test_an_exclusion_of_the_project_that_a_file_lacks_is_told_and_stays(
    store: Store, tmp_path: Path
) -> None:
    rows = [["a.png", "r1", "Ann", *GOOD], ["a.png", "r1", "Bo", *GOOD]]
    take(store, tmp_path, rows)
    with store.write("lead") as s:
        (first, _) = ratings.all_latest(s)
        exclusions.exclude(s, "rating", first.id, reason="a slip", who="lead")
    report = take(store, tmp_path, rows)
    assert (report.already, report.still_excluded, report.excluded) == (2, 1, 0)
    with store.read() as s:
        assert len(exclusions.standing(s)) == 1
