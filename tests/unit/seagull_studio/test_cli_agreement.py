"""The command `agreement`: the agreed document, its tables, and its sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.annotation_db import io_project
from tests.unit.seagull_studio.conftest import Terminal


@pytest.fixture
def rated(tmp_path: Path, terminal: Terminal) -> Terminal:
    io_project.rated(tmp_path).close()
    return terminal
