"""Shared prefixes give what one prompt at a time gives; memory is bounded; nothing is guessed."""

import copy
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS, SCALES
from model.seagull import questions
from model.seagull.assessment import Assessment, LevelReading, normalised
from model.seagull.assessor import Assessor
from model.seagull.errors import MemoryShortError, RoiError, SeagullError
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.memory import HalvingBatches
from model.seagull.network import SeagullForCausalLM
from tests.unit.model import seagull_tiny as tiny

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def words():
    return tiny.tokenizer()


@pytest.fixture(scope="module")
def network(words) -> Iterator[SeagullForCausalLM]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tiny.taught(words)
    torch.set_num_threads(threads)


class OneByOne:
    """The authors' manner: a whole prompt per question and ROI, everything computed each time."""

    def __init__(self, assessor: Assessor) -> None:
        self.network, self.talk = assessor.network, assessor.conversation

    @torch.no_grad()
    def logits(self, mask: np.ndarray, ids: list[int]) -> torch.Tensor:
        side, image = self.network.config.picture_side, tiny.picture()
        return self.network(
            input_ids=torch.tensor([ids]),
            pixel_values=prepare_picture(image, side)[None],
            masks=prepare_mask(mask, side)[None],
            crop_values=prepare_crop(image, mask, side)[None],
        ).logits[0]

    def reply(self, mask: np.ndarray, question: str, limit: int) -> str:
        ids, answer = self.talk.prompt_ids(question), []
        for _ in range(limit):
            token = int(self.logits(mask, ids + answer)[-1].argmax())
            if token == self.talk.eos_id:
                break
            answer.append(token)
        return self.talk.text(answer)

    def weigh(self, mask: np.ndarray, question: str, beginnings: tuple[str, ...]) -> tuple[float, ...]:
        sums = []
        for text in beginnings:
            prompt = self.talk.prompt_ids(question)
            full = [*self.talk.picture_ids, *self.talk.tail_ids(question, text)]
            assert full[: len(prompt)] == prompt
            table = self.logits(mask, full).log_softmax(-1)
            table = table[self.network.image_tokens - 1 :]
            sums.append(sum(float(table[n - 1, full[n]]) for n in range(len(prompt), len(full))))
        return normalised(sums)


def _close(reading: LevelReading | None, wanted: tuple[float, ...]) -> None:
    assert reading is not None
    assert reading.probabilities == pytest.approx(wanted, rel=TOLERANCE, abs=TOLERANCE)
    assert sum(reading.probabilities) == pytest.approx(1)
    assert reading.score == pytest.approx(sum(v * p for v, p in enumerate(wanted)), abs=1e-4)


def test_own_answers_equal_one_by_one(network, words) -> None:
    assessor = Assessor(network, words)
    alone = OneByOne(assessor)
    read = {"quality": 0, "importance": 0, "severity": 0}
    for mask, result in zip(tiny.masks(), assessor.assess(tiny.picture(), tiny.masks()), strict=True):
        assert not result.cut
        for question, text in questions.ANALYSES.items():
            assert result.replies[question] == alone.reply(mask, text, 40)
        for scale, reading in (("quality", result.quality), ("importance", result.importance)):
            found = questions.read_level(scale, result.replies[scale])
            assert (found is None) == (scale in result.unreadable)
            if found is not None:
                _close(reading, alone.weigh(mask, questions.ANALYSES[scale], found[1]))
                assert reading.said == found[0]
                read[scale] += 1
        told = texts.parse_distortions(result.replies["distortions"])
        for name in DISTORTIONS:
            distortion = result.distortions[name]
            yes_no = alone.weigh(mask, questions.JUDGEMENTS[name], ("Yes", "No"))
            assert distortion.presence == pytest.approx(yes_no[0], rel=TOLERANCE, abs=TOLERANCE)
            assert distortion.mentioned == (None if told is None else name in told)
            if told and told.get(name) is not None:
                beginnings = questions.read_severity(name, told[name], result.replies["distortions"])
                _close(distortion.severity, alone.weigh(mask, texts.DISTORTION_QUESTION, beginnings))
                read["severity"] += 1
            else:
                assert distortion.severity is None
    assert min(read.values()) >= 1


def test_given_answers_equal_one_by_one(network, words) -> None:
    assessor = Assessor(network, words, mode="given")
    alone = OneByOne(assessor)
    mask = tiny.masks()[1]
    result = assessor.assess(tiny.picture(), tiny.masks())[1]
    for scale, reading in (("quality", result.quality), ("importance", result.importance)):
        _close(reading, alone.weigh(mask, questions.ANALYSES[scale], questions.given_beginnings(scale)))
    for name in DISTORTIONS:
        _close(
            result.distortions[name].severity,
            alone.weigh(mask, texts.DISTORTION_QUESTION, questions.given_beginnings(name)),
        )
        yes_no = alone.weigh(mask, questions.JUDGEMENTS[name], ("Yes", "No"))
        assert result.distortions[name].presence == pytest.approx(yes_no[0], rel=TOLERANCE, abs=TOLERANCE)
    assert result.replies["quality"] == texts.quality_answer(result.quality.level)
    assert result.unreadable == ()


def _numbers(results: list[Assessment]) -> list[float]:
    flat: list[float] = []
    for result in results:
        for reading in (
            result.quality,
            result.importance,
            *(d.severity for d in result.distortions.values()),
        ):
            flat.extend(reading.probabilities if reading is not None else [-1.0])
        flat.extend(d.presence for d in result.distortions.values())
    return flat


@pytest.mark.parametrize("mode", ["own", "given"])
def test_batches_of_any_size_give_the_same(network, words, mode) -> None:
    masks = [*tiny.masks(), *tiny.masks()[::-1]]
    large = Assessor(network, words, mode=mode).assess(tiny.picture(), masks)
    small = Assessor(network, words, mode=mode, tokens_at_once=1, rois_at_once=1).assess(
        tiny.picture(), masks
    )
    assert _numbers(small) == pytest.approx(_numbers(large), rel=TOLERANCE, abs=TOLERANCE)
    assert [r.replies for r in small] == [r.replies for r in large]
    assert _numbers(large[:3]) == pytest.approx(_numbers(large[:2:-1]), rel=TOLERANCE, abs=TOLERANCE)


def test_running_out_of_memory_halves_the_batch_and_goes_on(network, words) -> None:
    masks = [*tiny.masks(), *tiny.masks()]
    wanted = Assessor(network, words, mode="given").assess(tiny.picture(), masks)
    lengths: list[int] = []

    def short_of_memory(module, args, kwargs) -> None:
        length = kwargs["inputs_embeds"].shape[1]
        lengths.append(length)
        # The prefix has more than 150 tokens of its own and passes.
        if len(lengths) > 1 and length > 150:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    handle = network.model.register_forward_pre_hook(short_of_memory, with_kwargs=True)
    try:
        assessor = Assessor(network, words, mode="given")
        found = assessor.assess(tiny.picture(), masks)
    finally:
        handle.remove()
    assert max(lengths[1:]) > 150 >= lengths[-1]
    assert _numbers(found) == pytest.approx(_numbers(wanted), rel=TOLERANCE, abs=TOLERANCE)


def test_halving() -> None:
    seen: list[int] = []

    def work(batch):
        seen.append(len(batch))
        if len(batch) > 3:
            raise MemoryError
        return [2 * n for n in batch]

    batches = HalvingBatches(8)
    assert batches.run(range(10), work) == [2 * n for n in range(10)]
    assert seen == [8, 4, 2, 2, 2, 2, 2]
    assert batches.size == 2

    def never(batch):
        raise RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)")

    with pytest.raises(MemoryShortError, match="even one question"):
        HalvingBatches(4).run(range(4), never)

    def broken(batch):
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        HalvingBatches(4).run(range(4), broken)


def test_no_memory_for_the_picture_is_one_sentence(network, words) -> None:
    def short_of_memory(module, args) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    handle = network.model.vision_tower.register_forward_pre_hook(short_of_memory)
    try:
        with pytest.raises(MemoryShortError, match="for one picture"):
            Assessor(network, words).assess(tiny.picture(), tiny.masks())
    finally:
        handle.remove()


def test_memory_after_the_prefix_is_bounded_whatever_the_number_of_rois(network, words) -> None:
    longest: list[int] = []

    def watch(module, args, kwargs) -> None:
        longest.append(kwargs["inputs_embeds"].shape[1])

    assessor = Assessor(network, words, mode="given", tokens_at_once=400)
    handle = network.model.register_forward_pre_hook(watch, with_kwargs=True)
    try:
        results = assessor.assess(tiny.picture(), tiny.masks() * 8)
    finally:
        handle.remove()
    assert len(results) == 24
    assert max(longest[1:]) <= 400


def test_replies_that_can_not_be_read_are_told_not_guessed(words) -> None:
    result = Assessor(tiny.network(), words, max_new_tokens=5).assess(tiny.picture(), tiny.masks()[:1])[0]
    assert set(result.unreadable) == set(questions.ANALYSES)
    assert set(result.cut) == set(questions.ANALYSES)
    assert result.quality is None and result.importance is None
    assert all(d.severity is None and d.mentioned is None for d in result.distortions.values())
    assert all(0 < d.presence < 1 for d in result.distortions.values())
    assert all(result.replies.values())


def test_masks_of_every_shape(network, words) -> None:
    image = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    full, column, row, dot = np.ones((16, 16), bool), *(np.zeros((16, 16), np.uint8) for _ in range(3))
    column[:, 3], row[15, :], dot[0, 15] = 1, 255, 1
    results = Assessor(network, words, mode="given").assess(image, [full, column, row, dot])
    assert all(np.isfinite(_numbers(results)))
    assert [r.note for r in results] == [""] * 4


def test_a_mask_that_the_network_can_not_see_is_noted(network, words) -> None:
    mask = np.zeros((300, 400), bool)
    mask[:, 1] = True
    assert not prepare_mask(mask, network.config.picture_side).any()
    result = Assessor(network, words, mode="given").assess(tiny.picture(0, 300, 400), [mask])[0]
    assert "too thin" in result.note


def test_refusals(network, words) -> None:
    assessor = Assessor(network, words)
    assert assessor.assess(tiny.picture(), []) == []
    with pytest.raises(RoiError, match="empty"):
        assessor.assess(tiny.picture(), [tiny.masks()[0], np.zeros((90, 120), bool)])
    with pytest.raises(ValueError, match="mode"):
        Assessor(network, words, mode="fast")


def test_numbers_that_are_none_are_told(words) -> None:
    broken = tiny.network()
    with torch.no_grad():
        broken.lm_head.weight.fill_(float("nan"))
    with pytest.raises(SeagullError, match="not a number"):
        Assessor(broken, words, mode="given").assess(tiny.picture(), tiny.masks()[:1])


def test_bfloat16_decides_as_one_by_one_up_to_ties(network, words) -> None:
    assessor = Assessor(copy.deepcopy(network).to(torch.bfloat16), words)
    alone = OneByOne(assessor)
    result = assessor.assess(tiny.picture(), tiny.masks())[0]
    for name in DISTORTIONS:
        yes, _ = alone.weigh(tiny.masks()[0], questions.JUDGEMENTS[name], ("Yes", "No"))
        assert result.distortions[name].presence == pytest.approx(yes, abs=0.05)
    wanted = alone.reply(tiny.masks()[0], texts.QUALITY_QUESTION, 40)
    assert result.replies["quality"] == wanted


def test_scores_follow_the_level_values() -> None:
    reading = LevelReading((0.1, 0.2, 0.3, 0.4, 0.0))
    assert reading.score == pytest.approx(2.0)
    assert reading.level == 3
    assert normalised([-1000.0, -1000.0]) == pytest.approx((0.5, 0.5))
    assert questions.level_words("blur") == tuple(level.word for level in SCALES["blur"].levels[:5])
