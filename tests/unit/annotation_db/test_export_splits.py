"""Exports with groups, a validation part, folds, a frozen split and a filter."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.exports import split_told
from annotation_db.exports.export_data import collect
from annotation_db.exports.run import ExportReport, export
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels.label_rules import policy_named
from annotation_db.pictures import frozen_splits, groups, images
from annotation_db.rating import exclusions
from tests.unit.annotation_db import io_project
from tests.unit.annotation_db.io_project import NAMES, box, pictures, write_csv, write_json

LATE = ("later1.png", "later2.png", "later3.png", "later4.png")


def load(report: ExportReport, name: str) -> Any:
    return json.loads((report.folder / name).read_text(encoding="utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with io_project.rated(tmp_path) as made:
        yield made


def group(store: Store, **of_group: str) -> None:
    """Put pictures, by the first letter of their names, into groups."""
    with store.write("lead") as s:
        ids = {one.path.rpartition("/")[2][0]: one.id for one in images.list_all(s)}
        groups.assign(s, {ids[letter]: name for letter, name in of_group.items()}, "lead")


def add_pictures(store: Store, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "more", LATE)
    with store.write("lead") as s:
        images.add(s, images.scan_folder(folder), source="lab", who="lead")
    rois = [box(name, "r1") for name in LATE]
    import_rois(store, write_json(tmp_path / "late.json", rois), who="lead")
    rows = [[name, "r1", f"rater {k}", 5, 5, 5, 5, 5, 5, 3, 2] for name in LATE for k in range(7)]
    assert import_ratings(store, write_csv(tmp_path / "late.csv", rows), who="lead").applied


def test_groups_stay_together_and_are_told(store: Store, tmp_path: Path) -> None:
    group(store, a="scene", b="scene", c="scene")
    report = export(store, tmp_path / "out", train=0.4, val=0.2, seed=3)
    splits = load(report, "splits.json")
    assert {name for part in splits["images"].values() for name in part} == set(NAMES)
    assert list(splits["images"]) == ["train", "val", "test"] and all(splits["images"].values())
    scene = {"a.png", "b.png", "sub/c.png"}
    assert sum(bool(scene & set(names)) for names in splits["images"].values()) == 1
    assert splits["groups"] == [{"group": "scene", "images": sorted(scene)}]
    assert splits["frozen"] is None and splits["folds"] == []
    manifest = load(report, "manifest.json")
    assert manifest["split"] == {
        **{"train": 0.4, "val": 0.2, "seed": 3, "folds": 0},
        **{"groups": 1, "frozen": None},
    }
    for stem in ("rois", "coco", "llava"):
        assert f"{stem}_val.json" in report.files
    assert {entry["split"] for entry in load(report, "rois_val.json")} == {"val"}
    assert report.counts["val_images"] == len(splits["images"]["val"])
    readme = (report.folder / "README.md").read_text(encoding="utf-8")
    assert "| source | train | val | test |" in readme and "1 groups of images" in readme
    assert "`rois_val.json`" in readme or "rois_val.json |" in readme
    assert {one["group"] for one in load(report, "images.json")["images"]} == {"", "scene"}


def test_an_export_without_validation_has_no_such_files(store: Store, tmp_path: Path) -> None:
    report = export(store, tmp_path / "out")
    assert not [name for name in report.files if "val" in name]
    assert list(load(report, "splits.json")["images"]) == ["train", "test"]
    assert "No groups of images are known" in (report.folder / "README.md").read_text(encoding="utf-8")


def test_folds_divide_the_training_images(store: Store, tmp_path: Path) -> None:
    report = export(store, tmp_path / "out", train=1.0, folds=2)
    splits = load(report, "splits.json")
    assert sorted(name for fold in splits["folds"] for name in fold) == sorted(NAMES)
    assert sorted(map(len, splits["folds"])) == [2, 3]
    told = {one["img"]: one["fold"] for one in load(report, "images.json")["images"]}
    assert all(told[name] == number for number, fold in enumerate(splits["folds"], 1) for name in fold)
    with pytest.raises(Refused, match="fewer folds"):
        export(store, tmp_path / "more", train=1.0, folds=6)


def test_a_frozen_split_is_kept_and_new_pictures_join(store: Store, tmp_path: Path) -> None:
    group(store, a="scene", b="scene")
    first = load(export(store, tmp_path / "1", train=0.6, folds=2, freeze=True, who="Lea"), "splits.json")
    assert first["frozen"]["kept"] == 0 and first["frozen"]["joined"] == 5
    add_pictures(store, tmp_path)
    with store.write("lead") as s:
        ids = {one.path: one.id for one in images.list_all(s)}
        groups.assign(s, {ids["later1.png"]: "scene"}, "lead")
    report = export(store, tmp_path / "2")
    second = load(report, "splits.json")
    assert (second["train"], second["frozen"]["kept"], second["frozen"]["joined"]) == (0.6, 5, 4)
    for part in ("train", "test"):
        assert set(first["images"][part]) <= set(second["images"][part])
    for old, new in zip(first["folds"], second["folds"], strict=True):
        assert set(old) <= set(new)
    scene = {"a.png", "b.png", "later1.png"}
    assert any(scene <= set(names) for names in second["images"].values())
    third = load(export(store, tmp_path / "3"), "splits.json")
    assert (third["images"], third["folds"]) == (second["images"], second["folds"])
    assert third["frozen"]["joined"] == 0
    assert "frozen since" in (report.folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(Refused, match="frozen with train"):
        export(store, tmp_path / "4", train=0.5)
    with store.write("lead") as s:  # what is withdrawn and comes back is where it was
        exclusions.exclude(s, "image", ids["a.png"], reason="blurred", who="lead")
    without = load(export(store, tmp_path / "5"), "splits.json")["images"]
    assert without == {
        part: [name for name in names if name != "a.png"] for part, names in second["images"].items()
    }
    with store.write("lead") as s:
        exclusions.lift_of(s, "image", ids["a.png"], who="lead")
    assert load(export(store, tmp_path / "6"), "splits.json")["images"] == second["images"]
    with store.write("lead") as s:
        frozen_splits.thaw(s, "lead")
    assert load(export(store, tmp_path / "7", train=0.5), "splits.json")["frozen"] is None


def test_a_failed_export_freezes_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in use")
    with pytest.raises(Refused):
        export(store, tmp_path / "out", freeze=True)
    with store.read() as s:
        assert frozen_splits.get(s) is None


def test_a_filter_leaves_rois_and_their_votes_out(store: Store, tmp_path: Path) -> None:
    wanted = RoiFilter(rated_at_least=5)
    report = export(store, tmp_path / "out", roi_filter=wanted)
    assert report.counts["rois"] == 9 and report.counts["ratings"] == 63
    for name in ("votes.csv", "votes_history.csv"):
        with (report.folder / name).open(encoding="utf-8", newline="") as lines:
            assert {(row["image"], row["roi"]) for row in csv.DictReader(lines)} == {
                (image, roi) for image in NAMES for roi in ("r1", "r2")
            } - {("a.png", "r2")}
    assert load(report, "manifest.json")["filter"] == {"rated_at_least": 5}
    assert "rated_at_least" in (report.folder / "README.md").read_text(encoding="utf-8")


def test_a_filter_may_take_fewer_groups_than_there_are_frozen_folds(store: Store, tmp_path: Path) -> None:
    whole = load(export(store, tmp_path / "1", train=0.8, folds=4, freeze=True), "splits.json")
    with store.write("lead") as s:
        of = {one.path: one.id for one in images.list_all(s)}
        groups.assign(s, {of["a.png"]: "a"}, "lead")
    part = load(export(store, tmp_path / "2", roi_filter=RoiFilter(groups=("a",))), "splits.json")
    assert part["folds"] == [[name for name in fold if name == "a.png"] for fold in whole["folds"]]


def test_nothing_is_neither_exported_nor_frozen(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="takes no ROI"):
        export(store, tmp_path / "1", roi_filter=RoiFilter(sources=("elsewhere",)))
    with pytest.raises(Refused, match="no split to freeze"):
        export(store, tmp_path / "2", policy=policy_named("paper", min_raters=50), freeze=True)
    assert not list(tmp_path.glob("[12]"))
    with store.read() as s:
        assert frozen_splits.get(s) is None


def test_what_cannot_join_a_frozen_split_is_not_said_to_have_joined(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path / "1", formats=(), train=0.6, freeze=True)
    add_pictures(store, tmp_path)
    with store.read() as s:
        data = collect(s, run_id=None, policy=None, asked={}, read_only=True)
        told = split_told.frozen_json(data)
        assert told is not None and (told["kept"], told["joined"], told["not_kept"]) == (5, 0, 4)
        assert any("4 images are new to it" in line for line in split_told.split_lines(data))
        joins = split_told.frozen_json(collect(s, run_id=None, policy=None, asked={}))
        assert joins is not None and joins["joined"] == 4 and "not_kept" not in joins
