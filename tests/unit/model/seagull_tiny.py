"""The preset tiny as tests take it, laid out as published, and taught to answer in sentences."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from annotation_db.vocabulary import texts
from model.seagull import presets
from model.seagull.config import SeagullConfig
from model.seagull.conversation import Conversation
from model.seagull.inputs import prepare_crop, prepare_mask, prepare_picture
from model.seagull.network import SeagullForCausalLM
from model.seagull.small_tokenizer import WORDS, small_tokenizer

__all__ = ["WORDS", "tokenizer"]

tokenizer = small_tokenizer


def config(**changes: object) -> SeagullConfig:
    return presets.config("tiny", **changes)


def network(seed: int = 0, **changes: object) -> SeagullForCausalLM:
    return presets.network("tiny", seed, **changes)


def published_weights(made: SeagullForCausalLM) -> dict[str, torch.Tensor]:
    """A network's weights as SEAGULL-7B is published: with names that nobody uses."""
    tower = "model.vision_tower.vision_tower.visual."
    return {
        **{name: value.clone() for name, value in made.state_dict().items()},
        "model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4),
        "mask_extractor.mask_linear.layers.0.weight": torch.ones(2, 2),
        f"{tower}head.mlp.fc1.weight": torch.ones(2, 2),
        f"{tower}trunk.head.norm.weight": torch.ones(2),
    }


def publish(
    folder: Path, weights: dict[str, torch.Tensor] | None, *, shards: int = 2, index: bool = True
) -> Path:
    """Write a checkpoint folder in SEAGULL-7B's published layout; without `weights` all but these."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer().save_pretrained(folder)
    settings = config().to_dict() | {
        "model_type": "osprey",
        "mm_hidden_size": 16,
        "torch_dtype": "bfloat16",
    }
    (folder / "config.json").write_text(json.dumps(settings))
    if weights is None:
        return folder
    names, weight_map = list(weights), {}
    for n in range(shards):
        file = f"pytorch_model-{n + 1:05d}-of-{shards:05d}.bin"
        part = {name: weights[name] for name in names[n::shards]}
        torch.save(part, folder / file)
        weight_map |= dict.fromkeys(part, file)
    if index:
        (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def picture(seed: int = 0, height: int = 90, width: int = 120) -> np.ndarray:
    """A smooth random picture."""
    coarse = np.random.default_rng(seed).random((6, 8, 3))
    fine = coarse.repeat(height // 6 + 1, 0).repeat(width // 8 + 1, 1)[:height, :width]
    return (255 * fine).astype(np.uint8)


def masks(count: int = 3, height: int = 90, width: int = 120) -> list[np.ndarray]:
    """Rectangles of different places and sizes."""
    made = []
    for n in range(count):
        mask = np.zeros((height, width), bool)
        mask[5 + 7 * n : 40 + 9 * n, 10 + 13 * n : 30 + 17 * n] = True
        made.append(mask)
    return made


REPLIES = (
    ("good", "important", {"blur": 3, "noise": 1}),
    ("poor", "unimportant", {}),
    ("bad", "normal", {"contrast": 2}),
)
"""What `taught` is taught to say of the ROIs of `picture()` and `masks()`."""


def answers(quality: str, importance: str, distortions: Mapping[str, int]) -> dict[str, str]:
    """The paper's sentences, by question."""
    return {
        texts.QUALITY_QUESTION: f"The quality is {quality}.",
        texts.IMPORTANCE_QUESTION: f"This region is {importance} to the overall quality.",
        texts.DISTORTION_QUESTION: texts.distortion_answer(distortions),
    }


def taught(
    words: PreTrainedTokenizerFast, steps: int = 30, said: Sequence[Mapping[str, str]] | None = None
) -> SeagullForCausalLM:
    """A network that has learned to answer in sentences about one picture and up to three ROIs.

    `said` replaces its sentences by others, by question, for each ROI.
    """
    made = network()
    made.freeze_encoder()
    talk = Conversation(words, made.config)
    batch = _lessons(made, talk, said or [answers(*reply) for reply in REPLIES])
    optimiser = torch.optim.Adam([p for p in made.parameters() if p.requires_grad], lr=5e-3)
    for _ in range(steps):
        optimiser.zero_grad()
        made(**batch).loss.backward()
        optimiser.step()
    return made.requires_grad_(False)


def _lessons(
    made: SeagullForCausalLM, talk: Conversation, said: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    side, image = made.config.picture_side, picture()
    pairs, rois = [], []
    for n, sentences in enumerate(said):
        lessons = dict(sentences)
        for question in texts.judgement_questions()[-6:]:
            lessons[question.text] = texts.yes_no(question.scale in REPLIES[n][2])
        pairs += [talk.training_pair(*entry) for entry in lessons.items()]
        rois += [n] * len(lessons)
    length = max(len(pair.input_ids) for pair in pairs)

    def padded(column: str, filler: int) -> torch.Tensor:
        rows = [getattr(pair, column) for pair in pairs]
        return torch.tensor([row + [filler] * (length - len(row)) for row in rows])

    small = torch.stack([prepare_mask(mask, side) for mask in masks()])
    crops = torch.stack([prepare_crop(image, mask, side) for mask in masks()])
    return {
        "input_ids": padded("input_ids", 0),
        "labels": padded("labels", -100),
        "attention_mask": torch.tensor([[n < len(p.input_ids) for n in range(length)] for p in pairs]).long(),
        "pixel_values": prepare_picture(image, side)[None],
        "picture_index": [0] * len(pairs),
        "masks": small[rois],
        "crop_values": crops[rois],
    }
