"""Which LoRA adapters are read: an allow-list, for peft's configuration can import modules and open files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from peft import LoraConfig

from model.seagull.errors import brief

_MOST_NAMES: Final = 20_000
_NAME: Final = re.compile(r"[A-Za-z0-9_.]{1,300}")
_PATTERN: Final = re.compile(r"[A-Za-z0-9_.\\*+?|()^$:\[\]-]{1,500}")
_MOST_REPEATS: Final = 3
"""Of a pattern's ``*`` and ``+``: each multiplies the time that one name may take."""
_CHANGING: Final = (
    "layer_replication", "trainable_token_indices", "target_parameters", "alora_invocation_tokens",
    "use_qalora", "lora_bias", "arrow_config", "megatron_config", "loftq_config", "corda_config",
    "eva_config", "lora_ga_config", "velora_config", "monteclora_config", "kasa_config", "use_bdlora",
    "ensure_weight_tying", "fan_in_fan_out",
)  # fmt: skip
"""Settings that make another network of it, which the program does not know."""


def lora_config(entries: Mapping[str, Any]) -> LoraConfig:
    """The configuration of a LoRA adapter, of a stranger's ``adapter_config.json``.

    Raises
    ------
    ValueError
        With what is wrong with it.
    """
    if entries.get("peft_type") != "LORA":
        raise ValueError(f"peft_type is LORA, not {brief(entries.get('peft_type'))!r}")
    for key in _CHANGING:
        if entries.get(key):
            raise ValueError(f"{key} is not known to this program")
    if entries.get("bias", "none") != "none":
        raise ValueError(f"bias is none, not {brief(entries['bias'])!r}")
    targets = _names("target_modules", entries.get("target_modules"), patterns=True)
    if not targets:
        raise ValueError("target_modules names no part of the network")
    return LoraConfig(
        r=_rank("r", entries.get("r")),
        lora_alpha=_scale("lora_alpha", entries.get("lora_alpha")),
        target_modules=targets,
        exclude_modules=_names("exclude_modules", entries.get("exclude_modules"), patterns=True),
        modules_to_save=_list("modules_to_save", entries.get("modules_to_save")),
        layers_to_transform=_layers(entries.get("layers_to_transform")),
        layers_pattern=_list("layers_pattern", entries.get("layers_pattern")),
        rank_pattern={k: _rank(f"rank_pattern of {k}", v) for k, v in _parts(entries, "rank_pattern")},
        alpha_pattern={k: _scale(f"alpha_pattern of {k}", v) for k, v in _parts(entries, "alpha_pattern")},
        use_rslora=_switch("use_rslora", entries.get("use_rslora")),
        use_dora=_switch("use_dora", entries.get("use_dora")),
        inference_mode=True,
    )


def _rank(key: str, value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 4096:
        raise ValueError(f"{key} is a whole number from 1 to 4096, not {brief(value)!r}")
    return value


def _scale(key: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= 1e6:
        raise ValueError(f"{key} is a number above 0, not {brief(value)!r}")
    return float(value)


def _switch(key: str, value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} is true or false, not {brief(value)!r}")
    return bool(value)


def _list(key: str, value: Any) -> list[str] | None:
    """A list of names; one name alone may stand for it."""
    found = _names(key, [value] if isinstance(value, str) else value, patterns=False)
    return found if isinstance(found, list) else None


def _names(key: str, value: Any, *, patterns: bool) -> list[str] | str | None:
    if value is None:
        return None
    if patterns and isinstance(value, str):
        return _pattern(key, value)
    if (
        not isinstance(value, list)
        or len(value) > _MOST_NAMES
        or not all(isinstance(name, str) and _NAME.fullmatch(name) for name in value)
    ):
        raise ValueError(f"{key} is a list of names of the network's parts, not {brief(value)!r}")
    return list(value)


def _pattern(key: str, value: str) -> str:
    """A regular expression that takes a bounded time: few repeats, and none of a group."""
    repeats = len(re.findall(r"[*+]", value))
    if _PATTERN.fullmatch(value) is None or repeats > _MOST_REPEATS or re.search(r"\)[*+?]", value):
        raise ValueError(f"{key} is a list of names, or a pattern with few repeats, not {brief(value)!r}")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{key} is no pattern ({error})") from None
    return value


def _layers(value: Any) -> list[int] | None:
    if value is None:
        return None
    layers = value if isinstance(value, list) else [value]
    if len(layers) > _MOST_NAMES or not all(type(n) is int and 0 <= n <= 1024 for n in layers):
        raise ValueError(f"layers_to_transform is a list of layers' numbers, not {brief(value)!r}")
    return list(layers)


def _parts(entries: Mapping[str, Any], key: str) -> list[tuple[str, Any]]:
    value = entries.get(key) or {}
    if not isinstance(value, dict) or len(value) > _MOST_NAMES or not all(map(_NAME.fullmatch, value)):
        raise ValueError(f"{key} is an object of names of the network's parts, not {brief(value)!r}")
    return list(value.items())
