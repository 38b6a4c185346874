"""A project on a server that wants a password: asked for once, and written nowhere."""

from __future__ import annotations

import logging
from pathlib import Path

import psutil
import pytest

from seagull_studio.log import log_file, log_to_file
from seagull_studio.operations import access, passwords
from seagull_studio.services.jobs import JobService
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import PasswordDialog
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default
from tests.server import PASSWORD, Server
from tests.unit.seagull_studio.keyring_on_disk import a_keyring, no_keyring
from tests.unit.seagull_studio.password_server import password_server
from tests.unit.seagull_studio.test_passwords import files_below, holds

__all__ = ["a_keyring", "no_keyring", "password_server"]


@pytest.fixture
def url(password_server: Server) -> str:
    made = password_server.new_database(over_network=True)
    access.create_project(password_server.with_password(made), "On a server").close()
    return made


def type_in(password: str) -> None:
    def act(dialog: PasswordDialog) -> None:
        assert dialog.password.echoMode() == dialog.password.EchoMode.Password
        dialog.password.setText(password)
        press_default(dialog)

    driver.answer(PasswordDialog, act)


def jobs_of(desk: Desk) -> JobService:
    assert desk.studio.session is not None
    return desk.studio.session.jobs


def test_asked_for_in_a_dialog_and_held_in_memory_alone(
    sit: Sit, url: str, tmp_path: Path, own_home: Path, no_keyring: None
) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    log_to_file()
    desk = sit()
    asked: list[str] = []

    def wrong_first(dialog: PasswordDialog) -> None:
        asked.append("wrong")
        dialog.password.setText("wrong")
        type_in(PASSWORD)
        press_default(dialog)

    driver.answer(PasswordDialog, wrong_first)
    desk.studio.open_project(url, "ann")
    driver.wait_until(lambda: desk.studio.annotate is not None, "the project is open")
    desk.settle()
    session = desk.studio.session
    assert session is not None and session.location == url and asked == ["wrong"]
    assert not holds(desk.studio.window.windowTitle())
    with session.open_store() as store:  # as imports, exports and the like do
        assert store.location == url

    folder = jobs_of(desk).start("embed", session.location, {"weights_folders": [str(tmp_path)]})
    seen: list[psutil.Process] = []
    environments: list[dict[str, str]] = []

    def is_over() -> bool:
        for process in psutil.process_iter():
            try:
                if str(folder) in process.cmdline():
                    assert not holds(" ".join(process.cmdline()))
                    environments.append(process.environ())
                    seen.append(process)
            except psutil.Error:
                continue
        return next(state for state in jobs_of(desk).states if state.folder == folder).is_over

    driver.wait_until(is_over, "the job is over", 90)
    state = next(state for state in jobs_of(desk).states if state.folder == folder)
    assert "SAM weights" in state.what, "it was let into the project"
    assert seen and environments[-1]["PGPASSWORD"] == PASSWORD
    desk.close()
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    assert log_file().is_file() and (tmp_path / "person.ini").is_file()
    assert [path for path in files_below(tmp_path, own_home) if holds(path.read_bytes())] == []
    for path in (*folder.iterdir(), tmp_path / "person.ini", log_file()):
        assert path.stat().st_mode & 0o077 == 0, path

    desk = sit()
    assert [location for location, _ in desk.studio._settings.recent_projects()] == [url]
    driver.answer(PasswordDialog, lambda dialog: dialog.reject())
    desk.studio.open_project(url)
    driver.wait_until(lambda: not desk.studio.opening.is_opening, "the person gave up")
    assert desk.studio.session is None


def test_with_a_keyring_it_is_asked_for_once(sit: Sit, url: str, a_keyring: Path, tmp_path: Path) -> None:
    desk = sit()
    type_in(PASSWORD)
    desk.studio.open_project(url, "ann")
    driver.wait_until(lambda: desk.studio.annotate is not None, "the project is open")
    desk.close()
    assert passwords.find(url) == PASSWORD
    desk = sit()
    desk.studio.open_project(url.replace("postgresql://", "postgres://"), "ann")
    driver.wait_until(lambda: desk.studio.annotate is not None, "nobody was asked")
    assert [location for location, _ in desk.studio._settings.recent_projects()] == [url]
