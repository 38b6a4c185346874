"""The audit trail: who did what, when. Only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Audit
from annotation_db.records import AuditRecord


def record(s: Session, who: str, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
    """Add one entry.

    Parameters
    ----------
    who : str
        Name of the person; "" takes the name that the transaction was opened with.
    action : str
        What was done, such as ``roi.add``.
    subject : str
        What it was done to, such as ``roi 12``.
    detail : mapping, optional
        More, as JSON values.
    """
    record_many(s, who, action, [(subject, detail or {})])


def record_many(s: Session, who: str, action: str, things: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Add an entry for each of several things (subject, detail), as `record` does for one."""
    who = who or s.info.get("who", "")
    rows = [
        {"who": who, "action": action, "subject": subject, "detail": dict(detail)}
        for subject, detail in things
    ]
    if rows:
        s.execute(insert(Audit.metadata.tables[Audit.__tablename__]), rows)


def list_all(s: Session, limit: int | None = None) -> list[AuditRecord]:
    """The newest `limit` entries (all if None), newest first."""
    rows = s.scalars(select(Audit).order_by(Audit.id.desc()).limit(limit))
    return [AuditRecord(r.id, r.at, r.who, r.action, r.subject, dict(r.detail)) for r in rows]
