"""The image encoder: a timm ConvNeXt, read at all four of its levels."""

from __future__ import annotations

from typing import Any

import timm
import torch
from torch import nn

from model.seagull.encoder_rules import check_encoder, check_encoder_options


class _Visual(nn.Module):
    """Only there so that the weights are called ``visual.trunk.*``, as published."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        super().__init__()
        self.trunk = timm.create_model(name, pretrained=False, num_classes=0, **options)
        # The classifier's norm is in the checkpoint and not used.
        self.trunk.head = nn.Identity()


class _Clip(nn.Module):
    """Only there for the names, as `_Visual`."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        super().__init__()
        self.visual = _Visual(name, options)


class ImageEncoder(nn.Module):
    """A ConvNeXt without its head.

    Parameters
    ----------
    name : str
        timm's name of the network, one of `model.seagull.encoder_rules.ENCODERS`.
    options : dict, optional
        Depths and dims that replace the network's own.

    Raises
    ------
    ValueError
        If it is another network, or anything else is given.
    """

    def __init__(self, name: str, options: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.vision_tower = _Clip(check_encoder(name), check_encoder_options(options))
        info = self.vision_tower.visual.trunk.feature_info
        self.widths: tuple[int, ...] = tuple(level["num_chs"] for level in info)
        """Channels of each level."""
        self.strides: tuple[int, ...] = tuple(level["reduction"] for level in info)
        """Picture pixels per feature pixel, of each level."""

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Encode prepared pictures.

        Parameters
        ----------
        pictures : Tensor, shape (P, 3, S, S)

        Returns
        -------
        tuple of four Tensors
            res2 to res5: (P, C_j, S / stride_j, S / stride_j).
        """
        trunk = self.vision_tower.visual.trunk
        features = trunk.stem(pictures)
        levels = []
        for stage in trunk.stages:
            features = stage(features)
            levels.append(features)
        return tuple(levels)
