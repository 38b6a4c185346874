"""A folder that appears whole or not at all: written beside its place, flushed to disk, then renamed."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, cast

from annotation_db.database.failures import naming, translate_database_errors
from annotation_db.errors import DiskError, Refused
from annotation_db.files import json_text
from annotation_db.files.whole_folder import building

PROGRAM: Final = "SEAGULL Studio"
MANIFEST: Final = "manifest.json"
_AT_ONCE: Final = 1 << 16
"""Characters that are encoded, hashed and written together: a million rows come one by one."""


class HashedFile:
    """A file that is hashed while it is written."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()
        self._waiting: list[str] = []
        self._characters = 0
        self.size = 0

    @property
    def sha256(self) -> str:
        """Of what was written, once it is flushed."""
        return self._hash.hexdigest()

    def write(self, text: str) -> int:
        """Write text as UTF-8. Returns its length, as files do."""
        self._waiting.append(text)
        self._characters += len(text)
        if self._characters >= _AT_ONCE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Hand on the text that waits."""
        text = "".join(self._waiting)
        self._waiting.clear()
        self._characters = 0
        self._put(text.encode("utf-8"))

    def write_bytes(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.flush()
        self._put(data)

    def _put(self, data: bytes) -> None:
        self._raw.write(data)
        self._hash.update(data)
        self.size += len(data)


class JsonList:
    """A JSON list in the making."""

    def __init__(self, out: HashedFile) -> None:
        self._out = out
        self._begun = False

    @property
    def end(self) -> str:
        """The text that closes the list."""
        return "\n]" if self._begun else "[]"

    def add(self, item: str) -> None:
        """One more item, in JSON (see `as_line`)."""
        self._out.write((",\n" if self._begun else "[\n") + item)
        self._begun = True


class Table:
    """A CSV table in the making. None becomes an empty field."""

    def __init__(self, out: HashedFile, header: Sequence[str]) -> None:
        self._out = out
        self.add(header)

    def add(self, row: Sequence[Any]) -> None:
        """One more row."""
        self.add_lines(as_csv(row))

    def add_lines(self, lines: str) -> None:
        """More rows, as `as_csv` makes them."""
        self._out.write(lines)


class _Line:
    """A file for the `csv` module that gives every line back."""

    @staticmethod
    def write(line: str) -> str:
        return line


_csv: Final = csv.writer(_Line(), lineterminator="\n")


def as_csv(row: Sequence[Any]) -> str:
    """A row as a line of a CSV table, its line end too."""
    return cast(str, _csv.writerow(row))


@lru_cache(maxsize=10_000)
def as_fields(*values: str) -> str:
    """Texts as they stand in a line of a CSV table, with the commas between them; remembered."""
    return as_csv(("", *values))[1:-1]  # a line of one empty field alone would be quoted


_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def as_line(item: Any) -> str:
    """JSON without line breaks; NaN and infinity are none."""
    return _json.encode(item)


class Staging:
    """Context manager around one export folder.

    Leaving the block without `commit` removes everything that was written. What an export that was
    killed left beside `target` is finished or undone when the block is entered.

    Parameters
    ----------
    target : Path
        The folder to make. It may exist if it is empty.
    overwrite : bool
        Replace an earlier export there. Folders that hold anything else are never replaced.

    Raises
    ------
    Refused
        If `target` is in use, or another export is writing it.
    DiskError
        If the disk is full or not writable.
    """

    def __init__(self, target: Path, *, overwrite: bool) -> None:
        self._target = Path(os.path.realpath(target.expanduser()))
        self._where = str(self._target)
        self._overwrite = overwrite
        self._leaving = ExitStack()
        self.files: dict[str, dict[str, Any]] = {}
        """Name -> sha256 and bytes of every file written so far."""

    def __enter__(self) -> Self:
        with translate_database_errors(self._where), ExitStack() as entered:
            self._place = entered.enter_context(building(self._target))
            _check_target(self._target, self._overwrite)
            self._leaving = entered.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.__exit__(kind, error, trace)

    @contextmanager
    def file(self, name: str) -> Iterator[HashedFile]:
        """Write one file; it is on disk when the block ends."""
        path = self._place.folder / name
        if not path.resolve().is_relative_to(self._place.folder):
            raise Refused(f"{name} does not stay inside the export folder; rename that picture.")
        with translate_database_errors(self._where), naming(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as raw:
                out = HashedFile(raw)
                yield out
                out.flush()
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

    @contextmanager
    def json_list(self, name: str) -> Iterator[JsonList]:
        """Write a JSON list, one item a line, without holding it in memory."""
        with self.file(name) as out:
            items = JsonList(out)
            yield items
            out.write(items.end + "\n")

    @contextmanager
    def json_ending_in_list(self, name: str, head: dict[str, Any], key: str) -> Iterator[JsonList]:
        """Write a JSON object whose last value is a list, which is not held in memory."""
        before = json.dumps(head, indent=1, ensure_ascii=False, allow_nan=False).removesuffix("\n}")
        with self.file(name) as out:
            out.write(f"{before},\n {json.dumps(key)}: ")
            items = JsonList(out)
            yield items
            out.write(items.end + "\n}\n")

    @contextmanager
    def table(self, name: str, header: Sequence[str]) -> Iterator[Table]:
        """Write a CSV table."""
        with self.file(name) as out:
            yield Table(out, header)

    def commit(self, manifest: dict[str, Any]) -> Path:
        """Write the manifest with the hashes of all files, and put the folder in its place.

        Returns
        -------
        Path
            The folder.
        """
        self.json(MANIFEST, {"program": PROGRAM, **manifest, "files": dict(sorted(self.files.items()))})
        with translate_database_errors(self._where):
            # Something may have been put there meanwhile.
            self._place.publish(replace=_check_target(self._target, self._overwrite))
        return self._target


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
        manifest = json_text.read((target / MANIFEST).read_text(encoding="utf-8"))
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
