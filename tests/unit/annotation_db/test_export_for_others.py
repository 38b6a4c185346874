"""Exports as other programs read them: the published script, `datasets`, training; and without names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import event

from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.exports.run import FORMATS, export
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import images, masks, rois
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALES

from . import published
from .io_project import box, pictures, project, rated, write_json


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with rated(tmp_path) as made:
        yield made


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"formats": ["seagull"], "train": 0.2, "seed": 7},
        {"policy": labels.policy_named("include-non-existent", min_raters=3), "pseudonyms": True},
    ],
)
def test_the_published_script_reads_every_roi_file(tmp_path: Path, how: dict[str, Any]) -> None:
    with rated(tmp_path) as store:
        turned = pictures(tmp_path / "turned", ["turned.jpg"]) / "turned.jpg"
        exif = Image.Exif()
        exif[274] = 6
        Image.open(turned).save(turned, exif=exif)
        with store.write("lead") as s:
            images.add(s, images.scan_folder(turned.parent), who="lead")
            stripes = np.zeros((80, 60), dtype=np.bool_)
            stripes[30:70:3, 5:50] = True
            (image,) = [one for one in images.list_all(s) if one.path == "turned.jpg"]
            rois.add(s, image_id=image.id, mask=stripes, who="lead")
        folder = export(store, tmp_path / "out", copy_images=True, **how).folder
        with store.read() as s:
            known = {roi.uid: masks.decode(masks.Rle(roi.size, roi.counts)) for roi in rois.list_all(s)}
    assert load(folder, "manifest.json")["format"] == 2
    for name in ("rois.json", "rois_train.json", "rois_test.json"):
        entries = load(folder, name)
        by_mask = published.masks_of(folder / name, folder / "images", "rle")
        by_box = published.masks_of(folder / name, folder / "images", "points")
        assert len(by_mask) == len(by_box) == len(entries) > 0
        for entry, mask, filled in zip(entries, by_mask, by_box, strict=True):
            assert np.array_equal(mask.astype(bool), known[entry["uid"]])
            assert entry["size"] == list(mask.shape) and not (mask > filled).any()


def test_files_of_the_first_layout_are_still_read(store: Store, tmp_path: Path) -> None:
    entries = load(export(store, tmp_path / "out").folder, "rois.json")
    for entry in entries:
        entry["rle"] = {"size": entry.pop("size"), "counts": entry["rle"]}
    assert import_rois(store, write_json(tmp_path / "old.json", entries), who="lead").already == 10
    entries[0]["rle"] = entries[0]["rle"]["counts"]
    entries[0]["size"] = [80, 60]
    (wrong,) = import_rois(store, write_json(tmp_path / "old.json", entries), who="lead").complaints
    assert "the mask is 60 x 80 pixels, but the picture is 80 x 60" in wrong.message


def kinds(value: Any) -> Any:
    """The type of a JSON value as a column of a table has it; a list may hold one kind only."""
    if isinstance(value, list):
        found = [kinds(item) for item in value]
        assert all(item == found[0] for item in found)
        return [found[0]] if found else ["any"]
    return {key: kinds(item) for key, item in value.items()} if isinstance(value, dict) else type(value)


@pytest.mark.parametrize("name", ["llava_masks.json", "llava_train.json", "llava_test.json"])
def test_files_for_training_are_rows_of_one_shape(store: Store, tmp_path: Path, name: str) -> None:
    rows = load(export(store, tmp_path / "out").folder, name)
    assert isinstance(rows, list) and len(rows) > 1
    assert all(kinds(row) == kinds(rows[0]) for row in rows)


def test_counts_of_votes_add_up_to_the_labels(store: Store, tmp_path: Path) -> None:
    with store.write("lead") as s:
        first = ratings.all_latest(s)[0]
        exclusions.exclude(s, "rating", first.id, reason="slipped", who="lead")
        second = ratings.all_latest(s)[1]
        ratings.submit(s, NewRating(roi_id=second.roi_id, annotator_id=second.annotator_id, votes=(4,) * 8))
    folder = export(store, tmp_path / "out").folder
    by_uid = {row["roi_uid"]: row for row in table(folder, "labels.csv")}
    votes = table(folder, "votes.csv")
    for entry in load(folder, "rois.json"):
        counted = [row for row in votes if row["roi_uid"] == entry["uid"] and not row["excluded"]]
        assert entry["vote_counts"]["unassisted"] == entry["vote_counts"]["all"]
        for name, scale in SCALES.items():
            levels = entry["vote_counts"]["all"][name]
            assert levels == [sum(row[name] == str(level.value) for row in counted) for level in scale.levels]
            assert by_uid[entry["uid"]][f"{name}_votes"] == " ".join(map(str, levels))
        if entry["label"] is not None:
            quality = entry["vote_counts"]["all"]["quality"]
            assert sum(n * level for level, n in enumerate(quality)) == entry["label"]["quality"]["sum"]


def test_pseudonyms_leave_no_name_anywhere(store: Store, tmp_path: Path) -> None:
    with store.write("lead") as s:
        people = annotators.list_all(s)
        exclusions.exclude(s, "annotator", people[0].id, reason="rater 0 was tired", who="lead")
        annotators.get_or_add(s, "made up", simulated=True, who="lead")
    plain = export(store, tmp_path / "plain").folder
    folder = export(store, tmp_path / "out", pseudonyms=True).folder
    for file in folder.rglob("*"):
        text = file.read_text(encoding="utf-8")
        assert not any(person.name in text for person in people), file.name
        assert "ratings.csv" not in text.replace("a ratings file", ""), file.name
    rows, named = table(folder, "votes.csv"), table(plain, "votes.csv")
    real = {row["rating_uid"]: row["annotator"] for row in named}
    pairs = {(real[row["rating_uid"]], row["annotator"]) for row in rows}
    assert len(pairs) == len(people) and len({name for _, name in pairs}) == len(people)
    told = {(row["rating_uid"], row["annotator"]) for row in table(folder, "votes_history.csv")}
    assert told >= {(row["rating_uid"], row["annotator"]) for row in rows}
    with project(tmp_path, "other", photos=tmp_path / "photos") as other:
        assert import_rois(other, folder / "rois.json", who="lead").applied
        assert import_ratings(other, folder / "votes.csv", who="lead").added == len(rows)


@pytest.mark.parametrize("inside", ["backups", "cache/x", "journal", "jobs/new", "Backups/y"])
def test_the_projects_own_folders_take_no_export(store: Store, inside: str) -> None:
    with pytest.raises(Refused, match="which is the program's own"):
        export(store, store.folder / inside)
    assert not (store.folder / inside).exists() or not any((store.folder / inside).glob("*.json"))


def test_revised_ratings_cost_no_query_each(tmp_path: Path) -> None:
    with rated(tmp_path, raters=3) as store:
        few = _queries(store, tmp_path / "one")
        with store.write("lead") as s:
            for rating in ratings.all_latest(s):
                ratings.submit(
                    s, NewRating(roi_id=rating.roi_id, annotator_id=rating.annotator_id, votes=(1,) * 8)
                )
        assert _queries(store, tmp_path / "two") <= few + 1
        assert len(table(tmp_path / "two", "votes_history.csv")) == 60


def _queries(store: Store, folder: Path) -> int:
    said: list[str] = []

    def hear(*args: Any) -> None:
        said.append(args[2])

    event.listen(store._engine, "before_cursor_execute", hear)
    try:
        export(store, folder, formats=FORMATS)
    finally:
        event.remove(store._engine, "before_cursor_execute", hear)
    return len(said)


def test_other_uids_of_a_roi_are_exported(store: Store, tmp_path: Path) -> None:
    alias = "a" * 32
    known = [box("b.png", "r1", uid=alias)]
    assert import_rois(store, write_json(tmp_path / "b.json", known), who="lead").aliases == 1
    folder = export(store, tmp_path / "out").folder
    told = {(entry["img"], entry["id"]): entry["aliases"] for entry in load(folder, "rois.json")}
    assert told["b.png", "r1"] == [alias] and sum(map(len, told.values())) == 1
