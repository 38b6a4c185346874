"""The renames that Python lacks: onto a free name only, and of two things against each other."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

_CANNOT = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def rename_new(source: Path, target: Path) -> None:
    """Rename a file, never over another one.

    Raises
    ------
    FileExistsError
        If there is something of that name, also if another program put it there at this moment.
    """
    if os.name == "nt":
        source.rename(target)  # never replaces there
    elif not _rename(source, target, exchange=False):
        target.hardlink_to(source)  # refuses a name that is taken, as the renaming cannot here
        source.unlink()


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders of one disk change their names, in one step that nothing can interrupt.

    Returns
    -------
    bool
        False, and nothing was done, where this system or this disk has no such step.
    """
    return os.name != "nt" and _rename(one, other, exchange=True)


def _rename(source: Path, target: Path, *, exchange: bool) -> bool:
    import ctypes  # late: nothing is renamed when the window starts

    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(source), os.fsencode(target)
    if sys.platform == "darwin":
        failed = library.renamex_np(*paths, 2 if exchange else 4)  # RENAME_SWAP, RENAME_EXCL
    elif hasattr(library, "renameat2"):
        here = -100  # AT_FDCWD
        failed = library.renameat2(here, paths[0], here, paths[1], 2 if exchange else 1)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(source), None, str(target))
