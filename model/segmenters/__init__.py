"""Segmenters: masks from clicks and boxes. Importing this package imports no torch and no OpenCV."""

from model.segmenters.factory import CLASSICAL, find_segmenters, load_segmenter
from model.segmenters.protocol import (
    Embedding,
    Hypothesis,
    Prompt,
    Segmenter,
    SegmenterError,
    SegmenterSpec,
    Stopped,
)

__all__ = [
    "CLASSICAL",
    "Embedding",
    "Hypothesis",
    "Prompt",
    "Segmenter",
    "SegmenterError",
    "SegmenterSpec",
    "Stopped",
    "find_segmenters",
    "load_segmenter",
]
