"""Where the image tokens and the two ROI tokens stand in a sequence: the one place that knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from model.seagull.config import IMAGE_ID

IGNORED = -100
"""Label of a position that does not enter the loss."""


class Expanded(NamedTuple):
    """Sequences in which the image has as many places as it has tokens."""

    ids: torch.Tensor
    """(B, L) int64, `IMAGE_ID` at each place of an image token."""
    labels: torch.Tensor | None
    """(B, L) int64, `IGNORED` at the image's places."""
    attention_mask: torch.Tensor | None
    """(B, L)"""


def expand_ids(ids: Sequence[int], image_tokens: int) -> list[int]:
    """Give the image `image_tokens` places in one sequence."""
    expanded: list[int] = []
    for token in ids:
        expanded.extend([token] * (image_tokens if token == IMAGE_ID else 1))
    return expanded


def expand(
    ids: torch.Tensor,
    image_tokens: int,
    labels: torch.Tensor | None = None,
    attention_mask: torch.Tensor | None = None,
) -> Expanded:
    """Give each sequence's image `image_tokens` places.

    Parameters
    ----------
    ids : Tensor of int64, shape (B, L)
        Each row names the image equally often.
    image_tokens : int
    labels, attention_mask : Tensor of shape (B, L), optional

    Raises
    ------
    ValueError
        If the rows name the image differently often.
    """
    counts = (ids == IMAGE_ID).sum(1)
    if len(set(counts.tolist())) > 1:
        raise ValueError(f"every sequence must name the image equally often, not {counts.tolist()} times")
    repeats = torch.where(ids == IMAGE_ID, image_tokens, 1)
    source = torch.arange(ids.numel(), device=ids.device).repeat_interleave(repeats.flatten())

    def stretched(values: torch.Tensor) -> torch.Tensor:
        return values.flatten()[source].view(ids.shape[0], -1)

    new_ids = stretched(ids)
    new_labels = None
    if labels is not None:
        new_labels = stretched(labels).masked_fill(new_ids == IMAGE_ID, IGNORED)
    return Expanded(new_ids, new_labels, None if attention_mask is None else stretched(attention_mask))


def place(embedded: torch.Tensor, where: torch.Tensor, values: torch.Tensor, what: str) -> torch.Tensor:
    """Put `values` at the places `where`, in reading order; differentiable in both.

    Parameters
    ----------
    embedded : Tensor, shape (B, L, W)
    where : Tensor of bool, shape (B, L)
    values : Tensor, shape (N, W)
        N = the number of places.
    what : str
        Names the tokens in the error.

    Raises
    ------
    ValueError
        If the numbers differ.
    """
    places = int(where.sum())
    if places != len(values):
        raise ValueError(
            f"the sequences have {places} places for {what} tokens, but {len(values)} were given"
        )
    return embedded.masked_scatter(where.unsqueeze(-1), values.to(embedded.dtype))
