"""Creating and opening projects, and the one transaction helper that every write goes through."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from annotation_db.database import changes, migrations
from annotation_db.database.engines import is_url, reader, server_engine, sqlite_engine, writer
from annotation_db.database.failures import read_only, translate_database_errors
from annotation_db.database.journal import JOURNAL, NOTED, Entry, Journal
from annotation_db.database.locations import (
    DATABASE,
    FOLDERS,
    existing_folder,
    no_log_possible,
    upgrade_file,
    user_folder,
)
from annotation_db.database.log_watch import LogWatch
from annotation_db.database.new_projects import Fill, alone_on_server, create_folder, create_on_server, tidy
from annotation_db.database.outbox import Outbox
from annotation_db.database.read_only_files import open_read_only
from annotation_db.database.schema import Project
from annotation_db.database.server_access import display_url, parse
from annotation_db.errors import DiskError, ProjectError, Refused, StudioError
from annotation_db.files import file_systems
from annotation_db.files.set_aside import make_folders, make_way
from annotation_db.records import Actor, check_area, check_raters

WAIT_S: Final = 5.0
"""How long a transaction waits for another program's, in seconds."""

PATIENCE_S: Final = 60.0
"""How long a rating waits for another program's transaction, such as the last step of a large import."""


class Store:
    """One open project. Use as a context manager, or call `close`.

    Parameters
    ----------
    engine : Engine
    folder : Path
        The project folder, or the folder for caches of a project on a server.
    file : Path or None
        The SQLite file; None for a server.
    wait_s : float
        Seconds to wait for other programs' writes.
    read_only : bool
        Refuse every write.

    Attributes
    ----------
    folder : Path
        The project folder; for a project on a server, a folder of this user's own for its caches.
    url : str
        Database URL, without its password.
    journal : Journal
        Where acknowledged work stands a second time.
    outbox : Outbox
        What waits in the journal because the database could not be reached.
    acting : Actor or None
        Whom this store acts for; None for a program that nobody stands behind, which may do everything.
    read_only : bool
        True for a project on a read-only medium: it can be looked at, and every write is refused.
    location : str
        What opens this project again, given the password: its folder, or its URL in the one spelling.
    password : str or None
        Of the server, where one was given; for processes that open the project too, and nothing else.
    written : Counter
        How often each kind of thing was changed through this store (see `annotation_db.database.changes`).
    notices : list of str
        Sentences about files of the project that were put aside when it was opened.
    """

    def __init__(
        self, engine: Engine, folder: Path, *, file: Path | None, wait_s: float, read_only: bool = False
    ) -> None:
        self.folder = folder
        self.url = str(URL.create("sqlite", database=str(file))) if file else display_url(engine.url)
        self.password = None if file else engine.url.password
        self.location = self._where = str(folder) if file else self.url
        self.journal = Journal(folder)
        self.outbox = Outbox(self.journal)
        self.read_only = read_only
        self.acting: Actor | None = None
        self.written: Counter[changes.Kind] = Counter()
        self.notices: list[str] = []
        self._file = file
        self._wait_s = wait_s
        self._engine = engine
        changes.watch(engine)
        self._writer = writer(engine)
        self._patient = writer(engine, max(wait_s, PATIENCE_S))
        self._passing = writer(engine, lasting=False)
        self._reader = reader(engine)
        self._watch: LogWatch | None = None

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
        password: str | None = None,
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
        password : str, optional
            Of the server, where the URL holds none and libpq is not to look for it.

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
        check_raters(raters_wanted)
        check_area(min_roi_area)
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
            create_on_server(parse(str(location), password), row, fill)
        else:
            create_folder(Path(location).expanduser().absolute(), row, fill)
        try:
            return cls.open(location, password=password)
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
        password: str | None = None,
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
        password : str, optional
            Of the server, where the URL holds none and libpq is not to look for it.

        Raises
        ------
        PasswordWanted
            If the server refuses the password, or there is none.
        ProjectError
            If there is no project, or it is corrupt, locked, or of a newer version.
        DiskError
            If the folder is not writable or the disk is full.
        """
        if is_url(location):
            url = parse(str(location), password)
            cache = user_folder(url, str(location))
            store = cls(server_engine(url, wait_s), cache, file=None, wait_s=wait_s)
        else:
            place = existing_folder(Path(location).expanduser().absolute())
            if place.read_only is None:
                tidy(place.folder)
            store = cls(
                sqlite_engine(place.file, wait_s, read_only=place.read_only),
                place.folder,
                file=place.file,
                wait_s=wait_s,
                read_only=place.read_only is not None,
            )
        try:
            with translate_database_errors(store._where):
                if not store.read_only:
                    store.notices = make_folders(store.folder, FOLDERS)
                    store.notices += make_way(store.folder, (JOURNAL,))
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
        if self._watch is not None:
            self._watch.close()
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment in time and cannot write.

        Raises
        ------
        ProjectError
            If the database is damaged, or was removed or replaced while it was open.
        """
        with translate_database_errors(self._where):
            self._verify()
            with self._session(self._reader) as session:
                yield session

    @contextmanager
    def write(self, who: str = "", *, patient: bool = False, passing: bool = False) -> Iterator[Session]:
        """THE transaction: committed, and on disk, when the block ends; rolled back if it raises.

        What the block noted for the journal (`journal.note`) stands there too, and the files of the database
        are still the ones that the next program will open: only then does this return.

        Parameters
        ----------
        who : str
            Whom the audit trail names where a function is not told.
        patient : bool
            Wait up to a minute for another program's transaction: for ratings, which nothing long refuses.
        passing : bool
            For what is worth nothing after a power cut, such as a claim: it is not waited until the disk has
            it. A killed program loses none of it either.

        Raises
        ------
        Busy
            If another program held the database for too long; nothing was changed.
        LogLost
            If the database was removed or replaced while it was open; what it held was rescued.
        ProjectError, DiskError
            If the database is damaged, full or not writable; then nothing was changed.
        """
        with translate_database_errors(self._where):
            self.refuse_read_only()
            self._verify()
            engine = self._patient if patient else self._passing if passing else self._writer
            with self._session(engine) as session:
                session.info["who"] = who
                session.connection()  # take the lock now, so that what is read inside stays true
                yield session
                changed = changes.count(session)
                session.commit()
                self.written.update(changed)
                noted = session.info.pop(NOTED, ())
        self._acknowledge(noted)

    def refuse_read_only(self) -> None:
        """Refuse what is going to write, where that cannot be; raises `DiskError`."""
        if self.read_only:
            raise read_only(self._where)

    def backup(self, label: str) -> Path:
        """Copy the database of a project folder into its backups folder, complete and consistent.

        Returns
        -------
        Path
            The copy, ``backups/LABEL-TIME.sqlite``.
        """
        from annotation_db.database import backups

        return backups.make(self, label)

    def _acknowledge(self, noted: Sequence[Entry]) -> None:
        """Let what was committed stand in the journal, and make sure that it went into this place."""
        try:
            self.journal.append(noted)
        except DiskError as error:
            raise DiskError(
                f"What was given is in the database of {self._where}, but its journal cannot be written to; "
                "make room or check that you may write there, then save once more (nothing is stored twice)."
            ) from error
        self._verify()

    def _verify(self) -> None:
        if self._watch is not None:
            self._watch.verify()

    def _session(self, engine: Engine) -> Session:
        session = Session(engine, expire_on_commit=False)
        session.info["folder"] = self.folder
        session.info["acting"] = self.acting
        return session

    def _bring_up_to_date(self, scripts: Path) -> None:
        if self._standing(scripts) == "newer":
            raise ProjectError(
                f"{self._where} was made by a newer SEAGULL Studio; update this program, then open it again."
            )
        if not self._file:
            if self._standing(scripts) == "older":
                self.backup("before-upgrade")
                with self._writer.begin() as connection:
                    alone_on_server(connection)  # another program at it leaves nothing to do
                    migrations.upgrade(connection, scripts)
            return
        if self.read_only:
            if self._standing(scripts) == "older":
                raise ProjectError(
                    f"{self._where} was made by an older SEAGULL Studio and lies on a read-only medium; copy "
                    "the whole folder to a disk, and open the copy."
                )
            return
        # A connection that may write would delete the log beside a file that it takes for no database.
        with closing(open_read_only(self._file)) as looking:
            looking.execute("PRAGMA schema_version").fetchone()
        with closing(sqlite3.connect(self._file, timeout=self._wait_s)) as plain:
            (mode,) = plain.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            raise no_log_possible(self.folder, file_systems.kind_of(self.folder) or "of an unknown kind")
        if self._standing(scripts) == "older":
            self.backup("before-upgrade")
            upgrade_file(self._file, self._wait_s, scripts)
        self._watch = LogWatch(self._file, self.folder / "backups")

    def _standing(self, scripts: Path) -> str:
        with self._reader.connect() as connection:
            version = migrations.version_of(connection)
        if version is None:
            make = f"; make one there with: seagull-studio new '{self.url}' --images FOLDER."
            raise ProjectError(
                f"{self._where} holds a database, but no SEAGULL Studio project"
                + ("; choose another place." if self._file else make)
            )
        return migrations.state(version, scripts)
