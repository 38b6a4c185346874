"""Walking a folder of pictures, checking every one; no database involved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotation_db import names
from annotation_db.errors import Cancelled, PictureError
from annotation_db.files.atomic_files import is_folder
from annotation_db.files.parallel import map_in_order
from annotation_db.pictures.picture_files import PictureFacts, read_facts
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

_TAKEN: Final = frozenset(
    [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".tif", ".tiff", ".webp", ".bmp", ".dib"]
)
_NOT_TAKEN: Final = frozenset(
    [
        ".gif",
        ".heic",
        ".heif",
        ".avif",
        ".jp2",
        ".jxl",
        ".psd",
        ".svg",
        ".exr",
        ".hdr",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".dng",
        ".raf",
        ".orf",
        ".rw2",
    ]
)
"""Pictures people may expect to be imported: named among the refused, not passed over."""


@dataclass(frozen=True, slots=True)
class ScannedPicture:
    """A picture that can be taken: its path below the folder, and its facts."""

    path: str
    """POSIX path relative to the scanned folder."""
    facts: PictureFacts


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a folder holds, in order of path."""

    folder: Path
    """Absolute."""
    pictures: tuple[ScannedPicture, ...]
    refused: tuple[tuple[str, str], ...]
    """(relative path, one sentence) of pictures and folders that cannot be taken."""
    passed_over: int
    """Other files: texts, tables, hidden ones (hidden folders are not looked into)."""


def scan_folder(
    folder: str | Path, *, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> ScanResult:
    """Find all pictures below a folder, and hash and decode each.

    The work runs on threads (`parallel`); together they take at most `picture_memory.LIMIT`.

    Raises
    ------
    PictureError
        If `folder` is no folder or cannot be read.
    Cancelled
        If `cancelled` said so.
    """
    root = Path(folder).expanduser().absolute()
    unreadable = PictureError(f"The folder {root} cannot be read; give yourself permission to read it.")
    try:
        is_there = is_folder(root)
    except OSError as error:
        raise unreadable from error
    if not is_there:
        raise PictureError(
            f"There is no folder {names.shortened(str(root))}; choose the folder that holds the pictures."
        )
    if not os.access(root, os.R_OK | os.X_OK):
        raise unreadable
    found: list[str] = []
    refused: list[tuple[str, str]] = []
    passed_over = 0
    for path, problem in _walk(root):
        suffix = Path(path).suffix.lower()
        if problem:
            refused.append((path, problem))
        elif Path(path).name.startswith(".") or suffix not in _TAKEN | _NOT_TAKEN:
            passed_over += 1
        elif names.holds_control(path):
            shown = names.visible(path)
            refused.append((shown, f"The name of {root / shown} holds control characters; rename it."))
        elif suffix in _NOT_TAKEN:
            refused.append(
                (
                    path,
                    f"{root / path} is a {suffix[1:].upper()} file, which is not taken; "
                    "save it as PNG, TIFF, JPEG, WebP or BMP.",
                )
            )
        else:
            found.append(path)
    pictures: list[ScannedPicture] = []
    with closing(map_in_order(lambda path: read_facts(root / path), found)) as facts:
        for done, (path, future) in enumerate(zip(found, facts, strict=True)):
            if cancelled is not None and cancelled():
                raise Cancelled("The import was stopped; nothing was changed.")
            try:
                pictures.append(ScannedPicture(path, future.result()))
            except PictureError as error:
                refused.append((path, str(error)))
            if progress is not None:
                progress(done + 1, len(found), path)
    return ScanResult(root, tuple(pictures), tuple(sorted(refused)), passed_over)


def _walk(root: Path) -> Iterator[tuple[str, str]]:
    """Relative POSIX paths of all files in order, each with "" or with what is wrong."""
    problems: list[tuple[str, str]] = []

    def unreadable(error: OSError) -> None:
        where = Path(str(error.filename))
        problems.append(
            (
                where.relative_to(root).as_posix(),
                f"The folder {where} cannot be read; give yourself permission to read it.",
            )
        )

    for at, folders, files in os.walk(root, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for link in (path for name in folders if (path := Path(at, name)).is_symlink()):
            shown = names.visible(str(link).encode("utf-8", "backslashreplace").decode())
            problem = (
                "is a link to a folder, which is not followed; add the folder that it leads to by itself"
            )
            problems.append((shown.removeprefix(f"{root}/"), f"{shown} {problem}."))
        for name in sorted(files):
            path = Path(at, name)
            relative = path.relative_to(root).as_posix()
            try:
                relative.encode()
            except UnicodeEncodeError:
                shown = relative.encode("utf-8", "backslashreplace").decode()
                yield shown, f"The name of {shown} is not valid text; rename the file."
                continue
            yield relative, ""
    yield from problems
