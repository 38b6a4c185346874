"""A PostgreSQL server on loopback that lets nobody in without a password."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

USER = "rater"
PASSWORD = "s3cret/p@ss w%rd"
QUOTED = "s3cret%2Fp%40ss%20w%25rd"


class PasswordServer:
    """scram-sha-256 for everybody, on 127.0.0.1 alone."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder = folder
        self._user = user
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        (folder / "pw").write_text(PASSWORD)
        shutil.chown(folder / "pw", user or getpass.getuser())
        data = str(folder / "data")
        self._run(
            "initdb", "-D", data, "-A", "scram-sha-256", "-U", USER, f"--pwfile={folder / 'pw'}", "--no-sync"
        )
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -c fsync=off -k {folder}"
        self._run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def new_database(self) -> str:
        """The URL of an empty database, without the password."""
        import psycopg

        name = f"studio_{uuid4().hex}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{name}"

    def with_password(self, url: str) -> str:
        return url.replace(f"{USER}@", f"{USER}:{QUOTED}@")


@pytest.fixture(scope="session")
def password_server() -> Iterator[PasswordServer]:
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="pw-"))
    try:
        shutil.chown(folder, user or getpass.getuser())
        server = PasswordServer(folder, user)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
