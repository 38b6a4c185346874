"""Notices every file of a database that a process opens past SQLite: that alone would drop its locks."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from annotation_db.files.regular_files import is_database_file


def watch(found: Callable[[str], None]) -> None:
    """Call `found` with where it happened, for as long as this process lives.

    Python tells its audit hooks of every `open`, `os.open`, `Path.read_bytes`, `shutil.copy` ...; what SQLite
    opens itself is not told, and is not meant.
    """
    inside = False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal inside
        if event != "open" or inside or not isinstance(arguments[0], (str, bytes, os.PathLike)):
            return
        name = os.fsdecode(arguments[0])
        if ".sqlite" not in name.lower():
            return
        inside = True
        try:
            from pathlib import Path

            if is_database_file(Path(name)):
                found(f"{name} was opened past SQLite: {''.join(traceback.format_stack(limit=8))}")
        finally:
            inside = False

    sys.addaudithook(hook)
