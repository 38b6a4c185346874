"""The decoder thread: the latest prompt wins, and answers to older ones are dropped."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from model.segmenters.protocol import Embedding, Hypothesis, Prompt, Segmenter, SegmenterError
from seagull_studio.services.encoder import EncoderService

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    generation: int
    image_id: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class _Answer:
    """The last answer: what the next prompt may build on."""

    request: _Request
    segmenter: Segmenter
    hypotheses: tuple[Hypothesis, ...]
    chosen: int = 0


class DecoderService(QObject):
    """Turns prompts into hypotheses in a thread of its own.

    A prompt on a picture that is still being encoded waits for it. Each request replaces the one
    before; a request that only adds clicks to the prompt answered last builds on the chosen mask.
    """

    decoded = Signal(int, int, object)
    """Generation, image id, list of `Hypothesis`, the likeliest first."""
    failed = Signal(int, str)
    """Generation and one sentence."""
    _answered = Signal(object, object, str)

    def __init__(self, encoder: EncoderService, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._encoder = encoder
        self._changed = threading.Condition()
        # Shared with the thread and guarded by the condition.
        self._request: _Request | None = None
        self._last: _Answer | None = None
        self._closed = False
        self._latest: int | None = None
        encoder.encoded.connect(self._wake)
        encoder.failed.connect(self._encoding_failed)
        self._answered.connect(self._say, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="seagull decoder", daemon=True)
        self._thread.start()

    def request(self, generation: int, image_id: int, prompt: Prompt) -> None:
        """Ask for the masks of a prompt. Only the last request is answered."""
        request = _Request(generation, image_id, prompt)
        sentence = self._encoder.trouble(image_id)
        with self._changed:
            self._latest = generation
            self._request = request if sentence is None else None
            self._changed.notify_all()
        if sentence is not None:
            self._answered.emit(request, None, sentence)

    def choose(self, generation: int, index: int) -> None:
        """The person cycled to this hypothesis of that answer: later clicks build on it."""
        with self._changed:
            last = self._last
            if last and last.request.generation == generation and 0 <= index < len(last.hypotheses):
                self._last = _Answer(last.request, last.segmenter, last.hypotheses, index)

    def forget(self) -> None:
        """Drop the request and whatever answer is under way."""
        with self._changed:
            self._latest = self._request = self._last = None

    @property
    def is_working(self) -> bool:
        """Whether the thread lives; after `leave` it ends by itself."""
        return self._thread.is_alive()

    def leave(self) -> None:
        """Answer nobody any more; no signal comes after this."""
        with self._changed:
            self._closed = True
            self._latest = self._request = None
            self._changed.notify_all()

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        self._thread.join()

    def _wake(self, _image_id: int) -> None:
        with self._changed:
            self._changed.notify_all()

    def _encoding_failed(self, image_id: int | None, sentence: str) -> None:
        """The picture that a request waits for will not come: say so instead of waiting on."""
        with self._changed:
            request = self._request
            if request is None or image_id not in (None, request.image_id):
                return
            self._request = None
        self._say(request, None, sentence)

    def _run(self) -> None:
        while True:
            with self._changed:
                found = self._take()
                while found is None and not self._closed:
                    self._changed.wait()
                    found = self._take()
                if self._closed or found is None:
                    return
                request, segmenter, embedding = found
                previous = self._previous(request, segmenter)
            hypotheses, sentence = None, ""
            try:
                hypotheses = segmenter.predict(embedding, request.prompt, previous)
            except SegmenterError as error:
                sentence = str(error)
            except Exception:
                _log.exception("decoding a prompt")
                sentence = "The mask could not be computed; the log file says why; click again."
            if hypotheses is not None:
                with self._changed:
                    self._last = _Answer(request, segmenter, tuple(hypotheses))
            self._answered.emit(request, hypotheses, sentence)

    def _take(self) -> tuple[_Request, Segmenter, Embedding] | None:
        """The request and what it needs, once both are there (with the condition held)."""
        if self._request is None:
            return None
        ready = self._encoder.embedding(self._request.image_id)
        if ready is None:
            return None
        request, self._request = self._request, None
        return request, *ready

    def _previous(self, request: _Request, segmenter: Segmenter) -> Hypothesis | None:
        last = self._last
        if last is None or last.segmenter is not segmenter or last.request.image_id != request.image_id:
            return None
        return last.hypotheses[last.chosen]

    def _say(self, request: _Request, hypotheses: list[Hypothesis] | None, sentence: str) -> None:
        """In the window's thread: an answer that came too late is dropped."""
        if self._closed or request.generation != self._latest:
            return
        if hypotheses is None:
            self.failed.emit(request.generation, sentence)
        else:
            self.decoded.emit(request.generation, request.image_id, hypotheses)
