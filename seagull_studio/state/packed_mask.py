"""A mask kept small: its bounding box, eight pixels to a byte. Makes unlimited undo affordable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PackedMask:
    """An immutable mask of a picture of `size` = (height, width)."""

    size: tuple[int, int]
    x: int
    y: int
    width: int
    height: int
    bits: bytes
    area: int

    @classmethod
    def pack(cls, mask: BoolArray) -> PackedMask:
        """Pack a bool mask of shape (H, W)."""
        return cls.pack_crop(mask, 0, 0, (int(mask.shape[0]), int(mask.shape[1])))

    @classmethod
    def pack_crop(cls, crop: BoolArray, x: int, y: int, size: tuple[int, int]) -> PackedMask:
        """Pack the part of a mask whose upper left pixel is (x, y); outside it the mask is empty.

        Parameters
        ----------
        crop : ndarray of bool, shape (h, w)
            True inside.
        x, y : int
            Column and row of its upper left pixel.
        size : tuple of int
            Height and width of the whole mask.
        """
        rows = np.flatnonzero(crop.any(axis=1))
        if rows.size == 0:
            return cls(size, 0, 0, 0, 0, b"", 0)
        y0, y1 = int(rows[0]), int(rows[-1]) + 1
        columns = np.flatnonzero(crop[y0:y1].any(axis=0))
        x0, x1 = int(columns[0]), int(columns[-1]) + 1
        tight = crop[y0:y1, x0:x1]
        bits = np.packbits(tight).tobytes()
        return cls(size, x + x0, y + y0, x1 - x0, y1 - y0, bits, int(np.count_nonzero(tight)))

    @property
    def bbox(self) -> tuple[int, int, int, int]:
        """x, y, width, height in pixels; (0, 0, 0, 0) for an empty mask."""
        return self.x, self.y, self.width, self.height

    def crop(self) -> BoolArray:
        """The mask inside its box, shape (height, width)."""
        bits = np.unpackbits(np.frombuffer(self.bits, np.uint8), count=self.width * self.height)
        return bits.reshape(self.height, self.width).view(np.bool_)

    def unpack(self) -> BoolArray:
        """The whole mask, shape `size`."""
        mask = np.zeros(self.size, np.bool_)
        if self.area:
            mask[self.y : self.y + self.height, self.x : self.x + self.width] = self.crop()
        return mask
