"""The project, its pictures and the regions marked on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from annotation_db.database.tables.base import (
    Base,
    hash_column,
    now,
    uid_column,
)
from annotation_db.vocabulary.scales import SCALE_NAMES


class Project(Base):
    """One row: the project's own facts."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("raters_wanted >= 1", name="raters_wanted"),
        CheckConstraint("min_roi_area >= 1", name="min_roi_area"),
        CheckConstraint("prefill_policy IN ('off', 'prefill', 'reveal')", name="prefill_policy"),
        CheckConstraint("control_share BETWEEN 0 AND 1", name="control_share"),
        CheckConstraint("who_may_mark IN ('everybody', 'leads')", name="who_may_mark"),
        CheckConstraint("reminder_minutes BETWEEN 0 AND 1440", name="reminder_minutes"),
        CheckConstraint("idle_minutes BETWEEN 0 AND 1440", name="idle_minutes"),
        CheckConstraint("repeat_share BETWEEN 0 AND 0.5", name="repeat_share"),
        CheckConstraint("gold_share BETWEEN 0 AND 0.5", name="gold_share"),
        CheckConstraint("qualification_attempts BETWEEN 1 AND 20", name="qualification_attempts"),
        *(CheckConstraint(f"pass_{name} BETWEEN 0 AND 1", name=f"pass_{name}") for name in SCALE_NAMES),
    )
    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    uid: Mapped[str] = uid_column()
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    raters_wanted: Mapped[int] = mapped_column(default=7)
    min_roi_area: Mapped[int] = mapped_column(default=32 * 32)
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    simulated: Mapped[bool] = mapped_column(default=False)
    prefill_policy: Mapped[str] = mapped_column(default="off", server_default="off")
    prefill_predictor_id: Mapped[int | None] = mapped_column(ForeignKey("predictor.id"))
    control_share: Mapped[float] = mapped_column(default=0.2, server_default="0.2")
    who_may_mark: Mapped[str] = mapped_column(default="everybody", server_default="everybody")
    reminder_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    idle_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    repeat_share: Mapped[float] = mapped_column(default=0.0, server_default="0")
    gold_share: Mapped[float] = mapped_column(default=0.0, server_default="0")
    feedback: Mapped[bool] = mapped_column(default=False, server_default=false())
    qualification: Mapped[bool] = mapped_column(default=False, server_default=false())
    qualification_attempts: Mapped[int] = mapped_column(default=3, server_default="3")
    pass_blur: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_colorfulness: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_compression: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_contrast: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_exposure: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_noise: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_quality: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    pass_importance: Mapped[float] = mapped_column(default=0.7, server_default="0.7")
    instructions: Mapped[str] = mapped_column(default="", server_default="")
    """The lab's own page for annotators, Markdown; its pictures are in `InstructionPicture`."""


class LeadPassphrase(Base):
    """One row, or none: what the lead's passphrase is checked against (see `lead_passphrase`)."""

    __tablename__ = "lead_passphrase"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("failures >= 0", name="failures"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    hash: Mapped[str]
    """Argon2id with its salt, in its own text form."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong ones since the last right one."""
    failed_at: Mapped[datetime | None]
    set_by: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=now)


class InstructionPicture(Base):
    """One picture of the lab's page of instructions."""

    __tablename__ = "instruction_picture"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """As the page names it."""
    data: Mapped[str]
    """The file's bytes, base64."""
    added_at: Mapped[datetime] = mapped_column(default=now)


class ImageRoot(Base):
    """A folder that pictures were imported from; moved pictures need only this one row changed."""

    __tablename__ = "image_root"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    """Relative to the project folder where possible, else absolute; POSIX."""


class Image(Base):
    """One picture, known by the hash of its file; width and height as displayed."""

    __tablename__ = "image"
    __table_args__ = (
        UniqueConstraint("root_id", "path"),
        CheckConstraint("width >= 1 AND height >= 1", name="size"),
        CheckConstraint("exif_orientation BETWEEN 1 AND 8", name="exif_orientation"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    root_id: Mapped[int] = mapped_column(ForeignKey("image_root.id"))
    path: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    byte_size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    exif_orientation: Mapped[int] = mapped_column(default=1)
    format: Mapped[str]
    mode: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(default=now)
    group_key: Mapped[str] = mapped_column(default="", server_default="")
    """Pictures of one group are never on both sides of a split; "" for a picture that is in none."""


class FrozenSplit(Base):
    """The split that later exports keep: what was wished of it. One row, or none; thawing deletes it."""

    __tablename__ = "frozen_split"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("train BETWEEN 0 AND 1 AND val BETWEEN 0 AND 1", name="shares"),
        CheckConstraint("folds >= 0", name="folds"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    train: Mapped[float]
    val: Mapped[float]
    seed: Mapped[int] = mapped_column(BigInteger)
    folds: Mapped[int]
    frozen_by: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(default=now)


class FrozenPart(Base):
    """In which part of the frozen split a picture is, and in which fold."""

    __tablename__ = "frozen_part"
    __table_args__ = (
        CheckConstraint("part IN ('train', 'val', 'test')", name="part"),
        CheckConstraint("fold IS NULL OR (fold >= 1 AND part = 'train')", name="fold"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"), unique=True)
    part: Mapped[str]
    fold: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(default=now)


class SavedFilter(Base):
    """Which ROIs somebody looks at, by a name of its own (see `annotation_db.filters`)."""

    __tablename__ = "saved_filter"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]]
    saved_by: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(default=now)


class Roi(Base):
    """One frozen mask on one image."""

    __tablename__ = "roi"
    __table_args__ = (
        UniqueConstraint("image_id", "external_id"),
        CheckConstraint("level IN ('object', 'component')", name="level"),
        CheckConstraint("area >= 1", name="area"),
        CheckConstraint("box_width >= 1 AND box_height >= 1 AND box_x >= 0 AND box_y >= 0", name="box"),
        CheckConstraint("predicted_iou IS NULL OR predicted_iou BETWEEN -0.5 AND 1.5", name="predicted_iou"),
        CheckConstraint("raters_more >= 0", name="raters_more"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = uid_column()
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"), index=True)
    external_id: Mapped[str]
    level: Mapped[str]
    mask_height: Mapped[int]
    mask_width: Mapped[int]
    counts: Mapped[str]
    area: Mapped[int]
    box_x: Mapped[int]
    box_y: Mapped[int]
    box_width: Mapped[int]
    box_height: Mapped[int]
    prompts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    segmenter: Mapped[str] = mapped_column(default="imported")
    predicted_iou: Mapped[float | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    content_hash: Mapped[str] = hash_column()
    raters_more: Mapped[int] = mapped_column(default=0, server_default="0")
    """Ratings wanted beyond the project's number."""


class RoiAlias(Base):
    """Another uid of a ROI: the one that its very mask has in a file of another project."""

    __tablename__ = "roi_alias"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=now)
