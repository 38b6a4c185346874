"""A LoRA adapter folder of ours, merged into the checkpoint it was trained on."""

from __future__ import annotations

from pathlib import Path

from peft import PeftModel
from safetensors import SafetensorError

from model.seagull import four_bit
from model.seagull.checkpoint import Checkpoint, load
from model.seagull.device_errors import plain_error, plainly
from model.seagull.devices import DtypeName, choose_device, choose_precision
from model.seagull.errors import CheckpointError, brief, reason_of
from model.seagull.four_bit import QuantisedName
from model.seagull.weight_files import is_folder, read_json


def load_adapter(
    folder: Path,
    base: str | Path | None,
    *,
    device: str,
    dtype: DtypeName,
    quantised: QuantisedName | None,
    vision_tower: str | Path | None,
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

    Raises
    ------
    CheckpointError
        If the base is not found, the adapter is damaged, or the two do not fit.
    """
    named = read_json(folder / "adapter_config.json").get("base_model_name_or_path")
    place = Path(base) if base is not None else _base_folder(folder, named)
    if place is None or not is_folder(place):
        raise CheckpointError(
            f"{folder} is an adapter on {brief(named or 'an unnamed base')}, which is not a folder here; "
            "name the folder of the checkpoint it was trained on."
        )
    if place.resolve() == folder.resolve() or (place / "adapter_config.json").is_file():
        raise CheckpointError(
            f"{place} is itself an adapter; name the folder of a whole checkpoint as its base."
        )
    if not (folder / "adapter_model.safetensors").is_file():
        raise CheckpointError(f"{folder} has no adapter_model.safetensors; save the adapter again.")
    target = choose_device(device)
    if quantised is not None:
        four_bit.check(target)
    checkpoint = load(
        place,
        device=device if quantised is None else "cpu",
        dtype=choose_precision(dtype, target),
        vision_tower=vision_tower,
    )
    try:
        adapted = PeftModel.from_pretrained(checkpoint.network, str(folder), use_safetensors=True)
        network = adapted.merge_and_unload(safe_merge=True)
    except SafetensorError:
        raise CheckpointError(
            f"{folder / 'adapter_model.safetensors'} is damaged or cut short; copy it again."
        ) from None
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        plain = plain_error(error)
        if plain is not None:
            raise plain from error
        raise CheckpointError(
            f"The adapter {folder} does not fit the checkpoint {place} ({reason_of(error, 0)}); "
            "name the base it was trained on."
        ) from error
    if quantised is not None:
        with plainly():
            network = four_bit.convert(network, target)
    return Checkpoint(network.eval(), checkpoint.tokenizer, checkpoint.report)


def _base_folder(folder: Path, named: object) -> Path | None:
    """The base that an adapter names: an absolute path, or one relative to the adapter."""
    if not isinstance(named, str) or not named:
        return None
    path = Path(named)
    return path if is_folder(path) else folder / path
