"""What of a network is trained: LoRA in the language model, projector and mask extractor in full.

peft knows the two in full as modules to save, so the result is an ordinary adapter folder. They are float32
whatever the base is, as LoRA's own weights are: in bfloat16 a step of 1e-5 rounds away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Final, NamedTuple, cast

import torch
from peft import LoraConfig, PeftModel, get_peft_model_state_dict, set_peft_model_state_dict

from model.seagull.devices import choose_precision
from model.seagull.network import SeagullForCausalLM
from model.training.config import TrainingConfig
from model.training.errors import TrainingError

LINEARS: Final = r"model\.layers\.\d+\.(self_attn|mlp)\.(q|k|v|o|gate|up|down)_proj"
"""All seven linear layers of each decoder layer, by whole names: the mask extractor has a q_proj too."""
ENCODER_LINEARS: Final = r"model\.vision_tower\..+\.mlp\.fc(1|2)"
IN_FULL: Final = ("mm_projector", "mask_extractor")


class Trained(NamedTuple):
    """A network with its trainable parts."""

    adapted: PeftModel
    network: SeagullForCausalLM
    """The network inside, which is called in the usual ways."""


def make_trainable(network: SeagullForCausalLM, config: TrainingConfig, base: str) -> Trained:
    """Freeze a network, and give it what is trained.

    Parameters
    ----------
    network : SeagullForCausalLM
    config : TrainingConfig
    base : str
        Folder of the checkpoint, for the adapter's configuration.
    """
    network.requires_grad_(False)
    targets = f"{LINEARS}|{ENCODER_LINEARS}" if config.encoder_lora else LINEARS
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=cast(Any, config.alpha),
        lora_dropout=config.dropout,
        bias="none",
        target_modules=targets,
        modules_to_save=list(IN_FULL),
        base_model_name_or_path=base,
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(config.seed)
    on_paper = next(network.parameters()).is_meta
    adapted = PeftModel(network, lora, low_cpu_mem_usage=on_paper)
    for parameter in adapted.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return Trained(adapted, adapted.get_base_model())


def parameter_groups(trained: Trained, config: TrainingConfig) -> list[dict[str, Any]]:
    """For the optimiser: LoRA, and what is trained in full, each at its rate.

    Raises
    ------
    ValueError
        If the rate of LoRA has not been chosen yet.
    """
    if config.lora_rate is None:
        raise ValueError("the rate of LoRA has not been chosen")
    lora: list[torch.nn.Parameter] = []
    full: list[torch.nn.Parameter] = []
    for name, parameter in trainable(trained):
        (lora if "lora_" in name else full).append(parameter)
    return [
        {"params": lora, "lr": config.lora_rate, "name": "lora"},
        {"params": full, "lr": config.extractor_rate, "name": "in full"},
    ]


def trainable(trained: Trained) -> Iterator[tuple[str, torch.nn.Parameter]]:
    """Names and parameters of what is trained."""
    return ((n, p) for n, p in trained.adapted.named_parameters() if p.requires_grad)


def weights(trained: Trained) -> dict[str, torch.Tensor]:
    """What is trained, under the names of a PEFT folder, on the CPU."""
    found: Mapping[str, torch.Tensor] = get_peft_model_state_dict(
        trained.adapted, save_embedding_layers=False
    )
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in found.items()}


def put_weights(trained: Trained, values: Mapping[str, torch.Tensor]) -> None:
    """Put back what `weights` gave."""
    set_peft_model_state_dict(trained.adapted, dict(values))


def with_precision(config: TrainingConfig, device: torch.device) -> TrainingConfig:
    """The settings with the precision that a base has on a device.

    Raises
    ------
    TrainingError
        If the device knows no bfloat16 and float32 was not asked for.
    """
    precision = choose_precision(config.precision, device)
    if precision == "float16":
        raise TrainingError("This GPU does not know bfloat16; set precision=float32.")
    return replace(config, precision=precision)


def in_its_precision(network: SeagullForCausalLM) -> AbstractContextManager[Any]:
    """Autocast for a base of 16 or 4 bits; nothing for wider ones."""
    if network.dtype in (torch.float32, torch.float64):
        return nullcontext()
    return torch.autocast(network.device.type, dtype=network.dtype)
