"""A deprecation fails the test of whoever used what is deprecated, if that is us."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.library_warnings import judged


def module(name: str, code: str) -> dict[str, Any]:
    """Names of a library's module, run from `code`."""
    names: dict[str, Any] = {"__name__": name, "warnings": warnings}
    exec(compile(code, f"/site-packages/{name.replace('.', '/')}.py", "exec"), names)
    return names


OLD = (
    "def named_here(kind):\n"
    "    warnings.warn('old is deprecated', kind)\n"
    "def named_there(kind):\n"
    "    warnings.warn('old is deprecated', kind, stacklevel=2)\n"
    "def inside(kind):\n"
    "    named_there(kind)\n"
)


def shown_by(use: Callable[[], None]) -> list[str]:
    """The warnings that are shown and not raised."""
    with warnings.catch_warnings(record=True) as shown, judged():
        warnings.simplefilter("always")
        use()
    return [str(each.message) for each in shown]


KINDS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


@pytest.fixture
def old() -> dict[str, Any]:
    return module("oldlib", OLD)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["named_here", "named_there"])
def test_our_use_fails(old: dict[str, Any], way: str, kind: type[Warning]) -> None:
    with pytest.raises(kind, match="old is deprecated"):
        old[way](kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["named_here", "named_there"])
def test_the_use_of_another_library_does_not(old: dict[str, Any], way: str, kind: type[Warning]) -> None:
    user = module("otherlib.parts", f"def use(kind):\n    old.{way}(kind)\n")
    user["old"] = type("old", (), {name: staticmethod(old[name]) for name in ("named_here", "named_there")})
    assert shown_by(lambda: user["use"](kind)) == ["old is deprecated"]


def test_what_a_library_does_with_itself_does_not(old: dict[str, Any]) -> None:
    assert shown_by(lambda: old["inside"](FutureWarning)) == ["old is deprecated"]


class Net(torch.nn.Module):
    def __init__(self, forward: Callable[[type[Warning]], None]) -> None:
        super().__init__()
        self.forward = forward  # type: ignore[method-assign]


def test_a_call_that_torch_hands_on_is_ours(old: dict[str, Any]) -> None:
    with pytest.raises(FutureWarning):
        Net(old["named_there"])(FutureWarning)


def test_a_layer_that_a_library_calls_is_the_librarys(old: dict[str, Any]) -> None:
    caller = module("otherlib", "def use(net, kind):\n    net(kind)\n")
    net = Net(old["named_there"])
    assert shown_by(lambda: caller["use"](net, FutureWarning)) == ["old is deprecated"]


def test_the_old_name_of_the_cache_fails_our_use(tmp_path: Path) -> None:
    from transformers import LlamaConfig, LlamaModel

    small = LlamaConfig(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
    network = LlamaModel(small).eval()
    with pytest.raises(FutureWarning, match="past_key_values"):
        network(input_ids=torch.tensor([[1]]), past_key_values=None)


def test_any_other_warning_is_an_error_as_ever() -> None:
    with pytest.raises(UserWarning):
        warnings.warn("something", UserWarning, stacklevel=1)
