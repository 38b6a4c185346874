"""Who did what; what changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import (
    Base,
    now,
)


class Audit(Base):
    """Who did what, when. Only ever added to."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    who: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ChangeCounter(Base):
    """How often each kind of thing was changed, so that other programs see what to read again."""

    __tablename__ = "change_counter"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(unique=True)
    n: Mapped[int] = mapped_column(BigInteger)
