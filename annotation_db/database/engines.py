"""Database engines: SQLite with the settings that keep what was shown as saved, and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import QueuePool

from annotation_db.errors import ProjectError
from annotation_db.files.json_text import dumps

WRITE = "studio_write"
"""Execution option of a connection whose transactions may write."""

WAIT: Final = "studio_wait_s"
"""Execution option: how long a writing transaction waits for another program's, in seconds."""

LASTING: Final = "studio_lasting"
"""Execution option: whether a transaction is to survive a power cut; any survives a killed program."""

_LOOK_S: Final = 0.002
"""How often a writer looks whether its turn has come: other programs leave gaps of a few milliseconds."""


def is_url(location: str | Path) -> bool:
    """Whether a location is the URL of a server, and no path."""
    return isinstance(location, str) and "://" in location


def sqlite_engine(
    file: Path, wait_s: float, *, foreign_keys: bool = True, read_only: str | None = None
) -> Engine:
    """An engine on one SQLite file; writers queue up to `wait_s` seconds for one another.

    ``synchronous=FULL`` in WAL mode syncs the log at every commit: a committed rating survives
    a power cut, not only a killed program. What need not (`LASTING`) commits without waiting for the disk.

    Parameters
    ----------
    read_only : str, optional
        Query of SQLite's URI for a file that is not to be written, ``mode=ro`` or ``immutable=1``.
    """
    if read_only is None:
        engine = create_engine(
            URL.create("sqlite", database=str(file)), connect_args={"timeout": wait_s}, json_serializer=dumps
        )
    else:
        uri = f"{file.absolute().as_uri()}?{read_only}"
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=wait_s),
            poolclass=QueuePool,
            json_serializer=dumps,
        )

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not inside the driver
        connection.execute(f"PRAGMA foreign_keys={int(foreign_keys)}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(WRITE):
            _set(connection, "query_only=OFF")
            _set(connection, f"synchronous={'FULL' if options.get(LASTING, True) else 'NORMAL'}")
            _begin_immediate(connection, options.get(WAIT, wait_s), wait_s)
        else:
            _set(connection, "query_only=ON")
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_immediate(connection: Connection, wait_s: float, usual_s: float) -> None:
    """Take the write lock at once: a transaction that read first could not be upgraded.

    SQLite's own waiting looks ten times a second at last, and would miss the gaps that a long import
    leaves for others.
    """
    deadline = time.monotonic() + wait_s
    _set(connection, "busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                code = getattr(error.orig, "sqlite_errorcode", 0)
                if code & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK_S)
    finally:
        _set(connection, f"busy_timeout={int(usual_s * 1000)}")


def _set(connection: Connection, setting: str) -> None:
    """A setting of the connection, past SQLAlchemy, which would take longer than all else that begins."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    driver.execute(f"PRAGMA {setting}")


def server_url(location: str) -> URL:
    """Parse the URL of a project on a server.

    Raises
    ------
    ProjectError
        If it is not a PostgreSQL URL.
    """
    try:
        url = make_url(location)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise ProjectError(
            "This is no database URL; write postgresql://name@server/database, or give a project folder."
        ) from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise ProjectError(
            f"Projects at a URL live on PostgreSQL, not on {url.get_backend_name()}; "
            "write postgresql://name@server/database, or give a project folder."
        )
    return url.set(drivername="postgresql+psycopg")


def server_engine(url: URL, wait_s: float) -> Engine:
    """An engine on a PostgreSQL server.

    Raises
    ------
    ProjectError
        If the driver is not installed.
    """
    timeout = f"-c lock_timeout={int(wait_s * 1000)}"
    try:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "options": timeout},
            json_serializer=dumps,
        )
    except ImportError as error:
        raise ProjectError(
            "Projects on a PostgreSQL server need the psycopg package; "
            "install it with: pip install 'seagull-studio[postgres]'."
        ) from error

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        patience = connection.get_execution_options().get(WAIT)
        if patience is not None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")

    return engine


def writer(engine: Engine, wait_s: float | None = None, *, lasting: bool = True) -> Engine:
    """The same connections, for transactions that write.

    Parameters
    ----------
    wait_s : float, optional
        Wait for another program's transaction up to so many seconds, in place of the engine's number.
    lasting : bool
        Whether what is committed is to survive a power cut.
    """
    options: dict[str, Any] = {WRITE: True, LASTING: lasting}
    if wait_s is not None:
        options[WAIT] = wait_s
    return engine.execution_options(**options)


def reader(engine: Engine) -> Engine:
    """The same connections, for transactions that only read, each seeing one moment in time."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine
