"""SAM's mask decoder with the picture kept as rows of tokens.

The same arithmetic as ``segment_anything.modeling.MaskDecoder`` on the same weights. The original moves
between (C, H, W) and (H * W, C) and works out the same positional encoding at every click; here the
tokens stay rows, transposed convolutions of stride 2 are the matrix products that they are, and what
depends only on the weights or only on the picture is computed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class PictureTokens:
    """The part of decoding that depends only on the picture."""

    rows: Tensor
    """(1, H * W, C), the features as rows, without a mask."""
    plain: Tensor
    """The same with the "no mask" vector added."""
    first_keys: Tensor
    first_values: Tensor
    """Keys and values that the first layer's prompt tokens attend to when no mask is fed back."""


class TokenDecoder:
    """Low-resolution logits and predicted IoUs of a ``segment_anything.modeling.Sam`` in float32."""

    def __init__(self, sam: Any) -> None:
        self.prompts = sam.prompt_encoder
        decoder = sam.mask_decoder
        self.decoder = decoder
        self.side: tuple[int, int] = tuple(self.prompts.image_embedding_size)
        up = decoder.output_upscaling
        with torch.inference_mode():
            self.pe: Tensor = self.prompts.get_dense_pe().flatten(2).transpose(1, 2).contiguous()
            self.output_tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
            self.up1 = _as_product(up[0])
            self.up2 = _as_product(up[3])

    @torch.inference_mode()
    def prepare(self, features: Tensor) -> PictureTokens:
        """Compute what all prompts on a picture share; `features` is (1, C, H, W), float32."""
        rows = features.flatten(2).transpose(1, 2).contiguous()
        plain = rows + self.prompts.no_mask_embed.weight
        attention = self.decoder.transformer.layers[0].cross_attn_token_to_image
        return PictureTokens(rows, plain, attention.k_proj(plain + self.pe), attention.v_proj(plain))

    @torch.inference_mode()
    def __call__(
        self,
        picture: PictureTokens,
        points: tuple[Tensor, Tensor] | None,
        box: Tensor | None,
        low_res: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """Answer one prompt.

        Parameters
        ----------
        picture : PictureTokens
        points : tuple of Tensor, optional
            Coordinates (1, N, 2) in the encoder's input frame and labels (1, N), 1 or 0.
        box : Tensor, optional
            (1, 4) in the same frame.
        low_res : Tensor, optional
            Logits of an earlier answer, (1, 1, 4 H, 4 W).

        Returns
        -------
        tuple of Tensor
            Logits (3, 4 H, 4 W) and predicted IoUs (3,), in the weights' order.
        """
        sparse, dense = self.prompts(points=points, boxes=box, masks=low_res)
        first = self.output_tokens[None]
        point_tokens = torch.cat([first, sparse], dim=1)
        keys = picture.plain if low_res is None else picture.rows + dense.flatten(2).transpose(1, 2)
        queries = point_tokens
        transformer = self.decoder.transformer
        for number, layer in enumerate(transformer.layers):
            if layer.skip_first_layer_pe:
                queries = _attend(layer.self_attn, queries, queries, queries)
            else:
                q = queries + point_tokens
                queries = queries + _attend(layer.self_attn, q, q, queries)
            queries = layer.norm1(queries)
            cross = layer.cross_attn_token_to_image
            if number == 0 and low_res is None:
                k, v = picture.first_keys, picture.first_values
            else:
                k, v = cross.k_proj(keys + self.pe), cross.v_proj(keys)
            queries = layer.norm2(queries + _mix(cross, cross.q_proj(queries + point_tokens), k, v))
            queries = layer.norm3(queries + layer.mlp(queries))
            back = layer.cross_attn_image_to_token
            keys = layer.norm4(keys + _attend(back, keys + self.pe, queries + point_tokens, queries))
        final = transformer.final_attn_token_to_image
        queries = queries + _attend(final, queries + point_tokens, keys + self.pe, keys)
        queries = transformer.norm_final_attn(queries)[0]
        return self._masks(keys[0], queries[1:]), self.decoder.iou_prediction_head(queries[:1])[0, 1:]

    def _masks(self, keys: Tensor, mask_tokens: Tensor) -> Tensor:
        """Upscale the picture's rows fourfold and read the three masks off them: (3, 4 H, 4 W)."""
        decoder, (high, wide) = self.decoder, self.side
        count = decoder.num_mask_tokens
        readers = torch.stack([decoder.output_hypernetworks_mlps[i](mask_tokens[i]) for i in range(1, count)])
        norm = decoder.output_upscaling[1]
        activate = decoder.output_upscaling[2]
        fine = functional.linear(keys, *self.up1).view(keys.shape[0] * 4, -1)
        fine = activate(functional.layer_norm(fine, norm.weight.shape, norm.weight, norm.bias, norm.eps))
        fine = activate(functional.linear(fine, *self.up2)).view(fine.shape[0] * 4, -1)
        logits = readers @ fine.t()
        # A row's children lie in the order of both doublings: down, right, down, right.
        blocks: Tensor = logits.view(count - 1, high, wide, 2, 2, 2, 2).permute(0, 1, 3, 5, 2, 4, 6)
        return blocks.reshape(count - 1, high * 4, wide * 4)


def _as_product(convolution: Any) -> tuple[Tensor, Tensor]:
    """Weight (4 * out, in) and bias (4 * out) of a transposed convolution of size 2 and stride 2."""
    weight: Tensor = convolution.weight
    channels, out = weight.shape[:2]
    return weight.permute(2, 3, 1, 0).reshape(4 * out, channels).contiguous(), convolution.bias.repeat(4)


def _attend(attention: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """``segment_anything.modeling.transformer.Attention``."""
    return _mix(attention, attention.q_proj(q), attention.k_proj(k), attention.v_proj(v))


def _mix(attention: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """The part of an attention after its three input projections; all (1, N, C)."""
    heads = attention.num_heads
    q, k, v = (x.view(1, x.shape[1], heads, -1).transpose(1, 2) for x in (q, k, v))
    mixed = functional.scaled_dot_product_attention(q, k, v)
    out: Tensor = attention.out_proj(mixed.transpose(1, 2).reshape(1, q.shape[2], -1))
    return out
