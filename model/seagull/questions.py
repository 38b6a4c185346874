"""The nine questions of an assessment, and where in an answer the alternatives stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS, MAX_SCORE, SCALES

QUALITY: Final = "quality"
IMPORTANCE: Final = "importance"
DISTORTION_LIST: Final = "distortions"

ANALYSES: Final = {
    QUALITY: texts.QUALITY_QUESTION,
    IMPORTANCE: texts.IMPORTANCE_QUESTION,
    DISTORTION_LIST: texts.DISTORTION_QUESTION,
}
"""The questions that are answered by a sentence."""

JUDGEMENTS: Final = {q.scale: q.text for q in texts.judgement_questions() if q.value is None}
"""The question per distortion that is answered by Yes or No."""

Beginnings = tuple[str, ...]
"""Five ways to begin an answer, one per level 0..4, equal up to the level word. The level is said at the very
end, or with a distortion's name after it."""


def level_words(scale: str) -> tuple[str, ...]:
    """The words of the levels 0..4 of a scale (a severity's "non-existent" is not among them)."""
    return tuple(SCALES[scale].word(value) for value in range(MAX_SCORE + 1))


def given_beginnings(scale: str) -> Beginnings:
    """The five beginnings of the answer text that models trained here give on quality, importance or a
    distortion.

    A distortion's five are "With extreme blur" to "With trivial blur": how severe it would be if it were the
    first that is told.
    """
    words = level_words(scale)
    if scale in DISTORTIONS:
        return tuple(f"With {word} {scale}" for word in words)
    answer = texts.quality_answer if scale == QUALITY else texts.importance_answer
    whole = [answer(value) for value in range(len(words))]
    return tuple(text[: text.index(word) + len(word)] for text, word in zip(whole, words, strict=True))


def read_level(scale: str, reply: str) -> tuple[int, Beginnings] | None:
    """Find the level that a reply of the model's own names, and the five beginnings up to its place.

    Parameters
    ----------
    scale : str
        "quality" or "importance".
    reply : str

    Returns
    -------
    (level, beginnings), or None where the reply can not be read.
    """
    place = texts.find_level(reply, scale)
    if place is None:
        return None
    return place.level, _at(reply, place.start, place.end, level_words(scale))


def read_severity(name: str, severity: int, reply: str) -> Beginnings | None:
    """Find the place where a reply of the model's own tells a distortion's severity.

    Where the name follows the level ("minor blur"), it is part of all five beginnings, so that the levels are
    weighed for this distortion; elsewhere the level words alone are.

    Returns
    -------
    Beginnings, or None where the place can not be found.
    """
    told = (texts.find_distortions(reply) or {}).get(name)
    if told is None or told.severity is None or told.severity.level != severity:
        return None
    start, end = told.severity.start, told.severity.end
    if told.start >= end and not reply[end : told.start].strip():
        after = reply[end : told.end]
        return _at(reply, start, told.end, [f"{word}{after}" for word in level_words(name)])
    return _at(reply, start, end, level_words(name))


def _at(reply: str, start: int, end: int, phrases: Sequence[str]) -> Beginnings:
    before, said = reply[:start], reply[start:end]
    if said.isupper():
        return tuple(before + phrase.upper() for phrase in phrases)
    return tuple(before + (p[0].upper() + p[1:] if said[0].isupper() else p) for p in phrases)
