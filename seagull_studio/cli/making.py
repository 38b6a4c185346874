"""Commands that make projects."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from annotation_db import project as facts
from annotation_db.database.server_access import hidden, parse
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators
from annotation_db.records import AddReport
from seagull_studio.cli.opening import tell_of_password
from seagull_studio.cli.performing import Failed, Output
from seagull_studio.operations.access import create_project


def who() -> str:
    """The person at the command line, for the audit trail."""
    try:
        return getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return "command line"


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
    """``new``: scan first, so that a folder without pictures makes no project."""
    if "://" not in project and Store.is_project(project):
        raise ProjectError(f"There is a project in {project} already; open it, or choose another folder.")
    with output.progress() as progress:
        scan = images.scan_folder(folder, progress=progress)
    if not scan.pictures:
        _tell_refused(output, scan.refused)
        raise Failed(
            f"There is no picture in {folder} that can be taken; choose a folder with JPEG, PNG, TIFF, "
            "WebP or BMP pictures.",
            refused=_pairs(scan.refused, "message"),
        )
    title = name or (str(parse(project).database) if "://" in project else Path(project).absolute().name)
    reports: list[AddReport] = []

    def fill(s: Session) -> None:
        reports.append(images.add(s, scan, source=source, who=who()))

    with create_project(
        project, title, raters_wanted=raters, min_roi_area=min_area, seed=seed, fill=fill
    ) as store:
        tell_of_password(output, project)
        with store.read() as s:
            made = facts.get(s)
    report = reports[0]
    output.result(
        {"project": hidden(project), "uid": made.uid, "name": made.name, "images": added_json(report)}
    )
    tell_added(output, report)
    output.say(
        f"Made the project {made.name} in {hidden(project)}; {made.raters_wanted} annotators wanted per ROI."
    )


def demo(output: Output, folder: Path, seed: int) -> None:
    """``demo``: the sample project."""
    from seagull_studio.operations import sample_project

    with output.progress() as progress:
        store = sample_project.create(folder, seed=seed, progress=progress)
    with store, store.read() as s:
        pictures, regions, people = images.list_all(s), rois.list_all(s), annotators.list_all(s)
    counts = {
        "images": len(pictures),
        "rois": len(regions),
        "annotators": len(people),
        "simulated_annotators": sum(person.simulated for person in people),
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
