"""The typed schema: SQLite and PostgreSQL alike. Rows are private to this package.

Every scale has a CHECK constraint, so that not even a stray SQL client can store a vote that no
annotator could have given.
"""

from __future__ import annotations

from annotation_db.database.tables.base import Base, UtcDateTime, new_uid, now
from annotation_db.database.tables.checks import CheckAnswer, CheckItem, LetThrough, RepeatRequest
from annotation_db.database.tables.labels import LabelRun, LabelRunItem, RoiLabelRow
from annotation_db.database.tables.past import PAST
from annotation_db.database.tables.pictures import (
    FrozenPart,
    FrozenSplit,
    Image,
    ImageRoot,
    InstructionPicture,
    LeadPassphrase,
    Project,
    Roi,
    RoiAlias,
    SavedFilter,
)
from annotation_db.database.tables.predictions import Prediction, Predictor
from annotation_db.database.tables.rating import (
    Acceptance,
    Annotator,
    AnnotatorMerge,
    Exclusion,
    MergedRating,
    Message,
    Place,
    PlaceChange,
    Rating,
    RatingStage,
)
from annotation_db.database.tables.records import Audit, ChangeCounter

__all__ = [
    "PAST",
    "Acceptance",
    "Annotator",
    "AnnotatorMerge",
    "Audit",
    "Base",
    "ChangeCounter",
    "CheckAnswer",
    "CheckItem",
    "Exclusion",
    "FrozenPart",
    "FrozenSplit",
    "Image",
    "ImageRoot",
    "InstructionPicture",
    "LabelRun",
    "LabelRunItem",
    "LeadPassphrase",
    "LetThrough",
    "MergedRating",
    "Message",
    "Place",
    "PlaceChange",
    "Prediction",
    "Predictor",
    "Project",
    "Rating",
    "RatingStage",
    "RepeatRequest",
    "Roi",
    "RoiAlias",
    "RoiLabelRow",
    "SavedFilter",
    "UtcDateTime",
    "new_uid",
    "now",
]
