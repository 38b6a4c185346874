"""The decoder thread: the latest prompt wins, waits for its picture, and builds on the chosen mask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from model.segmenters.classical import ClassicalSegmenter
from model.segmenters.protocol import Hypothesis, Prompt
from model.segmenters.sam import SamSegmenter
from seagull_studio.services.decoder import DecoderService
from seagull_studio.services.encoder import EncoderService
from tests.unit.model import tiny_sam
from tests.unit.seagull_studio.segmenter_doubles import StepSegmenter
from tests.unit.seagull_studio.test_encoder import key, read

ONE = Prompt(((1.0, 1.0, True),))
TWO = Prompt(((1.0, 1.0, True), (2.0, 2.0, False)))
OTHER = Prompt(((3.0, 3.0, True), (2.0, 2.0, False)))


class Desk:
    """An encoder, a decoder, and what the decoder said."""

    def __init__(self, folder: Path) -> None:
        self.segmenter = StepSegmenter()
        self.encoder = EncoderService(folder / "cache", read=read)
        self.decoder = DecoderService(self.encoder)
        self.encoder.set_segmenter(lambda: self.segmenter)
        self.answers: list[tuple[int, int, list[Hypothesis]]] = []
        self.failures: list[tuple[int, str]] = []
        self.threads: set[threading.Thread] = set()
        self.decoder.decoded.connect(self._decoded)
        self.decoder.failed.connect(lambda *what: self.failures.append(what))

    def _decoded(self, generation: int, image_id: int, hypotheses: list[Hypothesis]) -> None:
        self.answers.append((generation, image_id, hypotheses))
        self.threads.add(threading.current_thread())

    @property
    def generations(self) -> list[int]:
        return [answer[0] for answer in self.answers]


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.segmenter.go_predict.set()
    desk.decoder.close()
    desk.encoder.close()


def test_a_prompt_is_answered_in_the_windows_thread(qtbot: QtBot, desk: Desk) -> None:
    desk.encoder.want(key(1))
    desk.decoder.request(7, 1, ONE)
    qtbot.waitUntil(lambda: desk.generations == [7])
    _, image_id, hypotheses = desk.answers[0]
    assert image_id == 1 and [h.predicted_iou for h in hypotheses] == [1.3, 1.2, 1.1]
    assert desk.threads == {threading.current_thread()}


def test_a_prompt_waits_for_its_picture(qtbot: QtBot, desk: Desk) -> None:
    desk.segmenter.go.clear()
    desk.encoder.want(key(1))
    desk.decoder.request(1, 1, ONE)
    qtbot.waitUntil(lambda: desk.segmenter.encoding == [1])
    assert desk.answers == []
    desk.segmenter.go.set()
    qtbot.waitUntil(lambda: desk.generations == [1])


def test_the_latest_wins_and_late_answers_are_dropped(qtbot: QtBot, desk: Desk) -> None:
    desk.segmenter.go_predict.clear()
    desk.encoder.want(key(1))
    desk.decoder.request(1, 1, ONE)
    qtbot.waitUntil(desk.segmenter.predicting.is_set)
    for generation in (2, 3, 4):
        desk.decoder.request(generation, 1, TWO)
    desk.segmenter.go_predict.set()
    qtbot.waitUntil(lambda: desk.generations == [4])
    assert [prompt for prompt, _ in desk.segmenter.asked] == [ONE, TWO]


def test_what_was_forgotten_is_not_answered(qtbot: QtBot, desk: Desk) -> None:
    desk.segmenter.go_predict.clear()
    desk.encoder.want(key(1))
    desk.decoder.request(1, 1, ONE)
    qtbot.waitUntil(desk.segmenter.predicting.is_set)
    desk.decoder.forget()
    desk.segmenter.go_predict.set()
    desk.encoder.want(key(2))
    desk.decoder.request(2, 2, ONE)
    qtbot.waitUntil(lambda: desk.generations == [2])


def test_the_next_prompt_builds_on_the_chosen_mask(qtbot: QtBot, desk: Desk) -> None:
    desk.encoder.want(key(1))
    for generation, prompt in ((1, ONE), (2, TWO)):
        desk.decoder.request(generation, 1, prompt)
        qtbot.waitUntil(lambda generation=generation: desk.generations[-1:] == [generation])
    first = desk.answers[0][2]
    assert desk.segmenter.asked[1][1] is first[0]
    desk.decoder.choose(2, 2)
    desk.decoder.choose(1, 1)
    desk.decoder.choose(2, 9)
    desk.decoder.request(3, 1, OTHER)
    qtbot.waitUntil(lambda: desk.generations[-1:] == [3])
    assert desk.segmenter.asked[2][1] is desk.answers[1][2][2]


def test_a_mask_of_another_picture_or_segmenter_is_not_built_on(qtbot: QtBot, desk: Desk) -> None:
    desk.encoder.want(key(1), [key(2)])
    for generation, image_id in ((1, 1), (2, 2)):
        desk.decoder.request(generation, image_id, ONE)
        qtbot.waitUntil(lambda generation=generation: desk.generations[-1:] == [generation])
    other = StepSegmenter("other")
    desk.encoder.set_segmenter(lambda: other)
    desk.decoder.request(3, 2, TWO)
    qtbot.waitUntil(lambda: desk.generations[-1:] == [3])
    assert desk.segmenter.asked[1][1] is None
    assert other.asked == [(TWO, None)]


def test_a_refusal_is_one_sentence(qtbot: QtBot, desk: Desk) -> None:
    desk.encoder.want(key(1))
    desk.decoder.request(5, 1, Prompt())
    qtbot.waitUntil(lambda: desk.failures == [(5, "Click the object first.")])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_prompt_on_a_picture_that_fails_does_not_wait_for_ever(qtbot: QtBot, desk: Desk, when: str) -> None:
    if when == "after":
        with qtbot.waitSignal(desk.encoder.failed):
            desk.encoder.want(key(99))
        desk.decoder.request(3, 99, ONE)
    else:
        desk.decoder.request(3, 99, ONE)
        desk.encoder.want(key(99))
    qtbot.waitUntil(lambda: desk.failures == [(3, "99.png is cut off; copy it again.")])
    desk.decoder.request(4, 1, ONE)
    desk.encoder.want(key(1))
    qtbot.waitUntil(lambda: desk.generations == [4])


def test_closing_while_decoding_joins_and_stays_silent(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.segmenter.go_predict.clear()
    desk.encoder.want(key(1))
    desk.decoder.request(1, 1, ONE)
    qtbot.waitUntil(desk.segmenter.predicting.is_set)
    desk.segmenter.go_predict.set()
    desk.decoder.close()
    desk.encoder.close()
    qtbot.wait(20)
    assert desk.answers == [] and desk.failures == []


@pytest.mark.parametrize("kind", ["sam", "classical"])
def test_real_segmenters_from_click_to_mask(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    rgb = tiny_sam.picture(60, 80)
    direct = SamSegmenter.load(path, "cpu") if kind == "sam" else ClassicalSegmenter()
    encoder = EncoderService(tmp_path / "cache", read=lambda _key: rgb)
    decoder = DecoderService(encoder)
    try:
        encoder.set_segmenter(lambda: direct)
        encoder.want(key(1))
        with qtbot.waitSignal(decoder.decoded, timeout=20_000) as answer:
            decoder.request(1, 1, Prompt(((20.0, 30.0, True),)))
        found = answer.args[2]
        expected = direct.predict(direct.encode(rgb), Prompt(((20.0, 30.0, True),)))
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one.mask, other.mask)
    finally:
        decoder.close()
        encoder.close()
    assert (tmp_path / "cache").exists() == (kind == "sam")
