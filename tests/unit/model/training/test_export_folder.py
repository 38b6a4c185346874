"""What is read of an export, and each refusal of one that can not be trained on."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

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
            assert roi.mask().sum() == 20 * 30
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
            image["group"] = "one"

    exported.change(copy, "images.json", edit, honestly=True)
    with pytest.raises(TrainingError, match="make 1 group, and 2 are needed"):
        divide(read_export(copy), exported.config())
