"""What a disk or a file refused, as one sentence that names the file it happened to."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from annotation_db.errors import DiskError
from annotation_db.files.atomic_files import as_known
from annotation_db.names import shortened

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_WRITE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR})
_OTHER = frozenset(
    {
        errno.EIO,
        errno.EBUSY,
        errno.EEXIST,
        errno.EISDIR,
        errno.ELOOP,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENODEV,
        errno.ENOTEMPTY,
        errno.ENXIO,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.EXDEV,
    }
)
"""Of disks and systems too; any other number is a mistake of ours."""


def no_room(where: str) -> DiskError:
    """The refusal where a disk is full."""
    return DiskError(f"The disk that holds {where} is full; nothing was changed, so make room and try again.")


def not_writable(where: str) -> DiskError:
    """The refusal where nothing may be written."""
    return DiskError(
        f"{where} cannot be written to; nothing was changed, so check that you may write there and try again."
    )


def check_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be made.

    Raises
    ------
    DiskError
        If it is not writable.
    """
    if not os.access(folder, os.W_OK | os.X_OK):
        raise not_writable(str(folder))


def translated_os_error(error: OSError, where: str) -> DiskError | None:
    """The refusal that an error of the system amounts to, or None for a mistake of ours.

    Parameters
    ----------
    error : OSError
        What was raised. A file that it names and that is not of `where` is blamed itself.
    where : str
        The folder that was being used, or the URL. Only of it can be said that nothing was changed.
    """
    file = _file(error)
    if error.errno == errno.ENAMETOOLONG and file is not None:
        return DiskError(
            f"The name {shortened(str(file))} is longer than this disk or system takes; choose a shorter "
            "one, or a folder nearer to the top."
        )
    if file is None:
        return _nameless(error, where)
    place = Path(where)
    if file == place or file in place.parents:
        return _inside(error, where)
    return _inside(error, str(file)) if place in file.parents else _outside(error, str(file))


def _inside(error: OSError, name: str) -> DiskError | None:
    if error.errno in _NO_ROOM:
        return no_room(name)
    if error.errno in _NO_WRITE:
        return not_writable(name)
    if error.errno in _NOT_THERE:
        return DiskError(
            f"{name} cannot be found or made; nothing was changed, "
            "so check the place, or choose another, and try again."
        )
    if error.errno in _OTHER:
        return DiskError(
            f"{name} cannot be used ({_reason(error)}); nothing was changed, so mend that and try again."
        )
    return None


def _outside(error: OSError, name: str) -> DiskError | None:
    if error.errno in _NO_ROOM:
        return DiskError(f"The disk that holds {name} is full; make room and try again.")
    if error.errno in _NO_WRITE:
        return DiskError(f"{name} cannot be read or written; check that you may do so and try again.")
    if error.errno in _NOT_THERE:
        return DiskError(f"{name} cannot be found; check where it is and try again.")
    if error.errno in _OTHER:
        return DiskError(f"{name} cannot be used ({_reason(error)}); mend that and try again.")
    return None


def _nameless(error: OSError, where: str) -> DiskError | None:
    """For errors of reading and writing, which do not say of which file: nobody is blamed."""
    if error.errno in _NO_ROOM:
        return DiskError(
            f"A disk is full, that of {where} or of a file in use with it; "
            f"nothing was changed in {where}, so make room and try again."
        )
    if error.errno in _NO_WRITE | _OTHER:
        return DiskError(
            f"A file in use with {where} gave an error ({_reason(error)}); "
            f"nothing was changed in {where}, so check the disks and try again."
        )
    return None


def _file(error: OSError) -> Path | None:
    name = error.filename
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    if not isinstance(name, (str, os.PathLike)):  # nothing, or the number of an open file
        return None
    return as_known(Path(name).absolute())


def _reason(error: OSError) -> str:
    return (error.strerror or os.strerror(error.errno or 0)).lower()
