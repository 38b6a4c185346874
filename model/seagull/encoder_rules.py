"""Which image encoders a configuration may name, and with which sizes: nothing else ever reaches timm.

timm's ``create_model`` takes names that fetch from the network ("hf-hub:...") and arguments that open files
("checkpoint_path"), so a stranger's ``config.json`` chooses from a list here.
"""

from __future__ import annotations

from typing import Any, Final

from model.seagull.errors import brief

ENCODERS: Final = (
    "convnext_atto", "convnext_femto", "convnext_pico", "convnext_nano", "convnext_tiny", "convnext_small",
    "convnext_base", "convnext_large", "convnext_large_mlp", "convnext_xlarge", "convnext_xxlarge",
)  # fmt: skip
"""timm's ConvNeXt networks whose stem and four stages the program reads."""
LEVELS: Final = 4
_MOST: Final = {"depths": 64, "dims": 8192}
"""The two sizes that a configuration may set, and the most of each (published: 27 and 1536)."""


def check_encoder(name: object) -> str:
    """The name of an encoder that may be built.

    Raises
    ------
    ValueError
        If it is another one.
    """
    if not isinstance(name, str) or name not in ENCODERS:
        raise ValueError(f"the encoder {brief(name)!r} is none of {', '.join(ENCODERS)}")
    return name


def check_encoder_options(options: object) -> dict[str, list[int]]:
    """Depths and dims of the four stages, of which each may be given.

    Raises
    ------
    ValueError
        If anything else is given, or a number that no network has.
    """
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise ValueError(f"encoder_options is an object with depths and dims, not {brief(options)!r}")
    return {str(key): _four(key, values) for key, values in options.items()}


def _four(key: Any, values: object) -> list[int]:
    most = _MOST.get(key) if isinstance(key, str) else None
    if most is None:
        raise ValueError(f"encoder_options may hold depths and dims, not {brief(key)!r}")
    if (
        not isinstance(values, list | tuple)
        or len(values) != LEVELS
        or not all(type(value) is int and 1 <= value <= most for value in values)
    ):
        raise ValueError(
            f"{key} in encoder_options is a list of {LEVELS} whole numbers from 1 to {most}, "
            f"not {brief(values)}"
        )
    return [int(value) for value in values]
