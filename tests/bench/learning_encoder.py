"""The image encoder of `tests.bench.learning`, trained from scratch to see distortions.

The published SEAGULL takes CLIP's encoder, which nobody can download here, and keeps it frozen. In its
place a small ConvNeXt learns which distortions, and how strong, were done to patches of the *training*
photographs and of grey textures that are tinted at random: known by having been done, by nobody's votes.
Held-out photographs are never seen. All networks that are compared begin with the same encoder, and keep it
frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT
from model import distortions
from model.seagull.image_encoder import ImageEncoder
from model.seagull.inputs import prepare_picture

Rgb = npt.NDArray[np.uint8]

TEXTURES: Final = ("brick", "grass", "gravel", "camera", "moon", "coins", "page", "clock", "text")
"""Grey ones of scikit-image."""
SIDE: Final = 96
"""Of a patch, in pixels; it is not resized, as no ROI is."""
BATCH: Final = 24
RATE: Final = 2e-3
HOW_MANY: Final = (0.2, 0.45, 0.35)
"""Probabilities of no, one and two distortions of a patch."""


def train(encoder: ImageEncoder, photographs: Sequence[Rgb], seed: int, steps: int) -> list[float]:
    """Train in place; returns the loss of each step, the mean squared error of strengths from 0 to 1."""
    rng = np.random.default_rng([seed, 3])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = nn.Linear(sum(encoder.widths), len(DISTORTIONS))
    encoder.requires_grad_(True).train()
    parameters = [*encoder.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    losses = []
    for pictures, strengths in _batches(photographs, rng, steps):
        pooled = torch.cat([level.mean((2, 3)) for level in encoder(pictures)], dim=1)
        loss = (head(pooled) - strengths).square().mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
    encoder.requires_grad_(False).eval()
    return losses


def _batches(
    photographs: Sequence[Rgb], rng: np.random.Generator, steps: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    from skimage import data

    grey = [np.asarray(getattr(data, name)()) for name in TEXTURES]
    grey = [one if one.ndim == 2 else one[..., 0] for one in grey]
    for _ in range(steps):
        patches, strengths = [], torch.zeros(BATCH, len(DISTORTIONS))
        for row in range(BATCH):
            if rng.random() < 0.7:
                patch = _cut(photographs[rng.integers(len(photographs))], rng)
            else:
                patch = _tinted(_cut(grey[rng.integers(len(grey))], rng), rng)
            chosen = rng.choice(len(DISTORTIONS), size=rng.choice(3, p=HOW_MANY), replace=False)
            for number in sorted(chosen):
                kind, severity = DISTORTIONS[number], int(rng.integers(0, 5))
                names = distortions.variants(kind)
                drawn, variant = int(rng.integers(2**31)), names[rng.integers(len(names))]
                patch = distortions.apply(kind, patch, severity, drawn, variant=variant)
                strengths[row, number] = (NON_EXISTENT - severity) / NON_EXISTENT
            patches.append(prepare_picture(patch, SIDE))
        yield torch.stack(patches), strengths


def _cut(source: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """A patch, turned and mirrored at random; of a colour picture with its channels in any order."""
    y, x = (int(rng.integers(0, length - SIDE + 1)) for length in source.shape[:2])
    patch = np.rot90(source[y : y + SIDE, x : x + SIDE], int(rng.integers(4)))
    patch = patch[:, ::-1] if rng.random() < 0.5 else patch
    return np.ascontiguousarray(patch[..., rng.permutation(3)] if patch.ndim == 3 else patch)


def _tinted(patch: npt.NDArray[np.uint8], rng: np.random.Generator) -> Rgb:
    """Between two colours, as dark and as light as the patch is."""
    dark, light = rng.uniform(0, 90, 3), rng.uniform(150, 255, 3)
    share = patch[..., None] / 255.0
    return np.asarray(np.round(dark + share * (light - dark)), dtype=np.uint8)
