"""Reading an export folder: what training knows of a project, and all it knows.

``manifest.json`` holds the hash of every other file, so the export's own hash is that of its manifest. Read
are ``rois.json`` (masks, parts of the split, counts of votes) and ``images.json`` (where the pictures are,
their hashes and groups); both are held against the manifest, and each picture against its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from annotation_db.vocabulary.scales import SCALES
from model.plain_files import FileRefused, regular_size
from model.training.errors import TrainingError
from model.training.vote_counts import Counts, RoiVotes

ReadPicture = Callable[[Path], npt.NDArray[np.uint8]]
"""Decodes a picture's file: (H, W, 3) RGB, as its ROIs' masks lie on it."""
_READ: Final = ("rois.json", "images.json")
_LAYOUT: Final = 2
_AGAIN: Final = "export again"


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

    def mask(self) -> npt.NDArray[np.bool_]:
        """The mask, (H, W)."""
        from pycocotools import mask as coco

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
            with self.file.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            reason = error.strerror or type(error).__name__
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
        if hashlib.sha256(data).hexdigest() != files[name].get("sha256"):
            raise TrainingError(
                f"{place / name} was changed after it was exported, so nobody knows what it says; {_AGAIN}."
            )
        found[name] = json.loads(data)
    try:
        images = _images(place, found["images.json"], found["rois.json"], manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{place} is no whole export ({error!r}); {_AGAIN}.") from error
    return Export(
        folder=place,
        sha256=hashlib.sha256(manifest_data).hexdigest(),
        policy=manifest["policy"],
        simulated=bool(manifest.get("simulated_annotators")) or bool(manifest["project"].get("simulated")),
        images=images,
    )


def _images(
    place: Path, listed: Mapping[str, Any], rois: list[Mapping[str, Any]], manifest: Mapping[str, Any]
) -> tuple[ExportedImage, ...]:
    fives = bool(manifest["policy"]["include_non_existent"])
    of_image: dict[str, list[ExportedRoi]] = {}
    for entry in rois:
        of_image.setdefault(entry["img"], []).append(_roi(place, entry, fives))
    return tuple(
        ExportedImage(
            name=entry["img"],
            file=place / entry["file"],  # an absolute one stays itself
            sha256=entry["sha256"],
            group=entry["group"] or "",
            part=entry["split"],
            rois=tuple(of_image.get(entry["img"], ())),
        )
        for entry in listed["images"]
    )


def _roi(place: Path, entry: Mapping[str, Any], fives: bool) -> ExportedRoi:
    told = entry.get("vote_counts")
    if not isinstance(told, dict):
        raise TrainingError(
            f"{place} has no counts of votes, which the training needs; {_AGAIN} with this version."
        )
    height, width = entry["size"]
    return ExportedRoi(
        id=str(entry["id"]),
        uid=str(entry["uid"]),
        size=(int(height), int(width)),
        rle=str(entry["rle"]),
        votes={used: RoiVotes(_counts(counts), fives) for used, counts in told.items()},
        labelled=entry["label"] is not None,
        raw=entry,
    )


def _counts(given: Mapping[str, Any]) -> dict[str, Counts]:
    counts = {name: tuple(int(n) for n in given[name]) for name in SCALES}
    if any(len(counts[name]) != len(scale.levels) for name, scale in SCALES.items()):
        raise ValueError("counts of votes of other scales")
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
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise TrainingError(f"{place / name} is damaged or cut short; {_AGAIN}.")
    return found
