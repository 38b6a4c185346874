"""The configuration of a SEAGULL network: widths, depths and encoder are numbers here, never constants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import AutoConfig, LlamaConfig

from model.seagull.config_rules import check_together, checked_entries

IMAGE_ID = -200
"""Stands for the whole image in a list of token ids, until the image tokens are spliced in."""


class SeagullConfig(LlamaConfig):  # type: ignore[misc]
    """Llama's configuration with the encoder's and the mask extractor's beside it.

    Parameters
    ----------
    encoder : str
        Name of a timm ConvNeXt, one of `model.seagull.encoder_rules.ENCODERS`.
    encoder_options : dict, optional
        Sizes that replace the encoder's own, depths and dims only:
        ``{"depths": [1, 1, 1, 1], "dims": [8, 16, 24, 32]}``.
    picture_side : int
        Side of the square pictures the network sees, in pixels; a multiple of 32.
    image_level : int
        Which of the four encoder levels becomes the image tokens, 0..3; the published weights take 2 (res4).
    extractor_heads : int
        Attention heads of the mask extractor.
    local_channels : int
        Channels between the two 1 x 1 convolutions that read the crop.
    with_global_token, with_local_token : bool
        Whether a prompt has the ROI's ``<global>`` and ``<local>`` token; off for the paper's ablations. The
        mask extractor keeps all its weights, so that checkpoints stay of one layout.
    global_token_id, local_token_id : int, optional
        Ids of the added words ``<global>`` and ``<local>``; None until a tokenizer tells them.
    **kwargs
        Everything that Llama takes.
    """

    model_type = "seagull"

    encoder: str = "convnext_large"
    encoder_options: dict[str, Any] | None = None
    picture_side: int = 512
    image_level: int = 2
    extractor_heads: int = 8
    local_channels: int = 5
    with_global_token: bool = True
    with_local_token: bool = True
    global_token_id: int | None = None
    local_token_id: int | None = None

    @property
    def extractor_width(self) -> int:
        """Width inside the mask extractor: the crop, pooled by 16 in both directions, as one token."""
        return int(self.picture_side // 16) ** 2


AutoConfig.register(SeagullConfig.model_type, SeagullConfig)


def published_7b() -> SeagullConfig:
    """The configuration of SEAGULL-7B: Vicuna-7B with the two added words, and all else as by default."""
    return SeagullConfig(
        vocab_size=32_002,
        hidden_size=4096,
        intermediate_size=11_008,
        num_hidden_layers=32,
        num_attention_heads=32,
        max_position_embeddings=2048,
        rms_norm_eps=1e-5,
    )


def from_published(entries: Mapping[str, Any]) -> SeagullConfig:
    """Read a ``config.json``, whatever model type its authors gave it.

    Parameters
    ----------
    entries : mapping
        The file's content. Keys of the authors' training program are passed over.

    Raises
    ------
    ValueError
        If an entry is out of its bounds, or two do not fit each other (`model.seagull.config_rules`).
    """
    config = SeagullConfig(**checked_entries(entries))
    check_together(config)
    return config
