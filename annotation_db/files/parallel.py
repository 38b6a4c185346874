"""Work of many equal steps on threads, one per processor up to eight."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def map_in_order(work: Callable[[T], R], items: Sequence[T]) -> Generator[Future[R], None, None]:
    """The outcomes of `work` for each item, in their order; what is left is given up when nobody asks on.

    For work that leaves the interpreter free, as hashing and decoding do: processes would bring nothing
    but their start.
    """
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            yield from futures
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
