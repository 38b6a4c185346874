"""Hints of a PostgreSQL server that something was written, as soon as it was committed."""

from __future__ import annotations

from collections.abc import Iterator

from annotation_db.database.changes import CHANNEL
from annotation_db.database.engines import server_engine
from annotation_db.database.server_access import parse


def hints(location: str, password: str | None, every_s: float) -> Iterator[bool]:
    """Listen on a connection of its own, for as long as the caller goes on.

    Parameters
    ----------
    location : str
        URL of a project on a server.
    password : str or None
        Of the server.
    every_s : float
        Longest wait between two values, in seconds.

    Yields
    ------
    bool
        True when somebody has written since the last value, this program included; False when nobody has.

    Raises
    ------
    Exception
        Whatever the driver raises when the server cannot be reached; hints are then to be had no more.
    """
    engine = server_engine(parse(location, password), every_s)
    try:
        pooled = engine.raw_connection()
        listening = pooled.driver_connection
        assert listening is not None
        pooled.detach()
        with listening:
            listening.autocommit = True
            listening.execute(f"LISTEN {CHANNEL}")
            while True:
                yield any(True for _ in listening.notifies(timeout=every_s, stop_after=1))
    finally:
        engine.dispose()
