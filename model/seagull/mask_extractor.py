"""The mask-based feature extractor: a global and a local token per ROI (SEAGULL, Sec. 4.2).

What depends on the picture alone (the keys of all levels and their projections) is computed once per
picture; each ROI adds one row of queries. No ROI sees another.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn


class LevelKeys(NamedTuple):
    """What one encoder level offers to the ROIs of its picture."""

    features: torch.Tensor
    """(C, h, w)"""
    keys: torch.Tensor
    """(1, C, inner width): one token per channel."""
    values: torch.Tensor
    """(1, C, inner width)"""


class Attention(nn.Module):
    """Multi-head attention with an inner width of its own; scale 1 / sqrt(head width)."""

    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Self-attention over (B, N, width)."""
        return self.attend(x, self.k_proj(x), self.v_proj(x))

    def attend(self, x: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """Attend from `x`, (B, N, width), to projected keys and values, (B, M, inner)."""
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in (self.q_proj(x), keys, values))
        mixed: torch.Tensor = self.out_proj(
            F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        )
        return mixed


class _Widening(nn.Module):
    """lin2(relu(lin1(x)))."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.lin1 = nn.Linear(width, 2 * width)
        self.lin2 = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.lin2(F.relu(self.lin1(x)))
        return out


class CrossAttentionBlock(nn.Module):
    """From basic ROI features to global ones; one block serves all four levels."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = Attention(width, width, heads)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attn = Attention(width, width // 2, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = _Widening(width)

    def forward(self, basic: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        """(R, width) basic features of R ROIs of one picture -> (R, width)."""
        # Self-attention: each ROI is a batch entry of one token. Cross-attention: rows of one batch entry,
        # which do not see each other.
        q = self.norm1(basic + self.self_attn(basic[:, None])[:, 0])
        q = self.norm2(q + self.cross_attn.attend(q[None], keys, values)[0])
        out: torch.Tensor = q + self.mlp(q)
        return out


class _Layers(nn.Module):
    """Three linear layers with ReLU between."""

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers[:-1]:
            x = F.relu(layer(x))
        out: torch.Tensor = self.layers[-1](x)
        return out


class MaskExtractor(nn.Module):
    """From encoder levels and masks to a global and a local token per ROI, under the published names.

    Parameters
    ----------
    side : int
        Of the prepared picture and mask, in pixels.
    widths, strides : sequence of int
        Channels of the encoder's levels, and picture pixels per cell of each.
    width : int
        Of the language model.
    heads : int
        Of the attention.
    local_channels : int
        Of the convolution through which the local token's crop of the picture goes.
    """

    def __init__(
        self,
        *,
        side: int,
        widths: Sequence[int],
        strides: Sequence[int],
        width: int,
        heads: int,
        local_channels: int,
    ) -> None:
        super().__init__()
        inner = (side // 16) ** 2
        self.names = tuple(f"res{j + 2}" for j in range(len(widths)))
        for name, channels, stride in zip(self.names, widths, strides, strict=True):
            self.add_module(name, nn.Linear(channels, inner))
            self.add_module(f"g_{name}", nn.Linear((side // stride) ** 2, inner))
        self.cross_att_res = CrossAttentionBlock(inner, heads)
        self.feat_linear = nn.Linear(inner, width)
        self.cross_feat_linear = nn.Linear(inner, width)
        self.final_mlp = nn.Linear(2 * width, width)
        self.global_vit = nn.Sequential(
            nn.Conv2d(3, local_channels, 1), nn.GELU(), nn.AvgPool2d(4),
            nn.Conv2d(local_channels, 1, 1), nn.GELU(), nn.AvgPool2d(4),
        )  # fmt: skip
        self.sa = Attention(inner, inner, heads)
        self.mlp = _Layers((inner, inner // 2, inner // 2, width))

    def level_keys(self, levels: Sequence[torch.Tensor]) -> tuple[LevelKeys, ...]:
        """Compute what all ROIs of one picture share.

        Parameters
        ----------
        levels : four Tensors of shape (C_j, h_j, w_j)
        """
        attention = self.cross_att_res.cross_attn
        shared = []
        for name, features in zip(self.names, levels, strict=True):
            tokens = self.get_submodule(f"g_{name}")(features.flatten(1))[None]
            shared.append(LevelKeys(features, attention.k_proj(tokens), attention.v_proj(tokens)))
        return tuple(shared)

    def global_tokens(self, shared: Sequence[LevelKeys], masks: torch.Tensor) -> torch.Tensor:
        """The global token of each ROI of one picture.

        Parameters
        ----------
        shared : output of `level_keys`
        masks : Tensor of bool, shape (R, S, S)

        Returns
        -------
        Tensor, shape (R, width)
        """
        basics, globals_ = [], []
        for name, level in zip(self.names, shared, strict=True):
            basic = self.get_submodule(name)(_pool(level.features, masks))
            basics.append(basic)
            globals_.append(self.cross_att_res(basic, level.keys, level.values))
        both = torch.cat(
            [
                self.cross_feat_linear(torch.stack(globals_).sum(0)),
                self.feat_linear(torch.stack(basics).sum(0)),
            ],
            dim=-1,
        )
        out: torch.Tensor = self.final_mlp(both)
        return out

    def local_tokens(self, crops: torch.Tensor) -> torch.Tensor:
        """The local token of each crop: (R, 3, S, S) -> (R, width)."""
        token = self.global_vit(crops).flatten(1)[:, None]
        out: torch.Tensor = self.mlp(self.sa(token))[:, 0]
        return out


def _pool(features: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Mean of (C, h, w) features inside each of R masks -> (R, C). Sums in float32 whatever the dtype."""
    small = F.interpolate(
        masks[:, None].float(), size=features.shape[1:], mode="bilinear", align_corners=False
    )
    inside = (small[:, 0] > 0).flatten(1).float()
    # Autocast would multiply in 16 bits; the meta device has none.
    with nullcontext() if features.is_meta else torch.autocast(features.device.type, enabled=False):
        pooled = inside @ features.flatten(1).float().T / (inside.sum(1, keepdim=True) + 1e-8)
    return pooled.to(features.dtype)
