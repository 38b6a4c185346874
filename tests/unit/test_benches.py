"""Benches run on demand only; that they still fit the program is looked at here."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from tests import bench


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(bench.__path__)])
def test_a_bench_can_be_imported(name: str) -> None:
    if name != "__main__":
        importlib.import_module(f"tests.bench.{name}")
