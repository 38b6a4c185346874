"""Looking through a SEAGULL checkpoint folder without loading it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from huggingface_hub.errors import StrictDataclassError

from model.predictors.seagull import CARD
from model.seagull.checkpoint import load_tokenizer
from model.seagull.config import SeagullConfig, from_published
from model.seagull.conversation import Conversation
from model.seagull.errors import CheckpointError, brief, reason_of
from model.seagull.network import UNUSED, SeagullForCausalLM
from model.seagull.weight_files import find_weights, is_folder, iterate_weights, read_json

_TOWER: Final = ".vision_tower."
_TOWER_FILES: Final = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin", "vision_tower.bin")
_EMBEDDING: Final = "model.embed_tokens.weight"


class FolderCheck(NamedTuple):
    """See `model.registry.Checked`."""

    ok: bool
    sentence: str
    missing: list[str]
    unexpected: list[str]
    card: dict[str, Any] | None


def check_folder(folder: Path) -> FolderCheck:
    """Compare names and shapes in a folder with what the network that its configuration describes needs."""
    card: dict[str, Any] | None = None
    try:
        card = dict(read_json(folder / CARD)) if (folder / CARD).is_file() else None
        if (folder / "adapter_config.json").is_file():
            return _check_adapter(folder, card)
        config = from_published(dict(read_json(folder / "config.json")))
        weights = find_weights(folder)
        if not weights:
            files = ["model*.safetensors or pytorch_model*.bin"]
            return FolderCheck(False, f"{folder} holds no weights ({files[0]}); fetch them.", files, [], card)
        Conversation(load_tokenizer(folder), config)
        return _compare(folder, config, weights, card)
    except CheckpointError as error:
        return FolderCheck(False, str(error), list(error.missing), list(error.unexpected), card)
    except (KeyError, TypeError, ValueError, StrictDataclassError) as error:
        sentence = (
            f"{folder / 'config.json'} does not describe a SEAGULL network ({reason_of(error)}); "
            "fetch it again."
        )
        return FolderCheck(False, sentence, [], [], card)


def _check_adapter(folder: Path, card: dict[str, Any] | None) -> FolderCheck:
    named = str(read_json(folder / "adapter_config.json").get("base_model_name_or_path") or "")
    if not (folder / "adapter_model.safetensors").is_file():
        missing = ["adapter_model.safetensors"]
        return FolderCheck(False, f"{folder} has no {missing[0]}; save the adapter again.", missing, [], card)
    base = next((place for place in (Path(named), folder / named) if named and is_folder(place)), None)
    if base is None:
        sentence = (
            f"{folder} is an adapter on {brief(named) or 'an unnamed base'}, which is not a folder here; "
            "put the checkpoint there, or name it with ?base=FOLDER."
        )
        return FolderCheck(False, sentence, [named or "base checkpoint"], [], card)
    if (base / "adapter_config.json").is_file():
        sentence = f"{base} is itself an adapter; name the folder of a whole checkpoint as its base."
        return FolderCheck(False, sentence, [named], [], card)
    below = check_folder(base)
    sentence = f"An adapter on {base}. {below.sentence}"
    return FolderCheck(below.ok, sentence, below.missing, below.unexpected, card)


def _compare(
    folder: Path, config: SeagullConfig, weights: list[Path], card: dict[str, Any] | None
) -> FolderCheck:
    with torch.device("meta"):
        network = SeagullForCausalLM(config)
    expected = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    missing, unexpected, misshapen = dict(expected), [], []
    for _, name, value in iterate_weights(weights):
        wanted = missing.pop(name, None)
        if wanted is None:
            if not any(re.search(pattern, name) for pattern in UNUSED):
                unexpected.append(name)
        elif not _fits(name, tuple(value.shape), wanted):
            misshapen.append(f"{name} {tuple(value.shape)} for {wanted}")
    if config.tie_word_embeddings:
        missing.pop("lm_head.weight", None)
    inside = not any(_TOWER in name for name in missing)
    encoder = next((folder / name for name in _TOWER_FILES if (folder / name).is_file()), None)
    if not inside and encoder is not None:
        missing = {name: shape for name, shape in missing.items() if _TOWER not in name}
    names = [*missing, *misshapen]
    if misshapen:
        sentence = (
            f"{len(misshapen)} weights in {folder} have another shape than config.json asks for "
            f"({misshapen[0]}); the two are not from the same checkpoint."
        )
    elif missing and all(_TOWER in name for name in missing):
        sentence = (
            f"{folder} lacks the image encoder ({len(missing)} weights); put CLIP's ConvNeXt weights into it "
            f"as {_TOWER_FILES[1]}, see: seagull-studio download seagull-7b."
        )
    elif missing:
        sentence = (
            f"{folder} lacks {len(missing)} of {len(expected)} weights ({next(iter(missing))} and so on); it "
            "is not complete or not a SEAGULL checkpoint."
        )
    else:
        where = "" if inside else f", the image encoder in {encoder.name if encoder else ''}"
        sentence = f"All {len(expected)} weights are there{where}."
    return FolderCheck(not names, sentence, names, unexpected, card)


def _fits(name: str, shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Words are added after a configuration was written, so the file decides how many there are."""
    if name in (_EMBEDDING, "lm_head.weight"):
        return len(shape) == 2 and shape[1] == wanted[1]
    return shape == wanted
