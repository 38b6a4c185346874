"""Deprecation warnings of libraries fail the tests of our use of them, and nobody else's.

What one library does with another is its authors' to mend, and a newer release of either brings new warnings.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

OURS = frozenset({"seagull_studio", "annotation_db", "model", "resources", "tests"})
_KINDS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_CARRIERS = ("torch.nn.modules.module", "torch.utils._contextlib")
"""Modules that only hand a call on."""


@contextmanager
def judged() -> Iterator[None]:
    """In here a deprecation warning about our use of a library is raised; others are shown as ever."""
    shown = warnings.showwarning

    def judge(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, _KINDS) and _is_about_us(filename, lineno):
            raise message if isinstance(message, Warning) else category(message)
        shown(message, category, filename, lineno, file, line)

    warnings.showwarning = judge
    try:
        yield
    finally:
        warnings.showwarning = shown


def _is_about_us(filename: str, lineno: int) -> bool:
    """Whether our code used what a warning is about.

    A warning names a line: where the library was called (then that line's author used it), or, by many
    libraries, the line that warns (then whoever called into that library did).
    """
    frames = list(_callers())
    at = next((n for n, frame in enumerate(frames) if _is_at(frame, filename, lineno)), 0)
    skipped = {_package(frames[0])} if at == 0 else set()
    for frame in frames[at:]:
        name = _package(frame)
        if name in OURS:
            return True
        if name in skipped or name in sys.stdlib_module_names or frame.f_globals.get("__name__") in _CARRIERS:
            continue
        return False
    return False


def _callers() -> Iterator[FrameType]:
    """The frames from the one that warned outwards."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") in (__name__, "warnings"):
        frame = frame.f_back
    while frame is not None:
        yield frame
        frame = frame.f_back


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_at(frame: FrameType, filename: str, lineno: int) -> bool:
    return frame.f_code.co_filename == filename and frame.f_lineno == lineno
