"""A server's password: found where it may be, kept where it may be, and seen by nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from annotation_db.errors import PasswordWanted, ProjectError
from seagull_studio.cli import runner
from seagull_studio.jobs import predict_shards
from seagull_studio.log import log_file
from seagull_studio.operations import access, passwords
from tests.server import PASSWORD, QUOTED, Server
from tests.unit.annotation_db.conftest import fill, save_picture
from tests.unit.seagull_studio.keyring_on_disk import a_keyring, no_keyring
from tests.unit.seagull_studio.password_server import password_server
from tests.unit.seagull_studio.predict_parts import plugin

__all__ = ["a_keyring", "no_keyring", "password_server", "plugin"]
ROOT = Path(__file__).parents[3]


def holds(text: str | bytes) -> bool:
    """Whether the password, or what it looks like in a URL, is in there."""
    raw = text.encode() if isinstance(text, str) else text
    return PASSWORD.encode() in raw or QUOTED.encode() in raw or b"s3cret" in raw


def files_below(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def url(password_server: Server) -> str:
    return password_server.new_database(over_network=True)


def test_without_any_password_the_ways_are_named(url: str, no_keyring: None) -> None:
    with pytest.raises(PasswordWanted) as wanted:
        access.open_project(url)
    for way in ("PGPASSWORD", "PGPASSFILE", "once", "no keyring"):
        assert way in str(wanted.value)


def test_libpqs_own_ways(
    url: str,
    password_server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_keyring: None,
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    access.create_project(url, "Studio").close()
    monkeypatch.setenv("PGPASSWORD", "wrong")
    with pytest.raises(PasswordWanted):
        access.open_project(url)
    monkeypatch.delenv("PGPASSWORD")
    passes = tmp_path / "passes"
    passes.write_text(f"127.0.0.1:{password_server.port}:*:*:{PASSWORD}\n")
    passes.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passes))
    with access.open_project(url) as store:
        assert store.location == url and store.password is None


def test_a_password_given_once_is_kept_in_the_keyring(
    url: str, password_server: Server, a_keyring: Path
) -> None:
    given = password_server.with_password(url)
    with access.create_project(given, "Studio") as store:
        assert not holds(f"{store.location} {store.url} {store.folder}")
    assert passwords.find(url) == PASSWORD
    with access.open_project(url) as store:
        assert store.password == PASSWORD
    assert "leave it out" in str(access.about_password(given)) and access.about_password(url) is None
    passwords.keep(url, "changed since")
    with pytest.raises(PasswordWanted, match="keyring is not taken"):
        access.open_project(url)
    with pytest.raises(PasswordWanted):
        access.open_project(url.replace("lab@", "lab:wrong@"))
    access.open_project(given).close()
    assert passwords.find(url) == PASSWORD, "a password that the server took replaces the old one"


def test_a_keyring_that_raises_is_none(monkeypatch: pytest.MonkeyPatch, a_keyring: Path) -> None:
    a_keyring.mkdir()  # reading and writing raise
    assert passwords.find("postgresql://h/db") is None and not passwords.keep("postgresql://h/db", "x")


def test_new_and_the_next_commands_print_and_write_no_password(
    url: str, password_server: Server, tmp_path: Path, own_home: Path, no_keyring: None
) -> None:
    save_picture(tmp_path / "photos" / "p.png")
    given = password_server.with_password(url)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for arguments in (
        ["new", given, "--images", "photos", "--json"],
        ["new", given, "--images", "photos"],
        ["check", given],
        ["annotator", "add", given, "Ann", "--json"],
        ["export", given, "out"],
        ["predict", given, "--model", "nothing:x"],
        ["check", given.replace("%25", "%26")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "seagull_studio", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not holds(done.stdout + done.stderr), arguments
        if arguments[-1] == "--json" and arguments[0] == "new":
            document = json.loads(done.stdout)
            assert done.returncode == 0, done.stderr
            assert document["project"] == url and document["name"] == url.rpartition("/")[2]
            assert "can see the password" in done.stderr
    with access.open_project(given) as store, store.read() as s:
        from annotation_db.database import audit

        assert not holds(str([*audit.list_all(s)]))
    assert [path for path in files_below(tmp_path, own_home) if holds(path.read_bytes())] == []


def test_a_database_without_a_project_names_the_way_to_make_one(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with pytest.raises(
        ProjectError, match=r"no SEAGULL Studio project.*seagull-studio new .*--images FOLDER\.$"
    ):
        access.open_project(url)


def test_an_unexpected_error_is_logged_without_the_password(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["seagull-studio", "check", f"postgresql://rater:{QUOTED}@h/db"])

    def work(output: runner.Output) -> None:
        raise RuntimeError("nobody foresaw this")

    assert runner.execute(False, work) == runner.REFUSED
    log = log_file()
    assert "postgresql://rater@h/db" in log.read_text() and not holds(log.read_text())
    assert log.stat().st_mode & 0o077 == 0


def test_processes_of_predict_have_it_in_their_environment_alone(
    url: str, password_server: Server, tmp_path: Path, plugin: Path, no_keyring: None
) -> None:
    seen: dict[int, tuple[str, dict[str, str]]] = {}
    over = threading.Event()

    def watch() -> None:
        own = psutil.Process()
        while not over.is_set():
            for child in own.children(recursive=True):
                try:
                    if any("predict_shards" in word for word in child.cmdline()):
                        seen[child.pid] = (" ".join(child.cmdline()), child.environ())
                except psutil.Error:
                    continue
            time.sleep(0.05)

    with access.create_project(password_server.with_password(url), "Studio") as store:
        fill(store, tmp_path / "pictures")
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            report = predict_shards.run_shards(store, "scripted:", processes=2, device="cpu")
        finally:
            over.set()
            watcher.join()
    assert report.predicted == 6 and len(seen) == 2
    for line, environment in seen.values():
        assert url in line and not holds(line)
        assert environment.pop("PGPASSWORD") == PASSWORD and not holds(str(environment))
    assert "PGPASSWORD" not in os.environ
