"""Make torchvision importable beside a torch build that its compiled operators do not fit.

The registry's torchvision is built for CUDA. Beside the CPU build of torch its ``_C`` library cannot be
loaded, and then ``import torchvision`` fails with "operator torchvision::nms does not exist", because it
attaches shape rules to two operators that nobody has declared. timm, transformers and segment-anything
import torchvision, but call neither operator. Declaring the two is all that the import needs; calling
one still raises torch's own "no implementation" error.
"""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Final

_SCHEMAS: Final = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_KEEPER: Final = "_seagull_studio_operator_declarations"


def prepare() -> bool:
    """Declare the operators that ``import torchvision`` asks for, where its own library cannot.

    Call it before the first import of torchvision, timm or segment_anything. A torchvision that works,
    is missing, or is already imported is left alone, and a second call does nothing.

    Returns
    -------
    bool
        True if the operators were declared by this call.
    """
    if "torchvision" in sys.modules:
        return False
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None:
        return False
    import torch

    if hasattr(torch, _KEEPER) or _library_loads(Path(package.origin).parent):
        return False
    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    # The declarations vanish with the object, so they live as long as torch does.
    setattr(torch, _KEEPER, library)
    return True


def _library_loads(folder: Path) -> bool:
    """Whether torchvision's compiled operators fit the torch of this process (it loads them if so)."""
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        path = folder / f"_C{suffix}"
        if path.is_file():
            try:
                ctypes.CDLL(str(path))
            except OSError:
                return False
            return True
    return False
