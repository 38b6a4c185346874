"""A LoRA adapter folder of ours, merged into the checkpoint it was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict

from model.seagull import four_bit
from model.seagull.adapter_rules import lora_config
from model.seagull.device_errors import translate_device_errors, translated_error
from model.seagull.devices import DtypeName, choose_device, choose_precision
from model.seagull.errors import CheckpointError, SeagullError, brief, reason_of
from model.seagull.four_bit import QuantisedName
from model.seagull.network import SeagullForCausalLM
from model.seagull.weight_files import is_folder, read_json, read_weights
from model.seagull.whole_checkpoint import Checkpoint, check, load_whole
from model.tensor_files import why_not_plain

_CONFIG: Final = "adapter_config.json"
SETTINGS: Final = "seagull_config.json"
"""Which of the ROI's two tokens the adapter was trained with; without the file with both."""
SWITCHES: Final = ("with_global_token", "with_local_token")


def is_adapter(folder: Path) -> bool:
    """Whether a folder holds an adapter, and not a whole checkpoint."""
    return (folder / _CONFIG).is_file()


def load_adapter(
    folder: Path,
    base: str | Path | None,
    *,
    device: str,
    dtype: DtypeName,
    quantised: QuantisedName | None,
    vision_tower: str | Path | None,
    merged: bool = True,
) -> Checkpoint:
    """Load an adapter's base and merge the adapter into it, so that it costs nothing at inference.

    The projector and the mask extractor, which are trained in full, lie in the adapter as modules to save.

    Parameters
    ----------
    folder : Path
        ``adapter_config.json`` and ``adapter_model.safetensors``.
    base, device, dtype, quantised, vision_tower
        As in `model.seagull.checkpoint.load`. With 4-bit weights the two are merged in the machine's own
        memory first, because adding to weights that are packed already would round twice.
    merged : bool
        False: leave base and adapter beside each other, as they were trained.

    Raises
    ------
    CheckpointError
        If the base is not found, the adapter is damaged, or the two do not fit.
    """
    place = base_of(folder, base)
    target = choose_device(device)
    if quantised is not None:
        four_bit.check(target)
    checkpoint = load_whole(
        place,
        device=device if quantised is None else "cpu",
        dtype=choose_precision(dtype, target),
        vision_tower=vision_tower,
    )
    _switch(folder, checkpoint.network)
    adapted, weights = _fitted(folder, checkpoint.network, place)
    try:
        set_peft_model_state_dict(adapted, weights)
        network = adapted.merge_and_unload(safe_merge=True) if merged else adapted.get_base_model()
    except Exception as error:  # Whatever a library says of weights that have the right shapes.
        raise _unfit(folder, place, error) from error
    if quantised is not None:
        with translate_device_errors():
            network = four_bit.convert(network, target)
    return Checkpoint(network.eval(), checkpoint.tokenizer, checkpoint.report)


def check_adapter(folder: Path, base: str | Path | None = None) -> tuple[int, Path]:
    """Look through an adapter and its base as `load_adapter` does, and load neither.

    Returns
    -------
    (weights, base)
        How many weights the adapter has, and the folder of its base.

    Raises
    ------
    CheckpointError
        As `load_adapter`.
    """
    place = base_of(folder, base)
    network, _ = check(place)
    _, weights = _fitted(folder, network, place)
    return len(weights), place


def base_of(folder: Path, base: str | Path | None) -> Path:
    """The folder of the checkpoint that an adapter was trained on.

    Raises
    ------
    CheckpointError
        If there is none, or it is itself an adapter, or the adapter has no weights.
    """
    named = read_json(folder / _CONFIG).get("base_model_name_or_path")
    weights = folder / "adapter_model.safetensors"
    if not weights.is_file():
        raise CheckpointError(f"{folder} has no {weights.name}; save the adapter again.", [weights.name])
    place = Path(base) if base is not None else _base_folder(folder, named)
    if place is None or not is_folder(place):
        raise CheckpointError(
            f"{folder} is an adapter on {brief(named or 'an unnamed base')}, which is not a folder here; "
            "name the folder of the checkpoint it was trained on (with ?base=FOLDER).",
            [str(named or "base checkpoint")],
        )
    if place.resolve() == folder.resolve() or is_adapter(place):
        raise CheckpointError(
            f"{place} is itself an adapter; name the folder of a whole checkpoint as its base.", [str(named)]
        )
    return place


def _fitted(
    folder: Path, network: SeagullForCausalLM, place: Path
) -> tuple[PeftModel, dict[str, torch.Tensor]]:
    """A network with places for an adapter's weights, and the weights, which fill all of them.

    peft itself passes over weights that are missing; what is left is the base, called finetuned.
    """
    entries = read_json(folder / _CONFIG)
    try:
        config = lora_config(entries)
    except ValueError as error:
        raise CheckpointError(
            f"{folder / 'adapter_config.json'} does not describe an adapter that this program reads "
            f"({reason_of(error)}); save the adapter again as plain LoRA."
        ) from None
    paper = next(network.parameters()).device.type == "meta"
    try:
        with translate_device_errors():
            adapted = PeftModel(network, config, low_cpu_mem_usage=paper)
            wanted = {
                name: tuple(value.shape)
                for name, value in get_peft_model_state_dict(adapted, save_embedding_layers=False).items()
            }
    except SeagullError:
        raise
    except Exception as error:  # Whatever a library says of parts that the base does not have.
        raise _unfit(folder, place, error) from error
    file = folder / "adapter_model.safetensors"
    weights = dict(read_weights(file))
    missing, left = sorted(wanted.keys() - weights.keys()), sorted(weights.keys() - wanted.keys())
    if missing:
        raise CheckpointError(
            f"{file} lacks {len(missing)} of the {len(wanted)} weights that its adapter_config.json names "
            f"({brief(missing[0])}); it is not the whole adapter, save it again.",
            missing,
            left,
        )
    if left:
        raise CheckpointError(
            f"{file} has {len(left)} weights that its adapter_config.json does not name ({brief(left[0])}); "
            "the two are not from the same adapter.",
            [],
            left,
        )
    for name, value in weights.items():
        if (reason := why_not_plain(value)) is not None:
            raise CheckpointError(f"{brief(name)} in {file} is {reason}; save the adapter again.")
        if tuple(value.shape) != wanted[name]:
            raise CheckpointError(
                f"The adapter {folder} does not fit the checkpoint {place} ({brief(name)} has the shape "
                f"{tuple(value.shape)} for {wanted[name]}); name the base it was trained on."
            )
    return adapted, weights


def _switch(folder: Path, network: SeagullForCausalLM) -> None:
    """Leave out the ROI tokens that the adapter was trained without."""
    if not (folder / SETTINGS).is_file():
        return
    told = read_json(folder / SETTINGS)
    for name in SWITCHES:
        value = told.get(name, True)
        if not isinstance(value, bool):
            raise CheckpointError(
                f"{name} in {folder / SETTINGS} is true or false, not {brief(value)!r}; save the adapter "
                "again."
            )
        setattr(network.config, name, getattr(network.config, name) and value)


def _unfit(folder: Path, place: Path, error: Exception) -> SeagullError:
    return translated_error(error) or CheckpointError(
        f"The adapter {folder} does not fit the checkpoint {place} ({reason_of(error, 0)}); "
        "name the base it was trained on."
    )


def _base_folder(folder: Path, named: object) -> Path | None:
    """The base that an adapter names: an absolute path, one relative to the adapter, or to where one is."""
    if not isinstance(named, str) or not named:
        return None
    beside = folder / named
    return beside if is_folder(beside) else Path(named)
