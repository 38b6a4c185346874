"""A run in a process of its own, or several: ``python -m tests.unit.model.training.trainer ...``."""

import json
import sys
from pathlib import Path

import torch

from tests.unit.model.training import exported


def main(export_folder: str, base: str, out: str, changes: str = "{}", stop_after: str = "0") -> None:
    torch.set_num_threads(1)
    asked = iter(range(1, 1000))
    exported.train(
        Path(export_folder),
        Path(base),
        Path(out),
        resume=True,
        changes={"checkpoint_minutes": 0.0, **json.loads(changes)},
        cancelled=(lambda: next(asked) == int(stop_after)) if stop_after != "0" else None,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
