"""What the published inference script does with a ROI file, for the tests of exports.

As `inference.py` and `demo/seagull_inference.py` of the release do it: the picture is read as it is
displayed, "rle" is passed on as the counts of a COCO mask of its size, "points" is filled as a box.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from pycocotools import mask as mask_utils


def masks_of(json_path: Path, img_dir: Path, mask_type: str) -> list[np.ndarray]:
    """The masks that the script makes of a file with ``--mask_type rle`` or ``points``."""
    with json_path.open() as f:
        samples = json.load(f)
    return [_mask(img_dir / sample["img"], sample.get(mask_type, None), mask_type) for sample in samples]


def _mask(picture: Path, mask_info: Any, mask_type: str) -> np.ndarray:
    assert mask_info is not None
    with Image.open(picture) as opened:
        img = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    h, w, _ = img.shape
    if mask_type == "rle":
        return np.asarray(mask_utils.decode({"size": [h, w], "counts": mask_info}))
    x_min, y_min, w1, h1 = mask_info
    mask = np.zeros_like(img[:, :, 0])
    mask[max(0, y_min) : min(y_min + h1, h), max(0, x_min) : min(x_min + w1, w)] = 1
    return mask
