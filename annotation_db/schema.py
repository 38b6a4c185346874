"""The typed schema: SQLite and PostgreSQL alike. Rows are private to this package.

Every scale has a CHECK constraint, so that not even a stray SQL client can store a vote that no
annotator could have given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from annotation_db.scales import SCALES


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times are stored in UTC: give an aware datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    return datetime.now(UTC)


def new_uid() -> str:
    """A fresh uid, 32 hexadecimal digits: rows keep it through bundles and exports."""
    return uuid4().hex


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[int]: JSON,
        list[str]: JSON,
        list[float]: JSON(none_as_null=True),
        list[float | None]: JSON,
        list[str | None]: JSON(none_as_null=True),
        str: Text,
    }


def _uid() -> Mapped[str]:
    return mapped_column(String(32), unique=True, default=new_uid)


def _content_hash() -> Mapped[str]:
    """See `annotation_db.content_hash`."""
    return mapped_column(String(32), default="", server_default="")


def _on_scales() -> Iterator[CheckConstraint]:
    for scale in SCALES.values():
        # A list, not a range: SQLite would take 2.5 as lying between 0 and 5.
        levels = ", ".join(str(level.value) for level in scale.levels)
        yield CheckConstraint(f"{scale.name} IN ({levels})", name=scale.name)


class Project(Base):
    """One row: the project's own facts."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("raters_wanted >= 1", name="raters_wanted"),
        CheckConstraint("min_roi_area >= 1", name="min_roi_area"),
        CheckConstraint("prefill_policy IN ('off', 'prefill', 'reveal')", name="prefill_policy"),
        CheckConstraint("control_share BETWEEN 0 AND 1", name="control_share"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    uid: Mapped[str] = _uid()
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    raters_wanted: Mapped[int] = mapped_column(default=7)
    min_roi_area: Mapped[int] = mapped_column(default=32 * 32)
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    simulated: Mapped[bool] = mapped_column(default=False)
    prefill_policy: Mapped[str] = mapped_column(default="off", server_default="off")
    prefill_predictor_id: Mapped[int | None] = mapped_column(ForeignKey("predictor.id"))
    control_share: Mapped[float] = mapped_column(default=0.2, server_default="0.2")


class ImageRoot(Base):
    """A folder that pictures were imported from; moved pictures need only this one row changed."""

    __tablename__ = "image_root"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    """Relative to the project folder where possible, else absolute; POSIX."""


class Image(Base):
    __tablename__ = "image"
    __table_args__ = (
        UniqueConstraint("root_id", "path"),
        CheckConstraint("width >= 1 AND height >= 1", name="size"),
        CheckConstraint("exif_orientation BETWEEN 1 AND 8", name="exif_orientation"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
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


class Roi(Base):
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
    uid: Mapped[str] = _uid()
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
    content_hash: Mapped[str] = _content_hash()
    raters_more: Mapped[int] = mapped_column(default=0, server_default="0")
    """Ratings wanted beyond the project's number."""


class RoiAlias(Base):
    """Another uid of a ROI: the one that its very mask has in a file of another project."""

    __tablename__ = "roi_alias"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    roi_id: Mapped[int] = mapped_column(ForeignKey("roi.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=now)


class Annotator(Base):
    __tablename__ = "annotator"
    __table_args__ = (CheckConstraint("role IN ('annotator', 'lead')", name="role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
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


class Predictor(Base):
    """A model whose predictions are stored; another signature is another model."""

    __tablename__ = "predictor"
    __table_args__ = (CheckConstraint("kind IN ('seagull', 'baseline', 'plugin')", name="kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
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
        *_on_scales(),  # a CHECK lets NULL pass: unreadable
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
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
    content_hash: Mapped[str] = _content_hash()


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
        *_on_scales(),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
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
    content_hash: Mapped[str] = _content_hash()


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
    content_hash: Mapped[str] = _content_hash()


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


class LabelRun(Base):
    """All labels computed at once under one named policy."""

    __tablename__ = "label_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = _uid()
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    policy: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = _content_hash()
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
    content_hash: Mapped[str] = _content_hash()


class LabelRunItem(Base):
    """One label of one run."""

    __tablename__ = "label_run_item"
    __table_args__ = (UniqueConstraint("run_id", "label_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("label_run.id"))
    label_id: Mapped[int] = mapped_column(ForeignKey("roi_label.id"), index=True)
    content_hash: Mapped[str] = _content_hash()


class PlaceChange(Base):
    """When the places of a ROI changed last; written by triggers (see `place_changes`)."""

    __tablename__ = "place_change"
    __table_args__ = (Index(None, "turn"), Index(None, "roi_id", "turn"))
    id: Mapped[int] = mapped_column(primary_key=True)
    roi_id: Mapped[int]
    turn: Mapped[int] = mapped_column(BigInteger)


PAST: Final = MetaData()
"""Tables of older versions: their backups are looked through, and what they hold is saved, as it was."""

Table(
    "label",  # until 0008 each run had its own copy of every label
    PAST,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey(LabelRun.id), nullable=False),
    Column("roi_id", Integer, ForeignKey(Roi.id), nullable=False),
    Column("status", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("rating_ids", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("content_hash", String(32), nullable=False),
)
