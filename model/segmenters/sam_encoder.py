"""SAM's image encoder, computed a strip at a time.

The same arithmetic as ``segment_anything.modeling.ImageEncoderViT.forward`` on the same weights, in
another order: attention scores exist for a few query rows at once and in memory that is used again,
never as one array of heads x 4096 x 4096. On a processor most of the time of the original goes into the
page faults of those arrays; on a GPU they set the peak memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from model.segmenters.protocol import Stopped

CPU_SCORE_BYTES: Final = 12 << 20
"""Attention scores held at once on a processor: they stay in its cache."""
GPU_SCORE_BYTES: Final = 256 << 20
_MLP_ROWS: Final = 1024


class StripEncoder:
    """Runs an ``ImageEncoderViT``. Inference only.

    Parameters
    ----------
    encoder : segment_anything.modeling.ImageEncoderViT
        In evaluation mode, with decomposed relative positions, on its device and in its dtype.
    score_bytes : int, optional
        Memory for attention scores; the result does not depend on it.
    """

    def __init__(self, encoder: Any, score_bytes: int | None = None) -> None:
        self.encoder = encoder
        weight = encoder.patch_embed.proj.weight
        self.device: torch.device = weight.device
        self.dtype: torch.dtype = weight.dtype
        default = CPU_SCORE_BYTES if self.device.type == "cpu" else GPU_SCORE_BYTES
        self.scores = (score_bytes or default) // weight.element_size()
        self.positions = [_relative_positions(block, encoder) for block in encoder.blocks]

    @torch.inference_mode()
    def __call__(self, picture: Tensor, cancelled: Callable[[], bool] | None = None) -> Tensor:
        """Encode one prepared picture.

        Parameters
        ----------
        picture : Tensor
            (1, 3, S, S), normalised and padded, S the encoder's ``img_size``.
        cancelled : callable, optional
            Asked before every block.

        Returns
        -------
        Tensor
            (1, C, S / 16, S / 16), as the original's.

        Raises
        ------
        Stopped
            If `cancelled` says so.
        """
        tokens = self.encoder.patch_embed(picture.to(self.device, self.dtype))
        if self.encoder.pos_embed is not None:
            tokens = tokens + self.encoder.pos_embed
        grid = tokens[0].contiguous()
        for block, positions in zip(self.encoder.blocks, self.positions, strict=True):
            if cancelled is not None and cancelled():
                raise Stopped
            if block.window_size > 0:
                mixed = self._windowed(block, positions, grid)
            else:
                mixed = self._everywhere(block, positions, grid)
            rows = grid.view(-1, grid.shape[-1])
            rows.add_(block.attn.proj.bias)
            rows.addmm_(mixed, block.attn.proj.weight.t())
            _add_mlp(block, rows)
        features: Tensor = self.encoder.neck(grid[None].permute(0, 3, 1, 2))
        return features

    def _everywhere(self, block: Any, positions: tuple[Tensor, Tensor], grid: Tensor) -> Tensor:
        """Attention of every token to every token, a few rows of the grid at a time: (H * W, D)."""
        attention = block.attn
        high, wide, width = grid.shape
        heads, count, depth = attention.num_heads, high * wide, width // attention.num_heads
        normed = block.norm1(grid).view(count, width)
        qkv = functional.linear(normed, attention.qkv.weight, attention.qkv.bias)
        q, k, v = qkv.view(count, 3, heads, depth).permute(1, 2, 0, 3)
        mixed = torch.empty_like(normed)
        step = max(1, min(high, self.scores // (heads * wide * count)))
        buffer = qkv.new_empty(heads * step * wide * count)
        for top in range(0, high, step):
            rows = min(step, high - top)
            part = slice(top * wide, (top + rows) * wide)
            query = q[:, part].reshape(heads, rows, wide, depth)
            scores = buffer[: heads * rows * wide * count].view(heads, rows * wide, count)
            over_h = positions[0][top : top + rows]
            _position_terms(query, over_h, positions[1], scores.view(heads, rows, wide, high, wide))
            scores.baddbmm_(q[:, part], k.transpose(1, 2), alpha=attention.scale)
            torch.softmax(scores, -1, out=scores)
            mixed[part].view(-1, heads, depth).copy_(torch.bmm(scores, v).transpose(0, 1))
        return mixed

    def _windowed(self, block: Any, positions: tuple[Tensor, Tensor], grid: Tensor) -> Tensor:
        """Attention within windows, one strip of windows at a time: (H * W, D).

        The last windows reach past the grid. Their extra tokens are zero, so what the projection makes
        of them is its bias: it is written, not computed.
        """
        attention, size = block.attn, block.window_size
        high, wide, width = grid.shape
        heads, depth, across = attention.num_heads, width // attention.num_heads, -(-wide // size)
        normed = block.norm1(grid)
        mixed = torch.empty_like(grid)
        padding = attention.qkv.bias.view(3, 1, heads, 1, 1, depth)
        windows = grid.new_empty(3, across, heads, size, size, depth)
        batch = across * heads
        scores = grid.new_empty(batch, size * size, size * size)
        result = grid.new_empty(batch, size * size, depth)
        for top in range(0, high, size):
            rows = min(size, high - top)
            strip = normed[top : top + rows].reshape(rows * wide, width)
            qkv = functional.linear(strip, attention.qkv.weight, attention.qkv.bias)
            tokens = qkv.view(rows, wide, 3, heads, depth).permute(2, 3, 0, 1, 4)
            if rows < size or wide % size:
                windows.copy_(padding.expand_as(windows))
            for column in range(across):
                left, right = column * size, min(wide, (column + 1) * size)
                windows[:, column, :, :rows, : right - left] = tokens[:, :, :, left:right]
            q, k, v = windows.view(3, batch, size * size, depth)
            _position_terms(
                q.view(batch, size, size, depth), *positions, scores.view(batch, size, size, size, size)
            )
            scores.baddbmm_(q, k.transpose(1, 2), alpha=attention.scale)
            torch.softmax(scores, -1, out=scores)
            torch.bmm(scores, v, out=result)
            out = result.view(across, heads, size, size, depth).permute(0, 2, 3, 1, 4)
            for column in range(across):
                left, right = column * size, min(wide, (column + 1) * size)
                target = mixed[top : top + rows, left:right].view(rows, right - left, heads, depth)
                target.copy_(out[column, :rows, : right - left])
        return mixed.view(-1, width)


def _relative_positions(block: Any, encoder: Any) -> tuple[Tensor, Tensor]:
    """The block's relative position vectors: [query row, key row, depth] and the same for columns."""
    from segment_anything.modeling.image_encoder import get_rel_pos

    side = block.window_size or encoder.pos_embed.shape[1]
    with torch.no_grad():
        vertical = get_rel_pos(side, side, block.attn.rel_pos_h)
        return vertical, get_rel_pos(side, side, block.attn.rel_pos_w)


def _position_terms(query: Tensor, over_h: Tensor, over_w: Tensor, out: Tensor) -> None:
    """Write both decomposed position terms into `out`.

    `query` is (B, h, w, C), `over_h` (h, K, C), `over_w` (w, K, C), `out` (B, h, w, K, K). After
    ``add_decomposed_rel_pos`` of segment-anything (there from MViTv2, eq. 4).
    """
    rel_h = torch.einsum("bhwc,hkc->bhwk", query, over_h)
    rel_w = torch.einsum("bhwc,wkc->bhwk", query, over_w)
    torch.add(rel_h[..., :, None], rel_w[..., None, :], out=out)


def _add_mlp(block: Any, rows: Tensor) -> None:
    """Add the block's two-layer network to `rows` (N, D) in place."""
    first, second = block.mlp.lin1, block.mlp.lin2
    for start in range(0, rows.shape[0], _MLP_ROWS):
        part = rows[start : start + _MLP_ROWS]
        hidden = functional.linear(block.norm2(part), first.weight, first.bias)
        hidden = block.mlp.act(hidden)
        part.add_(second.bias)
        part.addmm_(hidden, second.weight.t())
