"""The pictures of a run: read and held against their hashes, encoded once, given to the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from model.seagull.conversation import Conversation
from model.seagull.inputs import prepare_picture
from model.seagull.network import SeagullForCausalLM
from model.training.dataset import TrainingImage
from model.training.export_folder import ReadPicture
from model.training.levels_cache import LevelsCache
from model.training.passes import PictureInputs, picture_inputs, prefix_ids
from model.training.supervision import Lexicon, Packed, Sample, as_question, pack

_KEPT: Final = 4
"""Decoded pictures kept in memory: one may lie in two steps that follow each other."""


class Pictures:
    """Reads pictures, and makes passes of them.

    Parameters
    ----------
    network : SeagullForCausalLM
    conversation : Conversation
    cache : LevelsCache or None
        None where the encoder is trained, so that its levels change.
    read : ReadPicture
    tokens_per_pass : int
    """

    def __init__(
        self,
        network: SeagullForCausalLM,
        conversation: Conversation,
        cache: LevelsCache | None,
        read: ReadPicture,
        tokens_per_pass: int,
    ) -> None:
        self._network = network
        self._cache = cache
        self._read = read
        self._tokens = tokens_per_pass
        self._lexicon = Lexicon(conversation)
        self.prefix = len(prefix_ids(network, conversation))
        self._decoded: dict[str, npt.NDArray[np.uint8]] = {}

    def rgb(self, image: TrainingImage) -> npt.NDArray[np.uint8]:
        """The picture itself, (H, W, 3)."""
        key = image.image.sha256
        if key not in self._decoded:
            while len(self._decoded) >= _KEPT:
                del self._decoded[next(iter(self._decoded))]
            self._decoded[key] = image.image.read(self._read)
        return self._decoded[key]

    def passes(self, samples: Sequence[Sample]) -> list[Packed]:
        """The questions on one picture, packed."""
        questions = [(sample, as_question(self._lexicon, sample)) for sample in samples]
        return pack(questions, self.prefix, self._tokens)

    def levels(self, image: TrainingImage) -> tuple[torch.Tensor, ...]:
        """The encoder's levels of a picture, (1, C, h, w) each; computed once where they stay the same."""
        network, rgb = self._network, self.rgb(image)
        if self._cache is not None:
            return self._cache.levels(image.image.sha256, lambda: rgb)
        pixels = prepare_picture(rgb, network.config.picture_side)[None].to(network.device)
        return network.encode_levels(pixels)

    def inputs(self, image: TrainingImage, samples: Iterable[Sample]) -> PictureInputs:
        """What the network needs of a picture for some questions."""
        network, rgb = self._network, self.rgb(image)
        numbers = sorted({sample.roi for sample in samples})
        masks = {number: image.rois[number].roi.mask(rgb) for number in numbers}
        return picture_inputs(network, self.levels(image), rgb, masks)
