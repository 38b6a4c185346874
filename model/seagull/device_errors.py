"""What devices and their drivers say when they fail, in one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from model.seagull.errors import DeviceLostError, MemoryShortError, SeagullError, UnsupportedOperationError
from model.seagull.memory import is_out_of_memory

_LOST: Final = re.compile(
    r"CUDA error|CUDA driver|CUDA kernel errors|NVIDIA driver|No CUDA GPUs|HIP error|device-side assert|"
    r"CUDNN_STATUS|cuDNN error|CUBLAS_STATUS|CUSOLVER_STATUS|NVML|MPS backend|Metal|command buffer"
)
_LACKING: Final = re.compile(r"not (?:currently )?(?:implemented|supported)|(?:doesn't|does not) support")
_MOST: Final = 150
"""Characters of a driver's words that are repeated."""


@contextmanager
def translate_device_errors() -> Iterator[None]:
    """Turn what a failing device raises inside into a `SeagullError`; other errors pass.

    Raises
    ------
    MemoryShortError, DeviceLostError, UnsupportedOperationError
        See `translated_error`.
    """
    try:
        yield
    except (RuntimeError, TypeError, MemoryError) as error:
        plain = translated_error(error)
        if plain is None:
            raise
        raise plain from error


def translated_error(error: BaseException) -> SeagullError | None:
    """The sentence for a device's failure.

    Returns
    -------
    SeagullError or None
        None where the error does not come from a device, so that a mistake of ours is never called a fault of
        the driver.
    """
    if is_out_of_memory(error):
        return MemoryShortError(
            "The device has too little memory left; close other programs on it, or use another device."
        )
    text = str(error)
    if "MPS" in text and _LACKING.search(text):
        named = re.search(r"aten::[\w.]+", text)
        what = f"the operation {named[0]}" if named else f"something the network needs ({_first_line(text)})"
        return UnsupportedOperationError(f"The MPS device does not know {what}; use the cpu.")
    # Newer releases of torch have a class of their own for errors of CUDA's runtime.
    accelerator = getattr(torch, "AcceleratorError", None)
    if (accelerator is not None and isinstance(error, accelerator)) or (
        isinstance(error, RuntimeError) and _LOST.search(text)
    ):
        return DeviceLostError(
            f"The GPU stopped working ({_first_line(text)}); start the program again, or use the cpu."
        )
    return None


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    line = lines[0].strip().rstrip(".:;") if lines else "no reason given"
    return line if len(line) <= _MOST else f"{line[: _MOST - 3]}..."
