"""URLs of projects on a server: one spelling for each database, and the password apart from it.

Everything that names, compares or remembers a project on a server takes the one spelling, which holds
no password. The password goes to the connection, and to nothing else.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from sqlalchemy import URL

from annotation_db.database.engines import is_url, server_url
from annotation_db.errors import ProjectError

PORT: Final = 5432
_WHERE: Final = frozenset({"host", "hostaddr", "port", "service", "options"})
"""Options of a URL that say which database is meant; the others say how to speak with it."""
_HOST_AND_PORT: Final = re.compile(r"([^/:]+):(\d{1,5})")


def parse(location: str, password: str | None = None, environment: Mapping[str, str] = os.environ) -> URL:
    """The URL that a person means, in its one spelling; with its password, for the connection.

    What libpq would fill in (user, port, database; not beside a ``service``) is written out, so that
    the URL means the same under another environment.

    Parameters
    ----------
    location : str
        As given; it may hold a password, in front of the ``@`` or as an option.
    password : str, optional
        To be taken where the URL holds none.

    Raises
    ------
    ProjectError
        If it is no PostgreSQL URL, or holds a secret that cannot be kept apart.
    """
    try:
        location.encode()
    except UnicodeEncodeError as error:
        raise ProjectError("This URL holds what is no text; write it as percent codes.") from error
    url = server_url(location)
    options = {name: (value,) if isinstance(value, str) else value for name, value in url.query.items()}
    if "sslpassword" in options:
        raise ProjectError(
            "The sslpassword of a URL would be written into files; use a key that needs no password, or "
            "give the path of the key only."
        )
    secret = _last(options.pop("password", ())) or url.password or password
    user = _last(options.pop("user", ())) or url.username
    database = _last(options.pop("dbname", ())) or (url.database or "").rstrip("/")
    hosts = [_host(name) for name in options.pop("host", ()) or ((url.host,) if url.host else ())]
    ports = options.pop("port", ()) or ((str(url.port),) if url.port else ())
    if len(hosts) == 1 and (both := _HOST_AND_PORT.fullmatch(hosts[0])):
        hosts, ports = [both[1]], (both[2],)
    if "service" not in options and not environment.get("PGSERVICE"):
        user = user or environment.get("PGUSER") or _own_name()
        database = database or environment.get("PGDATABASE") or user
        if not hosts and "hostaddr" not in options and environment.get("PGHOST"):
            hosts = [_host(environment["PGHOST"])]
        if len(hosts) < 2:
            ports = ports or (environment.get("PGPORT") or str(PORT),)
    port = int(ports[0]) if len(ports) == 1 and ports[0].isdecimal() and len(ports[0]) < 6 else None
    if ports and port is None:
        options["port"] = ports
    host = hosts[0] if len(hosts) == 1 and hosts[0][:1] != "/" and "," not in hosts[0] else None
    if hosts and host is None:
        options["host"] = tuple(hosts)
    query = {name: value[0] if len(value) == 1 else value for name, value in options.items()}
    return URL.create("postgresql+psycopg", user or None, secret or None, host, port, database or None, query)


def split(location: str) -> tuple[str, str | None]:
    """The one spelling of a URL, which holds no password, and the password that it held.

    Raises
    ------
    ProjectError
        As `parse`.
    """
    url = parse(location)
    return display_url(url), url.password


def with_password(location: str, password: str) -> str:
    """A URL that holds a password: only to be handed on within this process."""
    return parse(location).set(password=password).render_as_string(hide_password=False)


def display_url(url: URL, environment: Mapping[str, str] = os.environ) -> str:
    """A URL as it is shown and remembered: no driver, no password, no port that goes without saying."""
    said = url.port if str(url.port) != (environment.get("PGPORT") or str(PORT)) or url.port != PORT else None
    address, mark, options = _rendered(url, "postgresql", said).partition("?")
    return address + mark + options.replace("%2F", "/")


def same_place(one: str, other: str) -> bool:
    """Whether two locations, folders or URLs, mean the same project as far as their text tells."""
    if is_url(one) and is_url(other):
        try:
            return _key(parse(one)) == _key(parse(other))
        except ProjectError:
            return one == other
    return one == other


def without_password(text: str) -> str:
    """A word of a command line as it may be logged: a URL without its password."""
    if not is_url(text):
        return text
    try:
        return split(text)[0]
    except ProjectError:
        return text.partition("://")[0] + "://..."


def cache_folder(servers: Path, url: URL, given: str) -> Path:
    """The folder of a database below `servers`, whatever spelling its URL is given in.

    Earlier versions named it after the spelling: such a folder is taken over when it is found.
    """
    folder = servers / _hashed(_key(url))
    with suppress(OSError):  # where it cannot be used at all, making it will say so
        if not folder.exists():
            for old in _earlier_names(url, given):
                if (servers / old).is_dir():
                    return (servers / old).rename(folder)
    return folder


def _earlier_names(url: URL, given: str) -> list[str]:
    """What earlier versions called the folder; the stars of a hidden password were a part of it."""
    return [
        _hashed(_rendered(spelling, spelling.drivername, spelling.port, secret))
        for spelling in (server_url(given), url)
        for secret in ("", "***")
    ]


def _key(url: URL) -> str:
    """What two URLs of the same database and user have in common."""
    query = {name: value for name, value in url.query.items() if name in _WHERE}
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string()


def _rendered(url: URL, driver: str, port: int | None, secret: str = "") -> str:
    made = URL.create(driver, url.username, secret or None, url.host, port, url.database, url.query)
    return made.render_as_string(hide_password=False).replace(":%2A%2A%2A@", ":***@")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no name for this user id, as in some containers
        return ""


def _last(values: tuple[str, ...]) -> str:
    return values[-1] if values else ""


def _host(name: str) -> str:
    """A host or the folder of a socket, as it is compared."""
    told = unquote(name)
    if "@" in told:
        # Not quoted: a part of the password may stand in it.
        raise ProjectError(
            "This URL has an @ too many, perhaps in its password; write it as %40 there, or leave the "
            "password out and set PGPASSWORD."
        )
    return told.rstrip("/") or told if told.startswith("/") else told.casefold()
