"""What SEAGULL is asked and what it answers: the one place that training and inference share.

Standard library only, and of this package only the scales and the reading of replies
(`annotation_db.vocabulary.replies`), so that it may be imported at no cost.
Sources: SEAGULL (arXiv 2411.10161), Sec. 3.3 and its figures; the opening is the published
inference code's, with its missing comma, because checkpoints were trained on these very characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from annotation_db.vocabulary.replies import find_distortions as find_distortions
from annotation_db.vocabulary.replies import find_level as find_level
from annotation_db.vocabulary.replies import parse_distortions as parse_distortions
from annotation_db.vocabulary.replies import parse_importance as parse_importance
from annotation_db.vocabulary.replies import parse_quality as parse_quality
from annotation_db.vocabulary.replies import parse_yes_no as parse_yes_no
from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, SCALES, SEVERITY_WORDS

OPENING: Final = (
    "<image>\nThis provides an overview of the image.\n Please answer the following questions about the "
    "provided region. Note: Distortions include: blur, colorfulness, compression, contrast exposure and "
    "noise.\n Here is the region <global><local>. "
)
"""Stands before every instruction; the three places in angle brackets become tokens."""

QUALITY_QUESTION: Final = "Analyze the quality of this region."
IMPORTANCE_QUESTION: Final = (
    "Consider the impact of this region on the overall image quality. Analyze its importance to the "
    "overall image quality."
)
DISTORTION_QUESTION: Final = "Provide the distortion type of this region."

YES: Final = "Yes"
NO: Final = "No"
WITHOUT_DISTORTIONS: Final = "without distortions"


class JudgementQuestion(NamedTuple):
    """A question answered by Yes or No: for training, and to ask whether a distortion is there."""

    scale: str
    """One of `annotation_db.vocabulary.scales.SCALE_NAMES`."""
    value: int | None
    """The level asked about; None for a distortion, which is asked about as such."""
    text: str


def judgement_questions() -> tuple[JudgementQuestion, ...]:
    """Every judgement question: five on quality, five on importance, one per distortion, in this order."""
    return (
        *(
            JudgementQuestion("quality", level.value, f"Is the quality of this region {level.word}")
            for level in SCALES["quality"].levels
        ),
        *(
            JudgementQuestion(
                "importance", level.value, f"Is this region {level.word} to the overall quality"
            )
            for level in SCALES["importance"].levels
        ),
        *(JudgementQuestion(name, None, f"Is this region in {name} distortion") for name in DISTORTIONS),
    )


def yes_no(value: bool) -> str:
    """The answer to a judgement question."""
    return YES if value else NO


def quality_answer(level: int) -> str:
    """The answer to `QUALITY_QUESTION`, such as "The quality is good.".

    Raises
    ------
    ValueError
        If `level` is not 0..4.
    """
    return f"The quality is {SCALES['quality'].word(level)}."


def importance_answer(level: int) -> str:
    """The answer to `IMPORTANCE_QUESTION`, such as "This region is important to the overall quality.".

    Raises
    ------
    ValueError
        If `level` is not 0..4.
    """
    return f"This region is {SCALES['importance'].word(level)} to the overall quality."


def distortion_answer(levels: Mapping[str, int]) -> str:
    """The answer to `DISTORTION_QUESTION`.

    Parameters
    ----------
    levels : mapping of str to int
        Severity 0..4 of each distortion that is there; 5 (non-existent) is passed over.
        Whatever the mapping's order, they are told in the order of `DISTORTIONS`.

    Returns
    -------
    str
        "without distortions", "With minor blur distortion.", "With minor colorfulness and trivial
        contrast distortions." or, from three on, "With a, b and c distortions.".

    Raises
    ------
    ValueError
        If a name is no distortion or a level is not on its scale.
    """
    for name, level in levels.items():
        if name not in DISTORTIONS:
            raise ValueError(f"{name!r} is not one of the distortions {', '.join(DISTORTIONS)}")
        SCALES[name].check(level)
    told = [
        f"{SEVERITY_WORDS[levels[name]]} {name}"
        for name in DISTORTIONS
        if levels.get(name, NON_EXISTENT) != NON_EXISTENT
    ]
    if not told:
        return WITHOUT_DISTORTIONS
    if len(told) == 1:
        return f"With {told[0]} distortion."
    return f"With {', '.join(told[:-1])} and {told[-1]} distortions."
