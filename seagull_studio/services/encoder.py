"""The encoder thread: embeddings of the picture in front first, then of those that come next."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from annotation_db.errors import PictureError, StudioError
from annotation_db.pictures.picture_files import open_rgb, sha256_of
from model.segmenters.embedding_cache import EmbeddingCache, EmbeddingKey
from model.segmenters.protocol import Embedding, Rgb, Segmenter, SegmenterError, Stopped
from seagull_studio.services.embedding_memory import EmbeddingMemory

CAPACITY = 512 * 1024 * 1024
"""Bytes of embeddings kept in memory: 128 pictures for a published SAM."""
BACKGROUND_NICENESS = 10
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImageKey:
    """A picture to encode."""

    image_id: int
    sha256: str
    """Of its file, hex."""
    path: Path
    size: tuple[int, int]
    """(height, width) in pixels."""


def read_imported(key: ImageKey) -> Rgb:
    """A picture as it was imported: its embedding is filed under the hash of that file.

    Raises
    ------
    PictureError
        If it cannot be read, or is another one by now.
    """
    rgb = open_rgb(key.path)
    if sha256_of(key.path) != key.sha256:
        raise PictureError(f"{key.path} has changed since it was imported; put the old file back.")
    return rgb


@dataclass(frozen=True, slots=True)
class _News:
    """What the thread has to say; the window's thread emits it."""

    kind: str
    """Name of the signal."""
    arguments: tuple[Any, ...]
    round: int | None = None
    """Segmenter that it is about; None if it holds whichever is in use."""


class EncoderService(QObject):
    """Encodes pictures in a thread of its own; the segmenter is loaded there too, when first needed.

    Parameters
    ----------
    folder : Path
        The disk cache of embeddings.
    read : callable
        `ImageKey` to uint8 (H, W, 3); runs in the thread.
    capacity : int
        Bytes of embeddings kept in memory.
    """

    encoded = Signal(int)
    """Image id: its embedding is there."""
    failed = Signal(object, str)
    """Image id, or None when the segmenter could not be loaded, and one sentence."""
    busy = Signal(object)
    """Image id being encoded, or None when there is nothing left to do."""
    ready = Signal(str)
    """Name of the segmenter that was loaded."""
    not_kept = Signal(str)
    """One sentence: the disk cache cannot be written. Said once for each segmenter."""
    _said = Signal(object)

    def __init__(
        self,
        folder: Path,
        *,
        read: Callable[[ImageKey], Rgb] = read_imported,
        capacity: int = CAPACITY,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cache = EmbeddingCache(folder)
        self._read = read
        self._memory = EmbeddingMemory(capacity)
        self._changed = threading.Condition()
        # All below is shared with the thread and guarded by the condition.
        self._loader: Callable[[], Segmenter] | None = None
        self._round = 0
        self._segmenter: Segmenter | None = None
        self._current: ImageKey | None = None
        self._upcoming: tuple[ImageKey, ...] = ()
        self._failed: dict[int | None, str] = {}
        self._may_keep = True
        self._closed = False
        # Queued, so that every signal reaches its receivers in the window's thread.
        self._said.connect(self._emit, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="seagull encoder", daemon=True)
        self._thread.start()

    def set_segmenter(self, loader: Callable[[], Segmenter]) -> None:
        """Use another segmenter. `loader` runs in the thread, once a picture is wanted."""
        with self._changed:
            self._loader, self._segmenter = loader, None
            self._round += 1
            self._failed.clear()
            self._may_keep = True
            self._memory.clear()
            self._changed.notify_all()

    def want(self, current: ImageKey | None, upcoming: Sequence[ImageKey] = ()) -> None:
        """Encode `current` next and then the others in order; whatever else was wanted is given up."""
        with self._changed:
            self._current, self._upcoming = current, tuple(upcoming)
            if current is not None:
                self._failed.pop(current.image_id, None)
            self._changed.notify_all()

    def embedding(self, image_id: int) -> tuple[Segmenter, Embedding] | None:
        """The segmenter in use and the embedding it made of a picture, if it is there. Any thread."""
        with self._changed:
            embedding = self._memory.get(image_id)
            if self._segmenter is None or embedding is None:
                return None
            return self._segmenter, embedding

    def trouble(self, image_id: int) -> str | None:
        """The sentence why there will be no embedding of a picture, if that is known already."""
        with self._changed:
            return self._failed.get(None) or self._failed.get(image_id)

    @property
    def kept_bytes(self) -> int:
        """Bytes of embeddings in memory."""
        return self._memory.nbytes

    @property
    def is_working(self) -> bool:
        """Whether the thread lives; after `leave` it ends by itself."""
        return self._thread.is_alive()

    def leave(self) -> None:
        """Give up what is being done; no signal comes after this."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """Leave, and join the thread."""
        self.leave()
        self._thread.join()
        self._memory.clear()

    def _emit(self, news: _News) -> None:
        """In the window's thread. What was said of a segmenter no longer in use is dropped."""
        if not self._closed and news.round in (None, self._round):
            getattr(self, news.kind).emit(*news.arguments)

    def _run(self) -> None:
        _work_in_the_background()
        idle = True
        while True:
            with self._changed:
                key = self._next()
                while key is None and not self._closed:
                    if not idle:
                        idle = True
                        self._said.emit(_News("busy", (None,)))
                    self._changed.wait()
                    key = self._next()
                if self._closed or key is None:
                    return
                number, loader, segmenter = self._round, self._loader, self._segmenter
            idle = False
            self._said.emit(_News("busy", (key.image_id,)))
            if segmenter is None:
                self._load(number, loader)
            else:
                self._encode(number, segmenter, key)

    def _next(self) -> ImageKey | None:
        """The first admitted picture that is not there (with the condition held)."""
        if self._loader is None:
            return None
        return next((key for key in self._admitted() if key.image_id not in self._memory), None)

    def _admitted(self) -> list[ImageKey]:
        """The wanted pictures whose embeddings fit into memory together (with the condition held).

        The picture in front in any case, the others in their order while there is room. One that did not fit
        would push another one out, which would be encoded again, and so on.
        """
        wanted = self._upcoming if self._current is None else (self._current, *self._upcoming)
        room, admitted = self._memory.capacity, []
        for key in wanted:
            if key.image_id in self._failed:
                continue
            needs = 0 if self._segmenter is None else self._segmenter.embedding_bytes(*key.size)
            if key is self._current or needs <= room:
                admitted.append(key)
                room -= needs
        return admitted

    def _given_up(self, number: int, key: ImageKey) -> bool:
        """Whether a picture being encoded is no longer the one to encode. Asked by the segmenter."""
        with self._changed:
            return self._closed or number != self._round or self._next() != key

    def _load(self, number: int, loader: Callable[[], Segmenter] | None) -> None:
        segmenter, sentence = None, ""
        try:
            segmenter = loader() if loader is not None else None
        except SegmenterError as error:
            sentence = str(error)
        except Exception:
            _log.exception("loading the segmenter")
            sentence = "The segmenter could not be loaded; the log file says why; choose another one."
        with self._changed:
            if self._closed or number != self._round:
                return
            self._segmenter = segmenter
            if segmenter is None:
                # Nothing to try again until another segmenter is chosen.
                self._loader, self._failed[None] = None, sentence
        if segmenter is not None:
            self._said.emit(_News("ready", (segmenter.name,), number))
        else:
            self._said.emit(_News("failed", (None, sentence), number))

    def _encode(self, number: int, segmenter: Segmenter, key: ImageKey) -> None:
        stored_as = EmbeddingKey(key.sha256, segmenter.signature)
        fresh, sentence = False, ""
        embedding: Embedding | None = None
        try:
            embedding = self._stored(segmenter, stored_as, key.size)
            if embedding is None:
                embedding = segmenter.encode(self._read(key), lambda: self._given_up(number, key))
                fresh = segmenter.needs_encoding
        except Stopped:
            return
        except (StudioError, SegmenterError) as error:
            sentence = str(error)
        except MemoryError:
            sentence = f"{key.path} does not fit into memory; close other programs and try again."
        except Exception:
            _log.exception("encoding %s", key.path)
            sentence = f"{key.path} could not be prepared for clicks; the log file says why."
        with self._changed:
            if self._closed or number != self._round:
                return
            if embedding is None:
                self._failed[key.image_id] = sentence
            else:
                self._memory.put(key.image_id, embedding, {one.image_id for one in self._admitted()})
        if embedding is None:
            self._said.emit(_News("failed", (key.image_id, sentence), number))
            return
        self._said.emit(_News("encoded", (key.image_id,), number))
        if fresh:
            self._keep(stored_as, embedding)

    def _stored(self, segmenter: Segmenter, key: EmbeddingKey, size: tuple[int, int]) -> Embedding | None:
        """The embedding in the disk cache, if there is one that fits."""
        arrays = self._cache.get(key) if segmenter.needs_encoding else None
        if arrays is None or ("size" in arrays and tuple(arrays["size"].tolist()) != size):
            return None
        try:
            return segmenter.from_arrays(arrays)
        except SegmenterError:
            return None

    def _keep(self, key: EmbeddingKey, embedding: Embedding) -> None:
        try:
            self._cache.put(key, embedding.to_arrays())
        except SegmenterError as error:
            with self._changed:
                say, self._may_keep = self._may_keep and not self._closed, False
            if say:
                self._said.emit(_News("not_kept", (str(error),)))


def _work_in_the_background() -> None:
    """Let the window go first when both want the processor (Linux: per thread, inherited by torch's)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_NICENESS)
