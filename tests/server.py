"""A PostgreSQL server of the tests' own, on a socket and on loopback, in a temporary folder."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url

PASSWORD = "s3cret/p@ss w%rd"
"""Of the user ``lab``, with characters that URLs and shells mind."""
QUOTED = "s3cret%2Fp%40ss%20w%25rd"
"""The same as a URL has it."""


def program(name: str) -> str:
    """A program of PostgreSQL's server; Debian keeps them beside the path, a folder for each version."""
    found = shutil.which(name)
    if found is not None:
        return found
    there = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(there, key=lambda file: [int(n) for n in re.findall(r"\d+", file.parts[4])], default=None)
    if newest is None:
        pytest.fail(
            f"There is no PostgreSQL server on this machine ({name} is missing), and these tests need one: "
            "run .ci/test-server as root, or install it, on Debian with: apt-get install postgresql",
            pytrace=False,
        )
    return str(newest)


def server_user() -> str | None:
    """Who the server runs as; None for whoever runs the tests. It refuses to run as root."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    if not any(entry.pw_name == "postgres" for entry in pwd.getpwall()):
        pytest.fail(
            "PostgreSQL cannot run as root, and there is no user postgres: install the package postgresql, "
            "or run the tests as another user.",
            pytrace=False,
        )
    return "postgres"


class Server:
    """A running server. Its user ``studio`` is let in at the socket; ``lab`` on loopback, with a password."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder = folder
        self.port = _free_port()
        self._user = user
        self._made: dict[Callable[[str], None], str] = {}
        self._data = folder / "data"
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "studio", "--no-sync")
        rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (self._data / "pg_hba.conf").write_text(rules)
        self.start()
        with self.admin() as admin:
            admin.execute(f"CREATE ROLE lab LOGIN PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off -c max_connections=300 "
            f"-c unix_socket_directories={self.folder}"
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "120", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """End it as if its machine lost power."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def copy_of(self, make: Callable[[str], None]) -> str:
        """The URL of a database with what ``make(url)`` puts into one; it is asked for that once."""
        if make not in self._made:
            url = self.new_database()
            make(url)
            self._made[make] = str(make_url(url).database)
        return self.new_database(like=self._made[make])

    def new_database(self, *, over_network: bool = False, like: str = "template1") -> str:
        """The URL of a new database; over the network as the user ``lab``, without the password.

        It is empty, or a copy of the one that is called `like`, to which nobody is connected.
        """
        name = f"studio_{uuid4().hex}"
        with self.admin() as admin:
            # Half the work of the other strategy; before version 15 there is no other.
            strategy = "STRATEGY file_copy" if admin.info.server_version >= 15_00_00 else ""
            admin.execute(f'CREATE DATABASE "{name}" OWNER lab TEMPLATE "{like}" {strategy}')
        if over_network:
            return f"postgresql://lab@127.0.0.1:{self.port}/{name}"
        return self.url(name)

    def with_password(self, url: str) -> str:
        """A URL over the network with the password in it."""
        return url.replace("lab@", f"lab:{QUOTED}@")

    def url(self, name: str) -> str:
        """A database of this name, whether or not there is one, at the socket."""
        return f"postgresql://studio@/{name}?host={self.folder}&port={self.port}"

    def end_connections(self, url: str, *, at_most: int = 1000) -> int:
        """Break connections to a database, as a network that goes away does; returns how many."""
        name = make_url(url).database
        with self.admin() as admin:
            ended = admin.execute(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM ("
                "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid != pg_backend_pid() "
                "ORDER BY random() LIMIT %s) chosen",
                (name, at_most),
            ).fetchone()
        return int(ended[0])

    def execute(self, url: str, statement: str, *values: object) -> None:
        """One statement in a database that `new_database` made, as the user who may do everything."""
        with self.admin(str(make_url(url).database)) as admin:
            admin.execute(statement, values)

    @contextlib.contextmanager
    def admin(self, database: str = "postgres") -> Iterator[Any]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            yield connection

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [program(name), *arguments],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """Start a server and stop it afterwards; where that is impossible the test fails, and says so."""
    user = server_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 bytes
    try:
        shutil.chown(folder, user or getpass.getuser())
        server = Server(folder, user)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
