"""Pictures for the canvas: the current one first, its neighbours ahead of time, all off the GUI thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from annotation_db.errors import PictureError
from seagull_studio.services.picture_reading import read_full, read_header, read_preview
from seagull_studio.state.picture import LoadingStopped, PictureSource

CAPACITY = 512 * 1024 * 1024
"""Bytes of pictures kept; the current one is kept whatever its size."""


@dataclass(eq=False)
class _Loading:
    """One picture being read."""

    path: Path
    key: Hashable
    room: int | None = None
    """Read ahead only if it takes no more bytes than this; None: whatever it takes."""
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class _Answer:
    loading: _Loading
    preview: PictureSource | None = None
    full: PictureSource | None = None
    sentence: str = ""
    needs: int = 0
    """Bytes about to be taken."""
    ended: bool = True


class PictureService(QObject):
    """Loads pictures in threads of its own and keeps the last ones.

    Parameters
    ----------
    capacity : int
        Bytes of pictures kept beyond the current one's need.
    """

    preview = Signal(object, object)
    """key, PictureSource of reduced resolution; only for the picture requested last."""
    loaded = Signal(object, object)
    """key, PictureSource; only for the picture requested last."""
    failed = Signal(object, str)
    """key and one sentence why; only for the picture requested last."""
    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None, *, capacity: int = CAPACITY) -> None:
        super().__init__(parent)
        self._capacity = capacity
        self._kept: OrderedDict[Hashable, PictureSource] = OrderedDict()
        self._current: Hashable | None = None
        self._waiting = False
        self._ahead: list[tuple[Path, Hashable]] = []
        self._tried: set[Hashable] = set()
        self._loading: dict[Hashable, _Loading] = {}
        self._reads: list[Future[None]] = []
        self._closed = False
        # A second thread, so that a request never waits for one that was given up but cannot be stopped.
        self._now = ThreadPoolExecutor(2, "seagull picture")
        self._later = ThreadPoolExecutor(1, "seagull neighbour")
        self._answered.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def request(self, path: str | Path, key: Hashable) -> None:
        """Show this picture next: answered by `loaded` (at once if it is kept), perhaps after `preview`."""
        self._current, self._waiting = key, True
        self._stop_unwanted()
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            self._waiting = False
            self.loaded.emit(key, kept)
            self._load_ahead()
            return
        under_way = self._loading.get(key)
        if under_way is None:
            self._start(_Loading(Path(path), key), self._now)
        elif under_way.room is not None:
            # It is being read ahead already: let it finish, and read a preview beside it.
            under_way.room = None
            self._submit(self._now, self._read_beside, under_way)

    def preload(self, wanted: Sequence[tuple[str | Path, Hashable]]) -> None:
        """Read these ahead, in this order, once the current picture is there; replaces the last list."""
        self._ahead = [(Path(path), key) for path, key in wanted]
        self._tried.clear()
        self._stop_unwanted()
        self._load_ahead()

    @property
    def kept_bytes(self) -> int:
        return sum(source.nbytes for source in self._kept.values())

    def drop(self, key: Hashable) -> None:
        """Forget one picture, whose file is not what it should be: it is read again when it is wanted."""
        self._kept.pop(key, None)
        self._ahead = [each for each in self._ahead if each[1] != key]
        if key == self._current:
            self._current, self._waiting = None, False
        self._stop_unwanted()
        self._load_ahead()

    def forget(self) -> None:
        """Give all memory back, and drop whatever is under way."""
        self._current, self._waiting, self._ahead = None, False, []
        self._stop_unwanted()
        self._kept.clear()

    @property
    def is_working(self) -> bool:
        """Whether a picture is being read."""
        return any(not read.done() for read in self._reads)

    def leave(self) -> None:
        """Stop reading; no signal comes after this. The threads end by themselves."""
        self._closed = True
        self.forget()
        for pool in (self._now, self._later):
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Stop and join the threads; no signal comes after this."""
        self.leave()
        for pool in (self._now, self._later):
            pool.shutdown(wait=True)

    def _start(self, loading: _Loading, pool: ThreadPoolExecutor) -> None:
        if not self._closed:
            self._loading[loading.key] = loading
            self._submit(pool, self._read, loading)

    def _submit(self, pool: ThreadPoolExecutor, read: Callable[[_Loading], None], loading: _Loading) -> None:
        self._reads = [other for other in self._reads if not other.done()]
        self._reads.append(pool.submit(read, loading))

    def _load_ahead(self) -> None:
        """Start the next neighbour, one at a time, never beside the current picture."""
        if self._waiting or self._loading:
            return
        held = {self._current} | {key for _, key in self._ahead}
        taken = sum(source.nbytes for key, source in self._kept.items() if key in held)
        for path, key in self._ahead:
            if key not in self._kept and key not in self._tried:
                self._tried.add(key)
                self._start(_Loading(path, key, self._capacity - taken), self._later)
                return

    def _stop_unwanted(self) -> None:
        wanted = {self._current} | {key for _, key in self._ahead}
        for key in [key for key in self._loading if key not in wanted]:
            self._loading.pop(key).stop.set()

    def _read(self, loading: _Loading) -> None:
        """In a thread: read, and answer through the queued signal."""
        stopped, room = loading.stop.is_set, loading.room
        try:
            if stopped():
                raise LoadingStopped
            header = read_header(loading.path)
            needs = header.full_bytes if header is not None else 0
            if room is not None and needs > room:
                raise LoadingStopped
            self._answered.emit(_Answer(loading, needs=needs, ended=False))
            if header is not None and room is None:
                preview = read_preview(loading.path, loading.key, header)
                if preview is not None:
                    self._answered.emit(_Answer(loading, preview=preview, ended=False))
            if stopped():
                raise LoadingStopped
            answer = _Answer(loading, full=read_full(loading.path, loading.key, header, stopped))
        except LoadingStopped:
            answer = _Answer(loading)
        except PictureError as error:
            answer = _Answer(loading, sentence=str(error))
        except MemoryError:
            sentence = f"{loading.path} does not fit into memory; close other programs and try again."
            answer = _Answer(loading, sentence=sentence)
        self._answered.emit(answer)

    def _read_beside(self, loading: _Loading) -> None:
        """In a thread: only the preview of a picture that another thread reads in full."""
        header = read_header(loading.path)
        if header is None or loading.stop.is_set():
            return
        try:
            preview = read_preview(loading.path, loading.key, header)
        except PictureError:
            return  # the thread that reads it in full says so
        if preview is not None:
            self._answered.emit(_Answer(loading, preview=preview, ended=False))

    def _take(self, answer: _Answer) -> None:
        loading = answer.loading
        if self._closed or self._loading.get(loading.key) is not loading:
            return  # given up meanwhile
        is_current = loading.key == self._current
        if answer.needs:
            self._make_room(answer.needs)
        if answer.preview is not None and is_current:
            self.preview.emit(loading.key, answer.preview)
        if not answer.ended:
            return
        del self._loading[loading.key]
        if answer.full is not None:
            self._kept[loading.key] = answer.full
            self._make_room(0)
        if is_current:
            self._waiting = False
            if answer.full is not None:
                self.loaded.emit(loading.key, answer.full)
            elif answer.sentence:
                self.failed.emit(loading.key, answer.sentence)
            else:  # too large to be read ahead, but asked for meanwhile
                self._waiting = True
                self._start(_Loading(loading.path, loading.key), self._now)
        self._load_ahead()

    def _make_room(self, needs: int) -> None:
        """Drop the pictures longest not shown until `needs` bytes more fit; never the current one."""
        held = self.kept_bytes
        ahead = {key for _, key in self._ahead}
        for key in sorted(self._kept, key=lambda each: each in ahead):
            if held + needs <= self._capacity:
                return
            if key != self._current:
                held -= self._kept.pop(key).nbytes
