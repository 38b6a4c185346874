"""What was written to a project, told by kind: which kinds a transaction touched, and what others wrote.

Every writing transaction of a `Store` counts the kinds of things that its statements touch in the table
``change_counter``, within the same transaction. Nobody has to say what they change: it is read off the
statements. Another program compares the counters with those that it saw last; on SQLite it looks at
``PRAGMA data_version`` first, which costs nothing, and moves whenever another connection has written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from sqlalchemy import Connection, Delete, Engine, Insert, TableClause, Update, event, select, text
from sqlalchemy.orm import Session

from annotation_db.database.schema import ChangeCounter

Kind = Literal[
    "project",
    "images",
    "rois",
    "annotators",
    "places",
    "ratings",
    "predictions",
    "exclusions",
    "acceptances",
    "messages",
    "labels",
    "checks",
    "check_answers",
]
"""Kinds of things that a page may show."""

KIND_OF: Final[Mapping[str, Kind]] = {
    "project": "project",
    "lead_passphrase": "project",
    "instruction_picture": "project",
    "image_root": "images",
    "image": "images",
    "frozen_split": "project",
    "frozen_part": "images",
    "saved_filter": "project",
    "roi": "rois",
    "roi_alias": "rois",
    "annotator": "annotators",
    "annotator_merge": "annotators",
    "merged_rating": "annotators",
    "place": "places",
    "rating": "ratings",
    "predictor": "predictions",
    "prediction": "predictions",
    "exclusion": "exclusions",
    "acceptance": "acceptances",
    "message": "messages",
    "check_item": "checks",
    "repeat_request": "checks",
    "let_through": "checks",
    "check_answer": "check_answers",
    "label_run": "labels",
    "roi_label": "labels",
    "label_run_item": "labels",
}
"""By table, what changes when it is written to."""

SILENT: Final = frozenset({"audit", "rating_stage", "change_counter", "place_change"})
"""Tables that nobody shows, or that are written only beside others."""

_TOUCHED: Final = "touched"
_ADD: Final = text(
    "INSERT INTO change_counter (kind, n) VALUES (:kind, 1) "
    "ON CONFLICT (kind) DO UPDATE SET n = change_counter.n + 1"
)
CHANNEL: Final = "seagull_studio_changes"
"""Of PostgreSQL's NOTIFY: a hint without content that the counters have moved."""
_NOTIFY: Final = text(f"NOTIFY {CHANNEL}")
_DATA_VERSION: Final = text("PRAGMA data_version")


def watch(engine: Engine) -> None:
    """Let the writing transactions of an engine note which kinds of things their statements touch."""

    @event.listens_for(engine, "before_execute")
    def _note(connection: Connection, statement: Any, _many: Any, _one: Any, _options: Any) -> None:
        if isinstance(statement, (Insert, Update, Delete)) and isinstance(statement.table, TableClause):
            kind = KIND_OF.get(statement.table.name)
            if kind is not None:
                connection.info.setdefault(_TOUCHED, set()).add(kind)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.info.pop(_TOUCHED, None)  # of a transaction that was rolled back


def count(s: Session) -> frozenset[Kind]:
    """Count what this transaction touched, as its last statements.

    Returns
    -------
    frozenset of str
        The kinds.
    """
    s.flush()
    connection = s.connection()
    kinds: frozenset[Kind] = frozenset(connection.info.pop(_TOUCHED, ()))
    for kind in sorted(kinds):  # in one order, so that two writers on a server never wait for one another
        connection.execute(_ADD, {"kind": kind})
    if kinds and connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY)  # told when the transaction is committed
    return kinds


def counters(s: Session) -> dict[Kind, int]:
    """How often each kind has been changed, by anybody."""
    rows = s.execute(select(ChangeCounter.kind, ChangeCounter.n))
    return {cast(Kind, row.kind): row.n for row in rows}


def mark(s: Session) -> int | None:
    """A number that moves when another connection has written; None where the database has none.

    It means something only beside one that was taken over the same `Store`.
    """
    if s.get_bind().dialect.name != "sqlite":
        return None
    return int(s.scalar(_DATA_VERSION) or 0)
