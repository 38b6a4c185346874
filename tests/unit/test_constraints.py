"""What pyproject.toml declares is pinned in constraints.txt: ``make`` installs what was tested."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def name_of(line: str) -> str:
    """The package that a requirement names, in the one spelling of packages."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]).lower()


def test_everything_that_make_installs_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {name_of(line) for line in (*project["dependencies"], *extras["dev"], *extras["postgres"])}
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    assert not wanted - {name_of(line) for line in lines}
