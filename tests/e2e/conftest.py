"""Windows that are closed when their test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from seagull_studio.app import make_application
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ConfirmDialog
from tests.e2e.desk import Desk, press_default

LONGEST_DIALOG_MS = 45_000
Sit = Callable[..., Desk]


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a baseline, fitted once to a small project."""
    # Here, because whoever starts the tests reads this file, too, and needs no torch to do so.
    from seagull_studio.jobs import fit_baseline
    from tests.unit.seagull_studio.predict_parts import make_rated

    with Store.open(make_rated(tmp_path_factory.mktemp("fitted"))) as store:
        fit_baseline.run_job(store, {})
        (made,) = (store.folder / "models").iterdir()
    return made


@pytest.fixture
def sit(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Sit]:
    """Sit down at a window: ``sit()``, or ``sit("other person")`` with other settings."""
    make_application()
    desks: list[Desk] = []

    def sit_down(person: str = "person") -> Desk:
        desks.append(Desk(qapp, tmp_path / f"{person}.ini"))
        return desks[-1]

    # A dialog that nobody answers would wait for ever, and no time limit reaches into its loop.
    forgotten: list[str] = []

    def give_up_on_dialogs() -> None:
        while (dialog := QApplication.activeModalWidget()) is not None:
            forgotten.append(dialog.windowTitle())
            dialog.close()

    watch = QTimer(interval=LONGEST_DIALOG_MS)
    watch.timeout.connect(give_up_on_dialogs)
    watch.start()
    yield sit_down
    for desk in desks:
        if not desk.closed:
            if desk.studio.annotate is not None and desk.marking.unfinished:
                driver.answer(ConfirmDialog, press_default)  # what was begun is left for another time
            desk.close()
    watch.stop()
    assert not forgotten, f"dialogs that nobody answered: {forgotten}"
