"""A small tokenizer that behaves as Vicuna's does, made here from the questions and answers: no download."""

from __future__ import annotations

from typing import Final

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from annotation_db.vocabulary import texts
from model.seagull.conversation import SYSTEM

WORDS: Final = 600
"""Rows of the embedding of a network that goes with it: its pieces, and room for added words."""
_ADDED: Final = 10


def small_tokenizer() -> PreTrainedTokenizerFast:
    """Whole words where they are frequent; "unimportant" and "moderate" come out in several pieces.

    The corpus leaves those two out so that they do, as in Vicuna's vocabulary: whoever reads or trains the
    levels by their first piece only is found out on a small network, too.
    """
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    # As in Vicuna's vocabulary, no token joins a word and a full stop.
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(prepend_scheme="first"), pre_tokenizers.Punctuation()]
    )
    bpe.decoder = decoders.Metaspace()
    answers = [texts.quality_answer(v) for v in range(5)] + [texts.importance_answer(v) for v in (1, 2, 3, 4)]
    answers += [
        texts.distortion_answer(dict.fromkeys(("blur", "noise", "contrast"), v)) for v in (0, 1, 3, 4)
    ]
    corpus = [
        SYSTEM,
        texts.OPENING,
        texts.QUALITY_QUESTION,
        texts.IMPORTANCE_QUESTION,
        "USER: ASSISTANT: Yes No",
    ]
    corpus += [texts.DISTORTION_QUESTION, *answers, *(q.text for q in texts.judgement_questions()[-6:])]
    trainer = trainers.BpeTrainer(
        vocab_size=WORDS - _ADDED,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=[chr(c) for c in range(32, 127)],
        show_progress=False,
    )
    bpe.train_from_iterator(corpus * 4, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe, bos_token="<s>", eos_token="</s>", unk_token="<unk>", add_bos_token=False
    )
