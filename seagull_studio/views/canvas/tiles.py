"""Exact pieces of a reduced picture, made one by one and kept while they are of use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage

from seagull_studio.state.picture import PictureSource

SIDE = 256
"""Of a tile, in device pixels."""
_CAPACITY = 320  # tiles of 256 KB: 80 MB, enough for a 4K screen and half of another
_BUDGET_S = 0.008  # of one turn of the event loop

Tile = tuple[int, int]
"""Column and row of a tile; (0, 0) starts at the picture's upper left corner."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The tiles of a picture at one scale."""

    scale: float
    width: int
    """Of the whole reduced picture, in device pixels."""
    height: int

    def rect(self, tile: Tile) -> QRect:
        """A tile in device pixels from the picture's upper left corner."""
        whole = QRect(0, 0, self.width, self.height)
        return QRect(tile[0] * SIDE, tile[1] * SIDE, SIDE, SIDE).intersected(whole)


class Tiles:
    """Least recently used cache of tiles, for one picture at a time."""

    def __init__(self) -> None:
        self._source: PictureSource | None = None
        self._kept: OrderedDict[tuple[Grid, Tile], QImage] = OrderedDict()

    def set_source(self, source: PictureSource | None) -> None:
        self._source = source
        self._kept.clear()

    @staticmethod
    def grid(scale: float, size: QSize) -> Grid:
        return Grid(scale, size.width(), size.height())

    @staticmethod
    def covering(area: QRect) -> list[Tile]:
        """The tiles that `area` (from the picture's upper left corner) touches."""
        columns = range(area.left() // SIDE, area.right() // SIDE + 1)
        rows = range(area.top() // SIDE, area.bottom() // SIDE + 1)
        return [(column, row) for row in rows for column in columns]

    def ready(self, grid: Grid, tile: Tile) -> QImage | None:
        image = self._kept.get((grid, tile))
        if image is not None:
            self._kept.move_to_end((grid, tile))
        return image

    def make_some(self, grid: Grid, wanted: list[Tile]) -> tuple[list[QRect], bool]:
        """Make missing tiles for a few milliseconds, at least one.

        Returns
        -------
        made : list of QRect
            Their places, from the picture's upper left corner.
        more : bool
            Whether some of `wanted` are still missing.
        """
        missing = [tile for tile in wanted if (grid, tile) not in self._kept]
        made: list[QRect] = []
        until = perf_counter() + _BUDGET_S
        for tile in missing:
            if made and perf_counter() >= until:
                break
            rect = grid.rect(tile)
            self._kept[grid, tile] = self._render(grid, rect)
            made.append(rect)
        while len(self._kept) > max(_CAPACITY, 2 * len(wanted)):
            self._kept.popitem(last=False)
        return made, len(made) < len(missing)

    def _render(self, grid: Grid, rect: QRect) -> QImage:
        source = self._source
        assert source is not None
        # The reduced picture is a whole number of device pixels wide, so its scale is a hair off.
        fx, fy = source.width / grid.width, source.height / grid.height
        box = (rect.x() * fx, rect.y() * fy, (rect.x() + rect.width()) * fx, (rect.y() + rect.height()) * fy)
        return source.reduced(box, rect.width(), rect.height())
