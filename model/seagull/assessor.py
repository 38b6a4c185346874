"""``assess(image, masks)``: what the network says of each ROI, in numbers, many times faster than one by one.

The picture is encoded once and its prefix (about 1,060 tokens) runs through the language model once. All
ROIs and questions then share it as branches (see `model.seagull.token_tree`), a bounded number at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS
from model.seagull import questions, readings
from model.seagull.assessment import Assessment, DistortionReading
from model.seagull.conversation import Conversation, shared_prefix
from model.seagull.device_errors import translate_device_errors
from model.seagull.errors import MemoryShortError, stop_if
from model.seagull.forks import Forks
from model.seagull.inputs import check_mask, check_picture, prepare_crop, prepare_mask, prepare_picture
from model.seagull.layout import expand_ids
from model.seagull.memory import HalvingBatches, is_out_of_memory
from model.seagull.network import PictureFeatures, RoiTokens, SeagullForCausalLM
from model.seagull.prefix_cache import PrefixCache
from model.seagull.readings import Pair, PairOutcome

Mode = Literal["own", "given"]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class OpenPicture:
    """A picture with its shared prefix; good for any number of calls, until the next one is opened."""

    image: npt.NDArray[np.uint8]
    features: PictureFeatures
    cache: PrefixCache
    length: int
    """Tokens of the prefix."""


class Assessor:
    """Assesses ROIs with one network.

    Parameters
    ----------
    network : SeagullForCausalLM
        On its device, in its dtype.
    tokenizer : transformers tokenizer
        The checkpoint's own.
    mode : {"own", "given"}
        "own": the model answers freely and the levels are weighed where its answer puts them; for every
        checkpoint that answers in sentences. "given": the levels are weighed in the answer text that
        models trained here give; no answers are written, so it is fast.
    max_new_tokens : int
        Limit of a free answer; one that has not ended by then is reported as cut.
    tokens_at_once : int
        Bound of the tokens that one batch of branches has after the prefix, whatever the number of ROIs. Each
        costs 0.5 MB of cache in a 7B network at 16 bits.
    rois_at_once : int
        ROIs whose crops are prepared together.
    """

    def __init__(
        self,
        network: SeagullForCausalLM,
        tokenizer: Any,
        *,
        mode: Mode = "own",
        max_new_tokens: int = 64,
        tokens_at_once: int = 2048,
        rois_at_once: int = 16,
    ) -> None:
        if mode not in ("own", "given"):
            raise ValueError(f"mode is 'own' or 'given', not {mode!r}")
        self.network = network.eval()
        self.conversation = Conversation(tokenizer, network.config)
        self.mode: Mode = mode
        self._max_new_tokens = max_new_tokens
        self._tokens_at_once = tokens_at_once
        self._rois = HalvingBatches(rois_at_once)
        self._pairs = HalvingBatches(tokens_at_once // self._tokens_per_pair())

    def assess(
        self,
        image: npt.NDArray[np.uint8],
        masks: Sequence[npt.NDArray[np.generic]],
        *,
        cancelled: Cancelled | None = None,
    ) -> list[Assessment]:
        """Assess the ROIs of one picture.

        Parameters
        ----------
        image : ndarray of uint8, shape (H, W, 3)
            RGB.
        masks : sequence of ndarray, shape (H, W)
            Non-zero inside the ROI.
        cancelled : callable, optional
            Asked before each batch and each pass of the language model after the picture's own.

        Returns
        -------
        list of Assessment
            One per mask, in order; each is what the ROI would get alone.

        Raises
        ------
        RoiError
            If the picture is no 8-bit RGB, or a mask is empty or of another size. Checked before any work.
        MemoryShortError
            If the device has no memory even for one question on one ROI.
        DeviceLostError, UnsupportedOperationError
            If the device fails, or lacks something.
        AssessmentStopped
            If `cancelled` says so.
        """
        check_picture(image)
        checked = [check_mask(mask, image) for mask in masks]
        if not checked:
            return []
        stop_if(cancelled)
        return self.assess_rois(self.open_picture(image), checked, cancelled=cancelled)

    @torch.inference_mode()
    def open_picture(
        self, image: npt.NDArray[np.uint8], levels: Sequence[torch.Tensor] | None = None
    ) -> OpenPicture:
        """Encode a picture and compute the prefix that all its ROIs and questions share.

        Parameters
        ----------
        image : ndarray of uint8, shape (H, W, 3)
            RGB.
        levels : sequence of Tensor, optional
            The encoder's levels of the picture, (1, C, h, w) each, where they were computed before.

        Raises
        ------
        RoiError, MemoryShortError, DeviceLostError, UnsupportedOperationError
            As in `assess`.
        """
        with translate_device_errors():
            return self._open(image, levels)

    def _open(self, image: npt.NDArray[np.uint8], levels: Sequence[torch.Tensor] | None) -> OpenPicture:
        network = self.network
        ids = expand_ids(self.conversation.picture_ids, network.image_tokens)
        cache = PrefixCache(network.config.num_hidden_layers, room=self._tokens_at_once)
        try:
            if levels is None:
                pixels = prepare_picture(image, network.config.picture_side)[None].to(network.device)
                levels = network.encode_levels(pixels)
            features = network.features_of([level.to(network.device) for level in levels])[0]
            embedded = network.embed(torch.tensor([ids], device=network.device), features.image_tokens)
            network.model(inputs_embeds=embedded, cache=cache, use_cache=True)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise MemoryShortError(
                "The device has too little memory for one picture; close other programs on it, or use "
                "another device."
            ) from None
        return OpenPicture(image, features, cache, len(ids))

    def assess_rois(
        self,
        picture: OpenPicture,
        masks: Sequence[npt.NDArray[np.generic]],
        *,
        cancelled: Cancelled | None = None,
    ) -> list[Assessment]:
        """Assess ROIs of a picture opened before; parameters and errors as in `assess`."""
        asked = (*questions.ANALYSES, *questions.JUDGEMENTS)
        outcomes = self.ask(picture, masks, asked, cancelled=cancelled)
        side = self.network.config.picture_side
        return [
            self._assessment(
                dict(zip(asked, outcomes[r * len(asked) : (r + 1) * len(asked)], strict=True)),
                seen=bool(prepare_mask(mask != 0, side).any()),
            )
            for r, mask in enumerate(masks)
        ]

    @torch.inference_mode()
    def ask(
        self,
        picture: OpenPicture,
        masks: Sequence[npt.NDArray[np.generic]],
        asked: Sequence[str],
        *,
        cancelled: Cancelled | None = None,
    ) -> list[PairOutcome]:
        """Ask some questions about each ROI of a picture opened before.

        Parameters
        ----------
        picture : OpenPicture
        masks : sequence of ndarray, shape (H, W)
        asked : sequence of str
            Keys of `questions.ANALYSES` and `questions.JUDGEMENTS`.
        cancelled : callable, optional
            As in `assess`.

        Returns
        -------
        list of Outcome
            All questions on the first ROI, then all on the second, and so on.

        Raises
        ------
        RoiError, MemoryShortError, DeviceLostError, UnsupportedOperationError, AssessmentStopped
            As in `assess`.
        """
        if not masks:
            return []
        checked = [check_mask(mask, picture.image) for mask in masks]
        pairs = [Pair(roi, question) for roi in range(len(checked)) for question in asked]
        with translate_device_errors():
            tokens = self._rois.run(checked, lambda batch: self._roi_tokens(picture, batch), cancelled)
            rois = RoiTokens(*(torch.stack(column) for column in zip(*tokens, strict=True)))
            return self._pairs.run(
                pairs, lambda batch: self._read(picture, rois, batch, cancelled), cancelled
            )

    def _roi_tokens(
        self, picture: OpenPicture, masks: Sequence[npt.NDArray[np.bool_]]
    ) -> list[tuple[torch.Tensor, torch.Tensor]]:
        network, side = self.network, self.network.config.picture_side
        tokens = network.roi_tokens(
            picture.features,
            torch.stack([prepare_mask(mask, side) for mask in masks]).to(network.device),
            torch.stack([prepare_crop(picture.image, mask, side) for mask in masks]).to(network.device),
        )
        return list(zip(tokens.globals, tokens.locals, strict=True))

    def _read(
        self, picture: OpenPicture, rois: RoiTokens, pairs: Sequence[Pair], cancelled: Cancelled | None
    ) -> list[PairOutcome]:
        tree = Forks(self.network, picture.cache, picture.length, rois, cancelled)
        if self.mode == "given":
            return readings.read_given_answers(tree, self.conversation, pairs)
        return readings.read_own_answers(tree, self.conversation, pairs, self._max_new_tokens)

    def _tokens_per_pair(self) -> int:
        """A generous estimate of the tokens that one question adds, the ROI's shared ones among them."""
        tails = [
            self.conversation.tail_ids(text)
            for text in (*questions.ANALYSES.values(), *questions.JUDGEMENTS.values())
        ]
        shared = shared_prefix(tails)
        own = sum(len(tail) - shared for tail in tails)
        answers = len(questions.ANALYSES) * (self._max_new_tokens if self.mode == "own" else 0) + 64
        return max(1, (shared + own + answers) // len(tails))

    def _assessment(self, found: dict[str, PairOutcome], *, seen: bool) -> Assessment:
        analyses = {q: found[q] for q in questions.ANALYSES}
        listed = analyses[questions.DISTORTION_LIST]
        distortions = {
            name: DistortionReading(
                presence=found[name].presence,
                severity=listed.levels.get(name),
                mentioned=None if listed.mentioned is None else name in listed.mentioned,
            )
            for name in DISTORTIONS
        }
        quality = analyses[questions.QUALITY].levels.get(questions.QUALITY)
        importance = analyses[questions.IMPORTANCE].levels.get(questions.IMPORTANCE)
        replies = {q: outcome.reply for q, outcome in analyses.items()}
        if self.mode == "given" and quality is not None and importance is not None:
            levels = {
                name: reading.severity.level
                for name, reading in distortions.items()
                if reading.severity is not None and reading.presence > 0.5
            }
            replies = {
                questions.QUALITY: texts.quality_answer(quality.level),
                questions.IMPORTANCE: texts.importance_answer(importance.level),
                questions.DISTORTION_LIST: texts.distortion_answer(levels),
            }
        return Assessment(
            quality=quality,
            importance=importance,
            distortions=distortions,
            replies=replies,
            unreadable=tuple(q for q, outcome in analyses.items() if not outcome.readable),
            cut=tuple(q for q, outcome in analyses.items() if outcome.cut),
            note="" if seen else "The ROI is too thin for the network, which sees none of its pixels.",
        )
