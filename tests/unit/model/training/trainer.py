"""A run in a process of its own, which tests kill: ``python -m tests.unit.model.training.trainer ...``."""

import sys
from pathlib import Path

import torch

from tests.unit.model.training import exported


def main(export_folder: str, base: str, out: str) -> None:
    torch.set_num_threads(1)
    exported.train(
        Path(export_folder), Path(base), Path(out), resume=True, changes={"checkpoint_minutes": 0.0}
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
