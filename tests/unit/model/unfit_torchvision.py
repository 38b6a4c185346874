"""The installed torchvision without its compiled operators, which is what one for another torch comes to."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def python_path(folder: Path) -> str:
    """A PYTHONPATH with which processes import such a torchvision, and this program."""
    found = importlib.util.find_spec("torchvision")
    assert found is not None and found.origin is not None
    copy = folder / "unfit" / "torchvision"
    copy.mkdir(parents=True)
    for path in Path(found.origin).parent.iterdir():
        if path.suffix not in (".so", ".pyd"):
            (copy / path.name).symlink_to(path, path.is_dir())
    return os.pathsep.join([str(copy.parent), str(ROOT)])
