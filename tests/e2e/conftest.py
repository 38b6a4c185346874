"""Windows that are closed when their test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from seagull_studio.app import make_application
from tests.e2e.desk import Desk

Sit = Callable[..., Desk]


@pytest.fixture
def sit(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Sit]:
    """Sit down at a window: ``sit()``, or ``sit("other person")`` with other settings."""
    make_application()
    desks: list[Desk] = []

    def sit_down(person: str = "person") -> Desk:
        desks.append(Desk(qapp, tmp_path / f"{person}.ini"))
        return desks[-1]

    yield sit_down
    for desk in desks:
        if not desk.closed:
            desk.close()
