"""Prediction files: what a model says of ROIs, as JSON lines, one ROI a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from annotation_db.vocabulary.scales import DISTORTIONS, LEVELS, NON_EXISTENT, OVERALL, SCALES
from model.evaluation.errors import EvaluationRefused, RoiKey, named
from model.evaluation.label_file import LabelFile, refuse_missing
from model.evaluation.values import brief, level_of, object_of, probabilities_of, score_of, text_of
from model.plain_files import FileRefused, parse_json, regular_size

ANSWERS: Final = (*OVERALL, "distortions")
"""The answers that a model is asked for on each ROI."""
_MOST_LINE: Final = 1 << 20
"""Bytes of the longest line that is read."""


@dataclass(frozen=True, slots=True)
class PredictedRoi:
    """What a model says of one ROI; None is what could not be read."""

    img: str
    id: str
    scores: Mapping[str, float | None]
    """Of quality and importance, 0 .. 4."""
    distortions: Mapping[str, int | None]
    """Of all six: 0 .. 4, or 5 for non-existent."""
    probabilities: Mapping[str, tuple[float, ...]]
    """Of the levels, by scale; scales without them are left out."""
    uid: str | None = None
    text: str = ""
    """What the model said in words."""

    @property
    def key(self) -> RoiKey:
        """Picture and id."""
        return self.img, self.id

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Which of `ANSWERS` could not be read: any None of the six makes their answer unreadable."""
        lost = [name for name in OVERALL if self.scores[name] is None]
        return (*lost, "distortions") if None in self.distortions.values() else tuple(lost)


@dataclass(frozen=True, slots=True)
class PredictionFile:
    """What a prediction file holds."""

    path: Path
    sha256: str
    rois: Mapping[RoiKey, PredictedRoi]
    model: str
    """What the lines call the model, or the file's name."""
    untrained: bool
    """Some line says that the model's weights are random."""


def as_line(roi: PredictedRoi, **more: Any) -> str:
    """A ROI as a line of a prediction file, without the line's end."""
    entry: dict[str, Any] = {"img": roi.img, "id": roi.id}
    if roi.uid is not None:
        entry["uid"] = roi.uid
    for name in OVERALL:
        entry[name] = {"score": roi.scores[name]}
        if name in roi.probabilities:
            entry[name]["probabilities"] = list(roi.probabilities[name])
    entry["distortions"] = {name: roi.distortions[name] for name in DISTORTIONS}
    told = {name: list(roi.probabilities[name]) for name in DISTORTIONS if name in roi.probabilities}
    if told:
        entry["distortion_probabilities"] = told
    entry["unreadable"] = list(roi.unreadable)
    if roi.text:
        entry["text"] = roi.text
    return json.dumps({**entry, **more}, ensure_ascii=False, allow_nan=False)


def read(path: Path) -> PredictionFile:
    """Read a prediction file.

    Raises
    ------
    EvaluationRefused
        If it cannot be read, or with the first line that is none of the agreed form or repeats a ROI.
    """
    found: dict[RoiKey, tuple[int, PredictedRoi]] = {}
    digest = sha256()
    model, untrained = "", False
    try:
        regular_size(path)
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_MOST_LINE + 1):
                number += 1
                digest.update(line)
                text = _text(line, number, path)
                if not text.strip():
                    continue
                entry = _entry(text, number, path)
                roi = _checked(entry, number, path)
                if roi.key in found:
                    raise EvaluationRefused(
                        f"Line {number} of {path} repeats the ROI {named([roi.key])} of line "
                        f"{found[roi.key][0]}; give one line for each ROI."
                    )
                found[roi.key] = number, roi
                model = model or (entry["model"] if isinstance(entry.get("model"), str) else "")
                untrained = untrained or entry.get("untrained") is True
    except FileRefused as error:
        raise EvaluationRefused(str(error)) from error
    except OSError as error:
        raise EvaluationRefused(f"{path} cannot be read ({error.strerror}).") from error
    if not found:
        raise EvaluationRefused(f"{path} holds no predictions; give a file that predict --out wrote.")
    rois = {key: roi for key, (_, roi) in found.items()}
    return PredictionFile(path, digest.hexdigest(), rois, model or path.stem, untrained)


def is_one(path: Path) -> bool:
    """Whether a file begins as a prediction file, or is empty: then another one may take its place."""
    try:
        regular_size(path)
        with path.open("rb") as file:
            line = file.readline(_MOST_LINE + 1)
        return not line or {"img", "id", "distortions"} <= set(parse_json(line.decode("utf-8-sig")))
    except (FileRefused, OSError, ValueError, TypeError):
        return False


def refuse_unfit(predictions: PredictionFile, labels: LabelFile, *, subset: bool) -> None:
    """Refuse predictions that do not belong to a label file.

    Parameters
    ----------
    subset : bool
        The label file may hold fewer ROIs than were predicted.

    Raises
    ------
    EvaluationRefused
        If ROIs are other ones of the same name, if lines are of ROIs that the label file does not hold, or
        if a labelled ROI has no line.
    """
    path = predictions.path
    known = {roi.key for roi in labels.rois} | labels.unlabelled
    others = sorted(
        key
        for key, roi in predictions.rois.items()
        if roi.uid is not None and labels.uids.get(key, roi.uid) != roi.uid
    )
    if others:
        raise EvaluationRefused(
            f"{labels.path} is of another export than {path}: {len(others)} of its ROIs have the same name "
            f"and another uid: {named(others)}."
        )
    unknown = sorted(key for key in predictions.rois if key not in known)
    if unknown and len(unknown) == len(predictions.rois):
        raise EvaluationRefused(
            f"{labels.path} holds none of the ROIs of {path} ({named(unknown)}); is it of another export?"
        )
    if unknown and not subset:
        raise EvaluationRefused(
            f"{len(unknown)} lines of {path} are of ROIs that {labels.path} does not hold: "
            f"{named(unknown)}; add --subset if only some of what was predicted is to be evaluated."
        )
    refuse_missing(labels, frozenset(predictions.rois), str(path))


def _text(line: bytes, number: int, path: Path) -> str:
    if len(line) > _MOST_LINE:
        raise EvaluationRefused(f"Line {number} of {path} is longer than any prediction.")
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        raise EvaluationRefused(f"Line {number} of {path} is not UTF-8 text.") from None


def _entry(text: str, number: int, path: Path) -> Mapping[str, Any]:
    try:
        entry = parse_json(text)
    except json.JSONDecodeError as error:
        raise EvaluationRefused(
            f"Line {number} of {path} is not JSON, or cut short ({error.msg} at character {error.pos + 1})."
        ) from None
    except ValueError as error:
        raise EvaluationRefused(f"Line {number} of {path} cannot be used: {error}.") from None
    if not isinstance(entry, dict):
        raise EvaluationRefused(f"Line {number} of {path} is {brief(entry)} and no object.")
    return entry


def _checked(entry: Mapping[str, Any], number: int, path: Path) -> PredictedRoi:
    try:
        return _roi(entry)
    except ValueError as error:
        told = f"{brief(entry.get('img'))} {brief(entry.get('id'))}"
        raise EvaluationRefused(f"Line {number} of {path} ({told}) cannot be used: {error}.") from None


def _roi(entry: Mapping[str, Any]) -> PredictedRoi:
    scores: dict[str, float | None] = {}
    probabilities: dict[str, tuple[float, ...]] = {}
    key = text_of(entry, "img"), text_of(entry, "id")
    for name in OVERALL:
        one = object_of(entry, name)
        if "score" not in one:
            raise ValueError(f"{name} has no score, not even null")
        scores[name] = None if one["score"] is None else score_of(one["score"], f"the score of {name}")
        if one.get("probabilities") is not None:
            what = f"the probabilities of {name}"
            probabilities[name] = probabilities_of(one["probabilities"], what, LEVELS)
    told = object_of(entry, "distortions")
    if unknown := sorted(set(told) - set(DISTORTIONS)):
        raise ValueError(f"{brief(unknown[0])} is no distortion")
    distortions: dict[str, int | None] = {}
    for name in DISTORTIONS:
        if name not in told:
            raise ValueError(f"distortions lack {name}")
        distortions[name] = None if told[name] is None else level_of(told[name], name, NON_EXISTENT)
    if entry.get("distortion_probabilities") is not None:
        given = object_of(entry, "distortion_probabilities")
        for name in DISTORTIONS:
            if given.get(name) is not None:
                what = f"the probabilities of {name}"
                probabilities[name] = probabilities_of(given[name], what, len(SCALES[name].levels))
    uid, text = entry.get("uid"), entry.get("text")
    made = PredictedRoi(
        *key,
        scores,
        distortions,
        probabilities,
        uid if isinstance(uid, str) else None,
        text if isinstance(text, str) else "",
    )
    _agrees(entry, made)
    return made


def _agrees(entry: Mapping[str, Any], roi: PredictedRoi) -> None:
    """Whether ``unreadable`` names just what is null; single distortions may be named for their answer."""
    if "unreadable" not in entry:
        return
    said = entry["unreadable"]
    if not isinstance(said, list) or not all(isinstance(name, str) for name in said):
        raise ValueError(f"unreadable is {brief(said)} and no list of names")
    for name in said:
        if name not in ANSWERS and name not in DISTORTIONS:
            raise ValueError(f"unreadable names {brief(name)}, which is none of {', '.join(ANSWERS)}")
        if name in DISTORTIONS and roi.distortions[name] is not None:
            raise ValueError(f"{name} is said to be unreadable and has a value")
    answers = {"distortions" if name in DISTORTIONS else name for name in said}
    for name in ANSWERS:
        if name in answers and name not in roi.unreadable:
            raise ValueError(f"{name} is said to be unreadable and has a value")
        if name not in answers and name in roi.unreadable:
            raise ValueError(f"{name} is null and not said to be unreadable")
