"""The README of an export: what it holds, how it was made, what to know before using it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.split_told import PART_NAMES, split_lines
from annotation_db.exports.votes import Tally
from annotation_db.files.json_text import dumps
from annotation_db.pictures.split_wish import Part
from annotation_db.vocabulary.scales import SCALES

_ALWAYS: Final = {
    "votes.csv": "raw votes: each annotator's latest rating of each ROI, a ratings file",
    "splits.json": "which image is in which part",
    "images.json": "every image with its hash, size, source and place",
    "manifest.json": "SHA-256 of every file, project, policy and program version",
}


def counts(data: ExportData, tally: Tally) -> dict[str, int]:
    """The numbers that README and manifest both tell."""
    labelled = [roi for roi in data.rois if data.labels[roi.id].status == "labelled"]
    parts = Counter(data.split.values())
    return {
        "images": len({roi.image_id for roi in data.rois}),
        "rois": len(data.rois),
        "labelled": len(labelled),
        "insufficient": len(data.rois) - len(labelled),
        "ratings": tally.ratings,
        "annotators": len(tally.annotators),
        "train_images": parts["train"],
        "val_images": parts["val"],
        "test_images": parts["test"],
        "train_rois": len(data.part("train")),
        "val_rois": len(data.part("val")),
        "test_rois": len(data.part("test")),
        "assisted_ratings": tally.assisted,
        "test_rois_left_out": sum(data.labels[roi_id].status == "insufficient" for roi_id in data.relabelled),
    }


def readme(
    data: ExportData,
    tally: Tally,
    formats: Iterable[ExportFormat],
    files: list[str],
    image_root: str,
    copied: bool,
) -> str:
    """The README as Markdown.

    Parameters
    ----------
    data : ExportData
    tally : Tally
        What the votes that were written come to.
    formats : iterable of ExportFormat
    files : list of str
        All files of the export, by their paths in its folder.
    image_root : str
        The folder that picture names are relative to.
    copied : bool
        Whether the pictures are in the export.
    """
    told = counts(data, tally)
    policy = data.policy
    what = dict(_ALWAYS)
    for one in formats:
        what.update(one.files)
    return "\n".join(
        [
            f"# {data.project.name}",
            "",
            f"Exported by SEAGULL Studio {data.version} on {data.created_at.isoformat()}.",
            "",
            *_warning(data, tally),
            *_pseudonyms(data),
            "## What is here",
            "",
            f"- {told['images']} images with {told['rois']} ROIs; {told['labelled']} labelled, "
            f"{told['insufficient']} with fewer than {policy.min_raters} counting ratings (insufficient).",
            f"- {told['ratings']} ratings by {told['annotators']} annotators.",
            f"- {' '.join(_part(told, part) for part in data.parts)}",
            *_filter(data),
            "",
            "| file | holds |",
            "|---|---|",
            *(f"| {name} | {what[name]} |" for name in [*files, "manifest.json"] if name in what),
            "",
            "## Images",
            "",
            f"Image names are paths relative to `{image_root}`"
            + (" in this folder." if copied else "; the pictures themselves are not in this folder."),
            "Sizes and masks are those of the displayed picture: apply the EXIF orientation when reading. "
            + _turned(data),
            "",
            "## Labels",
            "",
            *_policy(data),
            "",
            "## Suggestions",
            "",
            *_suggestions(data, told),
            "",
            "## Split",
            "",
            *split_lines(data),
            "",
            "## Scales",
            "",
            "| scale | levels |",
            "|---|---|",
            *(
                f"| {scale.name} | {', '.join(f'{level.value} {level.word}' for level in scale.levels)} |"
                for scale in SCALES.values()
            ),
            "",
        ]
    )


def policy_json(data: ExportData) -> dict[str, Any]:
    """The policy as plain JSON values."""
    policy = data.policy
    return {
        "name": policy.name,
        "min_raters": policy.min_raters,
        "include_non_existent": policy.include_non_existent,
        "votes": policy.votes,
        "interval": policy.interval,
    }


def _pseudonyms(data: ExportData) -> list[str]:
    if not data.pseudonyms:
        return []
    return [
        "Annotators have pseudonyms, drawn for this export and kept nowhere; what people wrote about "
        "exclusions and the names of imported files are left out. Do not import these votes into the project "
        "that they come from: they would count once more, as other people's.",
        "",
    ]


def _warning(data: ExportData, tally: Tally) -> list[str]:
    people = data.simulated(tally.annotators)
    if not people and not data.project.simulated:
        return []
    names = ", ".join(data.display_names[person.id] for person in people) or "all of them"
    return [
        "> **SIMULATED: these ratings were not given by people.**",
        f"> {len(people)} of the annotators are simulated ({names}). Do not use them as human judgements.",
        "",
    ]


def _part(told: dict[str, int], part: Part) -> str:
    """How much is in one part of the split."""
    return f"{PART_NAMES[part]}: {told[f'{part}_images']} images, {told[f'{part}_rois']} ROIs."


def _filter(data: ExportData) -> list[str]:
    if data.roi_filter.takes_all:
        return []
    return [f"- Only ROIs that a filter takes: `{dumps(data.roi_filter.as_json())}`."]


def _turned(data: ExportData) -> str:
    used = {roi.image_id for roi in data.rois}
    turned = sum(data.images[image_id].exif_orientation != 1 for image_id in used)
    return f"{turned} of the images have one." if turned else "None of these images has one."


def _policy(data: ExportData) -> list[str]:
    policy = data.policy
    run = f"label run {data.run.uid}" if data.run else "labels computed for this export"
    lines = [
        f"Policy `{policy.name}` ({run}): at least {policy.min_raters} counting ratings per ROI.",
        "Quality and importance are means. A distortion is absent if more than half of its votes are "
        "non-existent; a tie is present and flagged.",
    ]
    if policy.include_non_existent:
        lines.append("Its severity is the mean of all votes, non-existent ones as 5.")
    else:
        lines.append(
            "Its severity is the mean of the votes 0..4; one resting on fewer than 3 is flagged thin."
        )
    lines.append(
        "Levels: Eq. 1 of SEAGULL (arXiv 2411.10161) with M = 4, computed on integers. "
        "Intervals of means: 95 %, Clopper-Pearson on the sum of votes (arXiv 1806.01126), inside the scale; "
        "too narrow where `overdispersed`, since the votes are split more than binomial ones."
    )
    lines.append(
        "Stability: the probability that the level would still be this one with 14 or 24 raters, and with "
        "endlessly many (Dirichlet-multinomial, Jeffreys prior). Levels of seven raters are not firm."
    )
    return lines


def _suggestions(data: ExportData, told: dict[str, int]) -> list[str]:
    """Which votes were given with a model's prediction in view, and which labels they entered."""
    if not told["assisted_ratings"]:
        return ["No rating was given with a model's prediction in view."]
    names = sorted({model for model, _ in data.shown.values()})
    lines = [
        f"{told['assisted_ratings']} of the latest ratings were given with a model's prediction in view "
        f"({', '.join(names) or 'model not known'}); `prefill` in votes.csv says which.",
        f"Labels of the training images: from {data.policy.votes} votes. "
        f"Labels of the test images: from {data.test_votes} votes.",
    ]
    if data.relabelled:
        lines.append(
            f"{len(data.relabelled)} ROIs of test images lost assisted votes by that; "
            f"{told['test_rois_left_out']} of them have too few others and are in no test file."
        )
    return lines
