"""Loading a whole SEAGULL checkpoint: SEAGULL-7B's published layout, or our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from transformers import LlamaTokenizerFast, PreTrainedTokenizerFast
from transformers.utils import logging

from model.seagull import four_bit
from model.seagull.config import SeagullConfig, from_published
from model.seagull.config_rules import check_ids
from model.seagull.conversation import Conversation
from model.seagull.device_errors import translate_device_errors
from model.seagull.devices import DtypeName, PrecisionName, choose_device, choose_precision, torch_dtype
from model.seagull.errors import CheckpointError, MemoryShortError, reason_of
from model.seagull.matching import LoadReport, Match, match, words
from model.seagull.memory import is_out_of_memory
from model.seagull.memory_needs import Precision, free_bytes, meta_network, shortage
from model.seagull.network import SeagullForCausalLM
from model.seagull.weight_files import find_weights, iterate_weights, read_json


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network that is ready, with what belongs to it."""

    network: SeagullForCausalLM
    tokenizer: Any
    report: LoadReport


def load_whole(
    folder: Path,
    *,
    device: str = "auto",
    dtype: DtypeName = "auto",
    quantised: four_bit.QuantisedName | None = None,
    vision_tower: str | Path | None = None,
) -> Checkpoint:
    """Load a checkpoint folder that is no adapter; parameters and errors are those of `checkpoint.load`."""
    if not folder.is_dir():
        raise CheckpointError(f"{folder} is no folder; choose the folder that holds the checkpoint.")
    network, weights, tokenizer = _opened(folder)
    with translate_device_errors():
        target = choose_device(device)
        precision = choose_precision(dtype, target)
        if quantised is not None:
            four_bit.check(target)
        _refuse_shortage(folder, network, target, quantised or precision)
        found = match(folder, network, weights, vision_tower)
        try:
            network = _fill(network, found, target, precision, quantised)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryShortError(
                f"The device {target} has too little memory for {folder}; use another device."
            ) from None
    return Checkpoint(network, tokenizer, found.report)


def check(folder: Path) -> tuple[SeagullForCausalLM, LoadReport]:
    """Look through a checkpoint as `load_whole` does, and load none of it.

    Returns
    -------
    (network, report)
        The network on paper, and what was found.

    Raises
    ------
    CheckpointError
        As `load_whole`.
    """
    network, weights, _ = _opened(folder)
    return network, match(folder, network, weights).report


def _opened(folder: Path) -> tuple[SeagullForCausalLM, list[Path], Any]:
    """A folder's network on paper, its weight files and its tokenizer."""
    config = _read_config(folder)
    weights = find_weights(folder)
    if not weights:
        raise CheckpointError(
            f"{folder} holds no weights (model*.safetensors or pytorch_model*.bin); download them into it.",
            ["model*.safetensors or pytorch_model*.bin"],
        )
    # The tokenizer is read first, because it costs nothing to find out that it is missing.
    tokenizer = load_tokenizer(folder)
    config.vocab_size = words(weights, config.vocab_size)
    try:
        check_ids(config)
        network = meta_network(config)
    except Exception as error:  # Whatever a library says of entries that are each within their bounds.
        raise _no_network(folder, error) from error
    Conversation(tokenizer, config)
    return network, weights, tokenizer


def load_tokenizer(folder: Path) -> Any:
    """Load a folder's tokenizer.

    Raises
    ------
    CheckpointError
        If there is none, or it can not be read.
    """
    if (folder / "tokenizer.json").is_file():
        return _tokenizer(folder, PreTrainedTokenizerFast)
    if not (folder / "tokenizer.model").is_file():
        raise CheckpointError(
            f"{folder} has no tokenizer (tokenizer.json or tokenizer.model); copy the files of the tokenizer "
            "that came with the weights into it."
        )
    if find_spec("sentencepiece") is None:
        raise CheckpointError(
            f"{folder / 'tokenizer.model'} needs the package sentencepiece to be read; install it."
        )
    settings = folder / "tokenizer_config.json"
    told = read_json(settings) if settings.is_file() else {}
    # The release's program put a space after added words unless the folder said otherwise.
    return _tokenizer(folder, LlamaTokenizerFast, **({} if "legacy" in told else {"legacy": True}))


def _tokenizer(folder: Path, kind: Any, **settings: bool) -> Any:
    try:
        return kind.from_pretrained(folder, local_files_only=True, **settings)
    except Exception as error:  # The tokenizer library raises bare Exception for a damaged file.
        raise CheckpointError(f"The tokenizer in {folder} can not be read; download it again.") from error


def save(checkpoint: Checkpoint, folder: str | Path) -> None:
    """Save network and tokenizer so that `load_whole` and ``from_pretrained`` read them.

    Raises
    ------
    CheckpointError
        If the weights are in 4 bits, which are only for use.
    """
    if four_bit.is_quantised(checkpoint.network):
        raise CheckpointError(
            f"A network in 4 bits can not be saved to {folder}; load it without 4-bit, then save it."
        )
    with _no_bars():
        checkpoint.network.save_pretrained(folder)
        checkpoint.tokenizer.save_pretrained(folder)


@contextmanager
def _no_bars() -> Iterator[None]:
    """Without the library's own progress bars, which nobody asked for."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _read_config(folder: Path) -> SeagullConfig:
    entries = read_json(folder / "config.json")
    try:
        return from_published(entries)
    except Exception as error:  # As below.
        raise _no_network(folder, error) from error


def _no_network(folder: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"{folder / 'config.json'} does not describe a SEAGULL network ({reason_of(error)}); "
        "download it again."
    )


def _fill(
    network: SeagullForCausalLM,
    found: Match,
    device: torch.device,
    precision: PrecisionName,
    quantised: four_bit.QuantisedName | None,
) -> SeagullForCausalLM:
    """Give a network on paper its weights one by one."""
    to_pack = set() if quantised is None else {f"{name}.weight" for name in four_bit.planned(network)}
    for path, given, value in iterate_weights(found.files):
        name = found.places.get((path, given))
        if name is None:
            continue
        value = value.to(device=device, dtype=torch_dtype(precision), copy=True)
        if name in to_pack:
            four_bit.put(network, name.removesuffix(".weight"), value)
        else:
            _assign(network, name, value)
    if network.config.tie_word_embeddings:
        network.tie_weights()
    # Its buffers are no weights: they are computed, and on "meta" they were not.
    network.model.rotary_emb = type(network.model.rotary_emb)(network.config).to(device)
    network.eval()
    return network


def _refuse_shortage(
    folder: Path,
    network: SeagullForCausalLM,
    device: torch.device,
    precision: Precision,
) -> None:
    free = free_bytes(device)
    if free is None:
        return
    sentence = shortage(network, precision, free, device_type=device.type, name=folder.absolute().name)
    if sentence is not None:
        raise MemoryShortError(sentence)


def _assign(network: SeagullForCausalLM, name: str, value: torch.Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    module = network.get_submodule(owner)
    if leaf in dict(module.named_parameters(recurse=False)):
        setattr(module, leaf, torch.nn.Parameter(value))
    else:
        module.register_buffer(leaf, value)
