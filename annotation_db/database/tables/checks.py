"""Known answers and repeats: what annotators are checked by. Nothing here is a rating, nor enters a label."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import Base, now, on_scales, uid_column

_STANDS = text("lifted_at IS NULL")


class CheckItem(Base):
    """A photograph distorted at known strength, with a ROI and what is expected of its raters."""

    __tablename__ = "check_item"
    __table_args__ = (
        Index(None, "retired_at", "kind"),
        CheckConstraint("kind IN ('practice', 'graded', 'gold')", name="kind"),
        CheckConstraint("level IN ('object', 'component')", name="level"),
        CheckConstraint("width >= 1 AND height >= 1", name="size"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    set_number: Mapped[int]
    """All that was made at once; a new set retires the one before."""
    kind: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    """What the ROI is called in the window."""
    level: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    counts: Mapped[str]
    """COCO compressed RLE counts of the ROI."""
    expected: Mapped[list[int]]
    """Eight levels, in the order of the scales."""
    latent: Mapped[list[float]]
    """The eight values that they are rounded from."""
    made_of: Mapped[dict[str, Any]]
    """Photograph, ROI, distortions with severity and variant, and their seed."""
    sha256: Mapped[str] = mapped_column(String(64))
    byte_size: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]
    data: Mapped[str] = mapped_column(deferred=True)
    """The picture: the bytes of a PNG file, base64. The last column:
    SQLite reads a row up to what is asked for."""


class CheckAnswer(Base):
    """What an annotator gave an item, or a ROI for a second time. Append-only, as ratings are."""

    __tablename__ = "check_answer"
    __table_args__ = (
        UniqueConstraint("annotator_id", "item_id", "attempt", "revision", name="uq_check_answer_item"),
        UniqueConstraint("annotator_id", "roi_id", "attempt", "revision", name="uq_check_answer_roi"),
        Index(None, "annotator_id", "slot"),
        CheckConstraint("kind IN ('practice', 'graded', 'gold', 'repeat')", name="kind"),
        CheckConstraint("(kind = 'repeat') = (roi_id IS NOT NULL)", name="roi_id"),
        CheckConstraint("(kind = 'repeat') = (item_id IS NULL)", name="item_id"),
        CheckConstraint("attempt >= 1", name="attempt"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("duration_ms IS NULL OR duration_ms >= 0", name="duration_ms"),
        CheckConstraint("prefill IN ('none', 'control', 'revealed', 'shown')", name="prefill"),
        *on_scales(),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    kind: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("check_item.id"))
    roi_id: Mapped[int | None] = mapped_column(ForeignKey("roi.id"))
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    attempt: Mapped[int]
    """Of the qualification; of a ROI, how often it was shown again; 1 for gold."""
    revision: Mapped[int]
    slot: Mapped[int | None]
    """How many real ROIs the annotator had rated when gold or a repeat was due."""
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
    prefill: Mapped[str] = mapped_column(default="none", server_default="none")
    """What was seen of a prediction while a ROI was shown again."""


class RepeatRequest(Base):
    """A lead asked that a ROI be shown to one of its annotators again, at their next turns."""

    __tablename__ = "repeat_request"
    __table_args__ = (
        UniqueConstraint("annotator_id", "roi_id", "attempt"),
        CheckConstraint("attempt >= 1", name="attempt"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"))
    attempt: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class LetThrough(Base):
    """A lead lets an annotator rate without having passed. Lifting keeps the row."""

    __tablename__ = "let_through"
    __table_args__ = (
        CheckConstraint("length(reason) >= 1", name="reason"),
        Index(
            "uq_let_through_standing",
            "annotator_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotator.id"))
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]
