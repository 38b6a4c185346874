"""The encoder thread: the picture in front first, stale work given up, memory and disk made use of."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from annotation_db.errors import PictureError
from annotation_db.pictures.picture_files import sha256_of
from model.segmenters.classical import ClassicalSegmenter
from model.segmenters.protocol import Rgb, SegmenterError
from model.segmenters.sam import SamSegmenter
from seagull_studio.services.embedding_memory import EmbeddingMemory
from seagull_studio.services.encoder import EncoderService, ImageKey, read_imported
from tests.unit.model import tiny_sam
from tests.unit.seagull_studio.segmenter_doubles import StepEmbedding, StepSegmenter


def key(number: int) -> ImageKey:
    return ImageKey(number, f"{number:064d}", Path(f"{number}.png"), (4, 4))


def read(wanted: ImageKey) -> np.ndarray:
    number = int(wanted.path.stem)
    if number == 99:
        raise PictureError("99.png is cut off; copy it again.")
    return np.full((4, 4, 3), number, np.uint8)


class Heard:
    """All signals of a service in the order they came, and the thread they came in."""

    def __init__(self, service: EncoderService) -> None:
        self.all: list[tuple[Any, ...]] = []
        self.threads: set[threading.Thread] = set()
        for name in ("encoded", "failed", "busy", "ready", "not_kept"):
            getattr(service, name).connect(lambda *args, name=name: self._add(name, *args))

    def _add(self, *what: Any) -> None:
        self.all.append(what)
        self.threads.add(threading.current_thread())

    def of(self, name: str) -> list[Any]:
        return [what[1] if len(what) == 2 else what[1:] for what in self.all if what[0] == name]


@pytest.fixture
def service(qtbot: QtBot, tmp_path: Path) -> Iterator[EncoderService]:
    service = EncoderService(tmp_path / "cache", read=read)
    yield service
    service.close()


def test_the_current_picture_comes_first_then_the_others_in_order(
    qtbot: QtBot, service: EncoderService
) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    service.set_segmenter(lambda: segmenter)
    service.want(key(3), [key(4), key(2)])
    qtbot.waitUntil(lambda: heard.of("busy")[-1:] == [None])
    assert heard.of("encoded") == [3, 4, 2]
    assert heard.of("busy") == [3, 3, 4, 2, None]
    assert heard.of("ready") == ["Step"]
    assert heard.threads == {threading.current_thread()}
    found = service.embedding(4)
    assert found is not None and found[0] is segmenter
    assert isinstance(found[1], StepEmbedding) and found[1].value == 4
    assert service.embedding(7) is None


def test_nothing_is_loaded_before_a_picture_is_wanted(qtbot: QtBot, service: EncoderService) -> None:
    loaded = threading.Event()

    def load() -> StepSegmenter:
        loaded.set()
        assert threading.current_thread().name == "seagull encoder"
        return StepSegmenter()

    service.set_segmenter(load)
    service.want(None)
    assert not loaded.wait(0.05)
    service.want(key(1))
    qtbot.waitUntil(loaded.is_set)


def test_a_picture_no_longer_wanted_is_given_up(qtbot: QtBot, service: EncoderService) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    segmenter.go.clear()
    service.set_segmenter(lambda: segmenter)
    service.want(key(1), [key(2)])
    qtbot.waitUntil(lambda: segmenter.encoding == [1])
    service.want(key(5))
    qtbot.waitUntil(lambda: segmenter.encoding == [1, 5])
    segmenter.go.set()
    qtbot.waitUntil(lambda: heard.of("encoded") == [5])
    assert segmenter.stopped == [1]


def test_a_neighbour_gives_way_to_the_picture_in_front_and_is_done_after(
    qtbot: QtBot, service: EncoderService
) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    service.set_segmenter(lambda: segmenter)
    service.want(key(1))
    qtbot.waitUntil(lambda: heard.of("encoded") == [1])
    segmenter.go.clear()
    service.want(key(1), [key(2)])
    qtbot.waitUntil(lambda: segmenter.encoding == [1, 2])
    service.want(key(3), [key(2)])
    qtbot.waitUntil(lambda: segmenter.encoding == [1, 2, 3])
    segmenter.go.set()
    qtbot.waitUntil(lambda: heard.of("encoded") == [1, 3, 2])


def test_work_on_a_picture_that_stays_wanted_goes_on(qtbot: QtBot, service: EncoderService) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    segmenter.go.clear()
    service.set_segmenter(lambda: segmenter)
    service.want(key(1))
    qtbot.waitUntil(lambda: segmenter.encoding == [1])
    service.want(key(1), [key(2)])
    segmenter.go.set()
    qtbot.waitUntil(lambda: heard.of("encoded") == [1, 2])
    assert segmenter.encoding == [1, 2]


def test_what_is_on_disk_is_not_encoded_again(qtbot: QtBot, service: EncoderService, tmp_path: Path) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    service.set_segmenter(lambda: segmenter)
    service.want(key(1))
    qtbot.waitUntil(lambda: len(list((tmp_path / "cache").glob("*.embedding"))) == 1)
    second = StepSegmenter()
    service.set_segmenter(lambda: second)
    assert service.embedding(1) is None
    qtbot.waitUntil(lambda: heard.of("encoded") == [1, 1])
    assert second.encoding == []
    other = StepSegmenter("other")
    service.set_segmenter(lambda: other)
    qtbot.waitUntil(lambda: heard.of("encoded") == [1, 1, 1])
    assert other.encoding == [1]


@pytest.mark.parametrize(("number", "word"), [(99, "cut off"), (8, "cannot be encoded")])
def test_a_picture_that_cannot_be_encoded_is_one_sentence_and_the_others_go_on(
    qtbot: QtBot, service: EncoderService, number: int, word: str
) -> None:
    heard, segmenter = Heard(service), StepSegmenter()
    segmenter.fails = {8}
    service.set_segmenter(lambda: segmenter)
    service.want(key(number), [key(2)])
    qtbot.waitUntil(lambda: heard.of("encoded") == [2])
    ((image_id, sentence),) = heard.of("failed")
    assert image_id == number and word in sentence
    assert service.trouble(number) == sentence
    assert service.trouble(2) is None


def test_a_segmenter_that_cannot_be_loaded_is_one_sentence_until_another_is_chosen(
    qtbot: QtBot, service: EncoderService
) -> None:
    def load() -> StepSegmenter:
        raise SegmenterError("The file is damaged; download it again.")

    heard = Heard(service)
    service.set_segmenter(load)
    service.want(key(1))
    qtbot.waitUntil(lambda: heard.of("failed") == [(None, "The file is damaged; download it again.")])
    assert service.trouble(1) is not None
    service.set_segmenter(StepSegmenter)
    qtbot.waitUntil(lambda: heard.of("encoded") == [1])
    assert service.trouble(1) is None


@pytest.mark.expects_log
def test_an_unexpected_error_is_logged_and_said(
    qtbot: QtBot, service: EncoderService, caplog: pytest.LogCaptureFixture
) -> None:
    def load() -> StepSegmenter:
        raise ZeroDivisionError

    heard = Heard(service)
    service.set_segmenter(load)
    service.want(key(1))
    qtbot.waitUntil(lambda: len(heard.of("failed")) == 1)
    assert "log file" in heard.of("failed")[0][1]
    assert "ZeroDivisionError" in caplog.text


def test_a_disk_that_cannot_be_written_is_said_once_and_encoding_goes_on(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    service = EncoderService(tmp_path / "file" / "cache", read=read)
    try:
        heard = Heard(service)
        service.set_segmenter(StepSegmenter)
        service.want(key(1), [key(2)])
        qtbot.waitUntil(lambda: heard.of("busy")[-1:] == [None])
        assert heard.of("encoded") == [1, 2]
        assert len(heard.of("not_kept")) == 1
    finally:
        service.close()


def test_closing_while_encoding_joins_and_stays_silent(qtbot: QtBot, tmp_path: Path) -> None:
    service = EncoderService(tmp_path, read=read)
    heard, segmenter = Heard(service), StepSegmenter()
    segmenter.go.clear()
    service.set_segmenter(lambda: segmenter)
    service.want(key(1))
    qtbot.waitUntil(lambda: segmenter.encoding == [1])
    before = list(heard.all)
    service.close()
    qtbot.wait(20)
    assert segmenter.stopped == [1]
    assert heard.all == before


def test_memory_is_bounded_by_bytes_least_recently_used_first() -> None:
    memory = EmbeddingMemory(250)
    for number in (1, 2):
        memory.put(number, StepEmbedding(number))
    assert memory.get(1) is not None
    memory.put(3, StepEmbedding(3))
    assert [n in memory for n in (1, 2, 3)] == [True, False, True]
    memory.put(4, StepEmbedding(4), protect={1})
    assert [n in memory for n in (1, 3, 4)] == [True, False, True]
    memory.put(5, StepEmbedding(5), protect={1, 4})
    assert [n in memory for n in (1, 4, 5)] == [True, True, False]
    memory.put(6, StepEmbedding(6, nbytes=1000), protect={6})
    assert [n in memory for n in (1, 4, 6)] == [False, False, True]
    assert memory.nbytes == 1000
    memory.clear()
    assert memory.nbytes == 0


class CountedReading:
    """Reads picture files as the window does, and counts it."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def __call__(self, wanted: ImageKey) -> Rgb:
        self.read.append(wanted.image_id)
        return read_imported(wanted)


@pytest.fixture
def photographs(tmp_path: Path) -> list[ImageKey]:
    """Pictures that are large for a memory of which `LARGE_MEMORY` of them take the whole."""
    keys = []
    for number in range(6):
        file = tmp_path / f"{number}.png"
        Image.new("RGB", (1500, 1000), (number, 90, 60)).save(file, compress_level=1)
        keys.append(ImageKey(number, sha256_of(file), file, (1000, 1500)))
    return keys


LARGE_MEMORY = 3.87
"""45-megapixel pictures in the memory that the window has."""


def idle(qtbot: QtBot, heard: Heard, begun: int) -> None:
    """Wait until the service says that nothing is left to do; when it works for ever, it never does."""
    qtbot.waitUntil(lambda: heard.of("busy")[begun:][-1:] == [None], timeout=5_000)


def test_pictures_that_do_not_fit_together_are_not_encoded_for_ever(
    qtbot: QtBot, tmp_path: Path, photographs: list[ImageKey]
) -> None:
    reading, segmenter = CountedReading(), ClassicalSegmenter()
    capacity = round(LARGE_MEMORY * segmenter.embedding_bytes(1000, 1500))
    service = EncoderService(tmp_path / "cache", read=reading, capacity=capacity)
    heard = Heard(service)
    try:
        service.set_segmenter(lambda: segmenter)
        service.want(photographs[1], [photographs[2], photographs[3], photographs[0]])
        idle(qtbot, heard, 0)
        assert reading.read == [1, 2, 3], "the picture in front and those that fit, each once"
        assert all(service.embedding(number) is not None for number in (1, 2, 3))
        assert service.kept_bytes <= capacity

        begun = len(heard.of("busy"))
        service.want(photographs[2], [photographs[3], photographs[4], photographs[1]])
        idle(qtbot, heard, begun)
        assert reading.read == [1, 2, 3, 4], "going on costs one picture"
        assert service.kept_bytes <= capacity
    finally:
        service.close()


def test_a_picture_larger_than_the_memory_is_encoded_alone(
    qtbot: QtBot, tmp_path: Path, photographs: list[ImageKey]
) -> None:
    reading = CountedReading()
    service = EncoderService(tmp_path / "cache", read=reading, capacity=1000)
    heard = Heard(service)
    try:
        service.set_segmenter(ClassicalSegmenter)
        service.want(photographs[1], [photographs[2], photographs[0]])
        idle(qtbot, heard, 0)
        assert reading.read == [1] and service.embedding(1) is not None
    finally:
        service.close()


def test_sam_in_the_thread_gives_what_sam_gives(qtbot: QtBot, tmp_path: Path) -> None:
    path = tiny_sam.save(tiny_sam.build(), tmp_path)
    rgb = tiny_sam.picture(60, 80)
    service = EncoderService(tmp_path / "cache", read=lambda _key: rgb)
    try:
        service.set_segmenter(lambda: SamSegmenter.load(path, "cpu"))
        with qtbot.waitSignal(service.encoded, timeout=20_000):
            service.want(key(1))
        found = service.embedding(1)
        assert found is not None
        expected = SamSegmenter.load(path, "cpu").encode(rgb).to_arrays()["features"]
        np.testing.assert_array_equal(found[1].to_arrays()["features"], expected)
        assert service.kept_bytes == expected.nbytes
    finally:
        service.close()


def test_importing_the_services_imports_no_heavy_library() -> None:
    code = (
        "import sys\n"
        "from seagull_studio.services import decoder, encoder\n"
        "heavy = {'torch', 'torchvision', 'cv2', 'scipy', 'skimage'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
