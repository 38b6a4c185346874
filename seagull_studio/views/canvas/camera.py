"""Where the picture lies on the screen. All in device pixels, so that 100 % means what it says.

`scale` is device pixels per picture pixel. The picture's upper left corner always lies on a whole
device pixel: at scale 1 every picture pixel is exactly one device pixel, on fractional displays too.
"""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QRect, QRectF

MAX_SCALE = 64.0
_FIT_MARGIN = 8  # device pixels of surround left around a fitted picture


class Camera:
    """Scale and position of a picture of `picture` pixels in a view of `view` device pixels."""

    def __init__(self) -> None:
        self.picture = (0, 0)
        self.view = (1, 1)
        self.largest_fit = 1.0
        """Fitting never enlarges beyond this: one picture pixel per point of the screen."""
        self.scale = 1.0
        self.origin = (0, 0)
        """Device position of the picture's upper left corner."""
        self.fitted = True
        """Whether the picture is kept fitted when the view changes its size."""

    @property
    def fit_scale(self) -> float:
        width, height = self.picture
        if not width or not height:
            return 1.0
        return min(self.fill_scale, self.largest_fit)

    @property
    def fill_scale(self) -> float:
        """At which the whole picture fills the view, however small it is."""
        width, height = (max(1, side) for side in self.picture)
        room = [max(1, side - 2 * _FIT_MARGIN) for side in self.view]
        return min(room[0] / width, room[1] / height, MAX_SCALE)

    @property
    def picture_rect(self) -> QRect:
        """The picture in device pixels."""
        width, height = (max(1, round(side * self.scale)) for side in self.picture)
        return QRect(self.origin[0], self.origin[1], width, height)

    @property
    def visible(self) -> QRectF:
        """The part of the picture in view, in picture pixels."""
        shown = self.picture_rect.intersected(QRect(0, 0, *self.view))
        return self.area_of(shown)

    @property
    def shows_all(self) -> bool:
        return QRect(0, 0, *self.view).contains(self.picture_rect)

    def area_of(self, device: QRect) -> QRectF:
        """A device rectangle in picture pixels, clipped to the picture."""
        x, y = self.to_picture(device.x(), device.y())
        area = QRectF(x, y, device.width() / self.scale, device.height() / self.scale)
        return area.intersected(QRectF(0, 0, *self.picture))

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.origin[0]) / self.scale, (y - self.origin[1]) / self.scale

    def to_device(self, x: float, y: float) -> tuple[float, float]:
        return self.origin[0] + x * self.scale, self.origin[1] + y * self.scale

    def device_rect(self, area: QRectF, margin: int = 0) -> QRect:
        """The whole device pixels that `area` (in picture pixels) touches, and `margin` more."""
        left, top = self.to_device(area.left(), area.top())
        right, bottom = self.to_device(area.right(), area.bottom())
        x, y = floor(left) - margin, floor(top) - margin
        return QRect(x, y, ceil(right) + margin - x, ceil(bottom) + margin - y)

    def set_view(self, width: int, height: int) -> None:
        """The view's new size; what was in its middle stays there, a fitted picture stays fitted."""
        middle = self._middle()
        self.view = (max(1, width), max(1, height))
        if self.fitted:
            self.fit()
        else:
            self.centre_on(*middle)

    def fit(self) -> None:
        self.scale = self.fit_scale
        self.origin = (0, 0)
        self.fitted = True
        self._settle()

    def fill(self) -> None:
        """The whole picture, enlarged too."""
        self.centre_on(self.picture[0] / 2, self.picture[1] / 2, self.fill_scale)

    def centre_on(self, x: float, y: float, scale: float | None = None) -> None:
        """Bring picture point (x, y) to the middle of the view, as far as the bounds allow."""
        if scale is not None:
            self.scale = self._bounded(scale)
        self.fitted = False
        self.origin = (round(self.view[0] / 2 - x * self.scale), round(self.view[1] / 2 - y * self.scale))
        self._settle()

    def zoom_at(self, factor: float, x: float, y: float) -> None:
        """Zoom by `factor`; the picture point under device point (x, y) stays under it.

        Crossing 100 % stops there once, so that the wheel always finds it.
        """
        wanted = self._bounded(self.scale * factor)
        if min(self.scale, wanted) < 1.0 < max(self.scale, wanted):
            wanted = 1.0
        px, py = self.to_picture(x, y)
        self.scale = wanted
        self.fitted = False
        self.origin = (round(x - px * wanted), round(y - py * wanted))
        self._settle()

    def pan(self, dx: int, dy: int) -> None:
        """Move the picture by whole device pixels."""
        self.origin = (self.origin[0] + dx, self.origin[1] + dy)
        self.fitted = False
        self._settle()

    def _middle(self) -> tuple[float, float]:
        return self.to_picture(self.view[0] / 2, self.view[1] / 2)

    def _bounded(self, scale: float) -> float:
        return min(max(scale, min(self.fit_scale, 1.0) / 2), MAX_SCALE)

    def _settle(self) -> None:
        """Centre the picture where it is smaller than the view; else let no edge pass the middle."""
        rect = self.picture_rect
        bounded = []
        for at, length, room in zip(self.origin, (rect.width(), rect.height()), self.view, strict=True):
            if length <= room:
                bounded.append((room - length) // 2)
            else:
                bounded.append(min(max(at, room // 2 - length), room // 2))
        self.origin = (bounded[0], bounded[1])
