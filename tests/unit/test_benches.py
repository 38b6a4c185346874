"""Benches run on demand only; that they still fit the program is looked at here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import numpy as np
import pytest

from tests import bench
from tests.bench import learning, learning_material


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(bench.__path__)])
def test_a_bench_can_be_imported(name: str) -> None:
    if name != "__main__":
        importlib.import_module(f"tests.bench.{name}")


def test_the_bench_of_learning_goes_from_photographs_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All its kinds of work once, at a size at which nothing is learned; then what has ended is only read."""
    monkeypatch.setattr(learning, "PRESET", "tiny")
    kinds = (learning.UNTRAINED, learning.BASELINE, learning.SHUFFLED)
    said: list[str] = []
    found = learning.one_seed(tmp_path, 0, 2, 1, kinds, said.append, encoder_steps=3, epochs=1)
    again = learning.one_seed(tmp_path, 0, 2, 1, kinds, said.append, encoder_steps=3, epochs=1)
    assert again == found
    learning.report([found], said.append)
    assert [line.split(",")[0] for line in said[:3]] == [f"seed 0: {kind}" for kind in kinds]
    assert said[-1].startswith("attainable importance PLCC: ")


def test_the_bench_of_learning_shuffles_what_is_trained_on_alone() -> None:
    made = learning_material.make_pictures(1, 2, 1)
    votes, rates = learning_material.votes_of(made, 1)
    other = learning_material.shuffled(made, votes, 1)
    test = np.array([one.part == "test" for one in made for _ in one.boxes])
    photographs = {part: {one.photograph for one in made if one.part == part} for part in ("train", "test")}
    assert not photographs["train"] & photographs["test"]
    assert (rates.sum(axis=0) == learning_material.VOTES).all()
    assert (other[:, test] == votes[:, test]).all()
    assert (other[:, ~test] != votes[:, ~test]).any()
    assert (np.sort(other, axis=1) == np.sort(votes, axis=1)).all()
