"""Reading an export folder: what training knows of a project, and all it knows.

``manifest.json`` holds the hash of every other file, so the export's own hash is that of its manifest. Read
are ``rois.json`` (masks, parts of the split, counts of votes) and ``images.json`` (where the pictures are,
their hashes and groups); both are held against the manifest, and each picture against its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.run_lengths import runs_of_size
from annotation_db.vocabulary.scales import MOST_RATERS, SCALES
from model.evaluation.values import brief, check_text, counts_of, object_of, text_of
from model.plain_files import FileRefused, parse_json, regular_size
from model.training.errors import TrainingError
from model.training.vote_counts import Counts, RoiVotes

ReadPicture = Callable[[Path], npt.NDArray[np.uint8]]
"""Decodes a picture's file: (H, W, 3) RGB, as its ROIs' masks lie on it."""
_READ: Final = ("rois.json", "images.json")
_LAYOUT: Final = 2
_AGAIN: Final = "export again"
_PARTS: Final = ("train", "val", "test", "")
_VOTES: Final = ("all", "unassisted")


@dataclass(frozen=True, slots=True)
class ExportedRoi:
    """One ROI."""

    id: str
    uid: str
    size: tuple[int, int]
    """Height and width of its picture."""
    rle: str
    votes: Mapping[str, RoiVotes]
    """By "all" and "unassisted"."""
    labelled: bool
    raw: Mapping[str, Any]
    """The entry of ``rois.json``."""

    def mask(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
        """The mask, (H, W).

        Parameters
        ----------
        picture : ndarray of uint8, shape (H, W, 3)
            That it lies on.

        Raises
        ------
        TrainingError
            If it was marked on a picture of another size.
        """
        from pycocotools import mask as coco

        height, width = picture.shape[:2]
        if self.size != (height, width):  # a mask that is resampled is another region
            raise TrainingError(
                f"The mask of ROI {self.id} of {self.raw['img']} has {self.size[1]} x {self.size[0]} pixels "
                f"and its picture {width} x {height}; {_AGAIN}."
            )
        return cast(
            npt.NDArray[np.bool_],
            coco.decode({"size": list(self.size), "counts": self.rle.encode()}).astype(np.bool_),
        )


@dataclass(frozen=True, slots=True)
class ExportedImage:
    """One picture with its ROIs."""

    name: str
    file: Path
    sha256: str
    group: str
    """"" where it belongs to none."""
    part: str
    """"train", "val", "test", or "" without a labelled ROI."""
    rois: tuple[ExportedRoi, ...]

    def read(self, open_picture: ReadPicture) -> npt.NDArray[np.uint8]:
        """The picture, held against its hash.

        Raises
        ------
        TrainingError
            If it is gone, or another one.
        """
        try:
            regular_size(self.file)
            with self.file.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except (OSError, FileRefused, ValueError) as error:  # the last: no name of a file
            reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
            raise TrainingError(
                f"The picture {self.name} can not be read at {self.file} ({reason}); put it back, or export "
                "with copies of the pictures."
            ) from error
        if found != self.sha256:
            raise TrainingError(
                f"The picture {self.name} at {self.file} has changed since the export; put back the one that "
                f"was rated, or {_AGAIN}."
            )
        return open_picture(self.file)


@dataclass(frozen=True, slots=True)
class Export:
    """An export folder, as training sees it."""

    folder: Path
    sha256: str
    """Of its manifest, which holds the hashes of all other files."""
    policy: Mapping[str, Any]
    min_raters: int
    """Of the policy: the fewest votes of a label, from 1 on."""
    simulated: bool
    """Some of the votes are not people's."""
    images: tuple[ExportedImage, ...]


def read_export(folder: str | Path) -> Export:
    """Read an export.

    Raises
    ------
    TrainingError
        If it is none, was changed, was made by an earlier version, or has no counts of votes.
    """
    place = Path(folder)
    manifest_data = _bytes(place, "manifest.json")
    manifest = _object(place, "manifest.json", manifest_data)
    files = manifest.get("files")
    if manifest.get("program") is None or not isinstance(files, dict):
        raise TrainingError(f"{place} is no export of this program; choose the folder that export wrote.")
    if manifest.get("format") != _LAYOUT:
        raise TrainingError(
            f"{place} is an export of another version of this program (format {manifest.get('format')}, "
            f"read is {_LAYOUT}); {_AGAIN} with this one."
        )
    found: dict[str, Any] = {}
    for name in _READ:
        if name not in files:
            raise TrainingError(f"{place} has no {name}; {_AGAIN} with the format seagull among others.")
        data = _bytes(place, name)
        told = files[name].get("sha256") if isinstance(files[name], dict) else None
        if hashlib.sha256(data).hexdigest() != told:
            raise TrainingError(
                f"{place / name} was changed after it was exported, so nobody knows what it says; {_AGAIN}."
            )
        found[name] = _parsed(place, name, data)
    try:
        policy = object_of(manifest, "policy")
        least, fives = policy.get("min_raters", 1), policy.get("include_non_existent")
        if type(least) is not int or not 1 <= least <= MOST_RATERS or not isinstance(fives, bool):
            raise ValueError(f"its label policy is {brief(policy, 200)}")
        people = bool(manifest.get("simulated_annotators"))
        simulated = people or bool(object_of(manifest, "project").get("simulated"))
        images = _images(place, found["images.json"], found["rois.json"], fives)
    except ValueError as error:
        raise TrainingError(f"{place} is no whole export ({error}); {_AGAIN}.") from error
    return Export(
        folder=place,
        sha256=hashlib.sha256(manifest_data).hexdigest(),
        policy=policy,
        min_raters=least,
        simulated=simulated,
        images=images,
    )


def _images(place: Path, told: Any, rois: Any, fives: bool) -> tuple[ExportedImage, ...]:
    """The pictures with their ROIs.

    Raises
    ------
    ValueError
        With a clause, if anything is not as an export writes it.
    TrainingError
        If there are no counts of votes.
    """
    of_image: dict[str, dict[str, ExportedRoi]] = {}
    for number, one in enumerate(_entries(rois, "rois.json"), start=1):
        try:
            roi = _roi(place, one, fives)
            mine = of_image.setdefault(text_of(one, "img"), {})
            if mine.setdefault(roi.id, roi) is not roi:
                raise ValueError("it is there twice")
        except ValueError as error:
            named = f"{brief(one.get('img'))} {brief(one.get('id'))}"
            raise ValueError(f"entry {number} of rois.json, {named}: {error}") from error
    listed = _entries(told.get("images") if isinstance(told, dict) else None, "images.json")
    images: dict[str, ExportedImage] = {}
    named_as: dict[str, str] = {}
    for number, one in enumerate(listed, start=1):
        try:
            image = _image(place, one, of_image)
            if image.name in images:
                raise ValueError("it is there twice")
            if (other := named_as.setdefault(image.sha256, image.name)) != image.name:
                raise ValueError(f"it is the same picture as {brief(other)}")
        except ValueError as error:
            raise ValueError(f"entry {number} of images.json, {brief(one.get('img'))}: {error}") from error
        images[image.name] = image
    for name in of_image:
        if name not in images:
            raise ValueError(f"rois.json has ROIs of {brief(name)}, and images.json does not list it")
    return tuple(images.values())


def _entries(told: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise ValueError(f"{name} is no list of entries")
    return told


def _image(
    place: Path, entry: Mapping[str, Any], of_image: Mapping[str, Mapping[str, ExportedRoi]]
) -> ExportedImage:
    name, group, part = text_of(entry, "img"), entry.get("group") or "", entry.get("split")
    if not isinstance(group, str):
        raise ValueError(f"group is {brief(group)} and no name")
    if part not in _PARTS:
        raise ValueError(f"split is {brief(part)}, and no part")
    return ExportedImage(
        name=name,
        file=place / text_of(entry, "file"),  # an absolute one stays itself
        sha256=text_of(entry, "sha256"),
        group=group,
        part=part,
        rois=tuple(of_image.get(name, {}).values()),
    )


def _roi(place: Path, entry: Mapping[str, Any], fives: bool) -> ExportedRoi:
    told = entry.get("vote_counts")
    if not isinstance(told, dict):
        raise TrainingError(
            f"{place} has no counts of votes, which the training needs; {_AGAIN} with this version."
        )
    size, rle = entry.get("size"), text_of(entry, "rle")
    if not isinstance(size, list) or len(size) != 2 or any(type(side) is not int for side in size):
        raise ValueError(f"size is {brief(size)}, not height and width")
    height, width = size
    if not any(runs_of_size(rle, (height, width))[1::2]):
        raise ValueError("its mask is empty")
    label = entry.get("label")
    if label is not None and not isinstance(label, dict):
        raise ValueError(f"label is {brief(label)} and no object")
    return ExportedRoi(
        id=text_of(entry, "id"),
        uid=text_of(entry, "uid"),
        size=(height, width),
        rle=rle,
        votes={used: RoiVotes(_counts(object_of(told, used)), fives) for used in _VOTES},
        labelled=label is not None,
        raw=entry,
    )


def _counts(given: Mapping[str, Any]) -> dict[str, Counts]:
    """The votes of all scales.

    Raises
    ------
    ValueError
        If they are none, or not each annotator has said something on each scale.
    """
    counts: dict[str, Counts] = {}
    for name, scale in SCALES.items():
        found = counts_of(given.get(name), name, len(scale.levels))
        if found is None:
            told = brief(given.get(name))
            raise ValueError(f"the votes of {name} are {told}, not {len(scale.levels)} counts from 0 on")
        counts[name] = found
    if len({sum(found) for found in counts.values()}) > 1:
        raise ValueError("its scales have different numbers of votes")
    return counts


def _bytes(place: Path, name: str) -> bytes:
    path = place / name
    try:
        regular_size(path)
        return path.read_bytes()
    except FileNotFoundError:
        raise TrainingError(
            f"{place} has no {name}; choose the folder that an export of this program wrote."
        ) from None
    except (OSError, FileRefused) as error:
        raise TrainingError(f"{path} can not be read ({error}); {_AGAIN}.") from error


def _object(place: Path, name: str, data: bytes) -> dict[str, Any]:
    found = _parsed(place, name, data)
    if not isinstance(found, dict):
        raise TrainingError(f"{place / name} is damaged or cut short; {_AGAIN}.")
    return found


def _parsed(place: Path, name: str, data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
        found = parse_json(text)
        check_text(text, found)
        return found
    except ValueError:
        raise TrainingError(f"{place / name} is damaged or cut short; {_AGAIN}.") from None
