"""Which device and which precision."""

from __future__ import annotations

from typing import Literal

import torch

from model import devices
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
    try:
        return devices.choose_device(name)
    except devices.NoDeviceError as error:
        raise SeagullError(str(error)) from error


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
