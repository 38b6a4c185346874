"""From lessons to the losses on their tokens.

The loss of a choice is the Kullback-Leibler divergence of its target from the probabilities that the network
gives to the *whole words*, each the product of its tokens' (so that what falls on no word of the choice is
lost, and a one-hot target gives plain cross-entropy). All other tokens of an answer have cross-entropy. A
question's loss is the weighted mean over its choices (weight 1) and other tokens: so it is the same however
questions are packed. Both are linear in the tokens' log-probabilities, so a question is a constant and one
coefficient per edge of the tree; a parent may have edges to several children.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from model.seagull.conversation import Conversation, shared_prefix
from model.seagull.token_tree import TokenTree
from model.training.errors import TrainingError
from model.training.lessons import Lesson
from model.training.targets import entropy_term


@dataclass(frozen=True, slots=True)
class Sample:
    """One lesson on one ROI of a picture."""

    roi: int
    """Number of the ROI among those of its picture."""
    name: str
    """For sentences, such as "ROI 3 of a.png"."""
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Edge:
    """A token that is predicted after a path."""

    path: tuple[int, ...]
    """Token ids after the prefix up to the one before."""
    token: int
    coefficient: float


@dataclass(frozen=True, slots=True)
class Question:
    """A lesson as tokens: loss = constant - sum of coefficient x log-probability."""

    edges: tuple[Edge, ...]
    constant: float


class Lexicon:
    """A conversation's token ids, each text tokenised once: the same few stand in many lessons."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._known: dict[tuple[str, str | None], list[int]] = {}
        self.eos_id = conversation.eos_id

    def tail_ids(self, question: str, answer: str | None = None) -> list[int]:
        """As `Conversation.tail_ids`; not to be changed."""
        key = (question, answer)
        if key not in self._known:
            self._known[key] = self._conversation.tail_ids(question, answer)
        return self._known[key]


def as_question(conversation: Conversation | Lexicon, sample: Sample) -> Question:
    """Tokenise a lesson.

    Raises
    ------
    TrainingError
        If no token of it would be supervised, or the tokenizer joins a level word with what follows.
    """
    lesson = sample.lesson
    prompt = conversation.tail_ids(lesson.question)
    full = [*conversation.tail_ids(lesson.question, lesson.answer), conversation.eos_id]
    found: list[tuple[tuple[int, ...], int, float]] = []
    constant, weight = 0.0, 0.0
    covered: set[int] = set()
    for choice in lesson.choices:
        before = lesson.answer[: choice.start]
        paths = [conversation.tail_ids(lesson.question, before + word) for word in choice.words]
        first = shared_prefix(paths)
        said = paths[choice.words.index(lesson.answer[choice.start : choice.end])]
        word = lesson.answer[choice.start : choice.end]
        if full[: len(said)] != said or first < shared_prefix([prompt, full]):
            raise TrainingError(
                f"The tokenizer joins {word!r} with what stands beside it in"
                f" the answer {lesson.answer!r} ({sample.name}), so its levels can not be told apart; use "
                "the tokenizer that came with the weights."
            )
        covered.update(range(first, len(said)))
        for path, target in zip(paths, choice.target, strict=True):
            if target > 0:
                found += [(tuple(path[:n]), path[n], target) for n in range(first, len(path))]
        constant += entropy_term(choice.target)
        weight += 1
    if lesson.other_tokens > 0:
        rest = [n for n in range(shared_prefix([prompt, full]), len(full)) if n not in covered]
        found += [(tuple(full[:n]), full[n], lesson.other_tokens) for n in rest]
        weight += lesson.other_tokens * len(rest)
    if not found or weight <= 0:
        raise TrainingError(
            f"{sample.name} has no token to be trained on in the question {lesson.question!r}; "
            "look at the targets and the weight of the other tokens."
        )
    edges = tuple(Edge(path, token, coefficient / weight) for path, token, coefficient in found)
    return Question(edges, constant / weight)


@dataclass(slots=True)
class Packed:
    """Questions on the ROIs of one picture as one tree."""

    tree: TokenTree
    nodes: list[int] = field(default_factory=list)
    """The node that each edge starts at."""
    tokens: list[int] = field(default_factory=list)
    coefficients: list[float] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    """The question of each edge, by number."""
    constants: list[float] = field(default_factory=list)
    """Of each question."""
    samples: list[Sample] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Tokens of the pass, the prefix included."""
        return self.tree.prefix + len(self.tree)

    def add(self, sample: Sample, question: Question) -> None:
        """Add a question's branches."""
        for edge in question.edges:
            self.nodes.append(self.tree.add(sample.roi, edge.path)[-1])
            self.tokens.append(edge.token)
            self.coefficients.append(edge.coefficient)
            self.owners.append(len(self.constants))
        self.constants.append(question.constant)
        self.samples.append(sample)


def pack(questions: Sequence[tuple[Sample, Question]], prefix: int, tokens_per_pass: int) -> list[Packed]:
    """Divide a picture's questions into as few passes as fit, in their order.

    Parameters
    ----------
    questions : sequence of (Sample, Question)
    prefix : int
        Length of the picture's prefix.
    tokens_per_pass : int
        Bound of each pass; a single question that is longer has a pass of its own.
    """
    passes: list[Packed] = []
    going: list[tuple[Sample, Question]] = []
    growing = packed(going, prefix)
    for entry in questions:
        growing.add(*entry)
        if going and growing.length > tokens_per_pass:
            # Nothing can be taken out of a tree, so what fitted is put together once more.
            passes.append(packed(going, prefix))
            going, growing = [], packed([entry], prefix)
        going.append(entry)
    return [*passes, growing] if going else passes


def packed(questions: Sequence[tuple[Sample, Question]], prefix: int) -> Packed:
    """All questions in one pass."""
    made = Packed(TokenTree(prefix))
    for sample, question in questions:
        made.add(sample, question)
    return made
