"""Ratings files as people's programs write them: read as they are meant, or asked about, never guessed."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from annotation_db.errors import Complaint, ImportRefused
from annotation_db.imports import ratings_csv, table_sheet
from annotation_db.imports.ratings_csv import COLUMNS, CsvRating
from annotation_db.imports.ratings_preview import preview
from annotation_db.imports.table_format import TableFormat

VOTES = (5, 5, 3, 4, 5, 0, 3, 2)
HEADER = [*COLUMNS, "submitted_at", "duration_ms", "comment"]
ROW: list[Any] = ["s/a.png", "1000", "Björn", *VOTES, "2026-01-05T08:00:21+00:00", 16834, "ok, fine"]
OTHER: list[Any] = ["s/a.png", "1000", 'Franz "F"', *VOTES, "", "", "hm; no"]


def text(*rows: list[Any], sep: str = ",", quoting: int = csv.QUOTE_MINIMAL, end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=sep, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def lines(tmp_path: Path, content: bytes | str, how: TableFormat | None = None) -> list[CsvRating]:
    file = tmp_path / "ratings.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(ratings_csv.read(file, how))
    assert not [one for one in found if isinstance(one, Complaint)], found
    return [one for one in found if isinstance(one, CsvRating)]


PLAIN = text(HEADER, ROW, OTHER)
SEMI = text(HEADER, ROW, OTHER, sep=";", quoting=csv.QUOTE_NONNUMERIC)
TABS = text(HEADER, ROW, OTHER, sep="\t")
GOOD: dict[str, str | bytes] = {
    "plain": PLAIN,
    "LibreOffice, R's write.csv2": SEMI,
    "tabs": TABS,
    "bars": text(HEADER, ROW, OTHER, sep="|"),
    "UTF-8 with a mark": b"\xef\xbb\xbf" + SEMI.encode(),
    "UTF-16 with a mark": TABS.encode("utf-16"),
    "UTF-16, the other way": b"\xfe\xff" + TABS.encode("utf-16-be"),
    "UTF-16 without a mark": SEMI.encode("utf-16-le"),
    "UTF-16 the other way without a mark": PLAIN.encode("utf-16-be"),
    "Excel's sep line": "sep=;\r\n" + SEMI,
    "Excel's sep line, quoted, and blank lines": '\r\n"sep=\t"\r\n\r\n' + TABS,
    "row names of R": text(["", *HEADER], ["1", *ROW], ["2", *OTHER]),
    "row names of R's write.table": text(HEADER, ["1", *ROW], ["2", *OTHER], sep="\t"),
    "blank columns at the end": text([*HEADER, "", ""], [*ROW, "", ""], [*OTHER, "", ""]),
    "separators at the end of rows that begin with 1": text(
        ["roi_uid", *HEADER], ["1", *ROW, ""], ["1", *OTHER, ""]
    ),
    "separators at the end of rows": text(HEADER, [*ROW, ""], [*OTHER, "", ""]),
    "blank lines": PLAIN.replace("\r\n", "\r\n\r\n") + ",,,\r\n\r\n",
    "line ends of old": PLAIN.replace("\r\n", "\r"),
    "capitals and blanks in the header": PLAIN.replace("quality", " Quality\u00a0").replace("image", "IMAGE"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_the_same_table_however_it_is_written(tmp_path: Path, kind: str) -> None:
    one, two = lines(tmp_path, GOOD[kind])
    assert (one.image, one.roi, one.annotator, one.votes) == ("s/a.png", "1000", "Björn", VOTES)
    assert (one.submitted_at, one.duration_ms) == (datetime(2026, 1, 5, 8, 0, 21, tzinfo=UTC), 16834)
    assert (two.annotator, two.submitted_at, two.duration_ms) == ('Franz "F"', None, None)


@pytest.mark.parametrize("missing", ["NA", "NaN", "nan", "NULL", "None", "<NA>", "NaT", "#N/A", ""])
def test_programs_words_for_nothing_in_columns_that_may_be_empty(tmp_path: Path, missing: str) -> None:
    header = [*HEADER[:-1], "excluded", "excluded_because", "prefill", "prediction", "outcomes", "simulated"]
    (one,) = lines(tmp_path, text(header, [*ROW[:3], *VOTES, *[missing] * 8]))
    assert (one.submitted_at, one.duration_ms, one.excluded, one.prefill) == (None, None, None, "none")
    assert (one.prediction, one.outcomes, one.simulated) == ("", None, False)


def test_whole_numbers_as_floats(tmp_path: Path) -> None:
    floats = [f"{vote}.0" for vote in VOTES]
    (one,) = lines(tmp_path, text(HEADER, [*ROW[:3], *floats, "", "16834.0", ""]))
    assert one.votes == VOTES and one.duration_ms == 16834
    commas = [f"{vote},0" for vote in VOTES]
    (one,) = lines(tmp_path, text(HEADER, [*ROW[:3], *commas, "", "16834,0", ""], sep=";"))
    assert one.votes == VOTES and one.duration_ms == 16834
    (one,) = lines(tmp_path, text(HEADER, [*ROW[:3], *VOTES, "", "1e+05", ""]))
    assert one.duration_ms == 100_000


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (3, "3.5", "blur must be a whole number from 0 to 5, not 3.5"),
        (3, "3,5", "whole number"),
        (3, "30", "from 0 to 5"),
        (3, "NA", "blur is missing (NA)"),
        (12, "12.000", "duration_ms must be a whole number"),
        (12, "1e-3", "duration_ms must be a whole number"),
        (12, "1e99", "duration_ms must be a whole number"),
        (11, "05/01/2026 08:00", "is no time"),
    ],
)
def test_what_may_mean_two_things_is_no_number(tmp_path: Path, at: int, value: str, said: str) -> None:
    row = list(ROW)
    row[at] = value
    file = tmp_path / "ratings.csv"
    file.write_text(text(HEADER, row, sep=";"), encoding="utf-8")
    (complaint,) = ratings_csv.read(file)
    assert isinstance(complaint, Complaint) and complaint.line == 2 and said in complaint.message


def test_a_column_that_is_neither_yes_nor_no(tmp_path: Path) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(text([*COLUMNS, "excluded"], [*ROW[:3], *VOTES, "perhaps"]), encoding="utf-8")
    (complaint,) = ratings_csv.read(file)
    assert "excluded perhaps is neither yes nor no" in str(complaint)


def test_an_encoding_is_asked_for_and_not_guessed(tmp_path: Path) -> None:
    content = SEMI.encode("cp1252")
    with pytest.raises(ImportRefused, match=r"not UTF-8 text \(line 2\).*windows-1252"):
        lines(tmp_path, content)
    one, _ = lines(tmp_path, content, TableFormat(encoding="windows-1252"))
    assert one.annotator == "Björn"
    with pytest.raises(ImportRefused, match="name another encoding"):
        lines(tmp_path, content, TableFormat(encoding="utf-8"))


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    header = [*HEADER]
    header[header.index("quality")], header[header.index("annotator")] = "Q", "Name of Rater"
    content = text(header, ROW, sep=";")
    with pytest.raises(ImportRefused, match=r"has no column annotator, quality; .*is which"):
        lines(tmp_path, content)
    mapped = TableFormat(columns={"quality": "q", "annotator": "name of  rater"})
    assert lines(tmp_path, content, mapped)[0].votes == VOTES
    with pytest.raises(ImportRefused, match=r"no column R to be taken as quality; it has image, .*, Q,"):
        lines(tmp_path, content, TableFormat(columns={"quality": "R"}))
    with pytest.raises(ImportRefused, match="taken as two"):
        lines(tmp_path, content, TableFormat(columns={"quality": "Q", "importance": "Q"}))


def test_a_mapped_column_is_not_also_what_it_is_called(tmp_path: Path) -> None:
    header = [*COLUMNS, "Q"]
    (one,) = lines(tmp_path, text(header, [*ROW[:3], *VOTES, 1]), TableFormat(columns={"quality": "Q"}))
    assert one.votes.quality == 1
    with pytest.raises(ImportRefused, match="has no column quality"):
        lines(tmp_path, text(COLUMNS, [*ROW[:3], *VOTES]), TableFormat(columns={"importance": "quality"}))  # type: ignore[arg-type]


def test_two_separators_that_fit_are_asked_about(tmp_path: Path) -> None:
    content = "a;b,c;d\n1;2,3;4\n"
    with pytest.raises(ImportRefused, match="may be separated by comma or by semicolon"):
        lines(tmp_path, content)
    with pytest.raises(ImportRefused, match="has no column image"):
        lines(tmp_path, content, TableFormat(separator="semicolon"))


def test_a_preview_says_what_was_understood(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(SEMI.replace('"quality"', '"Q"'), encoding="utf-8")
    seen = preview(file, TableFormat())
    assert (seen.kind, seen.encoding, seen.separator) == ("csv", "utf-8", "semicolon")
    assert ("quality", "") in seen.columns and seen.ignored == ("Q", "comment")
    assert "no column quality" in seen.refused
    seen = preview(file, TableFormat(columns={"quality": "Q"}))
    assert seen.refused == "" and dict(seen.columns)["quality"] == "Q"
    assert dict(zip([name for name, _ in seen.columns], seen.rows[0], strict=True))["quality"] == "3"
    file.write_bytes(SEMI.encode("cp1252"))
    assert "not UTF-8" in preview(file, TableFormat()).refused


def book(tmp_path: Path, *sheets: list[list[Any]], name: str = "r.xlsx") -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    made.save(tmp_path / name)
    return tmp_path / name


def test_a_spreadsheet(tmp_path: Path) -> None:
    row = ["s/a.png", 1000, "Björn", *map(float, VOTES), datetime(2026, 1, 5, 8, 0, 21), 16834.0, "ok"]
    file = book(tmp_path, [[]], [HEADER, [], row, [*ROW[:3], 9, *VOTES[1:], None, None, None]])
    one, bad = ratings_csv.read(file)
    assert isinstance(one, CsvRating) and isinstance(bad, Complaint)
    assert (one.roi, one.votes, one.duration_ms) == ("1000", VOTES, 16834)
    assert one.submitted_at == datetime(2026, 1, 5, 8, 0, 21, tzinfo=UTC)
    assert bad.line == 4 and "blur must be from 0 to 5" in bad.message


def test_spreadsheets_that_are_refused_in_one_sentence(tmp_path: Path) -> None:
    def said(file: Path) -> str:
        with pytest.raises(ImportRefused) as refused:
            list(ratings_csv.read(file))
        assert "\n" not in str(refused.value)
        return str(refused.value)

    rows = [HEADER, ROW]
    assert "may all be meant" in said(book(tmp_path, rows, rows))
    (formula,) = ratings_csv.read(book(tmp_path, [HEADER, [*ROW[:3], "=1+1", *ROW[4:]]]))
    assert "blur is a formula" in str(formula)
    file = book(tmp_path, rows)
    made = openpyxl.load_workbook(file)
    made.active.merge_cells("M2:M9")
    made.save(file)
    assert "merged cells" in said(file)
    (tmp_path / "cut.xlsx").write_bytes(book(tmp_path, rows).read_bytes()[:-300])
    assert "cannot be read as a spreadsheet" in said(tmp_path / "cut.xlsx")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    assert "old or a protected" in said(tmp_path / "old.xls")
    with zipfile.ZipFile(tmp_path / "sheet.ods", "w") as made_ods:
        made_ods.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "OpenDocument" in said(tmp_path / "sheet.ods")


def test_a_spreadsheet_that_unpacks_without_end(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made, made.open("xl/x.xml", "w") as part:
        for _ in range(table_sheet.MOST_UNPACKED // 2**24 + 1):
            part.write(bytes(2**24))
    with pytest.raises(ImportRefused, match="unpacks to"):
        list(ratings_csv.read(file))
