"""Several programs on one project, windows among them, killed at drawn moments: nothing saved is lost.

A thousand kills are a bench: ``python -m tests.campaign --kills 1000``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaign import director

KILLS = 30


@pytest.mark.timeout(900)
def test_nothing_told_as_saved_is_lost(tmp_path: Path) -> None:
    found = director.run(tmp_path, kills=KILLS, seed=20261128)
    assert found.wrong == []
    assert sum(found.kills.values()) >= KILLS
    assert found.acknowledged["rating"] > 50 and found.acknowledged["done"] > 0


@pytest.mark.timeout(900)
def test_the_campaign_finds_the_fault_that_once_lost_ratings(tmp_path: Path) -> None:
    """With the old look at the header, SQLite's locks are dropped and another program deletes the log."""
    mix = ("rate", "rate", "command")
    found = director.run(tmp_path, kills=10 * KILLS, seed=1, fault="header", mix=mix, every=10)
    assert any("removed or replaced" in line or "told as saved" in line for line in found.wrong)
