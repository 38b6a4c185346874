"""Exports: what is in the folder, that others can read it, and that it is there whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO

from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, NotFound, PictureError, Refused
from annotation_db.exports.material import image_names
from annotation_db.exports.run import export
from annotation_db.exports.tables import LABEL_HEADER
from annotation_db.imports.run import import_ratings, import_rois
from annotation_db.labels import labels
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, exclusions, ratings
from annotation_db.records import NewRating, RoiLabel
from annotation_db.vocabulary import texts

from .io_project import NAMES, pictures, project, rated


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with rated(tmp_path) as made:
        yield made


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paper_labels(store: Store) -> dict[tuple[str, str], RoiLabel]:
    with store.read() as s:
        paths = {image.id: image.path for image in images.list_all(s)}
        names = {roi.id: (paths[roi.image_id], roi.external_id) for roi in rois.list_all(s)}
        return {names[label.roi_id]: label for label in labels.compute(s, labels.POLICIES["paper"])}


def test_the_manifest_has_the_hash_of_every_file(store: Store, tmp_path: Path) -> None:
    report = export(store, tmp_path / "out", copy_images=True)
    manifest = load(report.folder, "manifest.json")
    found = {p.relative_to(report.folder).as_posix() for p in report.folder.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == found - {"manifest.json"}
    for name, facts in manifest["files"].items():
        data = (report.folder / name).read_bytes()
        assert facts == {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    with store.read() as s:
        from annotation_db import project as facts_of

        assert manifest["project"]["uid"] == facts_of.get(s).uid
    assert manifest["counts"]["rois"] == 10 and manifest["counts"]["labelled"] == 9
    assert manifest["policy"] == {
        "name": "paper",
        "min_raters": 7,
        "include_non_existent": False,
        "votes": "all",
    }
    assert manifest["test_votes"] == "unassisted"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_splits_are_disjoint_by_image_and_the_same_everywhere(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", train=0.6, seed=5).folder
    split = load(folder, "splits.json")["images"]
    assert (len(split["train"]), len(split["test"])) == (3, 2)
    assert not set(split["train"]) & set(split["test"])
    for part in ("train", "test"):
        inside = set(split[part])
        assert {e["img"] for e in load(folder, f"rois_{part}.json")} == inside
        assert {e["image"] for e in load(folder, f"llava_{part}.json")} == inside
        assert {i["file_name"] for i in load(folder, f"coco_{part}.json")["images"]} == inside
        assert {row["image"] for row in table(folder, "votes.csv") if row["split"] == part} == inside
    assert "seed 5" in (folder / "README.md").read_text(encoding="utf-8")


def test_seagull_entries_are_read_back_as_the_same_rois(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", formats=["seagull"]).folder
    entries = load(folder, "rois.json")
    assert len(entries) == 10 and set(entries[0]) >= {"img", "rle", "points", "id", "level", "label"}
    insufficient = [entry for entry in entries if entry["label"] is None]
    assert [(entry["img"], entry["id"]) for entry in insufficient] == [("a.png", "r2")]
    with project(tmp_path, "other", photos=tmp_path / "photos") as other:
        report = import_rois(other, folder / "rois.json", who="lead")
        assert report.applied and report.added == 10
        again = import_rois(store, folder / "rois.json", who="lead")
        assert (again.added, again.already) == (0, 10)


@pytest.mark.parametrize("file", ["rois.json", "coco.json"])
def test_votes_imported_into_a_new_project_give_the_same_labels(
    store: Store, tmp_path: Path, file: str
) -> None:
    with store.write("lead") as s:
        people = annotators.list_all(s)
        exclusions.exclude(s, "annotator", people[2].id, reason="reversed the scale", who="lead")
        exclusions.exclude(s, "rating", ratings.all_latest(s)[3].id, reason="slipped", who="lead")
        exclusions.exclude(s, "roi", rois.list_all(s)[4].id, reason="off the object", who="lead")
        first = ratings.all_latest(s)[0]
        ratings.submit(
            s,
            NewRating(
                roi_id=first.roi_id,
                annotator_id=first.annotator_id,
                votes=first.votes._replace(quality=(first.votes.quality + 1) % 5),
            ),
        )
    folder = export(store, tmp_path / "out").folder
    with project(tmp_path, "other", photos=tmp_path / "photos") as other:
        assert import_rois(other, folder / file, who="lead").applied
        report = import_ratings(other, folder / "votes.csv", who="lead")
        assert report.applied, report.complaints

        def told(made: Store) -> dict[tuple[str, str], Any]:
            policy = labels.policy_named("paper", min_raters=5)
            with made.read() as s:
                found = labels.as_json(s, labels.compute(s, policy), policy)["rois"]
            return {(entry["image"], entry["roi"]): entry for entry in found}

        assert told(other) == told(store)
        back = export(other, tmp_path / "back").folder
        keep = ("image", "roi", "annotator", "blur", "quality", "submitted_at", "duration_ms")
        assert sorted(tuple(row[k] for k in keep) for row in table(back, "votes.csv")) == sorted(
            tuple(row[k] for k in keep) for row in table(folder, "votes.csv")
        )
    history = table(folder, "votes_history.csv")
    assert len(history) == 10 * 7 - 4 + 1
    assert Counter(row["excluded"] for row in history)["roi"] >= 1
    assert len(table(folder, "votes.csv")) == 10 * 7 - 4 - 7


def test_conversations_ask_everything_and_answer_by_the_labels(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", formats=["llava"]).folder
    records = load(folder, "llava_train.json") + load(folder, "llava_test.json")
    assert len(records) == 9 * 19 and len({record["id"] for record in records}) == 9 * 19
    masks = {row["mask"]: row for row in load(folder, "llava_masks.json")}
    truth = paper_labels(store)
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for record in records:
        question, answer = (turn["value"] for turn in record["conversations"])
        assert [turn["from"] for turn in record["conversations"]] == ["human", "gpt"]
        assert question.startswith(texts.OPENING)
        assert masks[record["mask"]]["image"] == record["image"]
        asked.setdefault((record["image"], record["roi"]), {})[question.removeprefix(texts.OPENING)] = answer
    assert set(asked) == {key for key, label in truth.items() if label.status == "labelled"}
    for key, answers in asked.items():
        label = truth[key]
        assert label.quality is not None and label.importance is not None
        assert texts.parse_quality(answers[texts.QUALITY_QUESTION]) == label.quality.level
        assert texts.parse_importance(answers[texts.IMPORTANCE_QUESTION]) == label.importance.level
        severities = {
            name: d.severity.level for name, d in label.distortions.items() if d.severity is not None
        }
        assert texts.parse_distortions(answers[texts.DISTORTION_QUESTION]) == severities
        for judgement in texts.judgement_questions():
            said = texts.parse_yes_no(answers[judgement.text])
            if judgement.scale == "quality":
                assert said == (judgement.value == label.quality.level)
            elif judgement.scale == "importance":
                assert said == (judgement.value == label.importance.level)
            else:
                assert said == label.distortions[judgement.scale].present


def test_coco_reads_the_masks_and_the_labels(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", formats=["coco"]).folder
    with store.read() as s:
        areas = {roi.uid: roi.area for roi in rois.list_all(s)}
    truth = paper_labels(store)
    read = 0
    for part in ("train", "test"):
        coco = COCO(str(folder / f"coco_{part}.json"))
        for found in coco.loadAnns(coco.getAnnIds()):
            attributes = found["attributes"]
            mask = coco.annToMask(found)
            assert mask.sum() == areas[attributes["uid"]] == found["area"]
            (image,) = coco.loadImgs(found["image_id"])
            assert mask.shape == (image["height"], image["width"])
            label = truth[image["file_name"], attributes["roi"]]
            assert label.quality is not None and attributes["quality_mean"] == label.quality.mean
            read += 1
    assert read == 9
    assert len(COCO(str(folder / "coco.json")).getAnnIds()) == 10


def test_labels_table_has_every_number(store: Store, tmp_path: Path) -> None:
    rows = table(export(store, tmp_path / "out", formats=["csv"]).folder, "labels.csv")
    assert tuple(rows[0]) == LABEL_HEADER and len(rows) == 10
    truth = paper_labels(store)
    for row in rows:
        label = truth[row["image"], row["roi"]]
        assert int(row["n"]) == label.n and row["status"] == label.status
        if label.quality is None:
            assert row["quality_mean"] == row["blur_present"] == ""
            continue
        assert float(row["quality_mean"]) == label.quality.mean
        assert label.quality.ci95 is not None
        assert (float(row["quality_ci95_low"]), float(row["quality_ci95_high"])) == label.quality.ci95
        assert row["noise_present"] == str(int(label.distortions["noise"].present))


def test_only_the_formats_asked_for(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", formats=["coco"]).folder
    names = {p.name for p in folder.iterdir()}
    always = {"README.md", "manifest.json", "votes.csv", "splits.json", "images.json"}
    assert names == always | {"coco.json", "coco_train.json", "coco_test.json"}
    with pytest.raises(Refused, match="no export format pdf"):
        export(store, tmp_path / "no", formats=["pdf"])  # type: ignore[list-item]


def test_a_stored_run_or_a_named_policy(store: Store, tmp_path: Path) -> None:
    policy = labels.policy_named("include-non-existent", min_raters=3)
    run = labels.store_run(store, policy, "lead")
    by_run = load(export(store, tmp_path / "run", run_id=run.id).folder, "manifest.json")
    assert by_run["label_run"] == run.uid and by_run["policy"]["name"] == "include-non-existent"
    assert by_run["counts"]["labelled"] == 10
    by_policy = load(export(store, tmp_path / "policy", policy=policy).folder, "manifest.json")
    assert by_policy["counts"] == by_run["counts"] and by_policy["label_run"] is None
    with pytest.raises(NotFound):
        export(store, tmp_path / "none", run_id=99)


def test_simulated_annotators_are_stated_loudly(store: Store, tmp_path: Path) -> None:
    assert "SIMULATED" not in (export(store, tmp_path / "real").folder / "README.md").read_text()
    with store.write("lead") as s:
        robot = annotators.add(s, "robot", simulated=True, who="lead")
        rating = ratings.all_latest(s)[0]
        ratings.submit(s, NewRating(roi_id=rating.roi_id, annotator_id=robot.id, votes=rating.votes))
    report = export(store, tmp_path / "simulated")
    assert report.simulated
    assert "**SIMULATED: these ratings" in (report.folder / "README.md").read_text()
    assert load(report.folder, "manifest.json")["simulated_annotators"] == ["robot"]
    assert {r["simulated"] for r in table(report.folder, "votes.csv") if r["annotator"] == "robot"} == {"1"}


def test_pictures_are_copied_byte_by_byte(store: Store, tmp_path: Path) -> None:
    folder = export(store, tmp_path / "out", copy_images=True).folder
    for name in NAMES:
        assert (folder / "images" / name).read_bytes() == (tmp_path / "photos" / name).read_bytes()
    listed = load(folder, "images.json")
    assert listed["root"] == "images" and all((folder / i["file"]).is_file() for i in listed["images"])
    plain = load(export(store, tmp_path / "plain").folder, "images.json")
    assert plain["root"] == str(tmp_path / "photos")
    assert all(Path(i["file"]).is_file() for i in plain["images"])


@pytest.mark.parametrize("gone", [True, False])
def test_a_picture_missing_or_changed_is_refused_by_name(store: Store, tmp_path: Path, gone: bool) -> None:
    if gone:
        (tmp_path / "photos" / "b.png").unlink()
    else:
        (tmp_path / "photos" / "b.png").write_bytes(b"other")
    with pytest.raises(PictureError, match=r"b\.png"):
        export(store, tmp_path / "out", copy_images=True)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))


def test_pictures_that_are_missing_are_told(store: Store, tmp_path: Path) -> None:
    whole = export(store, tmp_path / "whole")
    assert (whole.missing, whole.missing_sentence) == ((), "")
    (tmp_path / "photos" / "b.png").unlink()
    report = export(store, tmp_path / "out")
    assert report.missing == ("b.png",) and report.as_json()["missing"] == ["b.png"]
    assert "1 pictures of the exported ROIs are gone or have changed (b.png)" in report.missing_sentence


@pytest.mark.parametrize("change", ["counts = 'zz'", "area = area + 1"])
def test_a_damaged_mask_is_refused_by_name(store: Store, tmp_path: Path, change: str) -> None:
    with closing(sqlite3.connect(tmp_path / "project" / "project.sqlite")) as database:
        database.execute(f"UPDATE roi SET {change} WHERE id = 1")
        database.commit()
    for name in ("seagull", "llava", "coco"):
        with pytest.raises(Refused, match=r"mask of ROI \S+ of \S+ is damaged.*seagull-studio check"):
            export(store, tmp_path / "out", formats=[name])
    assert not (tmp_path / "out").exists()
    export(store, tmp_path / "out", formats=["csv"])


def test_stopping_leaves_nothing(store: Store, tmp_path: Path) -> None:
    asked = 0

    def stop_late() -> bool:
        nonlocal asked
        asked += 1
        return asked > 4

    with pytest.raises(Cancelled):
        export(store, tmp_path / "out", cancelled=stop_late)
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".out*"))


def test_progress_is_told_and_never_runs_over(store: Store, tmp_path: Path) -> None:
    said: list[tuple[int, int, str]] = []
    export(store, tmp_path / "out", copy_images=True, progress=lambda *told: said.append(told))
    assert {"votes", "ROIs", "labels", "pictures"} <= {what for _, _, what in said}
    assert all(0 <= done <= total for done, total, _ in said)


FULL_DISK = """
import resource, sys
from annotation_db.database.store import Store
from annotation_db.exports.run import export
from annotation_db.errors import DiskError
with Store.open(sys.argv[1]) as store:
    with store.read():
        pass
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    try:
        export(store, sys.argv[2])
    except DiskError as error:
        print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
def test_a_full_disk_is_one_sentence_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "project"), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "full" in done.stdout and done.stdout.count("\n") == 1
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".out*"))


def test_pictures_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    one, two = (
        pictures(tmp_path / "one", ["x.png"]),
        pictures(tmp_path / "two", ["y/x.png", "x.png", "z.png"]),
    )
    (two / "x.png").write_bytes((two / "y/x.png").read_bytes())
    (two / "y/x.png").unlink()
    with project(tmp_path, photos=one) as store:
        (two / "x.png").write_bytes((two / "z.png").read_bytes())
        (two / "z.png").unlink()
        with store.write("lead") as s:
            images.add(s, images.scan_folder(two), who="lead")
        with store.read() as s:
            named = image_names(images.list_all(s))
    assert sorted(named.values()) == ["one/x.png", "two/x.png"]


def test_a_project_without_any_label(tmp_path: Path) -> None:
    with project(tmp_path) as store:
        report = export(store, tmp_path / "out")
    assert load(report.folder, "rois.json") == [] and report.counts["labelled"] == 0
    assert load(report.folder, "splits.json")["images"] == {"train": [], "test": []}
