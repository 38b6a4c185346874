"""Which device torch works on: one choice for segmenters and networks."""

from __future__ import annotations

import torch


class NoDeviceError(Exception):
    """One sentence: no such device, or not on this machine."""


def choose_device(name: str) -> torch.device:
    """A torch device by name; "auto" is CUDA, else MPS, else the CPU.

    Raises
    ------
    NoDeviceError
        If it is not there.
    """
    mps = torch.backends.mps.is_available()
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if mps else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise NoDeviceError(f"{name!r} is no device; use auto, cuda, cuda:1, mps or cpu.") from None
    there = {"cuda": torch.cuda.device_count(), "mps": int(mps), "cpu": 1}.get(device.type, 0)
    if (device.index or 0) >= there:
        raise NoDeviceError(f"The device {name} is not there; use auto or cpu.")
    return device
