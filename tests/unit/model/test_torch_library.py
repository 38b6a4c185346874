"""Torch's library opened before torch is imported, in a process that has neither yet."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import pytest

from model.torch_library import held_on_gpus, uncollected


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_library_is_there_before_the_import_and_the_import_still_works() -> None:
    said = run(
        """
        import sys
        from model.torch_library import load_ahead
        load_ahead()
        assert "torch" not in sys.modules
        if sys.platform == "linux":
            assert "libtorch_cpu.so" in open("/proc/self/maps").read()
        import torch
        load_ahead()
        print(float(torch.ones(3) @ torch.ones(3)))
        """
    )
    assert said == "3.0\n"


def test_without_torch_nothing_happens() -> None:
    said = run(
        """
        import importlib.util
        found = importlib.util.find_spec
        importlib.util.find_spec = lambda name: None if name == "torch" else found(name)
        from model.torch_library import load_ahead
        print(load_ahead())
        """
    )
    assert said == "None\n"


def test_what_a_program_holds_on_gpus_is_asked_without_loading_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(
        """
        import sys
        from model.torch_library import held_on_gpus
        print(held_on_gpus(), "torch" in sys.modules)
        """
    )
    assert said == "0 False\n"
    cuda = SimpleNamespace(
        is_initialized=lambda: True, device_count=lambda: 2, memory_reserved=lambda number: (5, 7)[number]
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))  # no GPU is here
    assert held_on_gpus() == 12


def test_garbage_is_looked_for_again_afterwards() -> None:
    collecting, frozen = gc.isenabled(), gc.get_freeze_count()
    try:
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() == collecting
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
