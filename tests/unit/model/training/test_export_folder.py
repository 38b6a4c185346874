"""What is read of an export, and each refusal of one that can not be trained on."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotation_db.pictures import masks
from annotation_db.pictures.picture_files import open_rgb
from model.training.dataset import divide, unit
from model.training.errors import TrainingError
from model.training.export_folder import read_export
from tests.unit.model.training import exported


@pytest.fixture
def copy(export_folder, tmp_path) -> Path:
    return Path(shutil.copytree(export_folder, tmp_path / "copy"))


def test_parts_and_groups(export_folder) -> None:
    data = divide(read_export(export_folder), exported.config())
    parts = [{unit(one.image) for one in part} for part in (data.train, data.validation, data.test)]
    assert all(parts)
    assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])
    again = divide(read_export(export_folder), exported.config())
    assert data == again
    counts = data.counts()
    assert sum(counts[part]["images"] for part in ("train", "validation", "test")) == 10
    assert counts["train"]["votes"] == 7 * counts["train"]["rois"]


def test_masks_and_votes_are_those_of_the_export(export_folder) -> None:
    found = read_export(export_folder)
    labels = {
        (one["img"], one["id"]): one["label"] for one in json.loads((export_folder / "rois.json").read_text())
    }
    for image in found.images:
        assert image.read(open_rgb).shape == (60, 80, 3)
        for roi in image.rois:
            assert roi.mask(image.read(open_rgb)).sum() == 20 * 30
            label, votes = labels[image.name, roi.id], roi.votes["all"]
            assert votes.level("quality") == label["quality"]["level"]
            assert votes.mean("importance") == pytest.approx(label["importance"]["mean"])
            for name, told in label["distortions"].items():
                assert (name in votes.distortions()) == told["present"]
                if told["present"]:
                    assert votes.level(name) == told["severity"]["level"]


@pytest.mark.parametrize("name", ["rois.json", "images.json"])
def test_a_changed_export(copy, name) -> None:
    exported.change(copy, name, lambda content: content, honestly=False)
    with pytest.raises(TrainingError, match=f"{name} was changed after it was exported"):
        read_export(copy)


def test_a_changed_or_missing_picture(copy) -> None:
    image = read_export(copy).images[0]
    Image.new("RGB", (80, 60)).save(image.file)
    with pytest.raises(TrainingError, match="has changed since the export"):
        image.read(open_rgb)
    image.file.unlink()
    with pytest.raises(TrainingError, match="can not be read at"):
        image.read(open_rgb)


def test_no_export(tmp_path, copy) -> None:
    with pytest.raises(TrainingError, match=r"has no manifest\.json"):
        read_export(tmp_path)
    (copy / "rois.json").unlink()
    with pytest.raises(TrainingError, match=r"has no rois\.json"):
        read_export(copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": 1}))
    with pytest.raises(TrainingError, match="of another version of this program"):
        read_export(copy)
    (copy / "manifest.json").write_text("{")
    with pytest.raises(TrainingError, match="damaged or cut short"):
        read_export(copy)


def _refused(copy: Path, edit, sentence: str, **changes) -> None:
    exported.change(copy, "rois.json", edit, honestly=True)
    with pytest.raises(TrainingError, match=sentence):
        divide(read_export(copy), exported.config(**changes))


def _votes(counts_of):
    def edit(rois) -> None:
        for roi in rois:
            for used, scales in roi["vote_counts"].items():
                for scale, counts in scales.items():
                    scales[scale] = counts_of(used, scale, counts)

    return edit


def test_exports_without_votes(copy) -> None:
    nothing = _votes(lambda used, scale, counts: [0] * len(counts))
    _refused(copy, nothing, "has no vote on its training images; rate|has no vote on its training images")


def test_votes_that_are_all_assisted(copy) -> None:
    edit = _votes(lambda used, scale, counts: [0] * len(counts) if used == "unassisted" else counts)
    _refused(copy, edit, "without a model's suggestion in view; set votes=all")
    assert divide(read_export(copy), exported.config(votes="all")).train


def test_counts_of_votes_are_missing(copy) -> None:
    exported.change(copy, "rois.json", lambda rois: [roi.pop("vote_counts") for roi in rois], honestly=True)
    with pytest.raises(TrainingError, match="has no counts of votes"):
        read_export(copy)


def test_too_few_labels_says_how_many_are_needed(copy) -> None:
    _refused(copy, lambda rois: None, "0 ROIs .* and 8 are needed, each with 9 votes", min_votes=9)


def test_one_level_only(copy) -> None:
    edit = _votes(lambda used, scale, counts: [0, 0, 0, 7, 0] if scale == "quality" else counts)
    _refused(copy, edit, r"have the same level of quality \(good\)")


def test_one_group_only(copy) -> None:
    def edit(content) -> None:
        for image in content["images"]:
            image["group"] = "one" if image["split"] == "train" else image["group"]

    exported.change(copy, "images.json", edit, honestly=True)
    with pytest.raises(TrainingError, match="make 1 group, and 2 are needed"):
        divide(read_export(copy), exported.config())


@pytest.mark.parametrize("other", ["val", "test"])
def test_a_group_in_two_parts(copy, other) -> None:
    def edit(content) -> None:
        image = next(image for image in content["images"] if image["split"] == "train")
        image["split"] = other

    exported.change(copy, "images.json", edit, honestly=True)
    with pytest.raises(TrainingError, match=f"The group scene . lies in the parts .*{other}"):
        divide(read_export(copy), exported.config())


def test_pictures_without_a_label_lie_in_no_part(copy) -> None:
    def edit(content) -> None:
        image = next(image for image in content["images"] if image["split"] == "train")
        image["split"] = ""

    exported.change(copy, "images.json", edit, honestly=True)
    assert divide(read_export(copy), exported.config()).train


def _first(**changes):
    def edit(content) -> None:
        (content["images"] if isinstance(content, dict) else content)[0].update(changes)

    return edit


def _all_counts(edit_one):
    def edit(rois) -> None:
        for counts in rois[0]["vote_counts"].values():
            edit_one(counts)

    return edit


def _code(mask) -> dict:
    code = masks.encode(mask)
    return {"rle": code.counts, "size": list(code.size)}


_SMALLER = np.zeros((30, 40), dtype=np.bool_)
_SMALLER[5:20, 5:20] = True

DAMAGED = {
    "no list": ("rois.json", lambda rois: rois.clear() or rois.append("x"), "rois.json is no list"),
    "no name": ("rois.json", _first(img=None), r"entry 1 of rois\.json, null .*img is null and no name"),
    "one kind of votes": (
        "rois.json",
        lambda rois: rois[0]["vote_counts"].pop("unassisted"),
        r"entry 1 of rois\.json, .*it has no unassisted",
    ),
    "negative counts": (
        "rois.json", _all_counts(lambda of: of.update(blur=[-1, 0, 0, 0, 8, 0])), "the votes of blur are",
    ),
    "giant counts": (
        "rois.json", _all_counts(lambda of: of.update(blur=[10**400, 0, 0, 0, 0, 0])), "more than 1,000",
    ),
    "other numbers of votes": (
        "rois.json",
        _all_counts(lambda counts: counts.update(quality=[1, 0, 0, 0, 0])),
        "its scales have different numbers of votes",
    ),
    "negative size": ("rois.json", _first(size=[-60, -80]), "is empty; give one of the picture's size"),
    "no numbers": ("rois.json", _first(size=["60", 80]), "not height and width"),
    "a code that is none": ("rois.json", _first(rle="~~~"), "The mask's run-length code is damaged"),
    "a code of another size": ("rois.json", _first(size=[200_000, 200_000]), "holds 4800 pixels, but"),
    "an empty mask": ("rois.json", _first(**_code(np.zeros((60, 80), dtype=np.bool_))), "its mask is empty"),
    "a label that is none": ("rois.json", _first(label=[1]), r"label is \[1\] and no object"),
    "a ROI twice": ("rois.json", lambda rois: rois.append(rois[0]), "entry 21 of rois.*it is there twice"),
    "no such picture": ("rois.json", _first(img="q.png"), '"q.png", and images.json does not list it'),
    "no pictures": ("images.json", lambda told: told.pop("images"), "images.json is no list of entries"),
    "no such part": ("images.json", _first(split="dev"), 'split is "dev", and no part'),
    "a picture twice": (
        "images.json",
        lambda told: told["images"].append(told["images"][0]),
        "entry 11 of images.json, .*it is there twice",
    ),
    "one picture by two names": (
        "images.json",
        lambda told: told["images"][1].update(sha256=told["images"][0]["sha256"]),
        "it is the same picture as",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_what_no_export_writes_is_named(copy, case) -> None:
    name, edit, sentence = DAMAGED[case]
    exported.change(copy, name, edit, honestly=True)
    with pytest.raises(TrainingError, match=f"(?s){sentence}.*; export again"):
        read_export(copy)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda told: told["files"].update({"rois.json": []}), "was changed after it was exported"),
        (lambda told: told.pop("project"), "is no whole export .it has no project"),
        (lambda told: told["policy"].update(min_raters="x"), "its label policy is"),
        (lambda told: told["policy"].update(min_raters=0), "its label policy is"),
        (lambda told: told.update(policy=None), "policy is null and no object"),
    ],
)
def test_a_manifest_that_no_export_writes(copy, edit, sentence) -> None:
    exported.change(copy, "manifest.json", edit, honestly=False)
    with pytest.raises(TrainingError, match=sentence):
        read_export(copy)


@pytest.mark.parametrize("data", [b"[", b"[" * 100_000, b'["\xff"]', b"[NaN]", b'["\\ud800"]', b"1" * 5000])
def test_json_that_is_none(copy, data) -> None:
    exported.put(copy, "rois.json", data)
    with pytest.raises(TrainingError, match=r"rois\.json is damaged or cut short"):
        read_export(copy)


def test_a_mask_of_another_size_than_its_picture(copy) -> None:
    exported.change(copy, "rois.json", _first(**_code(_SMALLER)), honestly=True)
    found = [(image, roi) for image in read_export(copy).images for roi in image.rois]
    image, roi = next((image, roi) for image, roi in found if roi.size == (30, 40))
    with pytest.raises(
        TrainingError, match=f"{roi.id} of {image.name} has 40 x 30 pixels and its picture 80 x 60"
    ):
        roi.mask(image.read(open_rgb))


def test_a_picture_that_is_a_pipe(copy) -> None:
    image = read_export(copy).images[0]
    image.file.unlink()
    os.mkfifo(image.file)
    with pytest.raises(TrainingError, match="can not be read at"):
        image.read(open_rgb)
