"""Load torch and what builds on it without stopping the other threads of this process."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_LIBRARIES: Final = (("libtorch_global_deps", os.RTLD_GLOBAL), ("libtorch", 0)) if os.name == "posix" else ()


def load_ahead() -> None:
    """Open what ``import torch`` opens, in the same order, but let Python threads go on meanwhile.

    The import holds Python's lock while the system maps and binds hundreds of megabytes, 0.15 to 0.4 s in
    which a window stands still. A foreign call gives the lock away. What fails here is left to the import,
    which says why.
    """
    package = None if "torch" in sys.modules else importlib.util.find_spec("torch")
    if package is None or package.origin is None:
        return
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    for name, flags in _LIBRARIES:
        path = Path(package.origin).parent / "lib" / (name + suffix)
        if path.is_file():
            # ctypes opens libraries with the lock held; the system's own function, called as any other, not.
            call = ctypes.CDLL(None).dlopen
            call.argtypes, call.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
            call(os.fsencode(path), os.RTLD_NOW | flags)


def held_on_gpus() -> int:
    """Bytes of GPU memory that torch has taken for this process; loads nothing."""
    torch: Any = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return 0
    return sum(torch.cuda.memory_reserved(number) for number in range(torch.cuda.device_count()))


@contextmanager
def uncollected() -> Iterator[None]:
    """Import large libraries in here: no garbage is looked for meanwhile, nor in what they made afterwards.

    Torch and torchvision make hundreds of thousands of objects that stay. Each search through all of them
    stops every thread for 0.1 to 0.3 s.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()
