"""Segment Anything (Kirillov et al., 2023) on the ``segment-anything`` package and its weights."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from model import devices
from model.segmenters.protocol import (
    Embedding,
    Hypothesis,
    Mask,
    Prompt,
    Rgb,
    SegmenterError,
    Stopped,
    WrongEmbedding,
)
from model.segmenters.sam_architecture import build_sam, read_sizes
from model.segmenters.sam_decoder import PictureTokens, TokenDecoder
from model.segmenters.sam_encoder import StripEncoder
from model.segmenters.weights import read_state_dict, verified_sha256

VERSION: Final = 1
"""Counts changes of what an embedding holds; part of the signature of cached ones."""
_KEPT_BYTES: Final = 128 << 20
"""Largest buffer that is kept between clicks (a mask of a picture of 33 megapixels)."""


class SamEmbedding:
    """What SAM knows of a picture: features, and the picture's size."""

    def __init__(self, features: Tensor, size: tuple[int, int]) -> None:
        self.features = features
        """(1, C, H, W) on the processor, in the precision they were computed in."""
        self.size = size
        """(height, width) of the picture in pixels."""

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return self.features.nbytes

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Features (float32, or float16 from a GPU: kept as they were computed, nothing is lost) and size."""
        return {"features": self.features.numpy(), "size": np.array(self.size, dtype=np.int64)}


class SamSegmenter:
    """Points, boxes or both in; three masks with predicted IoU out. Make it with `load`.

    Parameters
    ----------
    sam : segment_anything.modeling.Sam
        In evaluation mode.
    name : str
    signature : str
        See `protocol.Segmenter`.
    device : torch.device
    dtype : torch.dtype
        Of the encoder.
    """

    needs_encoding: Final = True

    def __init__(self, sam: Any, name: str, signature: str, device: torch.device, dtype: torch.dtype) -> None:
        self.name = name
        self.signature = signature
        self.device = device
        self._img_size: int = sam.image_encoder.img_size
        self._mean = sam.pixel_mean.clone()
        self._std = sam.pixel_std.clone()
        grid: tuple[int, int] = sam.prompt_encoder.image_embedding_size
        self._features: int = sam.prompt_encoder.embed_dim * grid[0] * grid[1]
        self._threshold = float(sam.mask_threshold)
        self._image_encoder = sam.image_encoder.to(device, dtype)
        self._encoder = StripEncoder(self._image_encoder)
        sam.mask_decoder.to(device)
        sam.prompt_encoder.to(device)
        self._decoder = TokenDecoder(sam)
        self._current: tuple[SamEmbedding, PictureTokens] | None = None
        self._upscaled: Tensor | None = None
        self._predicting = threading.Lock()

    @classmethod
    def load(
        cls, path: str | Path, device: str = "auto", *, half: bool | None = None, hashes: Path | None = None
    ) -> SamSegmenter:
        """Load a weights file.

        Parameters
        ----------
        path : str or Path
            ``sam_vit_b_01ec64.pth``, ``sam_vit_l_0b3195.pth``, ``sam_vit_h_4b8939.pth``, or any weights
            with the same names of tensors; sizes are read off the tensors.
        device : str
            "cuda", "mps", "cpu", or "auto" for the first of these that is there.
        half : bool, optional
            Encode in half precision; by default on GPUs only. Masks are always decoded in float32.
        hashes : Path, optional
            File that remembers verified hashes (see `verified_sha256`).

        Raises
        ------
        SegmenterError
            If the file is missing, damaged, renamed, holds code, or is another model's; if the device is
            not there or its memory does not suffice.
        """
        path = Path(path)
        digest = verified_sha256(path, hashes)
        weights = read_state_dict(path)
        sizes = read_sizes(weights, path.name)
        sam = build_sam(weights, sizes, path.name)
        place = choose_device(device)
        use_half = place.type != "cpu" if half is None else half
        dtype = torch.float16 if use_half else torch.float32
        signature = f"sam-{digest[:16]}-v{VERSION}"
        try:
            return cls(sam, f"SAM {sizes.name} ({digest[:6]})", signature, place, dtype)
        except RuntimeError as error:
            raise SegmenterError(
                f"SAM {sizes.name} does not fit on the {place.type} device; choose the processor or "
                "a smaller model."
            ) from error

    def embedding_bytes(self, height: int, width: int) -> int:
        """The same for every picture (see `Segmenter.embedding_bytes`)."""
        dtype: torch.dtype = next(self._image_encoder.parameters()).dtype
        return self._features * dtype.itemsize

    def encode(self, rgb: Rgb, cancelled: Callable[[], bool] | None = None) -> SamEmbedding:
        """Encode a picture as ``SamPredictor.set_image`` does (see `Segmenter.encode`)."""
        high, wide = rgb.shape[:2]
        new = _fitted(high, wide, self._img_size)
        reduced = Image.fromarray(rgb).resize((new[1], new[0]), Image.Resampling.BILINEAR)
        pixels = torch.from_numpy(np.array(reduced)).permute(2, 0, 1).contiguous()
        padding = (0, self._img_size - new[1], 0, self._img_size - new[0])
        picture = functional.pad((pixels - self._mean) / self._std, padding)[None]
        try:
            features = self._encoder(picture, cancelled)
            if features.dtype != torch.float32 and not bool(torch.isfinite(features).all()):
                # These weights overflow half precision: go on in single from here.
                self._encoder = StripEncoder(self._image_encoder.float())
                features = self._encoder(picture, cancelled)
            features = features.cpu()
        except Stopped:
            raise
        except (RuntimeError, MemoryError) as error:
            raise SegmenterError(
                f"The picture could not be encoded on the {self.device.type} device, which may be out of "
                "memory; close other programs or choose a smaller model."
            ) from error
        return SamEmbedding(features, (high, wide))

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> SamEmbedding:
        """See `Segmenter.from_arrays`."""
        shape = (1, self._decoder.pe.shape[-1], *self._decoder.side)
        features, size = arrays.get("features"), arrays.get("size")
        if features is None or size is None or features.shape != shape or size.shape != (2,):
            raise WrongEmbedding
        if features.dtype not in (np.float16, np.float32) or not np.isfinite(features).all():
            raise WrongEmbedding
        if size.dtype.kind not in "iu" or size.min() < 1:
            raise WrongEmbedding
        return SamEmbedding(torch.from_numpy(np.array(features)), (int(size[0]), int(size[1])))

    def predict(
        self, embedding: Embedding, prompt: Prompt, previous: Hypothesis | None = None
    ) -> list[Hypothesis]:
        """Three masks, the highest predicted IoU first (see `Segmenter.predict`)."""
        if not isinstance(embedding, SamEmbedding):
            raise WrongEmbedding
        if prompt.empty:
            raise SegmenterError("Click the object or draw a box around it first.")
        low_res: Tensor | None = None
        if (
            previous is not None
            and previous.low_res is not None
            and previous.prompt is not None
            and previous.prompt.is_prefix_of(prompt)
        ):
            low_res = torch.from_numpy(previous.low_res)[None, None].to(self.device)
        try:
            with self._predicting, torch.inference_mode():
                points, box = self._prompt_tensors(prompt, embedding.size)
                logits, ious = self._decoder(self._tokens(embedding), points, box, low_res)
                masks = [self._at_picture_size(one, embedding.size) for one in logits]
        except (RuntimeError, MemoryError) as error:
            raise SegmenterError(
                f"The mask could not be computed on the {self.device.type} device, which may be out of "
                "memory; close other programs and click again."
            ) from error
        low, scores = logits.cpu().numpy(), ious.cpu().numpy()
        order = np.argsort(-scores, kind="stable")
        return [Hypothesis(masks[i], float(scores[i]), low[i], prompt) for i in order]

    def _tokens(self, embedding: SamEmbedding) -> PictureTokens:
        """What all prompts on the picture share; kept for the picture that was asked about last."""
        if self._current is None or self._current[0] is not embedding:
            features = embedding.features.to(self.device, torch.float32)
            self._current = (embedding, self._decoder.prepare(features))
        return self._current[1]

    def _prompt_tensors(
        self, prompt: Prompt, size: tuple[int, int]
    ) -> tuple[tuple[Tensor, Tensor] | None, Tensor | None]:
        """Points and box in the encoder's frame, scaled as ``ResizeLongestSide`` does."""
        new = _fitted(*size, self._img_size)
        scale = np.array([new[1] / size[1], new[0] / size[0]])
        points: tuple[Tensor, Tensor] | None = None
        if prompt.points:
            places = np.array([point[:2] for point in prompt.points]) * scale
            labels = [[int(point[2]) for point in prompt.points]]
            points = (
                torch.as_tensor(places[None], dtype=torch.float32, device=self.device),
                torch.as_tensor(labels, dtype=torch.int32, device=self.device),
            )
        box: Tensor | None = None
        if prompt.box is not None:
            corners = (np.array(prompt.box).reshape(2, 2) * scale).reshape(1, 4)
            box = torch.as_tensor(corners, dtype=torch.float32, device=self.device)
        return points, box

    def _at_picture_size(self, logits: Tensor, size: tuple[int, int]) -> Mask:
        """``Sam.postprocess_masks`` and its threshold for one mask, in memory kept between clicks."""
        square = functional.interpolate(
            logits[None, None], (self._img_size, self._img_size), mode="bilinear", align_corners=False
        )
        new = _fitted(*size, self._img_size)
        if self._upscaled is None or self._upscaled.shape[2:] != size:
            self._upscaled = logits.new_empty(1, 1, *size)
        buffer = self._upscaled
        torch.ops.aten.upsample_bilinear2d.out(
            square[..., : new[0], : new[1]], size, False, None, None, out=buffer
        )
        if buffer.nbytes > _KEPT_BYTES:
            self._upscaled = None
        mask: Mask = (buffer[0, 0] > self._threshold).cpu().numpy()
        return mask


def choose_device(wanted: str) -> torch.device:
    """The device of that name, or for "auto" the best there is.

    Raises
    ------
    SegmenterError
        If the machine has no such device.
    """
    try:
        return devices.choose_device(wanted)
    except devices.NoDeviceError as error:
        raise SegmenterError(str(error)) from error


def _fitted(high: int, wide: int, side: int) -> tuple[int, int]:
    """Size of a picture whose longest side becomes `side` (``ResizeLongestSide``)."""
    scale = side * 1.0 / max(high, wide)
    return int(high * scale + 0.5), int(wide * scale + 0.5)
