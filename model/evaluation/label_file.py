"""The labels that predictions are held against: ``rois_test.json`` or ``rois.json`` of an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from annotation_db.vocabulary.scales import (
    DISTORTIONS,
    LEVELS,
    NON_EXISTENT,
    OVERALL,
    SCALES,
    level_of_score,
)
from model.evaluation.errors import EvaluationRefused, RoiKey, named
from model.evaluation.values import brief, counts_of, level_of, object_of, score_of, text_of
from model.plain_files import FileRefused, parse_json, read_object, regular_size

_MOST_BYTES: Final = 2 << 30
_MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class LabelledRoi:
    """One ROI with its label."""

    img: str
    id: str
    uid: str | None
    means: Mapping[str, float]
    """Of quality and importance, 0 .. 4."""
    levels: Mapping[str, int]
    """Of all eight scales: 0 .. 4, and 5 for a distortion that is not there."""
    counts: Mapping[str, tuple[int, ...]] | None
    """By scale, how many votes each level has; None where the file does not tell of all scales, or where
    the scales have different numbers of votes."""
    split: str
    entry: Mapping[str, Any]
    """As it stands in the file."""

    @property
    def key(self) -> RoiKey:
        """Picture and id."""
        return self.img, self.id


@dataclass(frozen=True, slots=True)
class LabelFile:
    """What a label file holds."""

    path: Path
    sha256: str
    rois: tuple[LabelledRoi, ...]
    """Those with a label, by picture and id."""
    unlabelled: frozenset[RoiKey]
    """ROIs with too few ratings for a label."""
    uids: Mapping[RoiKey, str]
    """Of all ROIs that have one."""
    manifest: Mapping[str, Any] | None
    """Of the export that it lies in, if that is there."""

    @property
    def changed(self) -> bool:
        """It is not the file that its export's manifest tells of."""
        told = _told_hash(self.manifest, self.path.name)
        return told is not None and told != self.sha256

    @property
    def simulated(self) -> bool:
        """Its export's manifest says that the raters were no people."""
        told = self.manifest or {}
        project = told.get("project")
        return bool(told.get("simulated_annotators")) or (
            isinstance(project, Mapping) and project.get("simulated") is True
        )


def read(path: Path) -> LabelFile:
    """Read a label file.

    Raises
    ------
    EvaluationRefused
        If it cannot be read, is none, names a ROI twice, has a label off its scale, or has no label at all.
    """
    try:
        if regular_size(path) > _MOST_BYTES:
            raise EvaluationRefused(
                f"{path} is larger than any label file; give rois_test.json of an export."
            )
        data = path.read_bytes()
        content = parse_json(data.decode("utf-8-sig"))
    except FileRefused as error:
        raise EvaluationRefused(str(error)) from error
    except OSError as error:
        raise EvaluationRefused(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise EvaluationRefused(f"{path} is no label file: {error}.") from error
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise EvaluationRefused(
            f"{path} is no label file: it is no list of ROIs; give rois_test.json or rois.json of an export."
        )
    rois: dict[RoiKey, LabelledRoi] = {}
    unlabelled: set[RoiKey] = set()
    uids: dict[RoiKey, str] = {}
    for number, entry in enumerate(content, start=1):
        try:
            key = text_of(entry, "img"), text_of(entry, "id")
            if "label" not in entry:
                raise ValueError("it has no label, not even null")
            if key in rois or key in unlabelled:
                raise ValueError("the file names it twice")
            if isinstance(entry.get("uid"), str):
                uids[key] = entry["uid"]
            if entry["label"] is None:
                unlabelled.add(key)
            else:
                rois[key] = _labelled(key, entry)
        except ValueError as error:
            told = f"{brief(entry.get('img'))} {brief(entry.get('id'))}"
            raise EvaluationRefused(f"Entry {number} of {path} ({told}) cannot be used: {error}.") from error
    if not rois:
        raise EvaluationRefused(
            f"{path} has no ROI with a label, so there is nothing to evaluate; collect more ratings, "
            "or export with fewer raters wanted."
        )
    ordered = tuple(rois[key] for key in sorted(rois))
    return LabelFile(
        path, sha256(data).hexdigest(), ordered, frozenset(unlabelled), uids, _manifest(path.parent)
    )


def refuse_missing(labels: LabelFile, keys: frozenset[RoiKey], what: str) -> None:
    """Refuse predictions that leave out a labelled ROI.

    Parameters
    ----------
    what : str
        Names the predictions in the sentence.

    Raises
    ------
    EvaluationRefused
    """
    missing = [roi.key for roi in labels.rois if roi.key not in keys]
    if missing:
        raise EvaluationRefused(
            f"{what} has no line for {len(missing)} of the {len(labels.rois)} labelled ROIs of "
            f"{labels.path}: {named(missing)}; predict them too, or give the label file that fits."
        )


def _labelled(key: RoiKey, entry: Mapping[str, Any]) -> LabelledRoi:
    label = object_of(entry, "label")
    means: dict[str, float] = {}
    levels: dict[str, int] = {}
    counts: dict[str, tuple[int, ...] | None] = {}
    told = object_of(label, "distortions")
    for name in DISTORTIONS:
        one = object_of(told, name)
        if not isinstance(one.get("present"), bool):
            raise ValueError(f"{name} does not say whether it is present")
        levels[name] = NON_EXISTENT
        if one["present"]:
            levels[name] = level_of(
                object_of(one, "severity").get("level"), f"the level of {name}", LEVELS - 1
            )
        counts[name] = counts_of(one.get("counts"), len(SCALES[name].levels))
    for name in OVERALL:
        one = object_of(label, name)
        means[name] = score_of(one.get("mean"), f"the mean of {name}")
        given = one.get("level")
        levels[name] = (
            level_of_score(means[name])
            if given is None
            else level_of(given, f"the level of {name}", LEVELS - 1)
        )
        counts[name] = counts_of(one.get("counts"), LEVELS)
    uid, split = entry.get("uid"), entry.get("split")
    return LabelledRoi(
        *key,
        uid if isinstance(uid, str) else None,
        means,
        levels,
        _whole(counts),
        split if isinstance(split, str) else "",
        entry,
    )


def _whole(counts: Mapping[str, tuple[int, ...] | None]) -> Mapping[str, tuple[int, ...]] | None:
    known = {name: found for name, found in counts.items() if found is not None and any(found)}
    same = len({sum(found) for found in known.values()}) == 1
    return known if same and len(known) == len(SCALES) else None


def _manifest(folder: Path) -> Mapping[str, Any] | None:
    try:
        return read_object(folder / _MANIFEST)
    except (FileRefused, OSError, ValueError):
        return None


def _told_hash(manifest: Mapping[str, Any] | None, name: str) -> str | None:
    files = None if manifest is None else manifest.get("files")
    told = files.get(name) if isinstance(files, Mapping) else None
    found = told.get("sha256") if isinstance(told, Mapping) else None
    return found if isinstance(found, str) else None
