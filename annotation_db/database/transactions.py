"""Transactions that are tried again: what others write at the same moment on a server is no error.

SQLite lets one program write at a time, and whoever waits for it reads what the other has written;
there, a transaction runs once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from annotation_db.database.failures import is_refused_entry, sqlstate
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError

T = TypeVar("T")
Trouble = Literal["conflict", "lost"]

ATTEMPTS: Final = 8
"""Tries before a person is told; with the pauses in between, some three seconds."""

_CONFLICTS: Final = frozenset({"40001", "40P01", "23505", "55P03"})
"""Serialization failure, deadlock, a key that somebody else took, a lock that did not come free."""

_NOT_NOW: Final = frozenset({"53300", "57P01", "57P02", "57P03"})
"""Too many connections; the server ends this one, goes down, or comes up."""


def transact(
    store: Store,
    work: Callable[[Session], T],
    *,
    who: str = "",
    attempts: int = ATTEMPTS,
    repeatable: bool = False,
    patient: bool = False,
    passing: bool = False,
) -> T:
    """Run `work` in a write transaction, again where others got in between.

    Parameters
    ----------
    work : callable
        Called with the session, once for every try; everything it did before is undone then.
    who : str
        As for `Store.write`.
    attempts : int
        How often to try, at least 1.
    repeatable : bool
        Whether doing it twice comes to the same. Only such work is tried again when the connection
        breaks during the commit, which may have come through.
    patient, passing : bool
        As for `Store.write`.

    Raises
    ------
    ProjectError
        If all tries failed; or if nobody knows whether the commit came through.
    StudioError
        What `work` refuses is raised at once.
    """

    def attempt(finished: list[bool]) -> T:
        with store.write(who, patient=patient, passing=passing) as session:
            result = work(session)
            session.flush()
            if not repeatable:
                session.execute(select(1))  # what broke before the commit may safely be done again
            finished.append(True)
        return result

    return _repeated(store, attempt, attempts, repeatable)


def transact_read(store: Store, work: Callable[[Session], T], *, attempts: int = ATTEMPTS) -> T:
    """Run `work` in a transaction that only reads, again where the connection broke."""

    def attempt(_finished: list[bool]) -> T:
        with store.read() as session:
            return work(session)

    return _repeated(store, attempt, attempts, True)


def trouble(error: BaseException) -> Trouble | None:
    """What kept a transaction on a server from being done, if trying again may help.

    Parameters
    ----------
    error : BaseException
        What was raised; the database's own error may stand behind it as its cause.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DBAPIError):
        cause = cause.__cause__
    if cause is None or not type(cause.orig).__module__.startswith("psycopg"):
        return None
    state = sqlstate(cause)
    if state in _CONFLICTS:
        return "conflict"
    if cause.connection_invalidated or state in _NOT_NOW or (state or "").startswith("08"):
        return "lost"
    unreachable = state is None and type(cause.orig).__name__ == "OperationalError"
    return "lost" if unreachable and not is_refused_entry(cause.orig) else None


def _repeated(store: Store, attempt: Callable[[list[bool]], T], attempts: int, repeatable: bool) -> T:
    for number in range(1, attempts + 1):
        finished: list[bool] = []
        try:
            return attempt(finished)
        except Exception as error:
            found = trouble(error)
            if found is None:
                raise
            if found == "lost" and finished and not repeatable:
                raise ProjectError(
                    f"The connection to {store.url} broke while this was being saved; "
                    "look whether it is there, and do it again if it is not."
                ) from error
            if number == attempts:
                raise
        time.sleep(min(1.0, 0.02 * 2**number) * random.uniform(0.5, 1.0))
    raise AssertionError("attempts is at least 1")
