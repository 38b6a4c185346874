"""A rating, or an answer to a check, on its way from the window into the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from annotation_db.database.schema import new_uid
from annotation_db.predictions.prediction_records import Prefill
from annotation_db.records import Outcome
from annotation_db.vocabulary.check_turn import CheckTurn
from annotation_db.vocabulary.scales import Votes

NO_PREFILL = Prefill("none")


@dataclass(frozen=True, slots=True)
class Submission:
    """One rating as the window hands it over."""

    roi_id: int
    annotator_id: int
    votes: Votes
    """Each on its scale."""
    shown_at: datetime
    duration_ms: int
    prefill: Prefill = NO_PREFILL
    """What the annotator saw of a model's prediction."""
    outcomes: tuple[Outcome | None, ...] | None = None
    """What became of each suggestion, where one was shown."""
    uid: str = field(default_factory=new_uid)
    """However often it is handed over, it is stored once."""
    roi_uid: str = ""
    annotator_uid: str = ""
    annotator: str = ""
    """Name."""
    check: CheckTurn | None = None
    """Where it is no rating but an answer to a check."""
