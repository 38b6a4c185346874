"""ROIs of several projects: the uid of an export says which region a vote is of, whatever its id is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import ratings

from .io_project import NAMES, box, project, write_csv, write_json

FORMATS = ("rois.json", "coco.json")


def rated(tmp: Path, name: str, x: int, quality: int) -> Store:
    """A project with a region r1 on two pictures, the first of them at `x`, and seven annotators."""
    store = project(tmp, name, photos=tmp / "photos" if (tmp / "photos").exists() else None)
    entries = [box("a.png", "r1", x), box("b.png", "r1", 5)]
    import_rois(store, write_json(tmp / "rois.json", entries), who="lead")
    rows = [
        [picture, "r1", f"{name} {k}", *[5] * 6, quality, 0]
        for picture in ("a.png", "b.png")
        for k in range(7)
    ]
    assert import_ratings(store, write_csv(tmp / "votes.csv", rows), who="lead").applied
    return store


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two projects on the same pictures: r1 of a.png is another region, r1 of b.png the same."""
    with rated(tmp_path, "ours", 5, 0) as ours, rated(tmp_path, "theirs", 45, 4) as theirs:
        yield ours, theirs


def aggregated(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    policy = labels.policy_named("paper", min_raters=7)
    with store.read() as s:
        found = labels.as_json(s, labels.compute(s, policy), policy)["rois"]
        uids = {roi.uid for roi in rois.list_all(s)}
    assert {one["uid"] for one in found} == uids
    return {(one["image"], one["roi"]): one for one in found}


@pytest.mark.parametrize("file", FORMATS)
def test_votes_for_another_region_of_the_same_name_are_refused_by_line(
    both: tuple[Store, Store], tmp_path: Path, file: str
) -> None:
    ours, theirs = both
    folder = export(theirs, tmp_path / "out").folder
    before = aggregated(ours)
    report = import_rois(ours, folder / file, who="lead", skip=True)
    assert report.applied and (report.added, report.already, report.aliases) == (0, 1, 1)
    (left_out,) = report.complaints
    assert 'a.png: the id "r1" is taken by another ROI' in left_out.message
    votes = import_ratings(ours, folder / "votes.csv", who="lead")
    assert not votes.applied and [c.line for c in votes.complaints] == list(range(2, 9))
    assert all("is another region" in c.message for c in votes.complaints)
    assert aggregated(ours) == before
    # Without the lines for that region, the others land on the ROI that is known by two uids now.
    kept = [line for line in (folder / "votes.csv").read_text().splitlines() if not line.startswith("a.png")]
    (tmp_path / "kept.csv").write_text("\n".join(kept))
    assert import_ratings(ours, tmp_path / "kept.csv", who="lead").added == 7
    after = aggregated(ours)
    assert after["b.png", "r1"]["n"] == 14 and after["a.png", "r1"] == before["a.png", "r1"]


@pytest.mark.parametrize("file", FORMATS)
def test_a_renamed_region_gets_its_own_votes(both: tuple[Store, Store], tmp_path: Path, file: str) -> None:
    ours, theirs = both
    folder = export(theirs, tmp_path / "out").folder
    told = import_rois(ours, folder / file, who="lead", rename=True, dry_run=True)
    report = import_rois(ours, folder / file, who="lead", rename=True)
    assert report.applied and (report.added, report.renamed, report.aliases) == (1, 1, 1)
    assert (told.added, told.renamed, told.aliases) == (1, 1, 1)
    votes = import_ratings(ours, folder / "votes.csv", who="lead")
    assert votes.applied and votes.added == 14
    found = aggregated(ours)
    assert found["a.png", "r1-2"]["uid"] == aggregated(theirs)["a.png", "r1"]["uid"]
    assert (found["a.png", "r1"]["quality"]["mean"], found["a.png", "r1-2"]["quality"]["mean"]) == (0, 4)
    again = import_rois(ours, folder / file, who="lead", rename=True)
    assert (again.added, again.already, again.renamed, again.aliases) == (0, 2, 0, 0)
    # Aliases are exported too: a third project takes the votes of both.
    back = export(ours, tmp_path / "back").folder
    with project(tmp_path, "third", photos=tmp_path / "photos") as third:
        assert import_rois(third, back / file, who="lead").applied
        assert import_ratings(third, folder / "votes.csv", who="lead").applied
        assert import_ratings(third, back / "votes.csv", who="lead").already == 14


def test_uids_are_kept_and_none_is_given_to_two_regions(tmp_path: Path) -> None:
    uid, other = "0" * 31 + "a", "0" * 31 + "b"
    with project(tmp_path) as store:
        entries = [box("a.png", "r1", uid=uid), box("a.png", "r2", 40, uid="their own")]
        assert import_rois(store, write_json(tmp_path / "f.json", entries), who="lead").applied
        with store.read() as s:
            first, second = rois.list_all(s)
            assert first.uid == uid and len(second.uid) == 32
        for wrong in (
            [box("b.png", "r1", uid=uid)],
            [box("a.png", "r3", 20, uid=uid)],
            [box("b.png", "r1", uid=other), box("b.png", "r2", 40, uid=other)],
            [box("a.png", "r2", 40, uid=uid)],
        ):
            report = import_rois(store, write_json(tmp_path / "f.json", wrong), who="lead", rename=True)
            assert not report.applied and "belongs to another ROI" in report.complaints[-1].message
        known = [box("a.png", "r1", uid=other)]
        assert import_rois(store, write_json(tmp_path / "f.json", known), who="lead").aliases == 1
        with store.read() as s:
            assert rois.by_uid(s, [uid, other, second.uid, "f" * 32]) == {
                uid: first.id,
                other: first.id,
                second.uid: second.id,
            }


def test_a_uid_of_another_picture_is_refused(tmp_path: Path) -> None:
    with project(tmp_path) as store:
        entries = [box(name, "r1", uid=f"{k:032x}") for k, name in enumerate(NAMES)]
        assert import_rois(store, write_json(tmp_path / "f.json", entries), who="lead").applied
        header = ["roi_uid", "image", "roi", "annotator", *ratings.SCALE_NAMES]
        rows = [[f"{k:032X}", "a.png", "r1", "Ada", *[3] * 8] for k in (0, 1)]
        report = import_ratings(store, write_csv(tmp_path / "v.csv", rows, header), who="lead")
        assert [c.line for c in report.complaints] == [3] and "is of no ROI of this picture" in str(report)
        assert import_ratings(store, write_csv(tmp_path / "v.csv", rows[:1], header), who="lead").added == 1


def test_every_export_names_the_uid_beside_the_id(both: tuple[Store, Store], tmp_path: Path) -> None:
    folder = export(both[0], tmp_path / "out").folder
    for name in ("rois.json", "llava_train.json", "llava_masks.json"):
        assert all("uid" in one for one in json.loads((folder / name).read_text())), name
    assert all(
        "uid" in a["attributes"] for a in json.loads((folder / "coco.json").read_text())["annotations"]
    )
    for name in ("votes.csv", "votes_history.csv", "labels.csv"):
        assert "roi_uid" in (folder / name).read_text().splitlines()[0]
