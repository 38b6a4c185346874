"""The network computes what the released one computes: numbers of the release, for one picture and one mask.

The weights follow a rule (see `_pattern`), so that 1.4 GB of them need not lie in the repository.
"""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from model.seagull import inputs
from model.seagull.config import SeagullConfig
from model.seagull.network import UNUSED, SeagullForCausalLM

DATA = Path(__file__).parents[2] / "data" / "seagull"
TOLERANCE = 1e-5


def _pattern(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    z = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape).astype(np.float32)
    z *= np.float32(0.02)
    if name.endswith(".gamma"):
        z += np.float32(0.1)
    elif len(shape) == 1 and name.endswith("weight"):
        z += np.float32(1)
    return torch.from_numpy(z)


def _relative(mine: torch.Tensor, released: np.ndarray) -> float:
    difference = np.abs(mine.detach().double().numpy() - released)
    return float(difference.max() / np.abs(released).max())


@pytest.fixture(scope="module")
def released() -> dict[str, np.ndarray]:
    with np.load(DATA / "seagull_pattern.npz") as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def network() -> Iterator[SeagullForCausalLM]:
    config = SeagullConfig(
        vocab_size=320,
        hidden_size=4096,
        intermediate_size=128,
        num_hidden_layers=1,
        num_attention_heads=32,
        rms_norm_eps=1e-5,
        global_token_id=318,
        local_token_id=319,
    )
    with torch.device("meta"):
        network = SeagullForCausalLM(config)
    weights = {name: _pattern(name, tuple(value.shape)) for name, value in network.state_dict().items()}
    network.load_state_dict(weights, assign=True)
    network.model.rotary_emb = type(network.model.rotary_emb)(config=config)
    network.freeze_encoder()
    yield network.eval()


@pytest.fixture(scope="module")
def results(network: SeagullForCausalLM, released: dict[str, np.ndarray]) -> dict[str, Any]:
    image = released["image"]
    mask = inputs.check_mask(released["mask"], image)
    small = inputs.prepare_mask(mask)
    picture, crop = inputs.prepare_picture(image), inputs.prepare_crop(image, mask)
    levels = network.encode_levels(picture[None])
    features = network.features_of(levels)[0]
    with torch.no_grad():
        rois = network.roi_tokens(features, small[None], crop[None])
    output = network(
        input_ids=torch.from_numpy(released["input_ids"])[None],
        labels=torch.from_numpy(released["labels"])[None],
        pixel_values=picture[None],
        masks=small[None],
        crop_values=crop[None],
    )
    output.loss.backward()
    return {
        "mask": mask,
        "small": small,
        "pixel_values_sub": picture[:, ::16, ::16],
        "crop_values_sub": crop[:, ::16, ::16],
        **{f"res{j + 2}_sub": level[0, ::32, ::4, ::4] for j, level in enumerate(levels)},
        "image_tokens_sub": features.image_tokens[::64, ::64],
        "global_token": rois.globals[0],
        "local_token": rois.locals[0],
        "tail_logits": output.logits[0, -6:],
        "loss": output.loss,
        "length": output.logits.shape[1],
    }


def test_every_published_name_is_there_with_its_shape(network: SeagullForCausalLM) -> None:
    published = json.loads((DATA / "checkpoint_keys.json").read_text())
    mine = {name: list(value.shape) for name, value in network.state_dict().items()}
    used = {k: v for k, v in published.items() if not any(re.search(pattern, k) for pattern in UNUSED)}
    assert mine == used


def test_mask_and_crop_box(results: dict[str, Any], released: dict[str, np.ndarray]) -> None:
    assert np.packbits(results["small"].numpy().ravel()).tolist() == released["mask512_packed"].tolist()
    assert list(inputs.crop_box(results["mask"])) == released["bbox_xywh"].tolist()


@pytest.mark.parametrize(
    "name",
    [
        "pixel_values_sub",
        "crop_values_sub",
        "res2_sub",
        "res3_sub",
        "res4_sub",
        "res5_sub",
        "image_tokens_sub",
        "global_token",
        "local_token",
        "tail_logits",
        "loss",
    ],
)
def test_numbers(name: str, results: dict[str, Any], released: dict[str, np.ndarray]) -> None:
    assert results[name].shape == released[name].shape
    assert _relative(results[name], released[name]) < TOLERANCE


def test_length(results: dict[str, Any], released: dict[str, np.ndarray]) -> None:
    assert results["length"] == int(released["input_len"])


def test_gradients(
    results: dict[str, Any], network: SeagullForCausalLM, released: dict[str, np.ndarray]
) -> None:
    parameters = dict(network.named_parameters())
    norms = {
        name.removeprefix("gradnorm/"): n for name, n in released.items() if name.startswith("gradnorm/")
    }
    assert norms
    for name, norm in norms.items():
        gradient = parameters[name].grad
        assert gradient is not None
        assert _relative(gradient.norm(), norm) < TOLERANCE
    frozen = [p for name, p in parameters.items() if "vision_tower" in name]
    assert all(p.grad is None for p in frozen)
