"""Large JPEGs that compress like photographs: mosaics of scikit-image's own, enlarged, with fine grain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from seagull_studio.operations.sample import photographs

COLOURED = ("astronaut", "chelsea", "coffee", "rocket", "motorcycle")
ENLARGED = 2
"""Factor by which the small photographs are enlarged before they are set side by side."""
GRAIN = 6.0
"""Sigma of the grain, in levels; it brings a JPEG of quality 90 to about 3 bits a pixel, as cameras' are."""


def mosaic(width: int, height: int, *, seed: int = 0) -> Image.Image:
    """Set enlarged photographs side by side, in drawn order and mirrored at random, over the whole size."""
    rng = np.random.default_rng(seed)
    tiles = [_enlarged(name, rng) for name in COLOURED]
    canvas = Image.new("RGB", (width, height))
    top = 0
    while top < height:
        left, depth = 0, height
        while left < width:
            tile = tiles[rng.integers(len(tiles))]
            if rng.random() < 0.5:
                tile = tile.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            canvas.paste(tile, (left, top))
            left += tile.width
            depth = min(depth, tile.height)
        top += depth
    return canvas


def write_jpeg(path: Path, width: int, height: int, *, quality: int = 90, seed: int = 0) -> Path:
    """Write a mosaic as a baseline JPEG 4:2:0; ``write_jpeg(p, 4000, 3000)`` has 12 megapixels."""
    mosaic(width, height, seed=seed).save(path, "JPEG", quality=quality, subsampling="4:2:0")
    return path


def twelve_megapixels(path: Path, *, seed: int = 0) -> Path:
    """Write a JPEG of 4000 x 3000 pixels."""
    return write_jpeg(path, 4000, 3000, seed=seed)


def hundred_megapixels(path: Path, *, seed: int = 0) -> Path:
    """Write a JPEG of 11648 x 8736 pixels (101.8 megapixels), as a medium format camera's."""
    return write_jpeg(path, 11648, 8736, seed=seed)


def _enlarged(name: str, rng: np.random.Generator) -> Image.Image:
    picture = Image.fromarray(photographs.load(name))
    size = (picture.width * ENLARGED, picture.height * ENLARGED)
    large = np.asarray(picture.resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
    grain = rng.normal(0.0, GRAIN, (*large.shape[:2], 1)).astype(np.float32)
    return Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8))
