"""A folder that appears whole or not at all: written beside its place, flushed to disk, then renamed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from annotation_db.errors import DiskError, Refused
from annotation_db.failures import explained

PROGRAM: Final = "SEAGULL Studio"
MANIFEST: Final = "manifest.json"


class HashedFile:
    """A file that is hashed while it is written."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, text: str) -> int:
        """Write text as UTF-8. Returns its length, as files do."""
        self.write_bytes(text.encode("utf-8"))
        return len(text)

    def write_bytes(self, data: bytes) -> None:
        self._raw.write(data)
        self._hash.update(data)
        self.size += len(data)


class Staging:
    """Context manager around one export folder.

    Leaving the block without `commit` removes everything that was written.

    Parameters
    ----------
    target : Path
        The folder to make. It may exist if it is empty.
    overwrite : bool
        Replace an earlier export there. Folders that hold anything else are never replaced.

    Raises
    ------
    Refused
        If `target` is in use.
    DiskError
        If the disk is full or not writable.
    """

    def __init__(self, target: Path, *, overwrite: bool) -> None:
        self._target = target.expanduser().resolve()
        self._where = str(self._target)
        self._replaces = _check_target(self._target, overwrite)
        self._temp = self._target.parent / f".{self._target.name}.partial-{uuid.uuid4().hex[:8]}"
        self.files: dict[str, dict[str, Any]] = {}
        """Name -> sha256 and bytes of every file written so far."""

    def __enter__(self) -> Self:
        with explained(self._where):
            self._temp.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._temp, ignore_errors=True)

    @contextmanager
    def file(self, name: str) -> Iterator[HashedFile]:
        """Write one file; it is on disk when the block ends."""
        path = self._temp / name
        if not path.resolve().is_relative_to(self._temp):
            raise Refused(f"{name} does not stay inside the export folder; rename that picture.")
        with explained(self._where):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as raw:
                out = HashedFile(raw)
                yield out
                raw.flush()
                os.fsync(raw.fileno())
        self.files[name] = {"sha256": out.sha256, "bytes": out.size}

    def text(self, name: str, text: str) -> None:
        """Write one text file."""
        with self.file(name) as out:
            out.write(text)

    def json(self, name: str, value: Any) -> None:
        """Write one JSON file."""
        self.text(name, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def json_list(self, name: str, items: Iterable[Any]) -> int:
        """Write a JSON list, one item per line, without holding it in memory; returns its length."""
        count = 0
        with self.file(name) as out:
            for item in items:
                out.write("[\n" if count == 0 else ",\n")
                out.write(json.dumps(item, ensure_ascii=False, allow_nan=False))
                count += 1
            out.write("\n]\n" if count else "[]\n")
        return count

    def table(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Write a CSV table; returns its number of rows. None becomes an empty field."""
        count = 0
        with self.file(name) as out:
            line = io.StringIO(newline="")
            writer = csv.writer(line, lineterminator="\n")
            writer.writerow(header)
            for row in rows:
                writer.writerow(row)
                count += 1
                if line.tell() > 1 << 16:
                    out.write(line.getvalue())
                    line.seek(0)
                    line.truncate()
            out.write(line.getvalue())
        return count

    def commit(self, manifest: dict[str, Any]) -> Path:
        """Write the manifest with the hashes of all files, and put the folder in its place.

        Returns
        -------
        Path
            The folder.
        """
        self.json(MANIFEST, {"program": PROGRAM, **manifest, "files": dict(sorted(self.files.items()))})
        with explained(self._where):
            for folder in sorted({(self._temp / name).parent for name in self.files}):
                _sync_folder(folder)
            if not self._replaces:
                if self._target.is_dir():
                    self._target.rmdir()
                self._temp.rename(self._target)
            else:
                self._swap()
            _sync_folder(self._target.parent)
        return self._target

    def _swap(self) -> None:
        _check_target(self._target, overwrite=True)  # something may have been put there meanwhile
        old = self._temp.with_name(self._temp.name.replace(".partial-", ".replaced-"))
        self._target.rename(old)
        try:
            self._temp.rename(self._target)
        except OSError:
            old.rename(self._target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _check_target(target: Path, overwrite: bool) -> bool:
    """Whether something is to be replaced.

    Raises
    ------
    Refused, DiskError
        If the place cannot be used.
    """
    try:
        if not target.exists():
            return False
        if not target.is_dir():
            raise Refused(f"{target} is a file; choose a folder for the export.")
        if not any(target.iterdir()):
            return False
    except PermissionError as error:
        raise DiskError(f"{target} cannot be read; choose a folder that you may use.") from error
    if not overwrite:
        raise Refused(f"{target} is not empty; choose another folder, or ask to overwrite the export in it.")
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("program") != PROGRAM:
        raise Refused(f"{target} holds something that is no export of this program; choose another folder.")
    listed = manifest.get("files")
    strange = _first_other(target, {MANIFEST, *(listed if isinstance(listed, dict) else ())})
    if strange is not None:
        raise Refused(
            f"{target} also holds files that are not part of an export ({strange}); "
            "move them away or choose another folder."
        )
    return True


def _first_other(folder: Path, known: set[str]) -> str | None:
    """The first file or link below a folder, by name, that is not among the known; None without one."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return min({path.relative_to(folder).as_posix() for path in found} - known, default=None)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open folders, and write their entries through
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
