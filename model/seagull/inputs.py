"""From a picture and a mask to what the network sees, number for number as the published release.

A picture is resized with Pillow (bicubic, 8 bits) until its shorter side is S, scaled to 0..1, normalised
with CLIP's mean and standard deviation, then brought to S x S bilinearly; S = 512 in the published network.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from PIL import Image

from model.seagull.elongated import resize_elongated
from model.seagull.errors import RoiError

MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
STD: Final = (0.26862954, 0.26130258, 0.27577711)

ELONGATED: Final = 16
"""From this ratio of sides on, only the rows and columns that are looked at are computed."""


class Box(NamedTuple):
    """A box in picture pixels."""

    x: int
    y: int
    width: int
    height: int


def check_picture(image: npt.NDArray[np.uint8]) -> None:
    """Refuse what is no 8-bit RGB picture.

    Raises
    ------
    RoiError
        If `image` is not uint8 of shape (H, W, 3) with at least one pixel.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise RoiError(
            f"A picture must be 8-bit RGB of shape (height, width, 3), not {image.dtype} of shape "
            f"{image.shape}; convert it first."
        )


def check_mask(mask: npt.NDArray[np.generic], image: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return the mask as booleans.

    Parameters
    ----------
    mask : ndarray of shape (H, W)
        Non-zero inside the ROI.
    image : ndarray of uint8, shape (H, W, 3)

    Raises
    ------
    RoiError
        If the mask is empty or not of the picture's size.
    """
    if mask.shape != image.shape[:2]:
        raise RoiError(
            f"The mask is {'x'.join(map(str, mask.shape))} and the picture {image.shape[0]}x{image.shape[1]} "
            "(height x width); give a mask of the picture's size."
        )
    inside = np.asarray(mask != 0, dtype=np.bool_)
    if not inside.any():
        raise RoiError("The mask is empty; mark at least one pixel.")
    return inside


def prepare_picture(image: npt.NDArray[np.uint8], side: int = 512) -> torch.Tensor:
    """Resize and normalise a picture; its aspect ratio is not kept.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        RGB, at least one pixel wide and high.
    side : int

    Returns
    -------
    Tensor of float32, shape (3, side, side)
    """
    check_picture(image)
    height, width = image.shape[:2]
    short, long = min(height, width), max(height, width)
    if long >= ELONGATED * short:
        return _normalise(resize_elongated(image, side))
    resized = int(side * long / short)
    size = (side, resized) if width <= height else (resized, side)
    # Along the rows, then along the columns, as Pillow did when the checkpoint was trained: since version 13
    # it swaps the two for some tall pictures, and the rounding in between shows.
    rows = Image.fromarray(image).resize((size[0], height), Image.Resampling.BICUBIC)
    pixels = np.asarray(rows.resize(size, Image.Resampling.BICUBIC))
    square = F.interpolate(_normalise(pixels)[None], size=(side, side), mode="bilinear", align_corners=False)
    return square[0]


def prepare_mask(mask: npt.NDArray[np.bool_], side: int = 512) -> torch.Tensor:
    """Bring a mask to the network's size by nearest neighbour, source index floor(i * H / side).

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
    side : int

    Returns
    -------
    Tensor of bool, shape (side, side)
        A mask thinner than the sampling step can come out empty.
    """
    rows, columns = (np.arange(side) * length // side for length in mask.shape)
    return torch.from_numpy(np.ascontiguousarray(mask[rows[:, None], columns[None, :]]))


def crop_box(mask: npt.NDArray[np.bool_]) -> Box:
    """The box of the crop: the release leaves out the mask's last row and column.

    A mask one pixel wide or high gets a box one pixel wide or high.

    Parameters
    ----------
    mask : ndarray of bool, shape (H, W)
        Not empty.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return Box(x, y, max(int(columns[-1]) - x, 1), max(int(rows[-1]) - y, 1))


def prepare_crop(image: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], side: int = 512) -> torch.Tensor:
    """Cut the ROI's box from the picture, unmasked, and prepare it as a picture.

    Returns
    -------
    Tensor of float32, shape (3, side, side)
    """
    box = crop_box(mask)
    return prepare_picture(image[box.y : box.y + box.height, box.x : box.x + box.width], side)


def _normalise(pixels: npt.NDArray[np.generic]) -> torch.Tensor:
    """(H, W, 3) in 0..255 -> (3, H, W), CLIP's normalisation, float32."""
    values = torch.from_numpy(np.array(pixels, dtype=np.float32)).permute(2, 0, 1)
    return (values / 255 - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
