"""A folder that appears whole or not at all: built beside its place, then renamed.

Names say how far a program came that was killed, so the next one finishes or undoes its work::

    .NAME.partial-XXXXXXXX    in the making; or, where two folders can change names in one step,
                              the one that was replaced
    .NAME.replaced-XXXXXXXX   the folder that was replaced, where that takes two steps
    .NAME.seagull-lock        held by the program that builds
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotation_db.files import renames
from annotation_db.files.atomic_files import alone, hidden_ones, making
from annotation_db.vocabulary.whole_files import hidden, sync_folder


class WholeFolder:
    """One folder in the making; see `building`.

    Attributes
    ----------
    target : Path
        Its place.
    folder : Path
        Where to write what shall be in it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = hidden(target, "partial")

    def publish(self, *, replace: bool = False) -> None:
        """Put the folder in its place. Every file in it must be flushed to disk.

        Parameters
        ----------
        replace : bool
            A folder stands there and is to go; otherwise nothing may stand there, or an empty folder.
        """
        for at, _folders, _files in os.walk(self.folder):
            sync_folder(Path(at))
        if not replace:
            if os.name == "nt" and self.target.is_dir():  # elsewhere the renaming replaces an empty one
                self.target.rmdir()
            self.folder.rename(self.target)
        elif not renames.exchange(self.folder, self.target):
            self._replace_in_two_steps()
        sync_folder(self.target.parent)

    def _replace_in_two_steps(self) -> None:
        old = self.target.with_name(self.folder.name.replace(".partial-", ".replaced-"))
        self.target.rename(old)
        try:
            self.folder.rename(self.target)
        except BaseException:
            old.rename(self.target)
            raise
        sync_folder(self.target.parent)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def building(target: Path) -> Iterator[WholeFolder]:
    """Build a folder beside its place; without `WholeFolder.publish` nothing of it stays.

    What a killed program left there is settled first, and gone when the block begins.

    Parameters
    ----------
    target : Path
        The folder to make, absolute. Parents are made, and removed again if the block raises.

    Raises
    ------
    Refused
        If another program is making this folder.
    OSError
        If the disk is full or not writable.
    """
    with making(target.parent), alone(target):
        _settle(target)
        place = WholeFolder(target)
        try:
            place.folder.mkdir()
            yield place
        finally:
            shutil.rmtree(place.folder, ignore_errors=True)


def _settle(target: Path) -> None:
    """Finish or undo what a killed program began; the lock is held, so nobody is at it."""
    for old in hidden_ones(target, "replaced"):
        new = old.with_name(old.name.replace(".replaced-", ".partial-"))
        if not target.exists():  # killed between the two steps; the new one was whole before the first
            (new if new.exists() else old).rename(target)
            sync_folder(target.parent)
        elif new.exists():  # somebody put another folder there since: nobody's copy is thrown away
            return
        if old.exists():
            shutil.rmtree(old, ignore_errors=True)
    for new in hidden_ones(target, "partial"):
        shutil.rmtree(new, ignore_errors=True)
