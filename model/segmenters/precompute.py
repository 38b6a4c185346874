"""Encode many pictures beforehand, so that annotators' machines need only the decoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from model.segmenters.embedding_cache import EmbeddingCache, EmbeddingKey
from model.segmenters.protocol import Rgb, Segmenter, SegmenterError, Stopped


class PictureToEncode(NamedTuple):
    """One picture of a project."""

    key: object
    """Whatever the caller knows it by; comes back in the report."""
    sha256: str
    """Of its file, hex."""
    load: Callable[[], Rgb]
    """Reads it, uint8 (H, W, 3)."""


@dataclass(frozen=True, slots=True)
class PrecomputeReport:
    """What became of the pictures."""

    encoded: int
    already: int
    """Pictures whose embedding was in the cache."""
    failed: tuple[tuple[object, str], ...]
    """Key and sentence of each picture that could not be read or encoded."""
    stopped: bool
    """Whether it was cancelled; what was encoded until then is kept."""


def precompute(
    pictures: Sequence[PictureToEncode],
    segmenter: Segmenter,
    cache: EmbeddingCache,
    progress: Callable[[int, int, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> PrecomputeReport:
    """Fill the cache with the embeddings that it lacks.

    A picture that cannot be read or encoded is reported and the others go on.

    Parameters
    ----------
    pictures : sequence of PictureToEncode
    segmenter : Segmenter
    cache : EmbeddingCache
    progress : callable, optional
    cancelled : callable, optional
        Asked before each picture.

    Raises
    ------
    SegmenterError
        If the cache cannot be written; going on would keep nothing.
    """
    encoded = already = 0
    failed: list[tuple[object, str]] = []
    stopped = False
    for number, picture in enumerate(pictures):
        if progress is not None:
            progress(number, len(pictures), str(picture.key))
        if cancelled is not None and cancelled():
            stopped = True
            break
        key = EmbeddingKey(picture.sha256, segmenter.signature)
        if _stored(cache, key, segmenter):
            already += 1
            continue
        try:
            embedding = segmenter.encode(picture.load(), cancelled)
        except Stopped:
            stopped = True
            break
        except Exception as error:
            # The loader is the caller's, and so are its errors; one bad picture must not end a long job.
            failed.append((picture.key, str(error) or type(error).__name__))
            continue
        cache.put(key, embedding.to_arrays())
        encoded += 1
    if progress is not None and not stopped:
        progress(len(pictures), len(pictures), "")
    return PrecomputeReport(encoded, already, tuple(failed), stopped)


def _stored(cache: EmbeddingCache, key: EmbeddingKey, segmenter: Segmenter) -> bool:
    arrays = cache.get(key)
    if arrays is None:
        return False
    try:
        segmenter.from_arrays(arrays)
    except SegmenterError:
        return False
    return True
