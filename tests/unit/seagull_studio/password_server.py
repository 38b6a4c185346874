"""The tests' server, reached over the network: it lets nobody in without a password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server import Server, running_server


@pytest.fixture(scope="session")
def password_server() -> Iterator[Server]:
    with running_server() as server:
        yield server
