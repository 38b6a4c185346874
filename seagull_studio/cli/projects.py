"""Commands that make projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from annotation_db.database.server_access import without_password
from annotation_db.records import AddReport
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import tell_of_password
from seagull_studio.cli.runner import Failed, Output
from seagull_studio.operations import project as operations


def new(
    output: Output,
    project: str,
    folder: Path,
    source: str,
    raters: int,
    name: str | None,
    min_area: int,
    seed: int | None,
) -> None:
    """``new``: a folder without pictures makes no project."""
    try:
        with output.progress() as progress:
            created = operations.create(
                project,
                folder,
                name=name,
                source=source,
                raters_wanted=raters,
                min_roi_area=min_area,
                seed=seed,
                needs_pictures=True,
                who=who(),
                progress=progress,
            )
    except operations.NoPictures as error:
        _tell_refused(output, error.refused)
        raise Failed(str(error), refused=_pairs(error.refused, "message")) from error
    tell_of_password(output, project)
    made, report = created.project, created.pictures
    assert report is not None  # a folder was given
    output.result(
        {
            "project": without_password(project),
            "uid": made.uid,
            "name": made.name,
            "images": added_json(report),
        }
    )
    tell_added(output, report)
    output.say(
        f"Made the project {made.name} in {without_password(project)}; "
        f"{made.raters_wanted} annotators wanted per ROI."
    )


def demo(output: Output, folder: Path, seed: int) -> None:
    """``demo``: the sample project."""
    from seagull_studio.operations import sample_project

    with output.progress() as progress:
        store = sample_project.create(folder, seed=seed, progress=progress)
    with store:
        found = operations.overview(store)
    counts = {
        "images": found.coverage.images,
        "rois": found.coverage.rois,
        "annotators": len(found.annotators),
        "simulated_annotators": sum(one.person.simulated for one in found.annotators),
    }
    output.result({"project": str(folder), "simulated": True, **counts})
    output.say(
        f"Made a sample project in {folder}: {counts['images']} pictures, {counts['rois']} ROIs, "
        f"{counts['simulated_annotators']} SIMULATED annotators."
    )
    output.say(f"Open it with: seagull-studio open {folder}")


def added_json(report: AddReport) -> dict[str, Any]:
    """What became of a folder of pictures, as JSON values."""
    return {
        "added": len(report.added),
        "duplicates": _pairs(report.duplicates, "same_as"),
        "refused": _pairs(report.refused, "message"),
    }


def tell_added(output: Output, report: AddReport) -> None:
    """The same for a person: a sentence for every picture that was not added."""
    for path, other in report.duplicates:
        output.note(f"{path} has the same bytes as {other} and was not added again.")
    _tell_refused(output, report.refused)
    output.say(
        f"{len(report.added)} pictures added, {len(report.duplicates)} duplicates, "
        f"{len(report.refused)} refused."
    )


def _tell_refused(output: Output, refused: tuple[tuple[str, str], ...]) -> None:
    for path, sentence in refused:
        output.note(sentence if path in sentence else f"{path}: {sentence}")


def _pairs(pairs: tuple[tuple[str, str], ...], second: str) -> list[dict[str, str]]:
    return [{"file": path, second: other} for path, other in pairs]
