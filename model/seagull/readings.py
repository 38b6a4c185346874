"""Asking one batch of (ROI, question) pairs: prompts, answers, and the probabilities at their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Final

from annotation_db.vocabulary import texts
from model.seagull import questions
from model.seagull.assessment import LevelReading, normalised
from model.seagull.conversation import Conversation, shared_prefix
from model.seagull.errors import NotANumberError
from model.seagull.forks import Forks

YES_NO: Final = (texts.YES, texts.NO)


@dataclass(frozen=True, slots=True)
class Pair:
    """One question on one ROI."""

    roi: int
    question: str
    """A key of `questions.ANALYSES`, or a distortion's name for its judgement question."""

    @property
    def text(self) -> str:
        """The question's words."""
        return questions.ANALYSES.get(self.question) or questions.JUDGEMENTS[self.question]


@dataclass(slots=True)
class PairOutcome:
    """What was found for one pair."""

    reply: str = ""
    cut: bool = False
    readable: bool = True
    presence: float = nan
    """Of a judgement question: the probability of Yes."""
    levels: dict[str, LevelReading] = field(default_factory=dict)
    """By scale: the question's own, or the distortions of the list."""
    mentioned: dict[str, int | None] | None = None
    """The distortions that an answer of the model's own tells."""


class _Choice:
    """Alternatives after one prompt; each is worth the summed log-probability of what sets it apart."""

    def __init__(
        self, tree: Forks, conversation: Conversation, pair: Pair, beginnings: Sequence[str]
    ) -> None:
        paths = [conversation.tail_ids(pair.text, text) for text in beginnings]
        shared = shared_prefix(paths)
        self.nodes: list[list[int]] = []
        self.tokens: list[list[int]] = []
        for path in paths:
            # A last token is only judged, so it needs no computation of its own.
            nodes = tree.add(pair.roi, path[:-1])
            self.nodes.append(nodes[shared - 1 :])
            self.tokens.append(path[shared:])


def weigh_choices(tree: Forks, choices: Sequence[_Choice]) -> list[tuple[float, ...]]:
    """Probabilities of each choice's alternatives, computed together."""
    tree.compute()
    nodes = [node for choice in choices for path in choice.nodes for node in path]
    tokens = [token for choice in choices for path in choice.tokens for token in path]
    values = iter(tree.log_probabilities(nodes, tokens))
    sums = [[sum(next(values) for _ in path) for path in choice.tokens] for choice in choices]
    if not all(isfinite(value) for alternatives in sums for value in alternatives):
        raise NotANumberError(
            "The network's output is not a number; its weights are damaged or too large for float16, "
            "so use bfloat16 or float32."
        )
    return [normalised(alternatives) for alternatives in sums]


def read_given_answers(tree: Forks, conversation: Conversation, pairs: Sequence[Pair]) -> list[PairOutcome]:
    """Read all pairs from given answer texts, in one pass."""
    choices: list[tuple[int, str, _Choice]] = []
    for number, pair in enumerate(pairs):
        if pair.question in questions.JUDGEMENTS:
            choices.append((number, "", _Choice(tree, conversation, pair, YES_NO)))
            continue
        scales = questions.JUDGEMENTS if pair.question == questions.DISTORTION_LIST else [pair.question]
        for scale in scales:
            beginnings = questions.given_beginnings(scale)
            choices.append((number, scale, _Choice(tree, conversation, pair, beginnings)))
    outcomes = [PairOutcome() for _ in pairs]
    weights = weigh_choices(tree, [choice for _, _, choice in choices])
    for (number, scale, _), probabilities in zip(choices, weights, strict=True):
        _enter(outcomes[number], scale, LevelReading(probabilities))
    return outcomes


def read_own_answers(
    tree: Forks, conversation: Conversation, pairs: Sequence[Pair], max_new_tokens: int
) -> list[PairOutcome]:
    """Let the model answer, then read the levels where its answers put them.

    Parameters
    ----------
    tree : Forks
    conversation : Conversation
    pairs : sequence of Pair
    max_new_tokens : int
        Where an answer is cut off.
    """
    outcomes = [PairOutcome() for _ in pairs]
    analyses = [n for n, pair in enumerate(pairs) if pair.question in questions.ANALYSES]
    judgements = [n for n, pair in enumerate(pairs) if pair.question in questions.JUDGEMENTS]
    ends = [tree.add(pairs[n].roi, conversation.tail_ids(pairs[n].text))[-1] for n in analyses]
    choices: list[tuple[int, str, int | None, _Choice]] = [
        (n, "", None, _Choice(tree, conversation, pairs[n], YES_NO)) for n in judgements
    ]
    tree.compute()
    for n, (ids, ended) in zip(
        analyses, generate(tree, ends, conversation.eos_id, max_new_tokens), strict=True
    ):
        outcome, pair = outcomes[n], pairs[n]
        outcome.reply, outcome.cut = conversation.text(ids), not ended
        for scale, level, beginnings in _places(pair.question, outcome):
            choices.append((n, scale, level, _Choice(tree, conversation, pair, beginnings)))
    for (n, scale, said, _), probabilities in zip(
        choices, weigh_choices(tree, [choice for *_, choice in choices]), strict=True
    ):
        _enter(outcomes[n], scale, LevelReading(probabilities, said))
    return outcomes


def generate(tree: Forks, ends: Sequence[int], eos: int, max_new_tokens: int) -> list[tuple[list[int], bool]]:
    """Greedy answers after computed nodes, one token of all branches at a time.

    Parameters
    ----------
    tree : Forks
    ends : sequence of int
        The computed node that each answer follows.
    eos : int
        The token that ends an answer.
    max_new_tokens : int

    Returns
    -------
    list of (ids, ended)
        Ids without the end token; `ended` is False where the limit came first.
    """
    ids: list[list[int]] = [[] for _ in ends]
    ended = [False] * len(ends)
    last = list(ends)
    going = list(range(len(ends)))
    for _ in range(max_new_tokens):
        if not going:
            break
        tree.compute()
        for n, token in zip(list(going), tree.next_tokens([last[n] for n in going]), strict=True):
            if token == eos:
                ended[n] = True
                going.remove(n)
            else:
                ids[n].append(token)
                last[n] = tree.extend(last[n], token)
    return list(zip(ids, ended, strict=True))


def _places(question: str, outcome: PairOutcome) -> list[tuple[str, int, questions.Beginnings]]:
    """Where to weigh levels in an answer of the model's own: (scale, level said, beginnings)."""
    if question != questions.DISTORTION_LIST:
        read = questions.read_level(question, outcome.reply)
        outcome.readable = read is not None
        return [] if read is None else [(question, *read)]
    outcome.mentioned = texts.parse_distortions(outcome.reply)
    outcome.readable = outcome.mentioned is not None
    found = []
    for name, severity in (outcome.mentioned or {}).items():
        if severity is not None:
            beginnings = questions.read_severity(name, severity, outcome.reply)
            if beginnings is not None:
                found.append((name, severity, beginnings))
    return found


def _enter(outcome: PairOutcome, scale: str, reading: LevelReading) -> None:
    if scale:
        outcome.levels[scale] = reading
    else:
        outcome.presence = reading.probabilities[YES_NO.index(texts.YES)]
