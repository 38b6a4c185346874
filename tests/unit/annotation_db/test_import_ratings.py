"""Ratings files: every way to be wrong, told by line, and nothing half-imported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation_db.database import audit
from annotation_db.database.store import Store
from annotation_db.errors import ImportRefused
from annotation_db.imports import ratings_csv
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import RatingRecord
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

from .io_project import HEADER, box, project, write_csv, write_json

GOOD = [5, 5, 5, 5, 5, 5, 3, 2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with project(tmp_path) as made:
        entries = [box("a.png", "r1"), box("a.png", "r2", x=40), box("sub/c.png", "r1")]
        import_rois(made, write_json(tmp_path / "rois.json", entries), who="lead")
        yield made


def take(store: Store, tmp_path: Path, rows: list[list[Any]], **how: Any) -> ImportReport:
    header = how.pop("header", HEADER)
    return import_ratings(store, write_csv(tmp_path / "ratings.csv", rows, header), who="lead", **how)


def stored(store: Store) -> list[RatingRecord]:
    with store.read() as s:
        return ratings.all_latest(s)


def test_new_annotators_are_added_and_listed(store: Store, tmp_path: Path) -> None:
    with store.write("lead") as s:
        annotators.add(s, "Ann", who="lead")
    rows = [["a.png", "r1", "Ann", *GOOD], ["a.png", "r1", "Bo", *GOOD], ["c.png", "r1", "Cy", *GOOD]]
    dry = take(store, tmp_path, rows, dry_run=True)
    assert (dry.applied, dry.added, dry.new_annotators, stored(store)) == (False, 3, ("Bo", "Cy"), [])
    report = take(store, tmp_path, rows)
    assert (report.applied, report.added, report.new_annotators, report.images) == (True, 3, ("Bo", "Cy"), 2)
    assert [r.votes for r in stored(store)] == [Votes(*GOOD)] * 3
    assert stored(store)[0].origin == "import:ratings.csv"
    with store.read() as s:
        assert [a.name for a in annotators.list_all(s)] == ["Ann", "Bo", "Cy"]
        assert audit.list_all(s)[0].action == "import.ratings"


def test_more_columns_in_any_order_and_times(store: Store, tmp_path: Path) -> None:
    header = ["note", "submitted_at", "duration_ms", *reversed(HEADER)]
    row = ["hm", "2026-03-01T10:00:00+02:00", "8500", *reversed(["a.png", "r1", "Ann", *GOOD])]
    assert take(store, tmp_path, [row], header=header).applied
    (rating,) = stored(store)
    assert rating.submitted_at == datetime(2026, 3, 1, 8, tzinfo=UTC) and rating.duration_ms == 8500


def test_byte_order_mark_carriage_returns_blank_lines_and_spaces(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "win.csv"
    values = ", ".join(map(str, GOOD))
    text = f"{','.join(HEADER)}\r\n\r\n a.png , r1 , Zoë ,{values}\r\n,,,,,,,,,,\r\n"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    report = import_ratings(store, file, who="lead")
    assert report.applied and report.added == 1 and report.new_annotators == ("Zoë",)


def changed(column: str, value: str) -> list[str]:
    row = ["a.png", "r1", "Ann", *map(str, GOOD)]
    row[HEADER.index(column)] = value
    return row


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (changed("blur", "6"), "blur must be from 0 to 5, not 6"),
        (changed("quality", "5"), "quality must be from 0 to 4, not 5"),
        (changed("noise", "-1"), "noise must be from 0 to 5, not -1"),
        (changed("noise", "3.5"), "noise must be a whole number from 0 to 5, not 3.5"),
        (changed("noise", "3,0"), "noise must be a whole number from 0 to 5, not 3,0"),
        (changed("noise", "2.5"), "whole number"),
        (changed("noise", "nan"), "noise is missing (nan)"),
        (changed("noise", "1e0"), "whole number"),
        (changed("noise", "٣"), "whole number"),
        (changed("noise", "9" * 5000), "noise must be from 0 to 5, not 999"),
        (changed("importance", ""), "importance is missing"),
        (changed("annotator", " "), "annotator is missing"),
        (changed("annotator", "A\x07nn"), "control characters"),
        (changed("annotator", "A" * 201), "is longer than 200 characters"),
        (changed("image", "../a.png"), "no picture ../a.png is in the project"),
        (changed("image", "zebra.png"), "no picture zebra.png"),
        (changed("roi", "r9"), "no ROI r9 is on a.png"),
        (["a.png", "r1", "Ann"], "3 values for 11 columns"),
        ([*changed("roi", "r1"), "9"], "12 values for 11 columns"),
    ],
)
def test_a_bad_line_is_told_and_keeps_the_file_out(
    store: Store, tmp_path: Path, row: list[str], said: str
) -> None:
    good = ["a.png", "r2", "Ann", *GOOD]
    report = take(store, tmp_path, [good, row])
    assert not report.applied and stored(store) == []
    (complaint,) = report.complaints
    told = report.describe(complaint)
    assert told.startswith("line 3: ") and said in told and "\n" not in told and len(told) < 300
    assert "1 line cannot be taken" in report.refusal
    with store.read() as s:
        assert annotators.list_all(s) == []


def test_all_that_is_wrong_in_one_line_is_told_at_once(store: Store, tmp_path: Path) -> None:
    row = ["a.png", "r1", "Ann", 9, "x", *GOOD[2:6], "", 7]
    message = take(store, tmp_path, [row]).complaints[0].message
    assert all(name in message for name in ("blur", "colorfulness", "quality", "importance"))


def test_lines_are_counted_as_an_editor_counts_them(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "quoted.csv"
    good, bad = ",".join(map(str, GOOD)), ",".join(map(str, [9, *GOOD[1:]]))
    rows = f'a.png,r1,Ann,{good},"two\nlines"\n\na.png,r2,Ann,{bad},\n'
    file.write_text(f"{','.join(HEADER)},note\n{rows}", encoding="utf-8")
    assert [c.line for c in import_ratings(store, file, who="lead").complaints] == [5]


def test_the_same_annotator_twice_on_one_roi(store: Store, tmp_path: Path) -> None:
    rows = [["a.png", "r1", "Ann", *GOOD], ["./a.png", "r1", "Ann ", *GOOD]]
    (complaint,) = take(store, tmp_path, rows).complaints
    assert complaint.line == 3 and "in line 2 already" in complaint.message


def test_importing_again_and_revising(store: Store, tmp_path: Path) -> None:
    rows = [["a.png", "r1", "Ann", *GOOD], ["a.png", "r1", "Bo", *GOOD]]
    take(store, tmp_path, rows)
    again = take(store, tmp_path, rows)
    assert (again.applied, again.added, again.already) == (True, 0, 2)
    rows[1][-1] = 4
    refused = take(store, tmp_path, rows)
    assert not refused.applied and "Bo has rated ROI r1 of a.png otherwise (importance)" in str(
        refused.complaints[0]
    )
    dry = take(store, tmp_path, rows, revise=True, dry_run=True)
    report = take(store, tmp_path, rows, revise=True)
    assert (
        (dry.added, dry.revised, dry.already) == (report.added, report.revised, report.already) == (0, 1, 1)
    )
    assert [(r.revision, r.votes.importance) for r in stored(store)] == [(1, 2), (2, 4)]


def test_excluded_and_simulated_columns_keep_their_meaning(store: Store, tmp_path: Path) -> None:
    header = [*HEADER, "excluded", "excluded_because", "simulated"]
    rows = [
        ["a.png", "r1", "Ann", *GOOD, "", "", "0"],
        ["a.png", "r1", "Bo", *GOOD, "rating", "asleep", "1"],
    ]
    take(store, tmp_path, rows, header=header)
    with store.read() as s:
        assert [a.simulated for a in annotators.list_all(s)] == [False, True]
        assert [r.excluded for r in ratings.all_latest(s)] == [False, True]
        policy = labels.policy_named("paper", min_raters=1)
        assert {label.roi_id: label.n for label in labels.compute(s, policy)}[rois.list_all(s)[0].id] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no column image"),
        (b"image,roi\na,b\n", "has no column annotator, blur"),
        (",".join([*HEADER, "blur"]).encode(), "the column blur twice"),
        (",".join(HEADER).encode() + b'\n"a.png,r1', "broken at line 2"),
        (",".join(HEADER).encode() + b'\n"a"b,r1', "broken at line 2"),
        (",".join(HEADER).encode() + b"\na\0b", "zero bytes"),
        (",".join(HEADER).encode() + b"\n" + b"x" * 200_000, "broken at line 2"),
        (",".join(HEADER).encode() + b"\n\xe4.png", "not UTF-8 text (line 2)"),
        (",".join(HEADER).encode("utf-32"), "UTF-32"),
    ],
)
def test_files_that_are_no_ratings_files(store: Store, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        import_ratings(store, file, who="lead")
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_header_alone(store: Store, tmp_path: Path) -> None:
    report = take(store, tmp_path, [])
    assert not report.applied and "holds no ratings" in str(report.complaints[0])


def test_the_columns_are_the_scales_in_their_order() -> None:
    assert ("image", "roi", "annotator", *SCALE_NAMES) == ratings_csv.COLUMNS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_data_complaints_or_one_refusal(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "fuzz.csv"
    file.write_bytes(",".join(HEADER).encode() + b"\n" + content)
    try:
        list(ratings_csv.read(file))
    except ImportRefused as refused:
        assert "\n" not in str(refused)
