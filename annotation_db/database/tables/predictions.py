"""Models, and what they say of ROIs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import (
    Base,
    hash_column,
    now,
    on_scales,
    uid_column,
)


class Predictor(Base):
    """A model whose predictions are stored; another signature is another model."""

    __tablename__ = "predictor"
    __table_args__ = (CheckConstraint("kind IN ('seagull', 'baseline', 'plugin')", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    name: Mapped[str]
    kind: Mapped[str]
    signature: Mapped[str] = mapped_column(unique=True)
    card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    untrained: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Prediction(Base):
    """What one model says of one ROI. The eight columns of the scales are what a pre-fill shows."""

    __tablename__ = "prediction"
    __table_args__ = (
        UniqueConstraint("predictor_id", "roi_id"),
        CheckConstraint("quality_score IS NULL OR quality_score BETWEEN 0 AND 4", name="quality_score"),
        CheckConstraint(
            "importance_score IS NULL OR importance_score BETWEEN 0 AND 4", name="importance_score"
        ),
        CheckConstraint("seconds IS NULL OR seconds >= 0", name="seconds"),
        *on_scales(),  # a CHECK lets NULL pass: unreadable
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"), index=True)
    predictor_id: Mapped[int] = mapped_column(ForeignKey("predictor.id"))
    blur: Mapped[int | None]
    colorfulness: Mapped[int | None]
    compression: Mapped[int | None]
    contrast: Mapped[int | None]
    exposure: Mapped[int | None]
    noise: Mapped[int | None]
    quality: Mapped[int | None]
    importance: Mapped[int | None]
    confidences: Mapped[list[float | None]]
    quality_probabilities: Mapped[list[float] | None]
    quality_score: Mapped[float | None]
    importance_probabilities: Mapped[list[float] | None]
    importance_score: Mapped[float | None]
    distortions: Mapped[dict[str, Any]]
    raw_text: Mapped[str] = mapped_column(default="")
    unreadable: Mapped[list[str]]
    computed_at: Mapped[datetime] = mapped_column(default=now)
    seconds: Mapped[float | None]
    content_hash: Mapped[str] = hash_column()
