"""One thread: small networks are not faster with more, and results are the same bit for bit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.unit.model.training import exported


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def export_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export that no test may change."""
    return exported.make_export(tmp_path_factory.mktemp("exported"))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint to finetune."""
    return exported.make_base(tmp_path_factory.mktemp("base") / "tiny")
