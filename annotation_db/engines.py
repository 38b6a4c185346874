"""Database engines: SQLite with the settings that keep what was shown as saved, and PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from annotation_db.errors import ProjectError
from annotation_db.json_text import dumps

WRITE = "studio_write"
"""Execution option of a connection whose transactions may write."""


def is_url(location: str | Path) -> bool:
    return isinstance(location, str) and "://" in location


def sqlite_engine(file: Path, wait_s: float, *, foreign_keys: bool = True) -> Engine:
    """An engine on one SQLite file; writers queue up to `wait_s` seconds for one another.

    ``synchronous=FULL`` in WAL mode syncs the log at every commit: a committed rating survives
    a power cut, not only a killed program.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": wait_s}, json_serializer=dumps
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not inside the driver
        connection.execute(f"PRAGMA foreign_keys={int(foreign_keys)}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            # The lock is taken at once: a transaction that read first could not be upgraded.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")

    return engine


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


def shown(url: URL) -> str:
    """A URL as people know it: without the driver, the password and percent signs in its options."""
    plain = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    return plain.replace("%2F", "/")


def server_engine(url: URL, wait_s: float) -> Engine:
    """An engine on a PostgreSQL server.

    Raises
    ------
    ProjectError
        If the driver is not installed.
    """
    timeout = f"-c lock_timeout={int(wait_s * 1000)}"
    try:
        return create_engine(
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


def writer(engine: Engine) -> Engine:
    """The same connections, for transactions that write."""
    return engine.execution_options(**{WRITE: True})


def reader(engine: Engine) -> Engine:
    """The same connections, for transactions that only read, each seeing one moment in time."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine
