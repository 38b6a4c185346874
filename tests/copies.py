"""Projects that many tests begin with: made once in a process, and copied for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

Make = Callable[..., object]


def copied(make: Make, to: Path, *facts: object) -> None:
    """Put into the folder `to` what ``make(to, *facts)`` makes.

    A test's second project of one kind is made, not copied: no two projects of a test have the same uids.

    Parameters
    ----------
    make : callable
        A function of a module that makes files below the folder it is given, and leaves none of them open.
        They are the same each time, and it does not matter to them where they lie.
    to : Path
        A folder that holds none of these files; made if missing.
    """
    kept = templates()
    if kept.is_first(make):
        shutil.copytree(kept.of(make, facts), to, dirs_exist_ok=True)
    else:
        make(to, *facts)


class Templates:
    """What was made in this process for others to copy.

    Attributes
    ----------
    folder : Path or None
        Where it lies: pytest removes it as it does the folders of tests. None where no tests run.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._made: dict[tuple[Make, tuple[object, ...]], Path] = {}
        self._last: dict[Make, str] = {}

    def is_first(self, make: Make) -> bool:
        """Whether the test that runs now has not yet asked for what `make` makes."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]  # without the phase
        before, self._last[make] = self._last.get(make), test
        return self.folder is not None and test != before

    def of(self, make: Make, facts: tuple[object, ...]) -> Path:
        """The folder in which ``make(folder, *facts)`` was called."""
        assert self.folder is not None
        if (make, facts) not in self._made:
            folder = self.folder / str(len(self._made))
            folder.mkdir()
            make(folder, *facts)
            self._made[make, facts] = folder
        return self._made[make, facts]


@cache
def templates() -> Templates:
    """Those of this process."""
    return Templates()
