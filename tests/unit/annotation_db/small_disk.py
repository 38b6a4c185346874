"""A real small disk: a file system in memory, mounted where only the process that fills it sees it.

Run by `test_small_disks` as a process of its own (WHAT, where to mount, a folder with a project). It does one
thing with 0 to 600 KB left, in small steps, and prints one JSON object per step.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.errors import StudioError
from annotation_db.exports.run import export
from annotation_db.pictures import images
from annotation_db.safety import integrity
from seagull_studio.operations import project

DISK = 4 << 20
STEPS = range(0, 600, 15)
"""Kilobytes left."""


def unshared() -> list[str]:
    """The words before a command that let it mount what others do not see."""
    return (
        ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    )


def mount(at: Path) -> None:
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(at)], check=True)


def seen(folder: Path) -> dict[str, str]:
    """Every name below a folder, with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): ""
        if path.is_dir()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.name != "ballast"
    }


def leave(disk: Path, kilobytes: int) -> None:
    """Fill the disk but for some room."""
    room = shutil.disk_usage(disk).free - kilobytes * 1024
    with (disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(room, 1))


def make(folder: Path, pictures: Path) -> None:
    project.create(folder, pictures, name="Small", source="lab", raters_wanted=3, who="lead")


def is_made(folder: Path) -> bool:
    with Store.open(folder) as store, store.read() as s:
        count = len(images.list_all(s))
    return count == 5


def is_exported(folder: Path, seed: int) -> bool:
    manifest = json.loads((folder / "manifest.json").read_text())
    hashes = {name: facts["sha256"] for name, facts in manifest["files"].items()}
    found = {name: digest for name, digest in seen(folder).items() if digest and name != "manifest.json"}
    return found == hashes and manifest["split"]["seed"] == seed


def sweep(disk: Path, act: Callable[[int], object], is_done: Callable[[int], bool]) -> None:
    """Do one thing at every size, and tell what became of it and of a second try with room."""
    before = seen(disk)
    for attempt, kilobytes in enumerate(STEPS):
        told = {"left": kilobytes, "sentence": "", "as_before": False, "done": False, "second": True}
        leave(disk, kilobytes)
        try:
            act(2 * attempt)
        except StudioError as error:
            told["sentence"] = str(error)
            told["as_before"] = seen(disk) == before
            (disk / "ballast").unlink()
            act(2 * attempt + 1)
            told["second"] = is_done(2 * attempt + 1)
        else:
            told["done"] = is_done(2 * attempt)
            (disk / "ballast").unlink()
        told["hidden"] = [name for name in seen(disk) if name.startswith(".")]
        print(json.dumps(told), flush=True)
        if not before:
            for path in disk.iterdir():
                shutil.rmtree(path)
        before = seen(disk)


def main(what: str, disk: Path, other: Path) -> None:
    mount(disk)
    target = disk / "deep" / "target"
    if what == "new":
        sweep(disk, lambda _: make(target, other / "photos"), lambda _: is_made(target))
        return
    with Store.open(other / "project") as store:
        if what == "export":
            sweep(disk, lambda seed: export(store, target, seed=seed), lambda seed: is_exported(target, seed))
            return
        export(store, target, seed=999)
        sweep(
            disk,
            lambda seed: export(store, target, seed=seed, overwrite=True),
            lambda seed: is_exported(target, seed),
        )
        assert integrity.check(store) == []


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
