"""4-bit weights through bitsandbytes, an extra: the language model's linear layers and nothing else.

Encoder, projector, mask extractor, embedding and output layer keep 16 bits: together they are a twelfth of
SEAGULL-7B, and what they compute is what the ROIs differ in.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final, Literal

import torch
from torch import nn

from model.seagull.errors import SeagullError
from model.seagull.network import SeagullForCausalLM

QuantisedName = Literal["4bit"]

BLOCK: Final = 64
"""Weights that share a scale."""
NESTED_BLOCK: Final = 256
"""Scales, themselves of 8 bits, that share a scale of 32 bits."""
CODE_BYTES: Final = 4 * (16 + 256 + 1)
"""The two code books and the mean of the scales of one layer, in float32."""
_LAYERS: Final = "model.layers."


def planned(network: nn.Module) -> tuple[str, ...]:
    """The names of the modules that become 4-bit: all linear layers inside the decoder layers.

    Parameters
    ----------
    network : Module
        A `SeagullForCausalLM`; on "meta" will do.
    """
    return tuple(
        name
        for name, module in network.named_modules()
        if name.startswith(_LAYERS) and isinstance(module, nn.Linear)
    )


def packed_bytes(weights: int) -> int:
    """Bytes that a layer of so many weights takes in 4 bits, block scales included."""
    blocks = -(-weights // BLOCK)
    return -(-weights // 2) + blocks + 4 * -(-blocks // NESTED_BLOCK) + CODE_BYTES


def refusal(device_type: str, *, installed: bool) -> str | None:
    """Why 4-bit weights can not be used here, in one sentence; None where they can."""
    if device_type != "cuda":
        return (
            f"4-bit weights need a CUDA GPU, and the device chosen is {device_type}; use a CUDA GPU, or load "
            "without 4-bit."
        )
    if not installed:
        return (
            "4-bit weights need the package bitsandbytes; install seagull-studio[quantised], or load without "
            "4-bit."
        )
    return None


def check(device: torch.device) -> None:
    """Refuse 4-bit weights where they can not be used.

    Raises
    ------
    SeagullError
        If `device` is no CUDA GPU, or bitsandbytes is missing or broken.
    """
    sentence = refusal(device.type, installed=find_spec("bitsandbytes") is not None)
    if sentence is not None:
        raise SeagullError(sentence)
    _library()


def put(network: SeagullForCausalLM, name: str, weight: torch.Tensor) -> None:
    """Replace a linear layer by a 4-bit one (NF4, scales quantised again) that holds `weight`.

    Parameters
    ----------
    network : SeagullForCausalLM
    name : str
        One of `planned`.
    weight : Tensor, shape (out, in)
        On the device where it shall stay, in the dtype to compute in. It is not kept.
    """
    library = _library()
    old = network.get_submodule(name)
    assert isinstance(old, nn.Linear)
    new = library.nn.Linear4bit(
        old.in_features,
        old.out_features,
        bias=old.bias is not None,
        compute_dtype=weight.dtype,
        quant_type="nf4",
        device="meta",
    )
    new.bias = old.bias
    packed = library.nn.Params4bit(weight.detach(), requires_grad=False, quant_type="nf4", module=new)
    new.weight = packed.to(weight.device)
    network.set_submodule(name, new.eval())


def convert(network: SeagullForCausalLM, device: torch.device) -> SeagullForCausalLM:
    """Move a network that has its weights to `device`, its planned layers as 4-bit ones."""
    for name in planned(network):
        weight = network.get_submodule(name).weight
        assert isinstance(weight, torch.Tensor)
        put(network, name, weight.to(device))
    network.to(device)
    return network


def is_quantised(network: nn.Module) -> bool:
    """Whether a network has 4-bit weights."""
    return any(parameter.dtype == torch.uint8 for parameter in network.parameters())


def _library() -> Any:
    try:
        import bitsandbytes
    except (ImportError, OSError, RuntimeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise SeagullError(
            f"The package bitsandbytes does not work here ({first}); install it again, or load without 4-bit."
        ) from error
    return bitsandbytes
