"""What each entry of a stranger's ``config.json`` may be, before any of it reaches a library.

Every number has bounds: far beyond any network there is, and far below what would build without end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

from model.seagull.encoder_rules import LEVELS, check_encoder, check_encoder_options
from model.seagull.errors import brief

Rule = Callable[[str, Any], Any]
"""(key, value) -> the value to use; raises ValueError with what is wrong."""

ACTIVATIONS: Final = ("silu", "swish", "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "relu")
_ROPES: Final = ("default", "linear", "dynamic", "llama3")
_WORDS: Final = 2_000_000


def _whole(least: int, most: int) -> Rule:
    def rule(key: str, value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"{key} is a whole number from {least} to {most}, not {brief(value)!r}")
        return value

    return rule


def _number(least: float, most: float) -> Rule:
    def rule(key: str, value: Any) -> float:
        if type(value) not in (int, float) or not least <= value <= most or not isfinite(value):
            raise ValueError(f"{key} is a number from {least:g} to {most:g}, not {brief(value)!r}")
        return float(value)

    return rule


def _one_of(*allowed: str) -> Rule:
    def rule(key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{key} is one of {', '.join(allowed)}, not {brief(value)!r}")
        return value

    return rule


def _switch(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{key} is true or false, not {brief(value)!r}")
    return value


def _ids(key: str, value: Any) -> int | list[int]:
    """An id or a few of them, as newer Llama configurations have them for the end."""
    one = _whole(0, _WORDS - 1)
    if isinstance(value, list) and 0 < len(value) <= 16:
        return [one(key, each) for each in value]
    return int(one(key, value))


def _padding(key: str, value: Any) -> int | None:
    """Llama's first configurations wrote -1 for "none"."""
    return None if type(value) is int and value == -1 else int(_whole(0, _WORDS - 1)(key, value))


def _rope(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{key} is an object, not {brief(value)!r}")
    kept = {}
    for name, given in value.items():
        if name not in _ROPE_RULES:
            raise ValueError(f"{key} may not hold {brief(name)!r}")
        if given is not None:
            kept[name] = _ROPE_RULES[name](f"{name} in {key}", given)
    kind = str(kept.get("rope_type", kept.get("type", "default")))
    needed = {"default": (), "linear": ("factor",), "dynamic": ("factor",), "llama3": _LLAMA3}[kind]
    if lacking := [name for name in needed if name not in kept]:
        raise ValueError(f"{key} of the type {kind} lacks {lacking[0]}")
    if kind == "llama3" and not kept["low_freq_factor"] < kept["high_freq_factor"]:
        raise ValueError(f"low_freq_factor in {key} is below high_freq_factor")
    return kept


_LLAMA3: Final = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
_THETA: Final = _number(1.0, 1e12)
_POSITIONS: Final = _whole(1, 1 << 24)
_ROPE_RULES: Final[dict[str, Rule]] = {
    "type": _one_of(*_ROPES),
    "rope_type": _one_of(*_ROPES),
    "rope_theta": _THETA,
    "factor": _number(1.0, 1024.0),
    "low_freq_factor": _number(0.01, 1024.0),
    "high_freq_factor": _number(0.01, 1024.0),
    "original_max_position_embeddings": _POSITIONS,
}

RULES: Final[dict[str, Rule]] = {
    "vocab_size": _whole(1, _WORDS),
    "hidden_size": _whole(1, 65_536),
    "intermediate_size": _whole(1, 262_144),
    "num_hidden_layers": _whole(1, 256),
    "num_attention_heads": _whole(1, 1024),
    "num_key_value_heads": _whole(1, 1024),
    "head_dim": _whole(2, 4096),
    "hidden_act": _one_of(*ACTIVATIONS),
    "max_position_embeddings": _POSITIONS,
    "initializer_range": _number(0.0, 1.0),
    "rms_norm_eps": _number(1e-12, 1.0),
    "pad_token_id": _padding,
    "bos_token_id": _whole(0, _WORDS - 1),
    "eos_token_id": _ids,
    "tie_word_embeddings": _switch,
    "rope_theta": _THETA,
    "rope_scaling": _rope,
    "rope_parameters": _rope,
    "attention_bias": _switch,
    "attention_dropout": _number(0.0, 1.0),
    "mlp_bias": _switch,
    "encoder": lambda key, value: check_encoder(value),
    "encoder_options": lambda key, value: check_encoder_options(value),
    "picture_side": _whole(32, 2048),
    "image_level": _whole(0, LEVELS - 1),
    "extractor_heads": _whole(1, 1024),
    "local_channels": _whole(1, 4096),
    "with_global_token": _switch,
    "with_local_token": _switch,
    "global_token_id": _whole(0, _WORDS - 1),
    "local_token_id": _whole(0, _WORDS - 1),
}
"""By key of ``config.json``; all other keys belong to their authors' programs and are passed over."""


def checked_entries(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that describe a network, each within its bounds; ``null`` is as if it were not there.

    Raises
    ------
    ValueError
        With what is wrong with the first that is not.
    """
    given = {key: entries[key] for key in RULES if entries.get(key) is not None}
    kept = {key: RULES[key](key, value) for key, value in given.items()}
    return {key: value for key, value in kept.items() if value is not None}


def check_together(config: Any) -> None:
    """Whether a configuration's numbers fit each other.

    Parameters
    ----------
    config : model.seagull.config.SeagullConfig

    Raises
    ------
    ValueError
        With the two that do not.
    """
    heads, groups = config.num_attention_heads, config.num_key_value_heads
    if config.hidden_size % heads:
        raise ValueError(f"hidden_size ({config.hidden_size}) can not be shared by {heads} attention heads")
    if heads % groups:
        raise ValueError(f"num_attention_heads ({heads}) is no multiple of num_key_value_heads ({groups})")
    if config.head_dim % 2:
        raise ValueError(f"an attention head is {config.head_dim} wide, which is not even")
    if config.picture_side % 32:
        raise ValueError(f"picture_side ({config.picture_side}) is no multiple of 32")
    if (config.extractor_width // 2) % config.extractor_heads:
        raise ValueError(
            f"half the mask extractor's width ({config.extractor_width // 2}) can not be shared by "
            f"{config.extractor_heads} heads"
        )


def check_ids(config: Any) -> None:
    """Whether the ids that a configuration names are words of the network.

    Raises
    ------
    ValueError
        With the first that is none.
    """
    for key in ("pad_token_id", "bos_token_id", "eos_token_id"):
        value = getattr(config, key)
        if any(id_ >= config.vocab_size for id_ in (value if isinstance(value, list) else [value or 0])):
            raise ValueError(f"{key} is {brief(value)}, and the network has {config.vocab_size} words")
