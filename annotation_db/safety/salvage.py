"""Saving what can be read of a damaged project into a new one. The damaged one stays exactly as it is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import URL, Table, create_engine

from annotation_db.database import audit, content_hash, migrations, raw_values
from annotation_db.database.backup_files import newest_sentence
from annotation_db.database.content_hash import HASH
from annotation_db.database.failures import corrupt, translate_database_errors
from annotation_db.database.locations import DATABASE
from annotation_db.database.read_only_files import open_read_only
from annotation_db.database.schema import PAST, Base, Exclusion, LabelRun, PlaceChange, new_uid
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.safety.salvage_rows import Rows

LEFT_OUT: Final = "left-out.json"
"""File in the new project folder that names every row that was not saved, with what could be read of it."""
_PORTION: Final = 500


@dataclass(frozen=True, slots=True)
class TableRescue:
    """What became of one table."""

    table: str
    saved: int
    left_out: int
    """Rows that were read and are damaged, or belong to such a row."""
    unreadable: int
    """Rows that could not be read, as far as the indexes still name them."""
    ended_early: bool
    """Whether some of its pages could not be read, so that there may have been more rows."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was saved, and where it is."""

    folder: Path
    tables: tuple[TableRescue, ...]
    file: Path
    """See `LEFT_OUT`."""

    @property
    def whole(self) -> bool:
        """Whether every row was saved."""
        return not any(one.left_out or one.unreadable or one.ended_early for one in self.tables)


def default_folder(folder: Path) -> Path:
    """Where a rescued project goes if nobody says: beside the damaged one."""
    return folder.with_name(f"{folder.name}-rescued-{datetime.now(UTC):%Y%m%dT%H%M%S}")


def rescue(folder: Path, into: Path, who: str) -> Rescue:
    """Save every sound row of a project folder into a new project.

    Left out are rows whose hash is wrong, with a value that cannot be read, or that name a row not saved.

    Parameters
    ----------
    folder : Path
        The damaged project; nothing in it is changed.
    into : Path
        A folder that is not there, or empty.

    Raises
    ------
    ProjectError
        If nothing can be read, `into` is in use, or the project is of a newer version.
    DiskError
        If the disk is full or not writable; nothing is left behind.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise ProjectError(f"{folder} is no SEAGULL Studio project; give the project's folder.")
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise ProjectError(f"{into} is in use; choose a folder that is not there yet.")
    existed = into.exists()
    part = into / f".{DATABASE}.{uuid4().hex}"
    try:
        with translate_database_errors(str(into)):
            into.mkdir(parents=True, exist_ok=True)
            with closing(open_read_only(file)) as damaged:
                tables, left = _copy(damaged, part, folder)
            if not any(one.saved for one in tables if one.table not in ("project", "audit")):
                raise corrupt(str(folder))
            (into / LEFT_OUT).write_text(json.dumps(left, indent=1) + "\n", encoding="utf-8")
            part.replace(into / DATABASE)
    except BaseException:
        for path in (part, part.with_name(part.name + "-journal"), into / LEFT_OUT):
            path.unlink(missing_ok=True)
        if not existed and into.exists():
            into.rmdir()
        raise
    with Store.open(into) as store, store.write(who) as s:
        audit.record(s, who, "project.rescue", str(folder), {one.table: one.saved for one in tables})
    return Rescue(into, tuple(tables), into / LEFT_OUT)


def _copy(
    damaged: sqlite3.Connection, target: Path, folder: Path
) -> tuple[list[TableRescue], list[dict[str, Any]]]:
    _make_empty(target, _version(damaged, folder))
    saved: dict[str, set[int]] = {}
    reports: list[TableRescue] = []
    left: list[dict[str, Any]] = []
    with closing(sqlite3.connect(target)) as made:
        # What an exclusion is of stands in no foreign key: it comes after everything that it may name.
        ordered = sorted(Base.metadata.sorted_tables, key=lambda table: table.name == Exclusion.__tablename__)
        for table in (*ordered, *PAST.sorted_tables):
            if table.name == PlaceChange.__tablename__:  # the copy's own triggers fill it
                continue
            columns = [row[1] for row in made.execute(f'PRAGMA table_info("{table.name}")')]
            if not columns:
                continue
            rescuer = _TableRescuer(table, columns, saved, folder)
            report = rescuer.run(damaged, made)
            left += rescuer.left
            reports.append(report)
            if table.name == LabelRun.__tablename__ and "summary" in columns:
                made.execute("UPDATE label_run SET summary = NULL")  # some of its labels may be left out
        if not saved["project"]:
            _make_up_project(made, folder)
        made.commit()
    return reports, left


class _TableRescuer:
    """Copies the sound rows of one table; remembers which, for those that name them."""

    def __init__(self, table: Table, columns: list[str], saved: dict[str, set[int]], folder: Path) -> None:
        self._table = table
        self._columns = columns
        self._saved = saved
        self._folder = folder
        self._mine: set[int] = saved.setdefault(table.name, set())
        self.left: list[dict[str, Any]] = []

    def run(self, damaged: sqlite3.Connection, made: sqlite3.Connection) -> TableRescue:
        rows = Rows(damaged, self._table.name, self._columns)
        waiting: list[list[Any]] = []
        try:
            for row_id, *raw in rows:
                values = self._checked(row_id, raw)
                if values is not None:
                    waiting.append(values)
                if len(waiting) >= _PORTION:
                    self._store(made, waiting)
                    waiting = []
        except sqlite3.Error:
            rows.ended_early = True
        self._store(made, waiting)
        count = len(self.left)
        for row_id in rows.lost:
            self.left.append({"table": self._table.name, "id": row_id, "why": "it cannot be read"})
        return TableRescue(self._table.name, len(self._mine), count, len(rows.lost), rows.ended_early)

    def _checked(self, row_id: int, raw: list[Any]) -> list[Any] | None:
        """The row as it is to be stored; None if it is left out."""
        read: dict[str, Any] = {}
        wrong: list[str] = []
        for name, value in zip(self._columns, raw, strict=True):
            try:
                read[name] = raw_values.value(self._table.c[name], value)
            except raw_values.Unreadable as error:
                wrong.append(str(error))
        if not wrong and HASH in read and content_hash.of_values(self._table.name, read) != read[HASH]:
            wrong.append("it is not what was stored")
        if not wrong:
            wrong = self._orphaned(read)
        if wrong:
            self._leave(row_id, read, "; ".join(wrong))
            return None
        values = [value.decode() if isinstance(value, bytes) else value for value in raw]
        if self._table.name == "image_root":  # relative to the folder that the project was in
            at = self._columns.index("path")
            values[at] = (self._folder.absolute() / values[at]).resolve().as_posix()
        if self._table.name == "project" and "prefill_predictor_id" in read:
            at = self._columns.index("prefill_predictor_id")
            if values[at] is not None and values[at] not in self._saved.get("predictor", set()):
                values[at] = None
        return values

    def _orphaned(self, read: dict[str, Any]) -> list[str]:
        if self._table.name == "project":
            return []
        named = [
            (next(iter(column.foreign_keys)).column.table.name, read[column.name])
            for column in self._table.columns
            if column.foreign_keys and column.name in read
        ]
        if self._table.name == "exclusion":
            named.append((read["kind"], read["target_id"]))
        return [
            f"it belongs to row {target} of {parent}, which was not saved"
            for parent, target in named
            if target is not None and target not in self._saved.get(parent, set())
        ]

    def _store(self, made: sqlite3.Connection, rows: Iterable[list[Any]]) -> None:
        listed = ", ".join(f'"{name}"' for name in self._columns)
        marks = ", ".join("?" * len(self._columns))
        statement = f'INSERT INTO "{self._table.name}" ({listed}) VALUES ({marks})'
        at = self._columns.index("id")
        for values in rows:
            try:
                made.execute(statement, values)
                self._mine.add(values[at])
            except sqlite3.IntegrityError as error:
                read = dict(zip(self._columns, values, strict=True))
                self._leave(values[at], read, f"it breaks a rule of the project ({error})")

    def _leave(self, row_id: int, read: dict[str, Any], why: str) -> None:
        content = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in read.items()
        }
        self.left.append({"table": self._table.name, "id": row_id, "why": why, "content": content})


def _version(damaged: sqlite3.Connection, folder: Path) -> str:
    newest = migrations.revisions()[-1]
    try:
        row = damaged.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise ProjectError(
                f"{folder} holds a database, but no SEAGULL Studio project; choose another place."
            ) from error
        return newest
    except sqlite3.DatabaseError:
        _refuse_unreadable(damaged, folder)
        return newest
    found = str(row[0]) if row else newest
    if found in migrations.revisions():
        return found
    if found.isdigit() and len(found) == 4:
        raise ProjectError(
            f"{folder} was made by a newer SEAGULL Studio; update this program, then save what can be read."
        )
    return newest


def _refuse_unreadable(damaged: sqlite3.Connection, folder: Path) -> None:
    try:
        damaged.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise ProjectError(
            f"Nothing of the database of {folder} can be read, not even which tables it had; "
            f"{newest_sentence(folder)}."
        ) from error


def _make_empty(target: Path, version: str) -> None:
    engine = create_engine(URL.create("sqlite", database=str(target)))
    try:
        with engine.begin() as connection:
            migrations.upgrade(connection, target=version)
    finally:
        engine.dispose()


def _make_up_project(made: sqlite3.Connection, folder: Path) -> None:
    """The project's own row was lost: its name and numbers are those of a new one."""
    made.execute(
        "INSERT INTO project (id, uid, name, created_at, raters_wanted, min_roi_area, seed, simulated) "
        "VALUES (1, ?, ?, ?, 7, 1024, 0, 0)",
        (new_uid(), f"{folder.name} (rescued)", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"),
    )
