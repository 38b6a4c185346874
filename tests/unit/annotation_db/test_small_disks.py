"""Real disks with little room: everything is whole or as before, and a second try with room works."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .io_project import rated
from .small_disk import unshared

ROOT = Path(__file__).parents[3]


def swept(what: str, tmp_path: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.unit.annotation_db.small_disk"]
    done = subprocess.run(
        [*unshared(), *command, what, str(tmp_path / "disk"), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def little(tmp_path: Path) -> Path:
    """A folder with a rated project; small disks can be mounted beside it."""
    if shutil.which("unshare") is None:
        pytest.skip("no small disks: this system has no private mounts (unshare)")
    (tmp_path / "probe").mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(tmp_path / "probe")]
    if subprocess.run([*unshared(), *mount], capture_output=True, check=False).returncode:
        pytest.skip("no small disks: this machine lets nobody mount one")
    rated(tmp_path).close()
    return tmp_path


@pytest.mark.parametrize("what", ["new", "export", "overwrite"])
def test_whole_or_as_before(what: str, little: Path) -> None:
    steps = swept(what, little)
    assert len(steps) == 40
    for step in steps:
        assert step["second"] and step["hidden"] == [], step
        if step["sentence"]:
            assert step["as_before"], step
            assert "full" in step["sentence"] and step["sentence"].endswith("."), step
        else:
            assert step["done"], step
    refused = [bool(step["sentence"]) for step in steps]
    assert refused[0] and not refused[-1], "the sizes pass over the one that is enough"
    assert refused == sorted(refused, reverse=True)
