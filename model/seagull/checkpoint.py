"""Loading a SEAGULL checkpoint: SEAGULL-7B's published layout, our own, or a LoRA adapter on either."""

from __future__ import annotations

from pathlib import Path

from model.seagull.adapter import is_adapter, load_adapter
from model.seagull.devices import DtypeName
from model.seagull.four_bit import QuantisedName
from model.seagull.matching import LoadReport
from model.seagull.whole_checkpoint import Checkpoint, check, load_tokenizer, load_whole, save

__all__ = ["Checkpoint", "LoadReport", "check", "load", "load_tokenizer", "save"]


def load(
    folder: str | Path,
    *,
    device: str = "auto",
    dtype: DtypeName = "auto",
    quantised: QuantisedName | None = None,
    base: str | Path | None = None,
    vision_tower: str | Path | None = None,
) -> Checkpoint:
    """Load a checkpoint folder.

    Parameters
    ----------
    folder : str or Path
        Weights (sharded or not, ``.safetensors`` or ``.bin``), ``config.json`` and a tokenizer; or a LoRA
        adapter.
    device : str
        "auto" (CUDA, else MPS, else the CPU) or a torch device.
    dtype : {"auto", "float32", "bfloat16", "float16"}
        "auto": bfloat16 on CUDA (float16 where it is not known there) and float32 elsewhere.
    quantised : {"4bit"}, optional
        Keep the language model's linear layers in 4 bits: a third of the memory, on CUDA with bitsandbytes.
    base : str or Path, optional
        For an adapter: the folder it was trained on, where that is not the one it names.
    vision_tower : str or Path, optional
        File or folder with the image encoder's weights, for a checkpoint without them. By default it is
        looked for beside the weights.

    Raises
    ------
    CheckpointError
        With one sentence; `missing` and `unexpected` hold the complete lists of names.
    SeagullError
        If the device is not there, has too little memory (`MemoryShortError`, before anything is read) or
        fails (`DeviceLostError`), or if 4-bit weights can not be used on it.
    """
    if quantised not in (None, "4bit"):
        raise ValueError(f"quantised is None or '4bit', not {quantised!r}")
    folder = Path(folder)
    if is_adapter(folder):
        return load_adapter(
            folder, base, device=device, dtype=dtype, quantised=quantised, vision_tower=vision_tower
        )
    return load_whole(folder, device=device, dtype=dtype, quantised=quantised, vision_tower=vision_tower)
