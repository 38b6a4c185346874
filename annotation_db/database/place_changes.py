"""Which ROIs' places changed since one looked last: noted by the database itself, read by queues.

Triggers note a ROI in ``place_change`` whenever one of its places, a first rating of it, or a withdrawal
changes, whichever program does it. ``turn`` tells what is new:

- SQLite commits one transaction after the other. There it counts up, and each ROI has one row, of its
  last change. What changes very many ROIs at once does without triggers, and writes a row of ROI 0: any ROI
  may stand differently since that turn.
- On PostgreSQL transactions end in another order than they begin. There it is the number of the
  transaction, rows are only added, and new is what was written by a transaction that had not ended at
  the last look. So some rows are read twice, which does no harm. Old rows are removed now and then; a row
  of ROI 0 tells up to which turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from annotation_db.database import plain_rows

MOST: Final = 2_000
"""More ROIs than these are not told one by one."""

_EVENTS: Final = {
    "place_added": ("INSERT ON place", "", "= NEW.roi_id"),
    "place_changed": ("UPDATE OF roi_id, annotator_id, state, lease_until ON place", "", "= NEW.roi_id"),
    "place_removed": ("DELETE ON place", "", "= OLD.roi_id"),
    "rating_added": ("INSERT ON rating", "NEW.revision = 1", "= NEW.roi_id"),
    "rating_moved": ("UPDATE OF roi_id, annotator_id, kind, revision ON rating", "", "= NEW.roi_id"),
    "roi_excluded": ("INSERT ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "roi_restored": ("UPDATE ON exclusion", "NEW.kind = 'roi'", "= NEW.target_id"),
    "image_excluded": (
        "INSERT ON exclusion",
        "NEW.kind = 'image'",
        "IN (SELECT id FROM roi WHERE image_id = NEW.target_id)",
    ),
    "image_restored": (
        "UPDATE ON exclusion",
        "NEW.kind = 'image'",
        "IN (SELECT id FROM roi WHERE image_id = NEW.target_id)",
    ),
}
"""Trigger -> what happens, when it matters, which ROIs."""

_PRUNE: Final = """
    IF random() < 0.0005 THEN
        edge := (SELECT turn FROM place_change WHERE roi_id != 0 ORDER BY id DESC OFFSET 50000 LIMIT 1);
        IF edge IS NOT NULL THEN
            INSERT INTO place_change (roi_id, turn) VALUES (0, edge);
            DELETE FROM place_change WHERE id IN (
                SELECT id FROM place_change
                WHERE turn < edge OR turn >= txid_snapshot_xmax(txid_current_snapshot())
                ORDER BY id LIMIT 100000 FOR UPDATE SKIP LOCKED);
        END IF;
    END IF;"""


class ChangedPlaces(NamedTuple):
    """What was found at one look."""

    turn: int
    """For the next look, into the same database."""
    roi_ids: frozenset[int] | None
    """ROIs that may stand differently; None where that may be any."""


def changed_since(s: Session, since: int | None = None) -> ChangedPlaces:
    """Which ROIs may have another standing than at the last look; in a transaction that only reads.

    Parameters
    ----------
    since : int, optional
        `Look.turn` of that look; without it, any ROI may.
    """
    if s.get_bind().dialect.name == "postgresql":
        return _look_at_server(s, since)
    found = plain_rows.run(s, _SINCE, {"turn": since or 0, "most": MOST + 1}).all()
    newest = found[0].turn if found else s.scalar(_LAST) or 0
    told = since is not None and since <= newest and len(found) <= MOST
    roi_ids = frozenset(row.roi_id for row in found)
    return ChangedPlaces(newest, roi_ids if told and 0 not in roi_ids else None)


def _look_at_server(s: Session, since: int | None) -> ChangedPlaces:
    newest, edge = plain_rows.run(s, _SERVER, {}).one()
    if since is None or newest < since or (edge or 0) > since:
        return ChangedPlaces(newest, None)
    found = plain_rows.run(s, _SERVER_SINCE, {"turn": since, "most": MOST + 1}).scalars().all()
    return ChangedPlaces(newest, frozenset(found) if len(found) <= MOST else None)


_SINCE = text("SELECT roi_id, turn FROM place_change WHERE turn > :turn ORDER BY turn DESC LIMIT :most")
_LAST = text("SELECT max(turn) FROM place_change")
_SERVER = text(
    "SELECT txid_snapshot_xmin(txid_current_snapshot()), "
    "(SELECT max(turn) FROM place_change WHERE roi_id = 0)"
)
_SERVER_SINCE = text(
    "SELECT DISTINCT roi_id FROM place_change WHERE turn >= :turn AND roi_id != 0 LIMIT :most"
)


@contextmanager
def in_bulk(s: Session, rois: int) -> Iterator[None]:
    """Around statements of one transaction that change the places of so many ROIs.

    In SQLite triggers make large imports several times slower. For more ROIs than are told one by one the
    block runs without them, and says that any ROI may stand differently. Other programs never see the
    database without its triggers: they go and come back within the transaction.
    """
    if rois <= MOST or s.get_bind().dialect.name != "sqlite" or s.info.get(_BULK):
        yield
        return
    s.flush()
    connection = s.connection()
    s.info[_BULK] = True
    try:
        for name in _EVENTS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS studio_{name}")
        yield
        s.flush()
    finally:
        del s.info[_BULK]
        for statement in _sqlite():
            connection.exec_driver_sql(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))
        connection.exec_driver_sql(
            "INSERT INTO place_change (roi_id, turn) SELECT 0, coalesce(max(turn), 0) + 1 FROM place_change"
        )
        connection.exec_driver_sql(
            "DELETE FROM place_change WHERE turn < (SELECT max(turn) FROM place_change)"
        )


_BULK: Final = "place_changes_in_bulk"


def all_may_differ(server: Connection) -> None:
    """Say on a server that any ROI may stand differently, after what no trigger sees, such as TRUNCATE.

    A queue may have looked in a transaction that began after this one: so the turn after this one's.
    """
    server.execute(text("INSERT INTO place_change (roi_id, turn) VALUES (0, txid_current() + 1)"))


def install(connection: Connection) -> None:
    """Make the triggers, in a database whose tables were just made."""
    for statement in triggers(connection.dialect.name):
        connection.exec_driver_sql(statement)


def triggers(dialect: str) -> list[str]:
    """What makes a database note changes; migrations have their own copy."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def _sqlite() -> list[str]:
    newest = "(SELECT max(turn) FROM place_change)"
    return [
        f"CREATE TRIGGER studio_{name} AFTER {happens} {f'WHEN {condition} ' if condition else ''}BEGIN "
        "INSERT INTO place_change (roi_id, turn) "
        f"SELECT id, coalesce({newest}, 0) + 1 FROM roi WHERE id {rois}; "
        f"DELETE FROM place_change WHERE roi_id {rois} AND turn < {newest}; END"
        for name, (happens, condition, rois) in _EVENTS.items()
    ]


def _postgresql() -> list[str]:
    made = []
    for name, (happens, condition, rois) in _EVENTS.items():
        when = f"WHEN ({condition}) " if condition else ""
        made.append(
            f"CREATE FUNCTION studio_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "DECLARE edge bigint;\nBEGIN\n"
            "    INSERT INTO place_change (roi_id, turn) "
            f"SELECT id, txid_current() FROM roi WHERE id {rois};{_PRUNE}\n    RETURN NULL;\nEND $$"
        )
        made.append(
            f"CREATE TRIGGER studio_{name} AFTER {happens} FOR EACH ROW {when}"
            f"EXECUTE FUNCTION studio_{name}()"
        )
    return made
