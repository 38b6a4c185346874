"""Fetching one large file: only when asked, resumable, checked, and in place only when it is whole.

What has arrived lies beside the target as ``NAME.part``; ``NAME.part.json`` says from where and which
version, so that a later call goes on where this one stopped, and never glues two versions together;
``NAME.part.lock`` keeps two programs from writing it at once.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLError
from typing import Any, Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from annotation_db.vocabulary.callbacks import CancelCheck, Progress

"""Called as (bytes there, bytes in all or 0, file name)."""

TRIES: Final = 5
"""How often a broken connection is taken up again before giving up."""
TIMEOUT_S: Final = 30.0
_PIECE: Final = 1 << 18
_SPARE: Final = 64 << 20
"""Bytes that are left free on the disk."""


class DownloadError(Exception):
    """A file was not fetched; ``str(error)`` is one sentence for a person."""


class DownloadStopped(DownloadError):
    """Somebody asked to stop; what has arrived is kept for the next time."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What `download` was asked for."""

    url: str
    path: Path
    sha256: str | None
    size: int | None
    progress: Progress | None
    cancelled: CancelCheck | None
    pause_s: float
    spare: int

    @property
    def part(self) -> Path:
        return _part(self.path)

    @property
    def note(self) -> Path:
        return self.path.with_name(self.path.name + ".part.json")

    @property
    def lock(self) -> Path:
        return self.path.with_name(self.path.name + ".part.lock")

    @property
    def there(self) -> int:
        return standing_bytes(self.path)

    def forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def stop_if_asked(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise DownloadStopped(
                f"Stopped with {self.there:,} bytes of {self.path.name}; start again to go on from there."
            )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What lies there of an earlier attempt."""

    bytes: int
    validator: str
    """ETag or Last-Modified of the version it is of; "" if the server told none."""


def download(
    url: str,
    target: str | Path,
    *,
    sha256: str | None = None,
    size: int | None = None,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
    pause_s: float = 1.0,
    spare: int = _SPARE,
) -> Path:
    """Fetch a file, or the rest of it.

    Parameters
    ----------
    url : str
        https; http only to this machine itself.
    target : str or Path
        File to make. One that is there already is kept if its hash is right, or none is asked for.
    sha256 : str, optional
        Hex; what arrived is thrown away if it is another.
    size : int, optional
        Bytes expected, where the server does not tell.
    progress : callable, optional
    cancelled : callable, optional
        Asked between pieces.
    pause_s : float
        Wait before a broken connection is taken up again; doubled each time.
    spare : int
        Bytes to be left free on the disk.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DownloadStopped
        If `cancelled` said so.
    DownloadError
        With one sentence: no connection, wrong file, no room.
    """
    path = Path(target).expanduser().absolute()
    _check_url(url)
    wanted = _Wanted(url, path, sha256, size, progress, cancelled, pause_s, spare)
    try:
        if path.is_file():
            if sha256 is None or _sha256(path) == sha256.lower():
                return path
            raise DownloadError(f"{path} is there already and is another file; move it away first.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(wanted):
            # Another program may have finished it meanwhile.
            if not path.is_file():
                _fetch_all(wanted)
                _check_hash(wanted)
                wanted.part.replace(path)
                wanted.note.unlink(missing_ok=True)
    except OSError as error:
        raise DownloadError(
            f"{path} could not be written ({error.strerror or error}); make room, or choose another folder."
        ) from error
    return path


def standing_bytes(target: str | Path) -> int:
    """How much of a file an earlier attempt has left."""
    part = _part(Path(target).expanduser().absolute())
    return part.stat().st_size if part.is_file() else 0


@contextmanager
def _alone(wanted: _Wanted) -> Iterator[None]:
    """One program at a time writes the part of a file, whose name is fixed so that it can be gone on with."""
    lock = FileLock(wanted.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DownloadError(
            f"{wanted.path.name} is being downloaded by another program; wait until it has ended."
        ) from None
    try:
        yield
    finally:
        # Whoever has it open already looks whether it is still there.
        wanted.lock.unlink(missing_ok=True)
        lock.release()


class _Broken(Exception):
    """The connection broke; what has arrived is kept."""


def _fetch_all(wanted: _Wanted) -> None:
    left, before = TRIES, wanted.there
    while True:
        try:
            return _fetch(wanted)
        except _Broken as error:
            there = wanted.there
            # A connection that brought something is worth taking up again and again.
            left = TRIES - 1 if there > before else left - 1
            before = there
            if left <= 0:
                raise DownloadError(
                    f"The connection to {urlsplit(wanted.url).netloc} broke ({error}); {there:,} bytes of "
                    f"{wanted.path.name} are kept, start again to go on from there."
                ) from error
            until = time.monotonic() + wanted.pause_s * 2 ** (TRIES - 1 - left)
            while time.monotonic() < until:
                wanted.stop_if_asked()
                time.sleep(min(0.1, max(0.0, until - time.monotonic())))


def _fetch(wanted: _Wanted) -> None:
    """One connection: ask for what is missing and append it."""
    had = _standing(wanted)
    headers = {"User-Agent": "seagull-studio", "Accept-Encoding": "identity"}
    if had.bytes:
        headers["Range"] = f"bytes={had.bytes}-"
        if had.validator:
            headers["If-Range"] = had.validator
    try:
        request = urllib.request.Request(wanted.url, headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            _check_url(answer.geturl())
            start = had.bytes if answer.status == 206 else 0
            if start and not _begins_at(answer, start):
                raise DownloadError(f"The server of {wanted.url} answers wrongly; try another source.")
            length = answer.headers.get("Content-Length")
            total = start + int(length) if length is not None else (wanted.size or 0)
            _check_room(wanted, total - start, total)
            _remember(wanted, answer)
            _append(wanted, answer, start, total)
            if total and wanted.there < total:
                raise _Broken("it ended too soon")
    except urllib.error.HTTPError as error:
        with error:
            _after_refusal(wanted, error, had)
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        TimeoutError,
        ConnectionError,
        SSLError,
    ) as error:
        reason = getattr(error, "reason", None) or error
        raise _Broken(str(reason) or type(error).__name__) from error


def _append(wanted: _Wanted, answer: Any, start: int, total: int) -> None:
    there = start
    with wanted.part.open("r+b" if start else "wb") as file:
        file.seek(start)
        try:
            wanted.stop_if_asked()
            while piece := answer.read(_PIECE):
                file.write(piece)
                there += len(piece)
                if wanted.progress is not None:
                    wanted.progress(there, total, wanted.path.name)
                wanted.stop_if_asked()
        finally:
            file.flush()
            os.fsync(file.fileno())


def _after_refusal(wanted: _Wanted, error: urllib.error.HTTPError, had: _Standing) -> None:
    if error.code == 416 and had.bytes:
        # Nothing is left to send: either all is here, or the file has become another one.
        told = (error.headers.get("Content-Range") or "").rpartition("/")[2]
        if told.isdecimal() and int(told) == had.bytes:
            return
        wanted.forget()
        raise _Broken("the file has changed on the server") from error
    if error.code in (408, 425, 429, 500, 502, 503, 504):
        raise _Broken(f"the server says {error.code}") from error
    raise DownloadError(
        f"{wanted.url} can not be fetched (the server says {error.code} {error.reason}); look at the "
        "address, or fetch the file with a browser."
    ) from error


def _check_hash(wanted: _Wanted) -> None:
    if wanted.sha256 is None:
        return
    found = _sha256(wanted.part)
    if found != wanted.sha256.lower():
        wanted.forget()
        raise DownloadError(
            f"What arrived as {wanted.path.name} is not the file expected (its SHA-256 begins with "
            f"{found[:12]} and not with {wanted.sha256[:12]}) and was thrown away; try again, or try another "
            "source."
        )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    own = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and own):
        raise DownloadError(f"{url} is no https address; use one that is.")


def _check_room(wanted: _Wanted, bytes_: int, total: int) -> None:
    folder = wanted.path.parent
    free = shutil.disk_usage(folder).free
    if bytes_ + wanted.spare > free:
        raise DownloadError(
            f"{wanted.path.name} ({total:,} bytes) needs {bytes_ + wanted.spare:,} bytes at {folder}, and "
            f"{free:,} are free; make room, or choose another folder."
        )


def _begins_at(answer: Any, start: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {start}-")


def _standing(wanted: _Wanted) -> _Standing:
    """What can be gone on with: bytes from the same place, whose version or whose final hash is known."""
    try:
        told = json.loads(wanted.note.read_text(encoding="utf-8"))
        if told["url"] == wanted.url and (told["validator"] or wanted.sha256):
            return _Standing(wanted.there, str(told["validator"]))
    except (OSError, ValueError, KeyError, TypeError):
        return _Standing(0, "")
    return _Standing(0, "")


def _remember(wanted: _Wanted, answer: Any) -> None:
    etag = str(answer.headers.get("ETag") or "")
    # A weak ETag does not promise the same bytes.
    validator = etag if etag and not etag.startswith("W/") else str(answer.headers.get("Last-Modified") or "")
    wanted.note.write_text(json.dumps({"url": wanted.url, "validator": validator}), encoding="utf-8")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 22):
            digest.update(piece)
    return digest.hexdigest()


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")
