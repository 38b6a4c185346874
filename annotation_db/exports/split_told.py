"""What an export tells of its split: as JSON, and in the README."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.labels.splits import METHOD
from annotation_db.pictures.split_wish import Part

PART_NAMES: Final[dict[Part, str]] = {"train": "Training", "val": "Validation", "test": "Test"}


def splits_json(data: ExportData) -> dict[str, Any]:
    """What ``splits.json`` holds."""
    names, wish = data.names, data.wish
    return {
        "seed": wish.seed,
        "train": wish.train,
        "val": wish.val,
        "method": METHOD,
        "images": {part: [names[i] for i in data.images if data.split.get(i) == part] for part in data.parts},
        "groups": [{"group": name, "images": of_group} for name, of_group in data.groups().items()],
        "folds": [
            [names[i] for i in data.images if data.folds.get(i) == fold] for fold in range(1, wish.folds + 1)
        ],
        "frozen": frozen_json(data),
    }


def frozen_json(data: ExportData) -> dict[str, Any] | None:
    """Since when the split is frozen, how many of its images were so before, and how many join.

    Where the project is read-only none can join, and how many are drawn for this export only stands there.
    """
    if data.frozen is None and not data.freeze:
        return None
    at = data.created_at if data.frozen is None else data.frozen.at
    before = 0 if data.frozen is None else sum(i in data.frozen.parts for i in data.split)
    new = len(data.split) - before
    since = at.replace(microsecond=0).isoformat()
    told = {"at": since, "kept": before, "joined": 0 if data.read_only else new}
    return told | ({"not_kept": new} if data.read_only and new else {})


def split_lines(data: ExportData) -> list[str]:
    """The section of the README on the split, without its heading."""
    wish, groups = data.wish, data.groups()
    validate = f", of validation images {wish.val:g}" if wish.val else ""
    lines = [
        f"Share of training images {wish.train:g}{validate}, seed {wish.seed}. {METHOD} "
        "Images without a labelled ROI are in no part.",
        "",
    ]
    if groups:
        several = sum(len(of_group) > 1 for of_group in groups.values())
        lines.append(
            f"{len(groups)} groups of images that belong together, {several} of them with several; none is "
            "cut. They are listed in splits.json."
        )
    else:
        lines.append("No groups of images are known: copies or scenes may lie on both sides.")
    if wish.folds:
        lines.append(f"The training images are divided into {wish.folds} folds, listed in splits.json.")
    if frozen := frozen_json(data):
        lines.append(
            f"The split is frozen since {frozen['at']}: {frozen['kept']} of these images were in it before, "
            f"{frozen['joined']} joined now."
        )
        if new := frozen.get("not_kept"):
            lines.append(
                f"{new} images are new to it and were drawn for this export only: the project was read-only, "
                "so a later export may put them into another part."
            )
    parts = data.parts
    return [
        *lines,
        "",
        f"| source | {' | '.join(parts)} |",
        f"|---|{'---|' * len(parts)}",
        *_sources(data),
    ]


def _sources(data: ExportData) -> list[str]:
    table: Counter[tuple[str, str]] = Counter(
        (data.images[image_id].source, part) for image_id, part in data.split.items()
    )
    return [
        f"| {source or '(not said)'} | {' | '.join(str(table[source, part]) for part in data.parts)} |"
        for source in sorted({source for source, _ in table})
    ]
