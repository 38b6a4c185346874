"""Commands that keep a project safe: check, backup, restore."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from annotation_db.database import backup_files, backups, journal, sweeps
from annotation_db.database.backup_files import BackupFile
from annotation_db.database.engines import is_url
from annotation_db.database.findings import Finding
from annotation_db.database.locations import DATABASE, user_folder
from annotation_db.database.looking import open_for_looking
from annotation_db.database.schema import Image, Roi
from annotation_db.database.server_access import hidden, parse
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError, Refused, StudioError
from annotation_db.safety import journal_check
from seagull_studio.cli.making import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.performing import Failed, Output, agreed


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
            f"{len(findings)} of the things checked in {hidden(project)} need attention.", **document
        )
    output.result(document)
    if not findings:
        output.say(f"All is well: database, {counts['images']} pictures, {counts['rois']} masks.")


def _findings(output: Output, project: str) -> tuple[list[Finding], dict[str, int | None]]:
    from annotation_db.safety.integrity import check as look

    try:
        store = open_project(output, project)
    except StudioError:
        # Too damaged to be opened is something to be told of, not to fail at.
        found = [] if is_url(project) else _of_closed(_folder(project))
        if not found:
            raise
        return found, {"images": None, "rois": None}
    with store, output.progress() as progress:
        found = look(store, progress)
        return found, {"images": _count(store, Image), "rois": _count(store, Roi)}


def _of_closed(folder: Path) -> list[Finding]:
    """What is wrong in the database of a project that could not be opened."""
    file = folder / DATABASE
    if not file.is_file():
        return []
    advice = backup_files.newest_sentence(folder)
    with closing(open_for_looking(file)) as database:
        return [damage.found(advice) for damage in sweeps.of_file(database)]


def _count(store: Store, table: type[Image] | type[Roi]) -> int | None:
    try:
        with store.read() as s:
            return s.scalar(select(func.count()).select_from(table))
    except StudioError:
        return None


def _put_back(
    output: Output, project: str, findings: list[Finding], lay_aside: bool
) -> tuple[int | None, int]:
    """Store what stands in the journals; a damaged database is left as it is, for `_repair` to save from."""
    if any(map(_is_damage, findings)):
        return None, 0
    from seagull_studio.operations import journals

    laid: Sequence[journal.Entry] = ()
    with open_project(output, project) as store, output.progress() as progress:
        done = journals.put_back(store, who(), progress, lambda: False)
        if lay_aside and done.against_rules:
            laid = done.against_rules
            file = journal.lay_aside(store.folder, laid)
    if not done.stored and not any(one.kind == "journal" for one in findings):
        return None, 0
    output.say(f"{done.stored} ratings and ROIs were put back from the journals.")
    for sentence in done.refused:
        output.note(sentence)
    if laid:
        output.note(f"{len(laid)} of them are kept in {file} and named no more; --repair tries them on.")
    elif done.against_rules:
        output.note("With --lay-aside too, what the project refuses is kept in a file and named no more.")
    return done.stored, len(laid)


def _is_damage(finding: Finding) -> bool:
    return finding.kind == "database" and finding.subject != "schema version"


def _repair(
    output: Output, project: str, findings: list[Finding], into: Path | None
) -> dict[str, Any] | None:
    if not any(map(_is_damage, findings)):
        output.say("The database is sound, so there was nothing to repair in it.")
        return None
    if is_url(project):
        raise Refused(
            "The database of a server is not repaired by this program; put back a backup, or ask its keeper."
        )
    from annotation_db.safety import salvage

    folder = _folder(project)
    rescue = salvage.rescue(folder, into or salvage.default_folder(folder), who())
    for one in rescue.tables:
        if one.left_out or one.unreadable or one.ended_early:
            more = ", and there may have been more" if one.ended_early else ""
            output.say(
                f"{one.table}: {one.saved} rows saved, {one.left_out} damaged ones left out, "
                f"{one.unreadable} could not be read{more}."
            )
    output.say(f"What can be read of {folder} was saved into {rescue.folder}; {folder} is as it was.")
    with Store.open(rescue.folder) as store:
        lacking = journal_check.look(store, folder=folder)
        done = journal_check.put_back(store, (*lacking.missing, *lacking.waiting), who())
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
        file = backups.make(store, backups.MANUAL, progress=progress)
    made = next(one for one in backup_files.listing(file.parent.parent) if one.path == file)
    output.result(_described(made))
    output.say(f"Made the backup {file} ({made.bytes / 1e6:.1f} MB), and looked through it: it is sound.")


def restore(output: Output, project: str, wanted: str | None, yes: bool) -> None:
    """``restore``: lists the backups, or puts one back."""
    from annotation_db.safety import restoring

    folder = user_folder(parse(project), project) if is_url(project) else _folder(project)
    if wanted is None:
        _list(output, folder)
        return
    chosen = restoring.choose(folder, wanted)
    if not yes:
        agreed(
            output,
            f"{hidden(project)} becomes what it was when {chosen.name} was made, with "
            f"{_told(restoring.count_ratings(chosen))}; what is there now is kept in "
            f"{folder / backup_files.BACKUPS}.",
            "Restore it?",
            "Nothing was restored",
        )
    password = None
    if is_url(project):
        with open_project(output, project) as store:
            password = store.password
    done = restoring.restore(project, chosen, who(), password=password)
    output.result({"backup": str(done.backup), "kept": done.kept and str(done.kept), "ratings": done.ratings})
    output.say(f"{hidden(project)} is as it was when {chosen.name} was made, with {_told(done.ratings)}.")
    if done.kept is not None:
        output.say(f"What was there before is kept as {done.kept}.")


def _list(output: Output, folder: Path) -> None:
    known = backup_files.listing(folder)
    if not known and not (folder / DATABASE).is_file() and not folder.is_dir():
        raise ProjectError(f"There is no project {folder}; check the name.")
    output.result({"backups": [_described(one) for one in known]})
    for one in known:
        counted = _described(one)["ratings"]
        output.say(
            f"{one.made_at:%Y-%m-%d %H:%M} UTC  {one.bytes / 1e6:8.1f} MB  {_told(counted)}  {one.path.name}"
        )
    if not known:
        output.say(f"There are no backups in {folder / backup_files.BACKUPS}.")


def _described(one: BackupFile) -> dict[str, Any]:
    from annotation_db.safety.restoring import count_ratings

    return {
        "file": str(one.path),
        "reason": one.reason,
        "made_at": one.made_at.isoformat(),
        "bytes": one.bytes,
        "ratings": count_ratings(one.path),
    }


def _told(ratings: int | None) -> str:
    return "unreadable" if ratings is None else f"{ratings} ratings"


def _folder(project: str) -> Path:
    path = Path(project).expanduser().absolute()
    return path.parent if path.name == DATABASE and not path.is_dir() else path
