"""Which device and which precision."""

from __future__ import annotations

from typing import Literal

import torch

from model.seagull.errors import SeagullError

PrecisionName = Literal["float32", "bfloat16", "float16"]
DtypeName = Literal["auto"] | PrecisionName


def choose_device(name: str) -> torch.device:
    """A torch device by name; "auto" is CUDA, else MPS, else the CPU.

    Raises
    ------
    SeagullError
        If it is not there.
    """
    mps = torch.backends.mps.is_available()
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if mps else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise SeagullError(f"{name!r} is no device; use auto, cuda, cuda:1, mps or cpu.") from None
    there = {"cuda": torch.cuda.device_count(), "mps": int(mps)}.get(device.type, 1)
    if (device.index or 0) >= there:
        raise SeagullError(f"The device {name} is not there; use auto or cpu.")
    return device


def choose_precision(name: DtypeName, device: torch.device) -> PrecisionName:
    """ "auto" is bfloat16 on CUDA (float16 on a GPU without it), float32 elsewhere."""
    if name != "auto":
        return name
    if device.type != "cuda":
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"


def torch_dtype(precision: PrecisionName) -> torch.dtype:
    """torch's dtype of a precision."""
    dtype: torch.dtype = getattr(torch, precision)
    return dtype
