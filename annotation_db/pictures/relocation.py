"""Pictures that were moved or renamed are found again, by their bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import audit
from annotation_db.database.schema import Image, ImageRoot
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import Cancelled, Refused
from annotation_db.files.atomic_files import is_folder
from annotation_db.files.regular_files import other_than_file
from annotation_db.pictures import images
from annotation_db.pictures.picture_files import sha256_of
from annotation_db.records import ImageRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Relocation:
    """What became of the pictures that were not where the project has them."""

    found: tuple[tuple[str, Path], ...]
    """(path as the project had it, file) of those that were found."""
    differing: tuple[str, ...]
    """One sentence for each file that has a missing picture's name and other bytes."""
    missing: tuple[str, ...]
    """Paths of those that are still missing."""


def relocate(
    store: Store,
    folder: str | Path,
    who: str,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> Relocation:
    """Look for missing pictures below a folder, and let the project have them there.

    A picture is known by the hash of its file: renamed ones are found too, and a file of the same name with
    other bytes is not taken. Missing is also one in whose place another file of its size lies: files that
    were written or renamed after the project took the picture in are read to know. Files are read before the
    transaction.

    Parameters
    ----------
    store : Store
    folder : str or Path
        Looked through with its subfolders.
    who : str
        For the audit trail.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.

    Raises
    ------
    Refused
        If there is no such folder, no picture is missing, or none of the missing ones is there.
    Cancelled
        If `cancelled` said so; nothing was changed.
    """
    target = Path(folder).expanduser().absolute()
    if not is_folder(target):
        shown = names.shortened(str(folder))
        raise Refused(f"There is no folder {shown}; choose the folder that the pictures moved to.")
    with store.read() as s:
        everything = images.list_all(s)
    missing = []
    for looked, image in enumerate(everything, 1):
        _go_on(cancelled)
        if progress is not None:
            progress(looked, len(everything), Path(image.path).name)
        if not _is_there(image):
            missing.append(image)
    if not missing:
        raise Refused("No picture of the project is missing; there is nothing to look for.")
    by_hash = {image.sha256: image for image in missing}
    by_name: dict[str, list[ImageRecord]] = {}
    for image in missing:
        by_name.setdefault(Path(image.path).name, []).append(image)
    sizes = {image.byte_size for image in missing}
    found: dict[int, Path] = {}
    unlike: dict[int, Path] = {}
    for looked, path in enumerate(_files(target), 1):
        _go_on(cancelled)
        if progress is not None:
            progress(looked, 0, path.name)
        try:
            known = by_hash.get(sha256_of(path)) if path.stat().st_size in sizes else None
        except OSError:  # gone, or not to be read
            continue
        if known is not None:
            if known.id not in found or path.as_posix().endswith(f"/{known.path}"):
                found[known.id] = path
            continue
        for image in by_name.get(path.name, ()):
            unlike.setdefault(image.id, path)
    if not found:
        more = f" ({len(unlike)} files there have the name of one, and other bytes)" if unlike else ""
        raise Refused(
            f"None of the {len(missing):,} missing pictures is in {target}{more}; "
            "choose the folder they moved to."
        )
    transact(store, lambda s: _move(s, found, target, who), who=who)
    return Relocation(
        tuple((image.path, found[image.id]) for image in missing if image.id in found),
        tuple(
            f"{unlike[image.id]} is not the picture {image.path} that was imported, so it was not taken."
            for image in missing
            if image.id in unlike and image.id not in found
        ),
        tuple(image.path for image in missing if image.id not in found),
    )


def _is_there(image: ImageRecord) -> bool:
    """Whether a picture's file is in its place: by its size, and by its bytes where it may be another one."""
    if not images.is_there(image):
        return False
    path = images.absolute_path(image)
    try:
        facts = path.stat()
        # Renaming leaves a file's time of change as it is, and moves the time of its entry.
        touched = max(facts.st_mtime, facts.st_ctime) > image.added_at.timestamp()
        return not touched or sha256_of(path) == image.sha256
    except OSError:
        return False


def _go_on(cancelled: CancelCheck | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled("Looking for the pictures was stopped; nothing was changed.")


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(at, name)
            if other_than_file(path) is None and os.access(path, os.R_OK):
                yield path


def _move(s: Session, found: dict[int, Path], folder: Path, who: str) -> None:
    before = {row[0]: row[1] for row in s.execute(select(Image.id, Image.path).where(Image.id.in_(found)))}
    # Names may go round among these pictures, so each gives its own up first.
    s.execute(update(Image).where(Image.id.in_(found)).values(path=Image.uid))
    for image_id, file in found.items():
        root, now = _place(s, file, before[image_id], folder)
        s.execute(update(Image).where(Image.id == image_id).values(root_id=root, path=now))
    s.execute(delete(ImageRoot).where(~exists().where(Image.root_id == ImageRoot.id)))
    told = [path.as_posix() for path in list(found.values())[:_TOLD]]
    audit.record(s, who, "image.relocate", f"folder {folder}", {"found": len(found), "files": told})


def _place(s: Session, file: Path, path: str, folder: Path) -> tuple[int, str]:
    """Root and path under which a file becomes a picture's.

    The path names the picture in files that people exchange: it changes only with the file's own name. Where
    another picture, which is missing, has that name, the folder before it makes the difference.
    """
    kept = Path(file.as_posix().removesuffix(f"/{path}") or "/")
    tops = [*([kept] if file.as_posix().endswith(f"/{path}") else []), folder, *folder.parents]
    for top in tops:
        root, now = _root(s, top), file.relative_to(top).as_posix()
        taken = exists().where(Image.root_id == root, Image.path == now)
        if not s.scalar(select(taken)):
            return root, now
    raise Refused(f"{file} was not taken: other pictures of the project have all of its names.")


def _root(s: Session, folder: Path) -> int:
    stored = images.stored_root(folder, s.info["folder"])
    known = s.scalar(select(ImageRoot.id).where(ImageRoot.path == stored))
    made = known or s.scalar(insert(ImageRoot).values(path=stored).returning(ImageRoot.id))
    assert made is not None
    return made
