"""Running out of memory in the midst of a run, in words that say what to change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from model.seagull.memory import is_out_of_memory
from model.training.config import TrainingConfig
from model.training.errors import TrainingError


@contextmanager
def memory_told(device_type: str, config: TrainingConfig, doing: str) -> Iterator[None]:
    """Turn what a device or machine without memory raises into one sentence; other errors pass.

    Parameters
    ----------
    device_type : str
    config : TrainingConfig
    doing : str
        What there was no memory for, such as "a pass of 700 tokens".

    Raises
    ------
    TrainingError
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise TrainingError(
            f"The {device_type} device has no memory left for {doing}; {remedy(device_type, config)}."
        ) from None


def remedy(device_type: str, config: TrainingConfig) -> str:
    """What to change: settings that decide the result can not be changed in the midst of a run."""
    anew = [f"tokens_per_pass={max(64, config.tokens_per_pass // 2)}"]
    if device_type == "cuda" and config.quantised is None:
        anew.append("quantised=4bit")
    begin = f"begin in a new folder with {' or '.join(anew)}"
    if not config.gradient_checkpointing:
        return (
            f"close other programs on it, set gradient_checkpointing=true and go on with --resume, or {begin}"
        )
    return f"close other programs on it and go on with --resume, or {begin}"
