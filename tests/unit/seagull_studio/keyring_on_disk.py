"""A keyring for tests, as the desktop's is to the package keyring: processes share it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

VARIABLE = "SEAGULL_TEST_KEYRING"
NAME = f"{__name__}.Keyring"


class Keyring(KeyringBackend):
    """Passwords in a file that the environment names."""

    priority = 5  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file().write_text(json.dumps({**self._all(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        del kept[f"{service} {username}"]
        self._file().write_text(json.dumps(kept))

    def _file(self) -> Path:
        return Path(os.environ[VARIABLE])

    def _all(self) -> dict[str, str]:
        return json.loads(self._file().read_text()) if self._file().exists() else {}


@pytest.fixture
def a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring for this process and those it starts."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "keyring.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NAME)
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield tmp_path / "keyring.json"
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a keyring."""
    from keyring.backends.fail import Keyring as Fail

    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(Fail())
    yield
    keyring.set_keyring(before)
