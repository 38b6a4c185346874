"""Only algorithms that give the same bits each time, and as many threads, which decide how sums are cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def the_same_each_time(device: torch.device) -> Iterator[None]:
    """Use only algorithms that give the same bits each time, where the run's device has them.

    Afterwards that, and the number of threads, which a run may set (`same_threads`), are what they were.

    Parameters
    ----------
    device : torch.device
        Where the run computes; on a CUDA device not all algorithms are there.
    """
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    threads = torch.get_num_threads()
    torch.use_deterministic_algorithms(device.type != "cuda")
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        torch.set_num_threads(threads)


def same_threads(threads: int) -> None:
    """Compute with so many threads of the CPU, as the run was begun."""
    if threads != torch.get_num_threads():
        torch.set_num_threads(threads)
