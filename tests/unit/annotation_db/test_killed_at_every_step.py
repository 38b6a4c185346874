"""Killed between any two steps on the disk, a project or an export is whole or was never begun."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .io_project import NAMES, pictures, rated

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills forks")


def steps(what: str, folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.annotation_db.every_step", what, str(folder)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_new_project_has_its_pictures_or_is_not_there(tmp_path: Path) -> None:
    pictures(tmp_path / "photos")
    told = steps("new", tmp_path)
    assert len(told) > 14
    for step in told:
        assert step["pictures"] == len(NAMES) and step["still hidden"] == [], step
        assert step["left"] == step["second"].endswith("already; open it, or choose another folder."), step
    assert any(".project.sqlite." in name for step in told for name in step["hidden"])
    assert {step["left"] for step in told} == {False, True}


@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_an_export_that_replaces_another_is_one_of_them(way: str, tmp_path: Path) -> None:
    rated(tmp_path).close()
    told = steps(way, tmp_path)
    assert len(told) > 30
    for step in told:
        assert step["settled"] in (0, 1) and step["again"] == 3 and step["still hidden"] == [], step
        assert step["left"] in (0, 1, None), step
    gone = [step for step in told if step["left"] is None]
    if way == "two renames":
        assert gone and all(step["settled"] == 1 for step in gone)
    elif sys.platform in ("linux", "darwin"):
        assert not gone
    assert {step["left"] for step in told} >= {0, 1}
    assert any(".partial-" in name for step in told for name in step["hidden"])
