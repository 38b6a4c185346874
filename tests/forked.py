"""Real processes that start at once: forked by a server that has imported everything and opened nothing.

The imports of a window take seconds of each process that makes them; what it does afterwards is the same.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_IMPORTED = ["tests.campaign.actors", "tests.campaign.window", "tests.e2e.steady_worker"]


def start(target: Callable[..., object], *args: Any, complaints: Path | None = None) -> BaseProcess:
    """Run ``target(*args)`` in a process of its own, in this one's environment.

    Parameters
    ----------
    target : callable
        A function of a module.
    args
        What can be pickled.
    complaints : Path, optional
        A file for what it writes to its standard error; of this process without.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    process = context.Process(target=_begin, args=(dict(os.environ), complaints, target, args))
    process.start()
    return process


def _begin(
    environment: dict[str, str], complaints: Path | None, target: Callable[..., object], args: tuple[Any, ...]
) -> None:
    os.environ.clear()  # the server has that of whichever test started it
    os.environ.update(environment)
    if complaints is not None:
        with complaints.open("ab") as file:
            os.dup2(file.fileno(), sys.stderr.fileno())
    target(*args)


def wait_for_lines(told: Path, process: BaseProcess, lines: int, longest_s: float = 120.0) -> None:
    """Wait until a file has so many whole lines, or the process that writes it has ended."""
    end = time.monotonic() + longest_s
    while time.monotonic() < end and process.is_alive():
        if told.exists() and told.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.005)


def whole_lines(told: Path) -> list[str]:
    """What a process that was killed has written: its last line may be cut off."""
    text = told.read_text(encoding="utf-8")
    return text[: text.rfind("\n") + 1].splitlines()
