"""From a ROI's votes to questions with their answers, and what each place of an answer is trained towards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS, LEVELS, NON_EXISTENT, OVERALL
from model.seagull import questions
from model.training.config import TrainingConfig
from model.training.targets import LevelTargets, Probabilities
from model.training.vote_counts import RoiVotes

PRESENCE: Final = "presence"
JUDGEMENT: Final = "judgement"
KINDS: Final = (*questions.ANALYSES, JUDGEMENT, PRESENCE)
"""Kinds of questions, as losses are told by: the three analyses, and two of Yes and No."""
_CHOICES: Final = (texts.YES, texts.NO)
_ANSWERS: Final = {"quality": texts.quality_answer, "importance": texts.importance_answer}
_ABOUT_LEVELS: Final = {
    (q.scale, q.value): q.text for q in texts.judgement_questions() if q.value is not None
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A place in an answer where several words can stand."""

    start: int
    end: int
    """Of the word that is said, in the answer's text."""
    words: tuple[str, ...]
    target: Probabilities
    """Of each word; they add up to 1."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One question on one ROI with its answer."""

    kind: str
    """One of `KINDS`."""
    question: str
    answer: str
    choices: tuple[Choice, ...]
    other_tokens: float
    """Weight of the answer's tokens that stand in no choice."""


def fixed_lessons(votes: RoiVotes, targets: LevelTargets, config: TrainingConfig, key: str) -> list[Lesson]:
    """The questions of stage 2 on one ROI, the same in each epoch.

    Three analyses; on quality and importance one level that is right and one that is not, so that Yes and No
    are equally frequent; and the distortions that `config.presence` names.

    Parameters
    ----------
    votes : RoiVotes
    targets : LevelTargets
    config : TrainingConfig
    key : str
        What is drawn depends on it and on the seed alone.
    """
    drawn = random.Random(f"{config.seed}/{key}")
    lessons = [_analysis(name, votes, targets, config) for name in questions.ANALYSES]
    if not config.judgements:
        return lessons
    for scale in OVERALL:
        right = votes.level(scale)
        wrong = drawn.choice([level for level in range(LEVELS) if level != right])
        lessons += [_judgement(scale, level, votes, targets, config) for level in (right, wrong)]
    asked = list(DISTORTIONS)
    if config.presence == "balanced":
        there = votes.distortions()
        absent = [name for name in DISTORTIONS if name not in there]
        chosen = drawn.sample(absent, min(len(absent), max(1, len(there))))
        asked = [name for name in DISTORTIONS if name in there or name in chosen]
    return [*lessons, *(_presence(name, votes, targets, config) for name in asked)]


def random_lessons(
    votes: RoiVotes, targets: LevelTargets, config: TrainingConfig, key: str, epoch: int
) -> list[Lesson]:
    """The questions of stage 1 on one ROI: some of all, drawn anew in each epoch.

    Parameters
    ----------
    votes : RoiVotes
        Of the ROI.
    targets : LevelTargets
        What level words are trained towards.
    config : TrainingConfig
        With how many are drawn, and the seed.
    key : str
        Names the ROI, for the lot.
    epoch : int
        From 0 on.
    """
    pool = fixed_lessons(votes, targets, config, f"{key}/{epoch}")
    drawn = random.Random(f"{config.seed}/{key}/{epoch}/questions")
    places = sorted(drawn.sample(range(len(pool)), min(len(pool), config.questions_per_roi)))
    return [pool[place] for place in places]


def _analysis(name: str, votes: RoiVotes, targets: LevelTargets, config: TrainingConfig) -> Lesson:
    answer = _right_answer(name, votes)
    rest = config.other_tokens if name in OVERALL else 1.0
    choices = tuple(_levels(name, answer, votes, targets))
    return Lesson(name, questions.ANALYSES[name], answer, choices, rest)


def _judgement(
    scale: str, level: int, votes: RoiVotes, targets: LevelTargets, config: TrainingConfig
) -> Lesson:
    right = level == votes.level(scale)
    return _yes_no(JUDGEMENT, _ABOUT_LEVELS[scale, level], scale, right, None, votes, targets, config)


def _presence(name: str, votes: RoiVotes, targets: LevelTargets, config: TrainingConfig) -> Lesson:
    text, share = questions.JUDGEMENTS[name], targets.presence(votes, name)
    there = votes.level(name) != NON_EXISTENT
    return _yes_no(PRESENCE, text, questions.DISTORTION_LIST, there, share, votes, targets, config)


def _yes_no(
    kind: str,
    question: str,
    about: str,
    right: bool,
    share: Probabilities | None,
    votes: RoiVotes,
    targets: LevelTargets,
    config: TrainingConfig,
) -> Lesson:
    said = texts.yes_no(right)
    answer = said
    choices = [Choice(0, len(said), _CHOICES, share or (float(right), float(not right)))]
    if not right and config.denials == "corrected":
        correction = _right_answer(about, votes)
        answer = f"{said}. {correction}"
        choices += _levels(about, correction, votes, targets, offset=len(answer) - len(correction))
    return Lesson(kind, question, answer, tuple(choices), 1.0)


def _right_answer(name: str, votes: RoiVotes) -> str:
    if name in _ANSWERS:
        return _ANSWERS[name](votes.level(name))
    return texts.distortion_answer(votes.distortions())


def _levels(
    name: str, answer: str, votes: RoiVotes, targets: LevelTargets, offset: int = 0
) -> Iterator[Choice]:
    """The places of an answer's level words; where it is a list of distortions, that of each."""
    if name in OVERALL:
        found = texts.find_level(answer, name)
        places = {} if found is None else {name: found}
    else:
        told = texts.find_distortions(answer) or {}
        places = {scale: one.severity for scale, one in told.items() if one.severity is not None}
    for scale, place in places.items():
        words = questions.level_words(scale)
        target = targets.level(votes, scale)
        yield Choice(offset + place.start, offset + place.end, words, target)
