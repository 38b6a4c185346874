"""A SAM of segment-anything's own classes, small enough for tests, with random weights."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer


def build(*, seed: int = 0, side: int = 128, heads: int = 2, window: int = 3) -> Any:
    """Three blocks of width 32 (the middle one attends everywhere), embedding of 32 channels."""
    torch.manual_seed(seed)
    grid = side // 16
    encoder = ImageEncoderViT(
        img_size=side,
        embed_dim=32,
        depth=3,
        num_heads=heads,
        out_chans=32,
        norm_layer=lambda width: torch.nn.LayerNorm(width, eps=1e-6),
        use_rel_pos=True,
        window_size=window,
        global_attn_indexes=(1,),
    )
    prompts = PromptEncoder(
        embed_dim=32, image_embedding_size=(grid, grid), input_image_size=(side, side), mask_in_chans=16
    )
    transformer = TwoWayTransformer(depth=2, embedding_dim=32, num_heads=8, mlp_dim=64)
    decoder = MaskDecoder(
        transformer_dim=32, transformer=transformer, num_multimask_outputs=3, iou_head_hidden_dim=32
    )
    sam = Sam(encoder, prompts, decoder).eval()
    with torch.no_grad():
        for name, parameter in sam.named_parameters():
            # These start at zero; leaving them there would hide a mistake in their use.
            if "rel_pos" in name or "pos_embed" in name or name.endswith("bias"):
                parameter.normal_(0, 0.2)
    return sam.requires_grad_(False)


def save(sam: Any, folder: Path, name: str = "sam_vit_b_{}.pth") -> Path:
    """Save the weights under `name`, with the beginning of their MD5 where it says {}, as Meta does."""
    path = folder / "weights.tmp"
    torch.save(sam.state_dict(), path)
    digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    return path.rename(folder / name.format(digest[:6]))


def picture(high: int, wide: int, seed: int = 0) -> np.ndarray:
    """A smooth random picture, uint8 (high, wide, 3)."""
    coarse = np.random.default_rng(seed).random((high // 16 + 1, wide // 16 + 1, 3))
    fine = coarse.repeat(16, axis=0).repeat(16, axis=1)[:high, :wide]
    return (fine * 255).astype(np.uint8)
