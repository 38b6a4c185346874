"""SEAGULL networks of the published shape and a small part of its width, with random weights.

For trying, for tests, and to finetune where no weights can be downloaded. Names of weights, configuration
and tokenizer are laid out as SEAGULL-7B's, so everything that reads its checkpoints reads these.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import torch

from model.plain_files import write_whole
from model.seagull.checkpoint import Checkpoint, LoadReport, save
from model.seagull.config import SeagullConfig
from model.seagull.conversation import Conversation
from model.seagull.network import SeagullForCausalLM
from model.seagull.preset_names import CARD, UNTRAINED_NOTE
from model.seagull.small_tokenizer import WORDS, small_tokenizer

_SIZES: Final[dict[str, dict[str, Any]]] = {
    "tiny": {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "encoder_options": {"depths": [1, 1, 1, 1], "dims": [8, 12, 16, 24]},
        "picture_side": 128,
        "initializer_range": 0.2,
    },
    "small": {
        "hidden_size": 256,
        "intermediate_size": 688,
        "num_hidden_layers": 4,
        "num_attention_heads": 8,
        "encoder_options": {"depths": [1, 1, 3, 1], "dims": [24, 48, 96, 192]},
        "picture_side": 256,
        "initializer_range": 0.05,
    },
}
"""By preset, what differs from SEAGULL-7B."""
_LAYER_SCALE: Final = 0.5
"""Of ConvNeXt's blocks. They begin at 1e-6, with which an encoder that nobody trained passes its input by."""


def config(preset: str = "tiny", **changes: Any) -> SeagullConfig:
    """The configuration of a preset.

    Parameters
    ----------
    preset : {"tiny", "small"}
        tiny answers within a second on two CPU cores and has some 0.2 million weights; small some millions.
    **changes
        Entries that replace the preset's.
    """
    return SeagullConfig(**{"vocab_size": WORDS, **_SIZES[preset], **changes})


def network(preset: str = "tiny", seed: int = 0, **changes: Any) -> SeagullForCausalLM:
    """A network with random weights that vary enough for every input to show in the output.

    Parameters
    ----------
    seed : int
        Same seed, same weights; torch's own generator is left as it was.
    **changes
        As in `config`.
    """
    made: SeagullForCausalLM
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = SeagullForCausalLM(config(preset, **changes)).eval()
    with torch.no_grad():
        for name, value in made.named_parameters():
            if name.endswith("gamma"):
                value.fill_(_LAYER_SCALE)
    return made


def write(folder: Path, preset: str, seed: int, **changes: Any) -> int:
    """Write an untrained checkpoint into a folder; returns the number of its weights.

    Parameters
    ----------
    **changes
        As in `config`.

    Raises
    ------
    OSError
        If it can not be written.
    """
    made, words = network(preset, seed, **changes), small_tokenizer()
    Conversation(words, made.config)  # adds the words for the ROI to the tokenizer, as they are published
    save(Checkpoint(made, words, LoadReport()), folder)
    weights = sum(int(value.numel()) for value in made.parameters())
    card = {"untrained": True, "preset": preset, "seed": seed, "weights": weights, "note": UNTRAINED_NOTE}
    write_whole(folder / CARD, json.dumps(card, indent=1) + "\n")
    readme = f"# SEAGULL, {preset}, untrained\n\n{UNTRAINED_NOTE}\n"
    write_whole(folder / "README.md", f"{readme}\n{weights:,} weights, seed {seed}.\n")
    return weights
