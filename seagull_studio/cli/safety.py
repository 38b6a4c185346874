"""Commands that keep a project safe: check, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotation_db.database.server_access import without_password
from annotation_db.errors import StudioError
from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import act, open_project, tell_of_password
from seagull_studio.cli.runner import Failed, Output, confirmed
from seagull_studio.operations import journals
from seagull_studio.operations import safety as operations
from seagull_studio.operations.project import check as check_open

if TYPE_CHECKING:
    from annotation_db.database.backup_files import BackupFile
    from annotation_db.database.findings import Finding


def check(output: Output, project: str, repair: bool, into: Path | None, lay_aside: bool) -> None:
    """``check``: exit status 1 if anything is not as it should be; ``--repair`` saves what can be read."""
    findings, counts = _findings(output, project)
    document: dict[str, Any] = {
        "ok": not findings,
        **counts,
        "findings": [{"kind": f.kind, "subject": f.subject, "message": f.message} for f in findings],
    }
    for finding in findings:
        output.note(finding.message)
    if repair:
        document["put_back"], document["laid_aside"] = _put_back(output, project, findings, lay_aside)
        document["rescued"] = _repair(output, project, findings, into)
    elif findings:
        raise Failed(
            f"{len(findings)} of the things checked in {without_password(project)} need attention.",
            **document,
        )
    output.result(document)
    if not findings:
        output.say(f"All is well: database, {counts['images']} pictures, {counts['rois']} masks.")


def _findings(output: Output, project: str) -> tuple[list[Finding], dict[str, int | None]]:
    try:
        store = open_project(output, project)
    except StudioError:
        # Too damaged to be opened is something to be told of, not to fail at.
        found = operations.check_closed(project)
        if not found:
            raise
        return found, {"images": None, "rois": None}
    with store, output.progress() as progress:
        found = check_open(store, progress, lambda: False)
        images, rois = operations.sizes(store)
        return found, {"images": images, "rois": rois}


def _put_back(
    output: Output, project: str, findings: list[Finding], lay_aside: bool
) -> tuple[int | None, int]:
    """Store what stands in the journals; a damaged database is left as it is, for `_repair` to save from."""
    if operations.is_damaged(findings):
        return None, 0
    laid = 0
    with open_project(output, project) as store, output.progress() as progress:
        done = journals.put_back(store, who(), progress, lambda: False)
        if lay_aside and done.against_rules:
            laid = len(done.against_rules)
            file = journals.lay_aside(store, done)
    if not done.stored and not any(one.kind == "journal" for one in findings):
        return None, 0
    output.say(f"{done.stored} ratings and ROIs were put back from the journals.")
    for sentence in done.refused:
        output.note(sentence)
    if laid:
        output.note(f"{laid} of them are kept in {file} and named no more; --repair tries them on.")
    elif done.against_rules:
        output.note("With --lay-aside too, what the project refuses is kept in a file and named no more.")
    return done.stored, laid


def _repair(
    output: Output, project: str, findings: list[Finding], into: Path | None
) -> dict[str, Any] | None:
    if not operations.is_damaged(findings):
        output.say("The database is sound, so there was nothing to repair in it.")
        return None
    saved = operations.rescue(project, into, who(), act)
    folder, rescue, done = saved.of, saved.rescue, saved.from_journals
    for one in rescue.tables:
        if one.left_out or one.unreadable or one.ended_early:
            more = ", and there may have been more" if one.ended_early else ""
            output.say(
                f"{one.table}: {one.saved} rows saved, {one.left_out} damaged ones left out, "
                f"{one.unreadable} could not be read{more}."
            )
    output.say(f"What can be read of {folder} was saved into {rescue.folder}; {folder} is as it was.")
    if done.stored:
        output.say(f"{done.stored} ratings and ROIs were added to it from the journals of {folder}.")
    for sentence in done.refused:
        output.note(sentence)
    if not rescue.whole:
        output.note(f"What was left out is named in {rescue.file}.")
    return {
        "folder": str(rescue.folder),
        "whole": rescue.whole,
        "left_out": str(rescue.file),
        "tables": [
            {
                "table": one.table,
                "saved": one.saved,
                "left_out": one.left_out,
                "unreadable": one.unreadable,
                "ended_early": one.ended_early,
            }
            for one in rescue.tables
        ],
    }


def backup(output: Output, project: str) -> None:
    """``backup``: one that the program never removes."""
    with open_project(output, project) as store, output.progress() as progress:
        made = operations.back_up(store, progress=progress)
        ratings = operations.choose_backup(project, str(made.path))[1]
    output.result(_described(made, ratings))
    output.say(
        f"Made the backup {made.path} ({made.bytes / 1e6:.1f} MB), and looked through it: it is sound."
    )


def restore(output: Output, project: str, wanted: str | None, yes: bool) -> None:
    """``restore``: lists the backups, or puts one back."""
    if wanted is None:
        _list(output, project)
        return
    chosen, ratings = operations.choose_backup(project, wanted)
    if not yes:
        operations.allow_if_roles_are_read(project, act)  # before anybody is asked
        confirmed(
            output,
            f"{without_password(project)} becomes what it was when {chosen.name} was made, with "
            f"{_told(ratings)}; what is there now is kept in {operations.backups_of(project)}.",
            "Restore it?",
            "Nothing was restored",
        )
    done = operations.restore(project, chosen, who(), act)
    tell_of_password(output, project)
    output.result({"backup": str(done.backup), "kept": done.kept and str(done.kept), "ratings": done.ratings})
    output.say(
        f"{without_password(project)} is as it was when {chosen.name} was made, with {_told(done.ratings)}."
    )
    if done.kept is not None:
        output.say(f"What was there before is kept as {done.kept}.")


def _list(output: Output, project: str) -> None:
    known = operations.list_backups(project)
    output.result({"backups": [_described(one, ratings) for one, ratings in known]})
    for one, ratings in known:
        output.say(
            f"{one.made_at:%Y-%m-%d %H:%M} UTC  {one.bytes / 1e6:8.1f} MB  {_told(ratings)}  {one.path.name}"
        )
    if not known:
        output.say(f"There are no backups in {operations.backups_of(project)}.")


def _described(one: BackupFile, ratings: int | None) -> dict[str, Any]:
    return {
        "file": str(one.path),
        "reason": one.reason,
        "made_at": one.made_at.isoformat(),
        "bytes": one.bytes,
        "ratings": ratings,
    }


def _told(ratings: int | None) -> str:
    return "unreadable" if ratings is None else f"{ratings} ratings"
