"""Going on after a device has run out of memory, with half of what was tried."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import torch

from model.seagull.errors import MemoryShortError, stop_if

Entry = TypeVar("Entry")
Result = TypeVar("Result")

_SHORT: Final = (
    "out of memory",
    "can't allocate memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
)
"""What devices and their libraries say, in small letters, when memory is short."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device or the machine has no memory left."""
    if isinstance(error, torch.cuda.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _SHORT)


def release() -> None:
    """Hand unused memory back to the device."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class HalvingBatches:
    """Works through entries in batches; a batch that finds no memory is halved and tried again.

    Parameters
    ----------
    size : int
        Entries per batch to begin with. Once halved it stays so.
    """

    def __init__(self, size: int) -> None:
        self.size = max(1, size)

    def run(
        self,
        entries: Sequence[Entry],
        work: Callable[[Sequence[Entry]], Sequence[Result]],
        cancelled: Callable[[], bool] | None = None,
    ) -> list[Result]:
        """Apply `work` to all entries, in order; `cancelled` is asked before each batch.

        Raises
        ------
        AssessmentStopped
            If `cancelled` says so.
        MemoryShortError
            If there is no memory for a single entry.
        """
        results: list[Result] = []
        while len(results) < len(entries):
            stop_if(cancelled)
            batch = entries[len(results) : len(results) + self.size]
            done = _attempt(batch, work)
            if done is not None:
                results.extend(done)
                continue
            if len(batch) == 1:
                raise MemoryShortError(
                    "The device has too little memory for even one question on one ROI; close other "
                    "programs on it, or use another device."
                )
            self.size = len(batch) // 2
            release()
        return results


def _attempt(
    batch: Sequence[Entry], work: Callable[[Sequence[Entry]], Sequence[Result]]
) -> Sequence[Result] | None:
    """The results, or None for want of memory. A function of its own, so that the error's frames, which hold
    the tensors, are gone when it returns."""
    try:
        return work(batch)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        return None
