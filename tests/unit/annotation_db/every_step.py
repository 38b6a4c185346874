"""``kill -9`` at every step that a program takes on the disk, one after another.

Run by `test_killed_at_every_step` as a process of its own. Python tells an audit hook of every file that is
opened, made, renamed or removed, so a child can be killed between any two of them. The children are forks
that begin before any database is open. Prints one JSON object per step: what the killed child left, and
what the next call made of it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotation_db.database.store import Store
from annotation_db.errors import ProjectError, Refused
from annotation_db.exports.run import export
from annotation_db.files import renames
from annotation_db.pictures import images
from seagull_studio.operations import project

from .small_disk import is_exported

STEPS = frozenset({"open", "sqlite3.connect", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"})


def killed(folder: Path, act: Callable[[], object], step: int) -> bool:
    """Do something in a child that is killed before its step of that number; False if it takes fewer.

    A step is something that it does to a name below `folder`, other than looking.
    """
    child = os.fork()
    if child == 0:
        taken = 0

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal taken
            if event in STEPS and str(arguments[0]).startswith(str(folder)):
                taken += 1
                if taken == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            act()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def left_over(folder: Path) -> list[str]:
    """Hidden names, which only something in the making has."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.name.startswith("."))


def seed_of(target: Path) -> int | None:
    """Which of the exports 0 to 4 stands there whole; None if none."""
    if not target.exists():
        return None
    return next((seed for seed in range(5) if is_exported(target, seed)), -1)


def overwritten(folder: Path) -> None:
    target = folder / "out" / "set"
    with Store.open(folder / "project") as store:
        export(store, target, seed=0, formats=["csv"], copy_images=True)
        export(store, folder / "warm", seed=0)  # imports what is imported late
    shutil.copytree(folder / "out", folder / "as it was")

    def again(seed: int, overwrite: bool) -> None:
        with Store.open(folder / "project") as store:
            export(store, target, seed=seed, formats=["csv"], copy_images=True, overwrite=overwrite)

    step = 0
    while killed(folder / "out", lambda: again(1, True), step := step + 1):
        told: dict[str, Any] = {"step": step, "left": seed_of(target), "hidden": left_over(folder / "out")}
        try:
            again(2, False)
        except Refused:
            told["settled"] = seed_of(target)
        told["still hidden"] = left_over(folder / "out")
        again(3, True)
        told["again"] = seed_of(target)
        print(json.dumps(told), flush=True)
        shutil.rmtree(folder / "out")
        shutil.copytree(folder / "as it was", folder / "out")


def made(folder: Path) -> None:
    target = folder / "new" / "project"

    def make() -> None:
        project.create(target, folder / "photos", name="New", source="lab", raters_wanted=3, who="lead")

    make()  # imports what is imported late
    shutil.rmtree(folder / "new")
    step = 0
    while killed(folder / "new", make, step := step + 1):
        told: dict[str, Any] = {"step": step, "left": Store.is_project(target), "second": ""}
        told["hidden"] = left_over(folder / "new") if (folder / "new").exists() else []
        try:
            make()
        except ProjectError as error:
            told["second"] = str(error)
        with Store.open(target) as store, store.read() as s:
            told["pictures"] = len(images.list_all(s))
        told["still hidden"] = left_over(folder / "new")
        print(json.dumps(told), flush=True)
        shutil.rmtree(folder / "new")


def main(what: str, folder: Path) -> None:
    if what == "new":
        made(folder)
        return
    if what == "two renames":  # as on systems where two folders cannot change names in one step
        renames.exchange = lambda one, other: False
    overwritten(folder)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
