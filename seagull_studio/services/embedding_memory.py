"""Embeddings in memory, bounded by their bytes, least recently used out first. Safe for threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection

from model.segmenters.protocol import Embedding


class EmbeddingMemory:
    """Embeddings by image id.

    Parameters
    ----------
    capacity : int
        Bytes; only what is protected stays beyond them.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._kept: OrderedDict[int, Embedding] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, image_id: int) -> Embedding | None:
        """The embedding, which thereby counts as used."""
        with self._lock:
            if image_id in self._kept:
                self._kept.move_to_end(image_id)
            return self._kept.get(image_id)

    def __contains__(self, image_id: int) -> bool:
        with self._lock:
            return image_id in self._kept

    def put(self, image_id: int, embedding: Embedding, protect: Collection[int] = ()) -> None:
        """Keep an embedding as far as there is room; those of `protect` do not go to make it."""
        with self._lock:
            self._kept[image_id] = embedding
            self._kept.move_to_end(image_id)
            for other in list(self._kept):
                if self._bytes() <= self.capacity:
                    break
                if other not in protect:
                    del self._kept[other]

    def clear(self) -> None:
        """Give all of it back."""
        with self._lock:
            self._kept.clear()

    @property
    def nbytes(self) -> int:
        """Bytes kept."""
        with self._lock:
            return self._bytes()

    def _bytes(self) -> int:
        return sum(embedding.nbytes for embedding in self._kept.values())
