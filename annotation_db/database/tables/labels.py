"""Label runs, and the labels that they share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import (
    Base,
    hash_column,
    now,
    uid_column,
)


class LabelRun(Base):
    """All labels computed at once under one named policy."""

    __tablename__ = "label_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    policy: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = hash_column()
    labelled: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many ROIs got a label; a run is listed without reading its labels."""
    insufficient: Mapped[int] = mapped_column(default=0, server_default="0")
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """See `label_counts`; null for runs of older versions, and where labels were lost since."""


class RoiLabelRow(Base):
    """One ROI's label, with the ids of the ratings that entered. Runs that say the same share it."""

    __tablename__ = "roi_label"
    __table_args__ = (
        Index(None, "roi_id", "content_hash"),
        CheckConstraint("status IN ('labelled', 'insufficient')", name="status"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"))
    status: Mapped[str]
    n: Mapped[int]
    rating_ids: Mapped[list[int]]
    result: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = hash_column()


class LabelRunItem(Base):
    """One label of one run."""

    __tablename__ = "label_run_item"
    __table_args__ = (UniqueConstraint("run_id", "label_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    label_id: Mapped[int] = mapped_column(ForeignKey("roi_label.id"), index=True)
    content_hash: Mapped[str] = hash_column()
