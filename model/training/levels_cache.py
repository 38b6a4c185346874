"""The frozen image encoder's levels of each picture, computed once and kept on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load, save

from annotation_db.vocabulary.whole_files import replace_file
from model.seagull.inputs import prepare_picture
from model.seagull.network import SeagullForCausalLM

Levels = tuple[torch.Tensor, ...]
_NAMES: Final = ("res2", "res3", "res4", "res5")


class LevelsCache:
    """Levels by picture.

    Parameters
    ----------
    folder : Path
        Made where it is missing. What is found there is of this base, precision and kind of device, for they
        are in each file's name.
    network : SeagullForCausalLM
    base : str
        Hash of the base's weights.
    """

    def __init__(self, folder: Path, network: SeagullForCausalLM, base: str) -> None:
        self._folder = folder
        self._network = network
        precision = str(network.dtype).removeprefix("torch.")
        self._end = f"{base[:16]}-{precision}-{network.device.type}.safetensors"

    def levels(self, sha256: str, read: Callable[[], npt.NDArray[np.uint8]]) -> Levels:
        """The levels of one picture, (1, C, h, w) each, on the CPU; the same bits, read or computed.

        Parameters
        ----------
        sha256 : str
            Of the picture's file.
        read : callable
            Gives the picture, if it has to be encoded.

        Raises
        ------
        OSError
            If the disk is full or not writable.
        """
        path = self._folder / f"{sha256}-{self._end}"
        if (found := _read(path)) is not None:
            return found
        network = self._network
        pixels = prepare_picture(read(), network.config.picture_side)[None].to(network.device)
        with torch.no_grad():
            computed = tuple(level.to("cpu").contiguous() for level in network.encode_levels(pixels))
        self._folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, save(dict(zip(_NAMES, computed, strict=True))))
        return computed


def _read(path: Path) -> Levels | None:
    """None where there is nothing, or nothing whole: it is computed again."""
    try:
        tensors = load(path.read_bytes())
        # Where and how numbers lie in memory decides the order of summation: as the computed ones do.
        return tuple(tensors[name].clone() for name in _NAMES)
    except FileNotFoundError:
        return None
    except Exception:  # whatever the library says of a damaged file
        return None
