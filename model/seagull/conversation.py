"""From a question to token ids and back: the layout that training and inference share (Vicuna v1).

``<s>`` system text `` USER: `` question `` ASSISTANT:``, then a space, the answer and ``</s>``. The words of
the questions come from `vocabulary.texts`. As in the release, the text before and the text after the
image are tokenised separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from annotation_db.vocabulary import texts
from model.seagull.config import IMAGE_ID, SeagullConfig
from model.seagull.errors import CheckpointError
from model.seagull.layout import IGNORED

SYSTEM: Final = (
    "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, "
    "detailed, and polite answers to the human's questions."
)
GLOBAL: Final = "<global>"
LOCAL: Final = "<local>"
_IMAGE: Final = "<image>"


class TrainingPair(NamedTuple):
    """One question with its answer."""

    input_ids: list[int]
    labels: list[int]
    """-100 up to the answer; the answer's tokens and ``</s>`` after that."""


class Conversation:
    """Questions and answers as token ids.

    Parameters
    ----------
    tokenizer : transformers tokenizer
        ``<global>`` and ``<local>`` are added to it where it does not know them.
    config : SeagullConfig
        Learns the ids of the two words from the tokenizer.

    Raises
    ------
    CheckpointError
        If the tokenizer has more words than the network.
    """

    def __init__(self, tokenizer: Any, config: SeagullConfig) -> None:
        known = tokenizer.get_vocab()
        new = [word for word in (GLOBAL, LOCAL) if word not in known]
        if new:
            tokenizer.add_tokens(new, special_tokens=True)
        self._tokenizer = tokenizer
        self.global_id, self.local_id = (int(i) for i in tokenizer.convert_tokens_to_ids([GLOBAL, LOCAL]))
        self._refuse_words(config, self.global_id, self.local_id)
        config.global_token_id, config.local_token_id = self.global_id, self.local_id
        self._bos = _one_id(tokenizer.bos_token_id, config.bos_token_id, 1)
        self.eos_id = _one_id(tokenizer.eos_token_id, config.eos_token_id, 2)
        before, after = texts.OPENING.split(_IMAGE)
        for word, used in ((GLOBAL, config.with_global_token), (LOCAL, config.with_local_token)):
            after = after if used else after.replace(word, "")
        self._after = after
        head = self._encode(f"{SYSTEM} USER: {before}")
        self.picture_ids: tuple[int, ...] = (self._bos, *head, IMAGE_ID)
        """BOS, the system text and the image: the same for every question on a picture."""
        asked = " ".join((texts.QUALITY_QUESTION, texts.IMPORTANCE_QUESTION, texts.DISTORTION_QUESTION))
        self._refuse_words(config, *self.picture_ids, *self.tail_ids(asked), self.eos_id)

    def tail_ids(self, question: str, answer: str | None = None) -> list[int]:
        """Everything after the image, up to " ASSISTANT:" or to the end of a (begun) answer."""
        said = "" if answer is None else f" {answer}".rstrip()
        return self._encode(f"{self._after}{question} ASSISTANT:{said}")

    def prompt_ids(self, question: str) -> list[int]:
        """A whole prompt; `IMAGE_ID` stands for the image."""
        return [*self.picture_ids, *self.tail_ids(question)]

    def training_pair(self, question: str, answer: str) -> TrainingPair:
        """A whole prompt with its answer, for training."""
        prompt = self.tail_ids(question)
        full = self.tail_ids(question, answer)
        shared = shared_prefix([prompt, full])
        ids = [*self.picture_ids, *full, self.eos_id]
        masked = len(self.picture_ids) + shared
        return TrainingPair(ids, [IGNORED] * masked + ids[masked:])

    def text(self, ids: Sequence[int]) -> str:
        """Decode an answer."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)).strip()

    @staticmethod
    def _refuse_words(config: SeagullConfig, *ids: int) -> None:
        if max(ids) >= config.vocab_size:
            raise CheckpointError(
                f"The tokenizer has at least {max(ids) + 1} words and the network {config.vocab_size}; "
                "they are not from the same checkpoint, use the tokenizer that came with the weights."
            )

    def _encode(self, text: str) -> list[int]:
        return [int(i) for i in self._tokenizer(text, add_special_tokens=False)["input_ids"]]


def shared_prefix(sequences: Sequence[Sequence[int]]) -> int:
    """How many leading ids all sequences have in common."""
    length = 0
    for column in zip(*sequences, strict=False):
        if len(set(column)) > 1:
            break
        length += 1
    return length


def _one_id(*candidates: Any) -> int:
    """The first id that is given; a list of ids counts by its first."""
    for candidate in candidates:
        if isinstance(candidate, list | tuple) and candidate:
            return int(candidate[0])
        if candidate is not None:
            return int(candidate)
    raise CheckpointError("The tokenizer has no token for beginning and end; use the one of the checkpoint.")
