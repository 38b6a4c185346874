"""Imports beside other people: changes while a file is read, stopped and killed imports, real processes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from annotation_db.database import audit
from annotation_db.database.schema import Place, Rating, RatingStage
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, ImportRefused, ProjectError
from annotation_db.imports import rating_stage
from annotation_db.imports import ratings as ratings_import
from annotation_db.imports.ratings import RatingsImport
from annotation_db.imports.reports import ImportReport
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import masks, rois
from annotation_db.predictions import predictions
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import NewRating, RatingRecord
from annotation_db.vocabulary.scales import Votes
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.io_project import HEADER, write_csv, write_json
from tests.unit.annotation_db.predicted import suggest

GOOD = [5, 5, 5, 5, 5, 5, 3, 2]
OTHER = [0, 5, 5, 5, 5, 5, 3, 2]
SIX = [(f"p{image}.png", f"r{roi}") for image in range(3) for roi in (1, 2)]
"""All ROIs of a `filled` project, in the order of their ids."""


def box(image: str, roi: str, x: int) -> dict[str, Any]:
    """A ROI entry of 40 x 30 pixels."""
    return {"img": image, "id": roi, "points": [x, 5, 40, 30]}


def rows(annotator: str, votes: list[int] = GOOD) -> list[list[Any]]:
    return [[image, roi, annotator, *votes] for image, roi in SIX]


def take(filled: Filled, tmp_path: Path, lines: list[list[Any]], **how: Any) -> ImportReport:
    file = write_csv(tmp_path / "ratings.csv", lines, how.pop("header", HEADER))
    return import_ratings(filled.store, file, who="lead", **how)


def stored(store: Store) -> list[RatingRecord]:
    with store.read() as s:
        return ratings.all_latest(s)


def staged(store: Store) -> int:
    with store.read() as s:
        return s.scalar(select(func.count()).select_from(RatingStage)) or 0


def nothing_is_left(store: Store) -> bool:
    return staged(store) == 0 and not list((store.folder / "cache").glob("import-*"))


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen when all lines are staged and the last transaction has not begun."""

    def arrange(action: Callable[[], object]) -> None:
        finish = RatingsImport._finish

        def late(self: RatingsImport, uid: str) -> None:
            action()
            finish(self, uid)

        monkeypatch.setattr(RatingsImport, "_finish", late)

    return arrange


@pytest.fixture(params=["few", "many"])
def how_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines to be checked again: inside the last transaction, or before the next try."""
    if request.param == "many":
        monkeypatch.setattr(ratings_import, "_FEW", 0)
    monkeypatch.setattr(rating_stage, "PORTION", 2)


def test_a_stage_has_all_that_a_rating_has() -> None:
    ours, theirs = RatingStage.metadata.tables["rating_stage"], Rating.metadata.tables["rating"]
    for column in theirs.columns:
        assert column.name == "id" or str(ours.columns[column.name].type) == str(column.type)


@pytest.mark.usefixtures("how_many")
def test_votes_that_came_in_meanwhile(
    any_filled: Filled, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """The same ones are there already; others are complained of, or revised if that was asked for."""
    store, who = any_filled.store, any_filled.annotators[0]

    def rate() -> None:
        with store.write() as s:
            for roi, votes in zip(any_filled.rois[:3], (GOOD, OTHER, OTHER), strict=True):
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=votes))

    meanwhile(rate)
    refused = take(any_filled, tmp_path, rows(who.name))
    assert not refused.applied and [c.line for c in refused.complaints] == [3, 4]
    assert "has rated ROI r1 of p1.png otherwise (blur)" in refused.complaints[1].message
    assert len(stored(store)) == 3 and nothing_is_left(store)

    revised = take(any_filled, tmp_path, rows(who.name), revise=True)
    assert (revised.applied, revised.added, revised.revised, revised.already) == (True, 3, 2, 1)
    assert [(r.revision, r.votes) for r in stored(store)] == [
        (rev, Votes(*GOOD)) for rev in (2, 3, 3, 1, 1, 1)
    ]
    with store.read() as s:
        assert s.scalar(select(func.count()).select_from(Place).where(Place.state == "rated")) == 6
        (entry,) = [e for e in audit.list_all(s) if e.action == "import.ratings"]
        counted = {"added": 5, "revised": 2, "already": 1, "excluded": 0}
        assert entry.detail == {**counted, "spellings": {}, "new_annotators": []}
    assert nothing_is_left(store)


@pytest.mark.usefixtures("how_many")
def test_a_roi_withdrawn_meanwhile(
    any_filled: Filled, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    store = any_filled.store

    def withdraw() -> None:
        with store.write() as s:
            exclusions.exclude(s, "roi", any_filled.rois[4].id, reason="blurred", who="lead")

    meanwhile(withdraw)
    report = take(any_filled, tmp_path, rows("New"))
    assert not report.applied and stored(store) == [] and nothing_is_left(store)
    assert [str(c) for c in report.complaints] == ["line 6: ROI r1 of p2.png is withdrawn; restore it first."]
    with store.read() as s:
        assert [a.name for a in annotators.list_all(s)] == [a.name for a in any_filled.annotators]


@pytest.mark.usefixtures("how_many")
def test_annotators_added_meanwhile(
    any_filled: Filled, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """One of the file's name is the same person, and nobody else is given that one's ratings."""
    store = any_filled.store

    def add() -> None:
        with store.write() as s:
            annotators.add(s, "Somebody", who="lead")  # on SQLite under the id set apart for Ann
            bo = annotators.add(s, "Bo", who="lead")
            ratings.submit(s, NewRating(roi_id=any_filled.rois[0].id, annotator_id=bo.id, votes=GOOD))

    meanwhile(add)
    report = take(any_filled, tmp_path, [*rows("Ann"), *rows("Bo", OTHER)], revise=True)
    assert report.applied and (report.added, report.revised) == (11, 1)
    assert report.new_annotators == ("Ann",)
    with store.read() as s:
        by_name = {a.name: a.id for a in annotators.list_all(s)}
        assert ratings.of_annotator(s, by_name["Somebody"]) == []
        assert {r.votes for r in ratings.of_annotator(s, by_name["Ann"])} == {Votes(*GOOD)}
        assert {r.votes for r in ratings.of_annotator(s, by_name["Bo"])} == {Votes(*OTHER)}
        assert sum(r.revision for r in ratings.of_annotator(s, by_name["Bo"])) == 7
    with store.write() as s:  # the next annotator's id is none that was given already
        annotators.add(s, "Cy", who="lead")


def test_a_prediction_that_changed_meanwhile(
    any_filled: Filled, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    """What became of a suggestion is told of the suggestion that the project keeps."""
    store = any_filled.store
    with store.write() as s:
        made = suggest(s, any_filled.rois)
        before = predictions.of_predictor(s, made.id)
    header = [*HEADER, "prefill", "prediction"]
    votes = list(before[0].votes)
    lines = [["p0.png", "r1", "Ann", *votes, "shown", made.name]]

    def again() -> None:
        with store.write() as s:
            s.execute(
                predictions.update(predictions.Prediction).values(blur=(before[0].votes[0] or 0) % 5 + 1)
            )

    meanwhile(again)
    assert take(any_filled, tmp_path, lines, header=header).applied
    (rating,) = stored(store)
    assert rating.outcomes is not None and rating.prediction_id == before[0].id
    assert rating.outcomes[:2] == ("changed", "confirmed")


def test_raters_come_between_while_a_file_is_read(filled: Filled, tmp_path: Path) -> None:
    """Nothing is locked while lines are read and checked, of ratings and of ROIs."""
    roi, who = filled.rois[0], filled.annotators[0]
    with Store.open(filled.store.folder, wait_s=0.1) as other:

        def rate(*_told: object) -> None:
            with other.write() as s:
                ratings.submit(s, NewRating(roi_id=roi.id, annotator_id=who.id, votes=GOOD))

        assert take(filled, tmp_path, rows("Ann"), progress=rate).applied
        entries = [box("p0.png", "new", x=1)]
        file = write_json(tmp_path / "rois.json", entries)
        assert import_rois(filled.store, file, who="lead", progress=rate).applied
        labels.store_run(filled.store, labels.POLICIES["paper"], "lead", progress=rate)
    assert [r.revision for r in stored(filled.store) if r.annotator_id == who.id] == [3]


def test_rois_marked_meanwhile(any_filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ROI that is added between the plan and the transaction is seen."""
    store, image = any_filled.store, any_filled.images[0]
    write, lead = store.write, any_filled.annotators[0].name

    def mark(external_id: str, x: int) -> None:
        def late(who: str = "") -> Any:
            monkeypatch.setattr(store, "write", write)
            with write() as s:
                shape = masks.from_box(x, 5, 40, 30, (image.height, image.width))
                rois.add(s, image_id=image.id, mask=shape, external_id=external_id, who=lead)
            return write(who)

        monkeypatch.setattr(store, "write", late)

    mark("other", 3)
    entries = [box("p0.png", "a", x=3), box("p0.png", "b", x=4)]
    report = import_rois(store, write_json(tmp_path / "a.json", entries), who="lead")
    assert (report.applied, report.added, report.already) == (True, 1, 1)

    mark("c", 6)
    report = import_rois(store, write_json(tmp_path / "a.json", [box("p0.png", "c", x=7)]), who="lead")
    assert not report.applied and 'the id "c" is taken' in report.complaints[0].message
    with store.read() as s:
        assert len(rois.list_all(s)) == 6 + 3


def test_many_rois_at_once_are_as_those_added_one_by_one(any_filled: Filled, tmp_path: Path) -> None:
    store = any_filled.store
    entries = [box(f"p{n}.png", f"x{k}", x=k) for n in range(3) for k in range(4)]
    assert import_rois(store, write_json(tmp_path / "a.json", entries), who="lead").added == 12
    with store.write() as s:
        found = rois.list_all(s)[6:]
        assert [(r.external_id, r.bbox, r.area) for r in found] == [
            (e["id"], tuple(e["points"]), 1200) for e in entries
        ]
        told = [e for e in audit.list_all(s) if e.action == "roi.add"][:12][::-1]
        assert [(e.who, e.subject) for e in told] == [("lead", f"roi {r.id}") for r in found]
        assert told[0].detail == {"image": found[0].image_id, "area": 1200}
        one = rois.add(
            s,
            image_id=found[0].image_id,
            mask=masks.measured(masks.from_box(9, 9, 50, 30, found[0].size)),
            who="lead",
        )
        assert one.id > found[-1].id and one.area == 1500


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.timeout(60)
def test_what_is_no_regular_file_is_never_opened(filled: Filled, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        for take_it in (import_ratings, import_rois):
            with pytest.raises(ImportRefused, match="is a pipe, socket or device and no file"):
                take_it(filled.store, path, who="lead")
    folder = tmp_path / "labelme"
    folder.mkdir()
    with pytest.raises(ImportRefused, match="is a folder and no file"):
        import_ratings(filled.store, folder, who="lead")
    os.mkfifo(folder / "a.json")
    report = import_rois(filled.store, folder, who="lead")
    assert not report.applied and "is a pipe, socket or device" in report.complaints[0].message
    assert nothing_is_left(filled.store)


def test_a_dry_run_changes_nothing_at_all(filled: Filled, tmp_path: Path) -> None:
    file = filled.store.folder / "project.sqlite"
    with closing(sqlite3.connect(file)) as watch:
        version = watch.execute("PRAGMA data_version").fetchone()
        names = sorted(filled.store.folder.rglob("*"))
        assert take(filled, tmp_path, rows("New"), dry_run=True).new_annotators == ("New",)
        assert watch.execute("PRAGMA data_version").fetchone() == version
        assert sorted(filled.store.folder.rglob("*")) == names


def test_a_stopped_import_leaves_nothing(
    any_filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rating_stage, "PORTION", 2)
    monkeypatch.setattr(ratings_import, "_EVERY", 1)
    seen: list[int] = []

    def enough() -> bool:
        seen.append(staged(any_filled.store))
        return seen[-1] >= 4

    with pytest.raises(Cancelled):
        take(any_filled, tmp_path, rows("New"), cancelled=enough)
    assert seen == [0, 0, 2, 2, 4]
    assert stored(any_filled.store) == [] and nothing_is_left(any_filled.store)
    with any_filled.store.read() as s:
        assert len(annotators.list_all(s)) == len(any_filled.annotators)


def test_an_import_whose_rows_were_taken_away_stores_nothing(
    any_filled: Filled, tmp_path: Path, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    def take_away() -> None:
        with any_filled.store.write() as s:
            s.execute(delete(RatingStage).where(RatingStage.line == 3))

    meanwhile(take_away)
    with pytest.raises(ProjectError, match="import the file again"):
        take(any_filled, tmp_path, rows("New"))
    assert stored(any_filled.store) == [] and nothing_is_left(any_filled.store)
