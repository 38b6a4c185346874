"""Which weight of a checkpoint goes where in a network: asked before any is loaded, and to check one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch

from model.seagull.errors import CheckpointError, brief
from model.seagull.network import UNUSED, SeagullForCausalLM
from model.seagull.weight_files import iterate_weights
from model.tensor_files import why_not_plain

_TOWER: Final = "model.vision_tower.vision_tower.visual.trunk."
_TOWER_PREFIXES: Final = (_TOWER, "vision_tower.visual.trunk.", "visual.trunk.", "trunk.")
"""How the encoder's weights are called inside a checkpoint and in files of their own."""
_OF_TRUNK: Final = re.compile(re.escape(_TOWER) + r"(stem|stages|norm_pre)\.")
_TOWER_FILES: Final = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin", "vision_tower.bin")
_EMBEDDING: Final = "model.embed_tokens.weight"
_HEAD: Final = "lm_head.weight"


@dataclass(slots=True)
class LoadReport:
    """What was found in a checkpoint."""

    unused: list[str] = field(default_factory=list)
    """Names that the published checkpoint carries and nobody uses."""
    encoder_from: Path | None = None
    """The file the image encoder came from, where it was not inside."""


@dataclass(frozen=True, slots=True)
class Match:
    """Weights that are all there and all used."""

    places: Mapping[tuple[Path, str], str]
    """(file, name in it) -> the network's name."""
    report: LoadReport

    @property
    def files(self) -> list[Path]:
        """The files, each once."""
        return list(dict.fromkeys(path for path, _ in self.places))


def match(
    folder: Path, network: SeagullForCausalLM, weights: list[Path], vision_tower: str | Path | None = None
) -> Match:
    """Compare names, shapes and kinds of a folder's weights with what a network needs.

    Parameters
    ----------
    folder : Path
    network : SeagullForCausalLM
        On paper will do.
    weights : list of Path
        The folder's weight files.
    vision_tower : str or Path, optional
        As in `model.seagull.checkpoint.load`.

    Raises
    ------
    CheckpointError
        If weights are missing, left over, there twice, of another shape, or not plain numbers.
    """
    found = _Matching(folder, network)
    found.take(weights)
    if not found.places:
        strange = f" ({brief(found.unexpected[0])})" if found.unexpected else ""
        raise CheckpointError(
            f"{folder} holds the weights of another model{strange}; choose a SEAGULL checkpoint.",
            list(found.missing),
            found.unexpected,
        )
    if any(name.startswith(_TOWER) for name in found.missing):
        found.report.encoder_from = _tower_file(folder, vision_tower)
        if found.report.encoder_from is not None:
            found.take_tower(found.report.encoder_from)
    found.refuse()
    return Match(found.places, found.report)


class _Matching:
    """The comparison while it goes on."""

    def __init__(self, folder: Path, network: SeagullForCausalLM) -> None:
        self._folder = folder
        self._expected = {name: tuple(value.shape) for name, value in network.state_dict().items()}
        self.missing = dict(self._expected)
        self._tied = bool(network.config.tie_word_embeddings)
        if self._tied:
            self.missing.pop(_HEAD, None)
        self._ends: dict[str, torch.Tensor] = {}
        self._wrong: list[str] = []
        self.unexpected: list[str] = []
        self.places: dict[tuple[Path, str], str] = {}
        self.report = LoadReport()

    def take(self, paths: list[Path]) -> None:
        """Look at a checkpoint's own files."""
        for path, name, value in iterate_weights(paths):
            if self._tied and name in (_EMBEDDING, _HEAD):
                self._ends[name] = value
            if name in self.missing:
                self._place(path, name, name, value)
            elif name in self._expected:
                if not (self._tied and name == _HEAD):
                    raise CheckpointError(
                        f"{name} is in {self._folder} twice, the second time in {path.name}; keep the files "
                        "of one checkpoint only."
                    )
            else:
                unused = any(re.search(pattern, name) for pattern in UNUSED)
                (self.report.unused if unused else self.unexpected).append(name)

    def take_tower(self, path: Path) -> None:
        """Look at a file with the image encoder's weights, maybe among others (CLIP's half for texts)."""
        for _, given, value in iterate_weights([path]):
            name = _own_name(given)
            if name in self.missing:
                self._place(path, given, name, value)
            elif name not in self._expected and _OF_TRUNK.match(name):
                self.unexpected.append(name)

    def _place(self, path: Path, given: str, name: str, value: torch.Tensor) -> None:
        wanted = self.missing.pop(name)
        if (reason := why_not_plain(value)) is not None:
            raise CheckpointError(
                f"{given} in {path} is {reason}, and a weight is plain numbers; get the checkpoint again, "
                "as safetensors in float32, bfloat16 or float16."
            )
        if tuple(value.shape) != wanted:
            self._wrong.append(f"{name} {tuple(value.shape)} for {wanted}")
        self.places[path, given] = name

    def refuse(self) -> None:
        """Refuse whatever does not fit."""
        folder, missing = self._folder, list(self.missing)
        unfit = "config.json and weights are not from the same checkpoint."
        if self._wrong:
            raise CheckpointError(
                f"{len(self._wrong)} weights in {folder} have another shape than config.json asks for "
                f"({brief(self._wrong[0])}); {unfit}",
                [*missing, *self._wrong],
                self.unexpected,
            )
        if missing and all(name.startswith(_TOWER) for name in missing):
            raise CheckpointError(
                f"{folder} lacks the image encoder ({len(missing)} weights from {missing[0]} on); put CLIP's "
                f"ConvNeXt weights into it as {_TOWER_FILES[1]} (seagull-studio download seagull-7b fetches "
                "them), or name their file.",
                missing,
                self.unexpected,
            )
        if missing:
            strange = f", and has {len(self.unexpected)} that are unknown" if self.unexpected else ""
            raise CheckpointError(
                f"{folder} lacks {len(missing)} of {len(self._expected)} weights ({_few(missing)}){strange}; "
                "it is not complete or not a SEAGULL checkpoint.",
                missing,
                self.unexpected,
            )
        if self.unexpected:
            # A network that leaves weights out is another one: fewer layers answer too, and wrongly.
            raise CheckpointError(
                f"{folder} has {len(self.unexpected)} weights that its config.json has no place for "
                f"({_few(self.unexpected)}); {unfit}",
                [],
                self.unexpected,
            )
        if len(self._ends) == 2 and not torch.equal(self._ends[_EMBEDDING], self._ends[_HEAD]):
            raise CheckpointError(
                f"{folder / 'config.json'} ties {_HEAD} to {_EMBEDDING}, and the two differ in the weights; "
                f"{unfit}",
            )


def words(weights: list[Path], configured: int) -> int:
    """Rows of the embedding: the file decides, since words are added after a configuration was written."""
    for _, name, value in iterate_weights(weights):
        if name == _EMBEDDING and why_not_plain(value) is None and value.dim() == 2:
            return int(value.shape[0])
    return configured


def _own_name(given: str) -> str:
    """The network's name of an encoder weight in a file of its own."""
    for prefix in _TOWER_PREFIXES:
        if given.startswith(prefix):
            return _TOWER + given.removeprefix(prefix)
    return _TOWER + given


def _tower_file(folder: Path, given: str | Path | None) -> Path | None:
    if given is not None and Path(given).is_file():
        return Path(given)
    for place in [folder] if given is None else [Path(given)]:
        for name in _TOWER_FILES:
            if (place / name).is_file():
                return place / name
    return None


def _few(names: list[str], most: int = 5) -> str:
    return brief(", ".join(names[:most]) + (", ..." if len(names) > most else ""))
