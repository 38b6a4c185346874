"""What every segmenter takes and gives. No torch and no OpenCV here: the window imports it at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rgb = NDArray[np.uint8]
Point = tuple[float, float, bool]
Box = tuple[float, float, float, float]


class SegmenterError(Exception):
    """A segmenter cannot be loaded or used. ``str(error)`` is one sentence meant for a person."""


class WrongEmbedding(SegmenterError):
    """An embedding was made by another segmenter."""

    def __init__(self) -> None:
        super().__init__("The stored embedding was made by another segmenter; encode the picture again.")


class Stopped(Exception):
    """Work was given up because the caller no longer wants it. Not an error to show."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a person pointed at, in pixels of the displayed picture; (0, 0) is its top left corner."""

    points: tuple[Point, ...] = ()
    """(x, y, positive) in the order of the clicks; positive False means "not this"."""
    box: Box | None = None
    """(x0, y0, x1, y1), or None."""

    @property
    def empty(self) -> bool:
        """Whether nothing was pointed at."""
        return not self.points and self.box is None

    def is_prefix_of(self, other: Prompt) -> bool:
        """Whether `other` begins with exactly this prompt and adds at least one click to it."""
        count = len(self.points)
        return self.box == other.box and count < len(other.points) and self.points == other.points[:count]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One mask a segmenter proposes for a prompt."""

    mask: Mask
    """(H, W), of the displayed picture's size."""
    predicted_iou: float | None = None
    """What the segmenter expects the mask's IoU with the object to be, about 0..1; None if it cannot say."""
    low_res: NDArray[np.float32] | None = field(default=None, repr=False)
    """The logits behind the mask (256 x 256 for the published SAM weights), to feed back."""
    prompt: Prompt | None = None
    """The prompt that this answers."""


class Embedding(Protocol):
    """What `Segmenter.encode` makes of a picture. Only its own segmenter looks inside."""

    @property
    def nbytes(self) -> int:
        """Memory it holds, in bytes."""

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that `Segmenter.from_arrays` makes the same embedding from."""


class Segmenter(Protocol):
    """Masks from prompts. One thread may encode while another predicts."""

    @property
    def name(self) -> str:
        """Shown to people and stored with ROIs, such as "SAM ViT-B (01ec64)"."""

    @property
    def signature(self) -> str:
        """Names the weights and the version of the computation; signs cached embeddings."""

    @property
    def needs_encoding(self) -> bool:
        """Whether `encode` takes so long that its results are worth a cache on disk."""

    def embedding_bytes(self, height: int, width: int) -> int:
        """Memory that the embedding of a picture of so many pixels takes, in bytes (`Embedding.nbytes`)."""

    def encode(self, rgb: Rgb, cancelled: Callable[[], bool] | None = None) -> Embedding:
        """Prepare a picture, uint8 (H, W, 3), for any number of prompts.

        Raises
        ------
        Stopped
            If `cancelled` says so.
        SegmenterError
            If it cannot be done, for example for want of memory.
        """

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> Embedding:
        """The embedding that `Embedding.to_arrays` was called on.

        Raises
        ------
        WrongEmbedding
            If the arrays are of another segmenter.
        """

    def predict(
        self, embedding: Embedding, prompt: Prompt, previous: Hypothesis | None = None
    ) -> list[Hypothesis]:
        """One to three masks for a prompt, the most likely first.

        Parameters
        ----------
        embedding : Embedding
            Of the picture, from this segmenter.
        prompt : Prompt
            Not empty.
        previous : Hypothesis, optional
            The mask on the same picture that the person is improving. It is made use of only if its
            prompt is an exact prefix of `prompt`.

        Raises
        ------
        SegmenterError
            If the prompt is empty, or the embedding another segmenter's.
        """


@dataclass(frozen=True, slots=True)
class SegmenterSpec:
    """A segmenter that could be loaded."""

    name: str
    path: str | None
    """The weights file; None for a segmenter without weights."""
    kind: str
    """``"sam"`` or ``"classical"``."""
