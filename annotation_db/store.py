"""Creating and opening projects, and the one transaction helper that every write goes through."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from annotation_db import migrations
from annotation_db.disk_failures import check_writable
from annotation_db.engines import is_url, reader, server_engine, server_url, shown, sqlite_engine, writer
from annotation_db.errors import ProjectError, Refused, StudioError
from annotation_db.failures import explained
from annotation_db.locations import DATABASE, FOLDERS, existing_folder, upgrade_file, user_folder
from annotation_db.new_projects import Fill, create_folder, create_on_server, tidy
from annotation_db.schema import Project

WAIT_S: Final = 5.0
"""How long a transaction waits for another program's, in seconds."""

MOST_RATERS: Final = 10_000
"""More raters per ROI than anybody has; larger numbers are slips."""


class Store:
    """One open project. Use as a context manager, or call `close`.

    Attributes
    ----------
    folder : Path
        The project folder; for a project on a server, a folder of this user's own for its caches.
    url : str
        Database URL, without its password.
    """

    def __init__(self, engine: Engine, folder: Path, *, file: Path | None, wait_s: float) -> None:
        self.folder = folder
        self.url = shown(engine.url)
        self._file = file
        self._place = str(folder) if file else self.url
        self._wait_s = wait_s
        self._engine = engine
        self._writer = writer(engine)
        self._reader = reader(engine)

    @classmethod
    def create(
        cls,
        location: str | Path,
        name: str,
        *,
        raters_wanted: int = 7,
        min_roi_area: int = 1024,
        seed: int | None = None,
        simulated: bool = False,
        fill: Fill | None = None,
    ) -> Store:
        """Make a project, whole or not at all, and open it.

        Parameters
        ----------
        location : str or Path
            A folder (made if missing; other files in it are left alone), or a PostgreSQL URL.
        name : str
            The name people read.
        raters_wanted : int
            How many annotators each ROI is handed to, at least 1.
        min_roi_area : int
            Smallest mask accepted, in pixels, at least 1.
        seed : int, optional
            Seed of all drawn orders, 0 .. 2**31 - 1; drawn if not given.
        simulated : bool
            True for a sample project.
        fill : callable, optional
            Called with the session of the transaction that makes the project: what it puts in is
            there when the project is, and if it raises nothing is made.

        Raises
        ------
        ProjectError
            If there is a project already, or the place cannot be used; if the project was made, and
            that is said, but cannot be opened.
        DiskError
            If the disk is full or not writable; nothing is left behind.
        Refused
            If a value is out of its range.
        """
        if not name.strip():
            raise Refused("A project needs a name; give one.")
        if raters_wanted < 1 or min_roi_area < 1:
            raise Refused("The number of raters and the smallest ROI area must be at least 1.")
        if raters_wanted > MOST_RATERS:
            raise Refused(f"At most {MOST_RATERS:,} raters can be wanted per ROI.")
        if seed is not None and not 0 <= seed < 2**31:
            raise Refused("A seed is a whole number from 0 to 2147483647.")
        row = Project(
            id=1,
            name=name.strip(),
            raters_wanted=raters_wanted,
            min_roi_area=min_roi_area,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            simulated=simulated,
        )
        if is_url(location):
            create_on_server(server_url(str(location)), row, fill)
        else:
            create_folder(Path(location).expanduser().absolute(), row, fill)
        try:
            return cls.open(location)
        except StudioError as error:
            raise ProjectError(
                f"The project {row.name} was made, with all that belongs to it, but could not be opened "
                "then; do not make it again, but make room on its disk, or wait, and open it."
            ) from error

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        wait_s: float = WAIT_S,
        scripts: Path = migrations.MIGRATIONS,
    ) -> Store:
        """Open a project; an older database is upgraded after a backup copy.

        Parameters
        ----------
        location : str or Path
            The project folder (or the project.sqlite in it), or a PostgreSQL URL.
        wait_s : float
            How long transactions wait for other programs, in seconds.
        scripts : Path
            The migrations to upgrade with.

        Raises
        ------
        ProjectError
            If there is no project, or it is corrupt, locked, or of a newer version.
        DiskError
            If the folder is not writable or the disk is full.
        """
        if is_url(location):
            url = server_url(str(location))
            store = cls(server_engine(url, wait_s), user_folder(url), file=None, wait_s=wait_s)
        else:
            folder = existing_folder(Path(location).expanduser().absolute())
            tidy(folder)
            file = folder / DATABASE
            store = cls(sqlite_engine(file, wait_s), folder, file=file, wait_s=wait_s)
        try:
            with explained(store._place):
                for sub in FOLDERS:
                    (store.folder / sub).mkdir(parents=True, exist_ok=True)
                store._bring_up_to_date(scripts)
        except BaseException:
            store.close()
            raise
        return store

    @staticmethod
    def is_project(folder: str | Path) -> bool:
        """Whether a folder holds a project."""
        try:
            return (Path(folder) / DATABASE).is_file()
        except OSError:  # a folder that nobody may look into, a name that no disk takes
            return False

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded into the database file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment in time and cannot write."""
        with explained(self._place), self._session(self._reader) as session:
            yield session

    @contextmanager
    def write(self, who: str = "") -> Iterator[Session]:
        """THE transaction: committed, and on disk, when the block ends; rolled back if it raises.

        Parameters
        ----------
        who : str
            Whom the audit trail names where a function is not told.

        Raises
        ------
        ProjectError, DiskError
            If the database is locked, damaged, full or not writable; then nothing was changed.
        """
        with explained(self._place), self._session(self._writer) as session:
            session.info["who"] = who
            session.connection()  # take the lock now, so that what is read inside stays true
            yield session
            session.commit()

    def backup(self, label: str) -> Path:
        """Copy the database of a project folder into its backups folder, complete and consistent.

        Returns
        -------
        Path
            The copy, ``backups/LABEL-TIME.sqlite``.
        """
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        target = self.folder / "backups" / f"{label}-{stamp}.sqlite"
        part = target.with_suffix(".part")
        check_writable(target.parent)
        try:
            with (
                explained(self._place),
                closing(sqlite3.connect(self.folder / DATABASE)) as source,
                closing(sqlite3.connect(part)) as copy,
            ):
                source.backup(copy)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def _session(self, engine: Engine) -> Session:
        session = Session(engine, expire_on_commit=False)
        session.info["folder"] = self.folder
        return session

    def _bring_up_to_date(self, scripts: Path) -> None:
        if self._standing(scripts) == "newer":
            raise ProjectError(
                f"{self._place} was made by a newer SEAGULL Studio; update this program, then open it again."
            )
        if not self._file:
            if self._standing(scripts) == "older":
                with self._writer.begin() as connection:
                    migrations.upgrade(connection, scripts)
            return
        with closing(sqlite3.connect(self._file, timeout=self._wait_s)) as plain:
            plain.execute("PRAGMA journal_mode=WAL")
        if self._standing(scripts) == "older":
            self.backup("before-upgrade")
            upgrade_file(self._file, self._wait_s, scripts)

    def _standing(self, scripts: Path) -> str:
        with self._reader.connect() as connection:
            version = migrations.version_of(connection)
        if version is None:
            raise ProjectError(
                f"{self._place} holds a database, but no SEAGULL Studio project; choose another place."
            )
        return migrations.state(version, scripts)
