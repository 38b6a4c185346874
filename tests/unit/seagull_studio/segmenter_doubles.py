"""A segmenter whose work the test lets go on when it likes: threads cannot be tested by waiting a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.segmenters.protocol import Embedding, Hypothesis, Prompt, Rgb, SegmenterError, Stopped


class StepEmbedding:
    """Carries the grey value of its picture and a size in bytes."""

    def __init__(self, value: int, nbytes: int = 100) -> None:
        self.value = value
        self.nbytes = nbytes

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        return {"value": np.array([self.value])}


class StepSegmenter:
    """Encodes and predicts only as `go` and `go_predict` allow; remembers what it was asked."""

    needs_encoding = True

    def __init__(self, name: str = "Step") -> None:
        self.name = name
        self.signature = f"step-{name}"
        self.encoding: list[int] = []
        self.stopped: list[int] = []
        self.asked: list[tuple[Prompt, Hypothesis | None]] = []
        self.go = threading.Event()
        self.go.set()
        self.go_predict = threading.Event()
        self.go_predict.set()
        self.predicting = threading.Event()
        self.fails: set[int] = set()

    def embedding_bytes(self, height: int, width: int) -> int:
        return 100

    def encode(self, rgb: Rgb, cancelled: Callable[[], bool] | None = None) -> StepEmbedding:
        value = int(rgb[0, 0, 0])
        self.encoding.append(value)
        if value in self.fails:
            raise SegmenterError(f"Picture {value} cannot be encoded; try another.")
        while not self.go.wait(0.002):
            if cancelled is not None and cancelled():
                self.stopped.append(value)
                raise Stopped
        return StepEmbedding(value)

    def from_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> StepEmbedding:
        return StepEmbedding(int(arrays["value"][0]))

    def predict(
        self, embedding: Embedding, prompt: Prompt, previous: Hypothesis | None = None
    ) -> list[Hypothesis]:
        self.predicting.set()
        self.go_predict.wait(10)
        self.asked.append((prompt, previous))
        if prompt.empty:
            raise SegmenterError("Click the object first.")
        assert isinstance(embedding, StepEmbedding)
        mask = np.zeros((4, 4), np.bool_)
        low = np.zeros((2, 2), np.float32)
        return [Hypothesis(mask, embedding.value + k / 10, low, prompt) for k in (3, 2, 1)]
