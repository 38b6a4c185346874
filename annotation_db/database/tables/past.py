"""Tables of older versions."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from annotation_db.database.tables.labels import LabelRun
from annotation_db.database.tables.pictures import Roi

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
