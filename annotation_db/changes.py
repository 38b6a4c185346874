"""Whether another program has written to a project."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_SQLITE = text("PRAGMA data_version")
_POSTGRESQL = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")


def mark(s: Session) -> int:
    """A number that becomes another one when another program has written; costs next to nothing.

    It means something only beside one that was taken over the same `Store`. On SQLite what that store writes
    itself does not change it; on PostgreSQL it does, and the server takes up to a second to tell.
    """
    statement = _POSTGRESQL if s.get_bind().dialect.name == "postgresql" else _SQLITE
    return int(s.scalar(statement) or 0)
