"""Loading a SEAGULL checkpoint: SEAGULL-7B's published layout, our own, or a LoRA adapter on either."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import torch
from huggingface_hub.errors import StrictDataclassError
from transformers import LlamaTokenizerFast, PreTrainedTokenizerFast

from model.seagull import four_bit
from model.seagull.config import SeagullConfig, from_published
from model.seagull.conversation import Conversation
from model.seagull.device_errors import plainly
from model.seagull.devices import DtypeName, PrecisionName, choose_device, choose_precision, torch_dtype
from model.seagull.errors import CheckpointError, MemoryShortError, brief, reason_of
from model.seagull.memory import is_out_of_memory
from model.seagull.memory_needs import Precision, free_bytes, network_on_paper, shortage
from model.seagull.network import UNUSED, SeagullForCausalLM
from model.seagull.weight_files import find_weights, iterate_weights, read_json, read_weights

_TOWER: Final = "model.vision_tower.vision_tower.visual.trunk."
_TOWER_PREFIXES: Final = (_TOWER, "vision_tower.visual.trunk.", "visual.trunk.", "trunk.")
"""How the encoder's weights are called inside a checkpoint and in files of their own."""
_TOWER_FILES: Final = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin", "vision_tower.bin")
_EMBEDDING: Final = "model.embed_tokens.weight"


@dataclass(slots=True)
class LoadReport:
    """What was found in a checkpoint."""

    unexpected: list[str] = field(default_factory=list)
    """Names that the network does not know."""
    unused: list[str] = field(default_factory=list)
    """Names that the published checkpoint carries and nobody uses."""
    encoder_from: Path | None = None
    """The file the image encoder came from, where it was not inside."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network that is ready, with what belongs to it."""

    network: SeagullForCausalLM
    tokenizer: Any
    report: LoadReport


def load(
    folder: str | Path,
    *,
    device: str = "auto",
    dtype: DtypeName = "auto",
    quantised: four_bit.QuantisedName | None = None,
    base: str | Path | None = None,
    vision_tower: str | Path | None = None,
) -> Checkpoint:
    """Load a checkpoint folder.

    Parameters
    ----------
    folder : str or Path
        Weights (sharded or not, ``.safetensors`` or ``.bin``), ``config.json`` and a tokenizer; or a LoRA
        adapter.
    device : str
        "auto" (CUDA, else MPS, else the CPU) or a torch device.
    dtype : {"auto", "float32", "bfloat16", "float16"}
        "auto": bfloat16 on CUDA (float16 where it is not known there) and float32 elsewhere.
    quantised : {"4bit"}, optional
        Keep the language model's linear layers in 4 bits: a third of the memory, on CUDA with bitsandbytes.
    base : str or Path, optional
        For an adapter: the folder it was trained on, where that is not the one it names.
    vision_tower : str or Path, optional
        File or folder with the image encoder's weights, for a checkpoint without them. By default it is
        looked for beside the weights.

    Raises
    ------
    CheckpointError
        With one sentence; `missing` and `unexpected` hold the complete lists of names.
    SeagullError
        If the device is not there, has too little memory (`MemoryShortError`, before anything is read) or
        fails (`DeviceLostError`), or if 4-bit weights can not be used on it.
    """
    if quantised not in (None, "4bit"):
        raise ValueError(f"quantised is None or '4bit', not {quantised!r}")
    folder = Path(folder)
    if (folder / "adapter_config.json").is_file():
        from model.seagull.adapter import load_adapter

        return load_adapter(
            folder, base, device=device, dtype=dtype, quantised=quantised, vision_tower=vision_tower
        )
    if not folder.is_dir():
        raise CheckpointError(f"{folder} is no folder; choose the folder that holds the checkpoint.")
    config = _read_config(folder)
    weights = find_weights(folder)
    if not weights:
        raise CheckpointError(
            f"{folder} holds no weights (model*.safetensors or pytorch_model*.bin); download them into it."
        )
    # The tokenizer is read first, because it costs nothing to find out that it is missing.
    tokenizer = load_tokenizer(folder)
    with plainly():
        target = choose_device(device)
        if quantised is not None:
            four_bit.check(target)
        try:
            network, report = _fill(
                folder, weights, config, target, choose_precision(dtype, target), quantised, vision_tower
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryShortError(
                f"The device {target} has too little memory for {folder}; use another device."
            ) from None
    Conversation(tokenizer, config)
    return Checkpoint(network, tokenizer, report)


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
    """Save network and tokenizer so that `load` and ``from_pretrained`` read them.

    Raises
    ------
    CheckpointError
        If the weights are in 4 bits, which are only for use.
    """
    if four_bit.is_quantised(checkpoint.network):
        raise CheckpointError(
            f"A network in 4 bits can not be saved to {folder}; load it without 4-bit, then save it."
        )
    checkpoint.network.save_pretrained(folder)
    checkpoint.tokenizer.save_pretrained(folder)


def _read_config(folder: Path) -> SeagullConfig:
    try:
        return from_published(dict(read_json(folder / "config.json")))
    except (TypeError, ValueError, StrictDataclassError) as error:
        raise _no_network(folder, error) from error


def _no_network(folder: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"{folder / 'config.json'} does not describe a SEAGULL network ({reason_of(error)}); "
        "download it again."
    )


def _fill(
    folder: Path,
    weights: list[Path],
    config: SeagullConfig,
    device: torch.device,
    precision: PrecisionName,
    quantised: four_bit.QuantisedName | None,
    vision_tower: str | Path | None,
) -> tuple[SeagullForCausalLM, LoadReport]:
    """Build the network without memory of its own, then give it the weights one by one."""
    report = LoadReport()
    config.vocab_size = _words(weights, config.vocab_size)
    try:
        network = network_on_paper(config)
    except (KeyError, TypeError, ValueError) as error:  # such as an activation that nobody knows
        raise _no_network(folder, error) from error
    _refuse_shortage(folder, network, device, quantised or precision)
    to_pack = set() if quantised is None else {f"{name}.weight" for name in four_bit.planned(network)}
    missing = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    if config.tie_word_embeddings:
        missing.pop("lm_head.weight", None)
    everything = len(missing)

    def take(paths: list[Path], *, tower_only: bool) -> None:
        for path, given, value in iterate_weights(paths):
            name = _own_name(given) if tower_only else given
            if name in missing:
                _check_shape(path, name, value, missing.pop(name))
                value = value.to(device=device, dtype=torch_dtype(precision), copy=True)
                if name in to_pack:
                    four_bit.put(network, name.removesuffix(".weight"), value)
                else:
                    _assign(network, name, value)
            elif not tower_only:
                known_unused = any(re.search(pattern, name) for pattern in UNUSED)
                (report.unused if known_unused else report.unexpected).append(name)

    take(weights, tower_only=False)
    if len(missing) == everything:
        such_as = f" ({brief(report.unexpected[0])})" if report.unexpected else ""
        raise CheckpointError(
            f"{folder} holds the weights of another model{such_as}; choose a SEAGULL checkpoint.",
            list(missing),
            report.unexpected,
        )
    if any(name.startswith(_TOWER) for name in missing):
        report.encoder_from = _tower_file(folder, vision_tower)
        if report.encoder_from is not None:
            take([report.encoder_from], tower_only=True)
    _refuse_missing(folder, list(missing), report)
    if config.tie_word_embeddings:
        network.tie_weights()
    # Its buffers are no weights: they are computed, and on "meta" they were not.
    network.model.rotary_emb = type(network.model.rotary_emb)(config).to(device)
    return network.eval(), report


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


def _words(weights: list[Path], configured: int) -> int:
    """Rows of the embedding: the file decides, since words are added after a configuration was written."""
    for path in weights:
        opened = read_weights(path)
        if _EMBEDDING in opened and opened[_EMBEDDING].dim() == 2:
            return int(opened[_EMBEDDING].shape[0])
    return configured


def _own_name(given: str) -> str:
    """The network's name of an encoder weight in a file of its own."""
    for prefix in _TOWER_PREFIXES:
        if given.startswith(prefix):
            return _TOWER + given.removeprefix(prefix)
    return _TOWER + given


def _check_shape(path: Path, name: str, value: torch.Tensor, wanted: tuple[int, ...]) -> None:
    if tuple(value.shape) != wanted:
        raise CheckpointError(
            f"{name} in {path} has the shape {tuple(value.shape)} and the configuration asks for {wanted}; "
            "config.json and weights are not from the same checkpoint."
        )


def _assign(network: SeagullForCausalLM, name: str, value: torch.Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    module = network.get_submodule(owner)
    if leaf in dict(module.named_parameters(recurse=False)):
        setattr(module, leaf, torch.nn.Parameter(value))
    else:
        module.register_buffer(leaf, value)


def _tower_file(folder: Path, given: str | Path | None) -> Path | None:
    if given is not None and Path(given).is_file():
        return Path(given)
    for place in [folder] if given is None else [Path(given)]:
        for name in _TOWER_FILES:
            if (place / name).is_file():
                return place / name
    return None


def _refuse_missing(folder: Path, missing: list[str], report: LoadReport) -> None:
    if not missing:
        return
    if all(name.startswith(_TOWER) for name in missing):
        raise CheckpointError(
            f"{folder} lacks the image encoder ({len(missing)} weights from {missing[0]} on); put CLIP's "
            f"ConvNeXt weights into it as {_TOWER_FILES[1]}, or name their file.",
            missing,
            report.unexpected,
        )
    strange = f", and has {len(report.unexpected)} that are unknown" if report.unexpected else ""
    first = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
    raise CheckpointError(
        f"{folder} lacks {len(missing)} weights ({first}){strange}; it is not complete or not a "
        "SEAGULL checkpoint.",
        missing,
        report.unexpected,
    )
