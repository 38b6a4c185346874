"""Who rates what, what they gave, and what does not count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import (
    Base,
    hash_column,
    now,
    on_scales,
    uid_column,
)


class Annotator(Base):
    """One name that rates; names of one person are joined in `AnnotatorMerge`."""

    __tablename__ = "annotator"
    __table_args__ = (CheckConstraint("role IN ('annotator', 'lead')", name="role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(default="annotator")
    simulated: Mapped[bool] = mapped_column(default=False)
    order_seed: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(default=now)


class AnnotatorMerge(Base):
    """Two annotators who are one person. Undoing keeps the row; the rules are in `merging`."""

    __tablename__ = "annotator_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> other_id", name="two"),
        Index(
            "uq_annotator_merge_standing",
            "other_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    places: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What became of the other's places, for undoing it."""


class MergedRating(Base):
    """What a rating was before its annotator was merged with another one; its votes never change."""

    __tablename__ = "merged_rating"
    __table_args__ = (UniqueConstraint("merge_id", "rating_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("annotator_merge.id"))
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    revision: Mapped[int]
    prefill: Mapped[str]
    prediction_id: Mapped[int | None]
    outcomes: Mapped[list[str | None] | None]


class Place(Base):
    """One of the wanted ratings of a ROI, and who is to give it. The rules are in `places`.

    *closed* ones keep their annotator, and are none of the wanted: an extra rating, or one that does
    not count.
    """

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("roi_id", "slot"),
        UniqueConstraint("roi_id", "annotator_id"),
        Index(None, "annotator_id", "state", "roi_id"),
        Index(None, "roi_id", "state", "lease_until"),
        CheckConstraint("slot >= 1", name="slot"),
        CheckConstraint(
            "state IN ('free', 'assigned', 'bundled', 'claimed', 'rated', 'closed')", name="state"
        ),
        CheckConstraint("(state = 'free') = (annotator_id IS NULL)", name="annotator"),
        CheckConstraint("(state = 'claimed') = (lease_until IS NOT NULL)", name="lease_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"))
    slot: Mapped[int]
    annotator_id: Mapped[int | None] = mapped_column(ForeignKey("annotator.id"))
    state: Mapped[str] = mapped_column(default="free")
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class PlaceChange(Base):
    """When the places of a ROI changed last; written by triggers (see `place_changes`)."""

    __tablename__ = "place_change"
    __table_args__ = (Index(None, "turn"), Index(None, "roi_id", "turn"))
    id: Mapped[int] = mapped_column(primary_key=True)
    roi_id: Mapped[int]
    turn: Mapped[int] = mapped_column(BigInteger)


class Rating(Base):
    """Append-only: a correction is a new revision."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("roi_id", "annotator_id", "kind", "revision"),
        Index(None, "annotator_id", "kind", "revision", "roi_id"),
        CheckConstraint("kind IN ('rating', 'practice')", name="kind"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("duration_ms IS NULL OR duration_ms >= 0", name="duration_ms"),
        CheckConstraint("prefill IN ('none', 'control', 'revealed', 'shown')", name="prefill"),
        *on_scales(),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"))
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    kind: Mapped[str] = mapped_column(default="rating")
    revision: Mapped[int]
    blur: Mapped[int]
    colorfulness: Mapped[int]
    compression: Mapped[int]
    contrast: Mapped[int]
    exposure: Mapped[int]
    noise: Mapped[int]
    quality: Mapped[int]
    importance: Mapped[int]
    shown_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime] = mapped_column(default=now)
    duration_ms: Mapped[int | None]
    origin: Mapped[str] = mapped_column(default="window")
    prefill: Mapped[str] = mapped_column(default="none", server_default="none")
    prediction_id: Mapped[int | None] = mapped_column(ForeignKey("prediction.id"), index=True)
    outcomes: Mapped[list[str | None] | None]
    content_hash: Mapped[str] = hash_column()


class RatingStage(Base):
    """A line of a ratings import under way: checked, but no rating yet (see `imports.rating_stage`).

    Its columns from `uid` on are those of `Rating`, so that one statement can turn all into ratings.
    No foreign keys: a new annotator's id is set apart before the annotator is there.
    """

    __tablename__ = "rating_stage"
    __table_args__ = (UniqueConstraint("import_uid", "line"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    import_uid: Mapped[str] = mapped_column(String(32))
    staged_at: Mapped[datetime] = mapped_column(default=now)
    line: Mapped[int]
    given: Mapped[dict[str, Any]]
    excluded: Mapped[str | None]
    suggested: Mapped[str | None]
    uid: Mapped[str] = mapped_column(String(32))
    roi_id: Mapped[int]
    annotator_id: Mapped[int]
    kind: Mapped[str]
    revision: Mapped[int]
    blur: Mapped[int]
    colorfulness: Mapped[int]
    compression: Mapped[int]
    contrast: Mapped[int]
    exposure: Mapped[int]
    noise: Mapped[int]
    quality: Mapped[int]
    importance: Mapped[int]
    shown_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime]
    duration_ms: Mapped[int | None]
    origin: Mapped[str]
    prefill: Mapped[str]
    prediction_id: Mapped[int | None]
    outcomes: Mapped[list[str | None] | None]
    content_hash: Mapped[str] = mapped_column(String(32))


class Exclusion(Base):
    """What does not count: a rating, an annotator, a ROI, a picture; with a reason. Lifting keeps the row."""

    __tablename__ = "exclusion"
    __table_args__ = (
        CheckConstraint("kind IN ('rating', 'annotator', 'roi', 'image')", name="kind"),
        CheckConstraint("length(reason) >= 1", name="reason"),
        Index(
            "uq_exclusion_standing",
            "kind",
            "target_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target_id: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
    content_hash: Mapped[str] = hash_column()


class Acceptance(Base):
    """A lead has looked at a disputed ROI and takes its label as it is. Lifting keeps the row."""

    __tablename__ = "acceptance"
    __table_args__ = (
        CheckConstraint("length(note) >= 1", name="note"),
        Index(
            "uq_acceptance_standing",
            "roi_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"))
    note: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]


class Message(Base):
    """What a lead tells an annotator when they next sit down; it stays after it was read."""

    __tablename__ = "message"
    __table_args__ = (CheckConstraint("length(text) >= 1", name="text"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"), index=True)
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
    """The name under which it was read: one person may have several."""
