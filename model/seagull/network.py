"""The SEAGULL network: ConvNeXt, projector, mask extractor and Llama, under the published names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import torch
from torch import nn
from transformers import AutoModel, AutoModelForCausalLM
from transformers.models.llama.modeling_llama import (
    LlamaForCausalLM,
    LlamaModel,
    LlamaPreTrainedModel,
)

from model.seagull.config import IMAGE_ID, SeagullConfig
from model.seagull.image_encoder import ImageEncoder
from model.seagull.layout import expand, place
from model.seagull.mask_extractor import LevelKeys, MaskExtractor

UNUSED = (
    r"rotary_emb\.inv_freq$",
    r"vision_tower\.visual\.head\.",
    r"vision_tower\.visual\.trunk\.head\.",
    r"^mask_extractor\.mask_linear\.",
)
"""Patterns of names that checkpoints carry and the network does not use."""


class PictureFeatures(NamedTuple):
    """All that depends on one picture alone."""

    image_tokens: torch.Tensor
    """(tokens, width)"""
    keys: tuple[LevelKeys, ...]
    """What the mask extractor shares among the picture's ROIs."""


class RoiTokens(NamedTuple):
    """The two tokens of each of R ROIs."""

    globals: torch.Tensor
    """(R, width)"""
    locals: torch.Tensor
    """(R, width)"""


class SeagullModel(LlamaModel):  # type: ignore[misc]
    """Llama's decoder, with the image encoder and the projector beside it under the published names."""

    config_class = SeagullConfig

    def __init__(self, config: SeagullConfig) -> None:
        super().__init__(config)
        self.vision_tower = ImageEncoder(config.encoder, config.encoder_options)
        self.mm_projector = nn.Linear(self.vision_tower.widths[config.image_level], config.hidden_size)


class SeagullForCausalLM(LlamaForCausalLM):  # type: ignore[misc]
    """The whole network. One prompt is about one picture and one ROI."""

    config_class = SeagullConfig
    _keys_to_ignore_on_load_unexpected: ClassVar[list[str]] = list(UNUSED)

    def __init__(self, config: SeagullConfig) -> None:
        LlamaPreTrainedModel.__init__(self, config)
        self.model = SeagullModel(config)
        self.vocab_size = config.vocab_size
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        encoder = self.model.vision_tower
        self.mask_extractor = MaskExtractor(
            side=config.picture_side,
            widths=encoder.widths,
            strides=encoder.strides,
            width=config.hidden_size,
            heads=config.extractor_heads,
            local_channels=config.local_channels,
        )
        self.post_init()

    @property
    def is_gradient_checkpointing(self) -> bool:
        """Whether activations are computed again in the backward pass; peft asks under this name."""
        return any(getattr(module, "gradient_checkpointing", False) for module in self.modules())

    def freeze_encoder(self) -> None:
        """Exclude the image encoder from training, as both stages of the paper do."""
        self.model.vision_tower.requires_grad_(False)

    @property
    def image_tokens(self) -> int:
        """Places that one image takes in a sequence: 1024 in the published network."""
        stride = self.model.vision_tower.strides[self.config.image_level]
        return int(self.config.picture_side // stride) ** 2

    def encode_levels(self, pictures: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Run the image encoder, without a graph where it is frozen.

        Parameters
        ----------
        pictures : Tensor, shape (P, 3, S, S)
            Prepared by `model.seagull.inputs.prepare_picture`.
        """
        encoder = self.model.vision_tower
        trained = any(p.requires_grad for p in encoder.parameters())
        with torch.set_grad_enabled(torch.is_grad_enabled() and trained):
            levels: tuple[torch.Tensor, ...] = encoder(pictures.to(self.dtype))
        return levels

    def encode_pictures(self, pictures: torch.Tensor) -> list[PictureFeatures]:
        """Compute what the ROIs and questions of each picture share.

        Parameters
        ----------
        pictures : Tensor, shape (P, 3, S, S)
        """
        return self.features_of(self.encode_levels(pictures))

    def features_of(self, levels: Sequence[torch.Tensor]) -> list[PictureFeatures]:
        """As `encode_pictures`, from encoder levels that were computed (or stored) before."""
        tokens = self.model.mm_projector(levels[self.config.image_level].flatten(2).transpose(1, 2))
        return [
            PictureFeatures(tokens[p], self.mask_extractor.level_keys([level[p] for level in levels]))
            for p in range(len(tokens))
        ]

    def roi_tokens(self, picture: PictureFeatures, masks: torch.Tensor, crops: torch.Tensor) -> RoiTokens:
        """The tokens of R ROIs of one picture; each is what it would be alone.

        Parameters
        ----------
        picture : PictureFeatures
        masks : Tensor of bool, shape (R, S, S)
        crops : Tensor, shape (R, 3, S, S)
        """
        return RoiTokens(
            self.mask_extractor.global_tokens(picture.keys, masks),
            self.mask_extractor.local_tokens(crops.to(self.dtype)),
        )

    def embed(
        self, ids: torch.Tensor, image_tokens: torch.Tensor | None = None, rois: RoiTokens | None = None
    ) -> torch.Tensor:
        """Embed expanded sequences, with image and ROI tokens in their places, in reading order.

        Parameters
        ----------
        ids : Tensor of int64, shape (B, L)
            As `model.seagull.layout.expand` gives it.
        image_tokens : Tensor, shape (N, width), optional
            One row for each place of `IMAGE_ID`.
        rois : RoiTokens, optional
            One row for each ``<global>``, one for each ``<local>``.

        Raises
        ------
        ValueError
            If places and tokens are not equally many.
        """
        embedded: torch.Tensor = self.model.embed_tokens(ids.clamp(min=0))
        if image_tokens is not None:
            embedded = place(embedded, ids == IMAGE_ID, image_tokens, "image")
        if rois is not None:
            if self.config.global_token_id is None or self.config.local_token_id is None:
                raise ValueError("the configuration does not tell the ids of <global> and <local>")
            embedded = place(embedded, ids == self.config.global_token_id, rois.globals, "<global>")
            embedded = place(embedded, ids == self.config.local_token_id, rois.locals, "<local>")
        return embedded

    def forward(
        self,
        input_ids: torch.Tensor | None = None,
        pixel_values: torch.Tensor | None = None,
        masks: torch.Tensor | None = None,
        crop_values: torch.Tensor | None = None,
        picture_index: Sequence[int] | None = None,
        attention_mask: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        inputs_embeds: torch.Tensor | None = None,
        **kwargs: Any,
    ) -> Any:
        """Next-token logits, and the loss where labels are given; differentiable throughout.

        Parameters
        ----------
        input_ids : Tensor of int64, shape (B, L)
            Each prompt names the image once (`IMAGE_ID`) and one ROI (``<global><local>``).
        pixel_values : Tensor, shape (P, 3, S, S), optional
            Prepared pictures; without them the call is Llama's own.
        masks : Tensor of bool, shape (B, S, S)
        crop_values : Tensor, shape (B, 3, S, S)
        picture_index : sequence of B ints, optional
            Which picture each prompt is about; by default prompt b is about picture b.
        attention_mask, labels : Tensor of shape (B, L), optional
            Labels are -100 where a position does not enter the loss.
        inputs_embeds : Tensor, shape (B, L, width), optional
            In place of ids, for sequences put together by `embed`. A 4-dimensional `attention_mask` and
            `position_ids` then allow packing.
        **kwargs
            As in `transformers.LlamaForCausalLM.forward`.

        Raises
        ------
        ValueError
            If the parts do not fit each other.
        """
        if pixel_values is not None:
            if input_ids is None or masks is None or crop_values is None:
                raise ValueError("a picture needs input_ids, masks and crop_values beside it")
            sequences = expand(input_ids, self.image_tokens, labels, attention_mask)
            index = list(range(len(input_ids))) if picture_index is None else list(picture_index)
            inputs_embeds = self._spliced(sequences.ids, pixel_values, masks, crop_values, index)
            input_ids, labels, attention_mask = None, sequences.labels, sequences.attention_mask
        return super().forward(
            input_ids=input_ids,
            attention_mask=attention_mask,
            inputs_embeds=inputs_embeds,
            labels=labels,
            **kwargs,
        )

    def _spliced(
        self,
        ids: torch.Tensor,
        pictures: torch.Tensor,
        masks: torch.Tensor,
        crops: torch.Tensor,
        index: list[int],
    ) -> torch.Tensor:
        if not len(ids) == len(masks) == len(crops) == len(index):
            raise ValueError("prompts, masks, crops and picture_index must be equally many")
        features = self.encode_pictures(pictures)
        globals_, locals_ = [torch.empty(0)] * len(ids), [torch.empty(0)] * len(ids)
        for p, picture in enumerate(features):
            rows = [row for row, about in enumerate(index) if about == p]
            if rows:
                tokens = self.roi_tokens(picture, masks[rows], crops[rows])
                for n, row in enumerate(rows):
                    globals_[row], locals_[row] = tokens.globals[n], tokens.locals[n]
        # An ablated token has no place in the prompts.
        rois = RoiTokens(
            torch.stack(globals_)[: None if self.config.with_global_token else 0],
            torch.stack(locals_)[: None if self.config.with_local_token else 0],
        )
        return self.embed(ids, torch.cat([features[p].image_tokens for p in index]), rois)


AutoModel.register(SeagullConfig, SeagullModel)
AutoModelForCausalLM.register(SeagullConfig, SeagullForCausalLM)
