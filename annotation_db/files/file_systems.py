"""On what kind of file system a project lies, and whether SQLite's write-ahead log can work there.

The log needs memory shared by all programs on the file system and locks that really lock
(https://www.sqlite.org/wal.html, "Limitations"; https://www.sqlite.org/howtocorrupt.html, 2.1).
Network drives offer neither, whatever they promise.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

NETWORK: Final = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "coda"),
        *("9p", "v9fs", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "davfs", "webdav", "webdavfs", "ftpfs"),
        *("ceph", "glusterfs", "lustre", "beegfs", "gpfs", "gfs2", "ocfs2", "orangefs", "pvfs2", "macfuse"),
    }
)
"""File systems that other machines may write to at the same time, as the operating system names them."""

_LOCAL_FUSE: Final = frozenset({"fuseblk", "fuse.ntfs-3g", "fuse.exfat", "fuse.lxcfs", "fuse.fuse-overlayfs"})
"""FUSE file systems on a disk of this machine; all others may be network drives or synchronised folders."""


def is_network(kind: str) -> bool:
    """Whether a file system of this type is shared with other machines, or may be.

    Parameters
    ----------
    kind : str
        Type as the operating system names it, such as ``ext4``, ``nfs4``, ``fuse.sshfs``.
    """
    kind = kind.lower()
    return kind in NETWORK or (kind.startswith("fuse") and kind not in _LOCAL_FUSE)


def kind_of(path: Path) -> str:
    """Type of the file system that `path` (or its nearest folder that exists) lies on; "" if unknown."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    place = place.resolve()
    if sys.platform == "win32":
        return _kind_on_windows(place)
    try:
        table = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return _kind_by_psutil(place)
    return kind_among(table.splitlines(), place)


def kind_among(mounts: Iterable[str], place: Path) -> str:
    """Type of the mount that holds `place`, in lines of ``/proc/self/mountinfo`` (proc(5)); "" if none."""
    best, found = -1, ""
    for line in mounts:
        fields, _, rest = line.partition(" - ")
        parts = fields.split(" ")
        if len(parts) < 5 or not rest:
            continue
        mount = parts[4]
        for code in ("\\040", "\\011", "\\012", "\\134"):
            mount = mount.replace(code, chr(int(code[1:], 8)))
        # Of mounts at one place the last one is seen.
        if place.is_relative_to(mount) and len(mount) >= best:
            best, found = len(mount), rest.split(" ", 1)[0]
    return found


def is_read_only(folder: Path) -> bool:
    """Whether the medium itself is mounted read-only (not: whether this person may write)."""
    flags = getattr(os, "statvfs", None)
    return bool(flags is not None and flags(folder).f_flag & os.ST_RDONLY)


def _kind_by_psutil(place: Path) -> str:
    try:
        import psutil
    except ImportError:
        return ""
    holding = [
        (len(part.mountpoint), part.fstype)
        for part in psutil.disk_partitions(all=True)
        if place.is_relative_to(part.mountpoint)
    ]
    return str(max(holding, default=(0, ""))[1])


def _kind_on_windows(place: Path) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    if place.drive.startswith("\\\\"):
        return "smb"
    remote = 4  # DRIVE_REMOTE, GetDriveTypeW
    return "smb" if ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == remote else "local"
