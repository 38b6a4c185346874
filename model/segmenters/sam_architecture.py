"""Build segment-anything's own classes in the sizes that a set of weights has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
from torch import Tensor

from model.segmenters.protocol import SegmenterError

DECODER_HEADS: Final = 8
"""Heads of the mask decoder: the one size that its tensors do not tell, 8 in every published file."""
PIXEL_MEAN: Final = (123.675, 116.28, 103.53)
PIXEL_STD: Final = (58.395, 57.12, 57.375)
_NAMES: Final = {(768, 12): "ViT-B", (1024, 24): "ViT-L", (1280, 32): "ViT-H"}


@dataclass(frozen=True, slots=True)
class SamSizes:
    """The sizes of a SAM model, read off its tensors."""

    img_size: int
    """Side of the square the encoder takes, in pixels (1024 for the published weights)."""
    patch: int
    width: int
    depth: int
    heads: int
    mlp_ratio: float
    window: int
    """Side of the attention windows, in patches; 0 if every block attends everywhere."""
    everywhere: tuple[int, ...]
    """Blocks that attend to the whole picture."""
    channels: int
    """Channels of the embedding."""
    mask_channels: int
    decoder_depth: int
    decoder_mlp: int
    decoder_downsample: int
    masks: int
    iou_depth: int
    iou_hidden: int

    @property
    def name(self) -> str:
        """ViT-B, ViT-L, ViT-H, or the sizes."""
        return _NAMES.get((self.width, self.depth), f"ViT {self.width}x{self.depth}")


def read_sizes(weights: Mapping[str, Tensor], file: str) -> SamSizes:
    """Read the sizes off the tensors of `file`.

    Raises
    ------
    SegmenterError
        If these are not the tensors of a SAM model.
    """
    try:
        return _read_sizes(weights)
    except (KeyError, IndexError, ValueError, ZeroDivisionError) as error:
        raise _other_model(file) from error


def _read_sizes(weights: Mapping[str, Tensor]) -> SamSizes:
    patches = weights["image_encoder.patch_embed.proj.weight"].shape
    grid = weights["image_encoder.pos_embed"].shape[1]
    depth = _count(weights, r"image_encoder\.blocks\.(\d+)\.")
    spans = [weights[f"image_encoder.blocks.{i}.attn.rel_pos_h"].shape for i in range(depth)]
    everywhere = tuple(i for i, span in enumerate(spans) if span[0] == 2 * grid - 1)
    windows = {(span[0] + 1) // 2 for i, span in enumerate(spans) if i not in everywhere}
    if len(windows) > 1:
        raise ValueError(windows)
    decoder = "mask_decoder."
    attention = decoder + "transformer.final_attn_token_to_image.q_proj.weight"
    return SamSizes(
        img_size=grid * patches[2],
        patch=patches[2],
        width=patches[0],
        depth=depth,
        heads=patches[0] // spans[0][1],
        mlp_ratio=weights["image_encoder.blocks.0.mlp.lin1.weight"].shape[0] / patches[0],
        window=windows.pop() if windows else 0,
        everywhere=everywhere,
        channels=weights["image_encoder.neck.0.weight"].shape[0],
        mask_channels=weights["prompt_encoder.mask_downscaling.3.weight"].shape[0],
        decoder_depth=_count(weights, r"mask_decoder\.transformer\.layers\.(\d+)\."),
        decoder_mlp=weights[decoder + "transformer.layers.0.mlp.lin1.weight"].shape[0],
        decoder_downsample=weights[attention].shape[1] // weights[attention].shape[0],
        masks=weights[decoder + "mask_tokens.weight"].shape[0] - 1,
        iou_depth=_count(weights, r"mask_decoder\.iou_prediction_head\.layers\.(\d+)\."),
        iou_hidden=weights[decoder + "iou_prediction_head.layers.0.weight"].shape[0],
    )


def _count(weights: Mapping[str, Tensor], pattern: str) -> int:
    found = (re.match(pattern, name) for name in weights)
    return len({match.group(1) for match in found if match})


def build_sam(weights: Mapping[str, Tensor], sizes: SamSizes, file: str) -> Any:
    """A ``segment_anything.modeling.Sam`` in evaluation mode holding `weights`, on the processor.

    Raises
    ------
    SegmenterError
        If tensors are missing, left over or of the wrong shape.
    """
    sam = _meta_model(weights, sizes, file)
    sam.to_empty(device="cpu")
    sam.pixel_mean.copy_(torch.tensor(PIXEL_MEAN).view(-1, 1, 1))
    sam.pixel_std.copy_(torch.tensor(PIXEL_STD).view(-1, 1, 1))
    sam.load_state_dict(dict(weights))
    return sam.requires_grad_(False).eval()


def check_sam(weights: Mapping[str, Tensor], file: str) -> SamSizes:
    """Look through the tensors of `file` as `build_sam` does, and build nothing.

    Raises
    ------
    SegmenterError
        As `read_sizes` and `build_sam`.
    """
    sizes = read_sizes(weights, file)
    _meta_model(weights, sizes, file)
    return sizes


def _meta_model(weights: Mapping[str, Tensor], sizes: SamSizes, file: str) -> Any:
    """The model without memory: names and shapes are known to fit before any is taken.

    (And initialising ViT-H at random takes longer than reading it.)
    """
    try:
        with torch.device("meta"):
            sam = Sam(_encoder(sizes), *_decoder(sizes), PIXEL_MEAN, PIXEL_STD)
        wanted = {name: tuple(value.shape) for name, value in sam.state_dict().items()}
    except Exception as error:  # Sizes that make no network fail in any way at all.
        raise _other_model(file) from error
    if {name: tuple(value.shape) for name, value in weights.items()} != wanted:
        raise SegmenterError(
            f"{file} is not a complete SAM model: tensors are missing, left over or have the wrong shape; "
            "download it again."
        )
    return sam


def _other_model(file: str) -> SegmenterError:
    return SegmenterError(
        f"{file} holds the weights of another kind of model; choose a SAM file such as sam_vit_b_01ec64.pth."
    )


def _encoder(sizes: SamSizes) -> Any:
    return ImageEncoderViT(
        img_size=sizes.img_size,
        patch_size=sizes.patch,
        embed_dim=sizes.width,
        depth=sizes.depth,
        num_heads=sizes.heads,
        mlp_ratio=sizes.mlp_ratio,
        out_chans=sizes.channels,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        qkv_bias=True,
        use_rel_pos=True,
        window_size=sizes.window,
        global_attn_indexes=sizes.everywhere,
    )


def _decoder(sizes: SamSizes) -> tuple[Any, Any]:
    grid = sizes.img_size // sizes.patch
    prompts = PromptEncoder(
        embed_dim=sizes.channels,
        image_embedding_size=(grid, grid),
        input_image_size=(sizes.img_size, sizes.img_size),
        mask_in_chans=sizes.mask_channels,
    )
    transformer = TwoWayTransformer(
        depth=sizes.decoder_depth,
        embedding_dim=sizes.channels,
        num_heads=DECODER_HEADS,
        mlp_dim=sizes.decoder_mlp,
        attention_downsample_rate=sizes.decoder_downsample,
    )
    decoder = MaskDecoder(
        num_multimask_outputs=sizes.masks,
        transformer=transformer,
        transformer_dim=sizes.channels,
        iou_head_depth=sizes.iou_depth,
        iou_head_hidden_dim=sizes.iou_hidden,
    )
    return prompts, decoder
