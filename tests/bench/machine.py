"""What a bench was run on, in one line: figures mean nothing without it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("numpy", "pillow", "PySide6-Essentials", "sqlalchemy", "torch")


def line() -> str:
    """Processor, cores, memory, system, Python and libraries."""
    return f"machine: {_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.system()}; {_versions()}"


def _processor() -> str:
    try:
        rows = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(row.split(":", 1)[1].strip() for row in rows if row.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (AttributeError, ValueError, OSError):
        return "memory unknown"


def _versions() -> str:
    said = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            said.append(f"{name.removesuffix('-Essentials')} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(said)
