"""One ROI as the Disputes list shows it: what was given, and what came of it."""

from __future__ import annotations

import numpy as np

from annotation_db.labels.firmness import TOSS
from annotation_db.vocabulary.scales import NON_EXISTENT
from seagull_studio.operations.review_actions import Case
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import StripView, VoteView


def votes(case: Case, *, named: bool) -> tuple[VoteView, ...]:
    """What everybody gave; letters stand for people unless they are named."""
    # Another order for each ROI, so that a letter tells nothing of who it was on the ROI before.
    drawn = np.random.default_rng(case.roi.id).permutation(len(case.ratings)).tolist()
    return tuple(
        VoteView(
            one.id,
            case.names.get(one.annotator_id, "") if named else _letter(number),
            tuple(int(vote) for vote in one.votes),
            one.id in case.counting,
        )
        for number, one in enumerate(case.ratings[at] for at in drawn)
    )


def strips(case: Case, form: RatingForm) -> tuple[StripView, ...]:
    """The label of each scale, and how firm it is."""
    levels: dict[str, int | None] = {
        name: mean.level
        for name, mean in (("quality", case.label.quality), ("importance", case.label.importance))
        if mean is not None
    }
    for name, one in case.label.distortions.items():
        levels[name] = NON_EXISTENT if one.severity is None else one.severity.level
    return tuple(
        StripView(
            row.title,
            tuple(level.word for level in row.levels),
            levels.get(row.name),
            (stability := case.stability.get(row.name)),
            stability is not None and stability < TOSS,
        )
        for row in form.rows
    )


def _letter(number: int) -> str:
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")
