"""Stopping at will, and replies without end, in other languages or in words that nobody expected."""

import copy
from collections.abc import Iterator

import pytest
import torch

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS
from model.seagull import questions
from model.seagull.assessor import Assessor
from model.seagull.errors import AssessmentStopped
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

STRANGE = {
    texts.QUALITY_QUESTION: "La calidad es buena.",
    texts.IMPORTANCE_QUESTION: "not important.",
    texts.DISTORTION_QUESTION: "I see a dog.",
}


@pytest.fixture(scope="module")
def words():
    return tiny.tokenizer()


@pytest.fixture(scope="module")
def network(words) -> Iterator[SeagullForCausalLM]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tiny.taught(words, steps=40, said=[STRANGE])
    torch.set_num_threads(threads)


class _After:
    """Says to stop at the n-th question."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("mode", ["own", "given"])
@pytest.mark.parametrize("calls", [0, 1, 2, 4, 6])
def test_an_assessment_can_be_stopped_and_the_picture_used_on(network, words, mode, calls) -> None:
    assessor = Assessor(network, words, mode=mode, max_new_tokens=4, tokens_at_once=1, rois_at_once=1)
    picture = assessor.open_picture(tiny.picture())
    with pytest.raises(AssessmentStopped, match="stopped; nothing of this picture was kept"):
        assessor.assess_rois(picture, tiny.masks(), cancelled=_After(calls))
    after = assessor.assess_rois(picture, tiny.masks()[:1], cancelled=lambda: False)
    assert after == assessor.assess(tiny.picture(), tiny.masks()[:1])


def test_a_stop_comes_before_the_picture_is_encoded(network, words) -> None:
    handle = network.model.vision_tower.register_forward_pre_hook(lambda *given: pytest.fail("encoded"))
    try:
        with pytest.raises(AssessmentStopped):
            Assessor(network, words).assess(tiny.picture(), tiny.masks(), cancelled=lambda: True)
    finally:
        handle.remove()


def test_a_stop_comes_between_two_tokens_of_an_answer(network, words) -> None:
    passes: list[int] = []
    handle = network.model.register_forward_pre_hook(lambda *given: passes.append(1))
    assessor = Assessor(network, words, max_new_tokens=64)
    try:
        with pytest.raises(AssessmentStopped):
            # One ROI batch, one batch of questions, their prompts, then three tokens.
            assessor.assess(tiny.picture(), tiny.masks()[:1], cancelled=_After(7))
    finally:
        handle.remove()
    assert len(passes) == 1 + 1 + 3


def test_strange_words_and_other_languages_are_told_as_unreadable(network, words) -> None:
    result = Assessor(network, words).assess(tiny.picture(), tiny.masks()[:1])[0]
    assert list(result.replies.values()) == list(STRANGE.values())
    assert result.unreadable == ("quality", "importance", "distortions")
    assert result.cut == ()
    assert result.quality is None and result.importance is None
    assert all(d.severity is None and d.mentioned is None for d in result.distortions.values())
    assert all(0 < d.presence < 1 for d in result.distortions.values())


@pytest.mark.parametrize("limit", [1, 9])
def test_a_reply_without_end_is_cut_and_costs_a_bounded_number_of_passes(words, limit) -> None:
    endless = tiny.network()
    assessor = Assessor(endless, words, max_new_tokens=limit)
    with torch.no_grad():
        # The end's logit is 0, and some other word's is always higher.
        endless.lm_head.weight[assessor.conversation.eos_id] = 0
    passes: list[int] = []
    handle = endless.model.register_forward_pre_hook(lambda *given: passes.append(1))
    result = assessor.assess(tiny.picture(), tiny.masks()[:1])[0]
    handle.remove()
    assert set(result.cut) == set(questions.ANALYSES)
    assert set(result.unreadable) == set(questions.ANALYSES)
    # The picture, the prompts, a pass per token but the last, and one to weigh.
    assert len(passes) <= 1 + 1 + limit + 1


def test_a_network_that_repeats_one_word_for_ever_is_cut(network, words) -> None:
    stuck = copy.deepcopy(network)
    assessor = Assessor(stuck, words, max_new_tokens=12)
    token = words("good", add_special_tokens=False)["input_ids"][0]
    with torch.no_grad():
        stuck.lm_head.weight.zero_()
    handle = stuck.lm_head.register_forward_hook(
        lambda module, args, logits: logits + 5 * torch.eye(logits.shape[-1])[token]
    )
    result = assessor.assess(tiny.picture(), tiny.masks()[:1])[0]
    handle.remove()
    assert set(result.cut) == set(questions.ANALYSES)
    assert result.replies["quality"].count("good") == 12
    assert result.unreadable == ("importance", "distortions")


UNREADABLE = (
    "",
    " \n\t",
    "...",
    "质量很好。",
    "Качество хорошее.",
    "La qualité est bonne.",
    "الجودة جيدة",
    "Sehr gut, keine Störungen.",
    "🙂🙂🙂",
    "4",
    "I'm sorry, but I cannot answer that.",
    "goodness, poorly, badly",
    "</s><unk>",
    "\ufffd\ufffd",
    "<global><local>",
)


PIECES = (
    "a",
    " ",
    "minor ",
    "not ",
    "with no ",
    "blur, ",
    "non-",
    "over-",
    "visible ",
    "With minor blur and ",
)


@pytest.mark.parametrize("reply", UNREADABLE)
def test_no_reading_is_guessed(reply) -> None:
    assert questions.read_level("quality", reply) is None
    assert questions.read_level("importance", reply) is None
    assert texts.parse_distortions(reply) is None
    assert all(questions.read_severity(name, 2, reply) is None for name in DISTORTIONS)


@pytest.mark.parametrize("reply", ["good or poor", "It is not good.", "bad, fair, good, excellent"])
def test_a_level_that_is_denied_or_contradicted_is_not_read(reply) -> None:
    assert questions.read_level("quality", reply) is None


@pytest.mark.timeout(60)  # Backtracking without bound would take hours.
@pytest.mark.parametrize("piece", PIECES)
def test_a_very_long_reply_takes_no_time(piece) -> None:
    reply = piece * (6000 // len(piece))
    for scale in (questions.QUALITY, questions.IMPORTANCE):
        questions.read_level(scale, reply)
    for name, severity in (texts.parse_distortions(reply) or {}).items():
        questions.read_severity(name, severity or 0, reply)
