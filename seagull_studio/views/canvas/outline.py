"""Draws a mask's outline crisp at every zoom: black with white dashes, seen on any picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QByteArray, QDataStream, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from seagull_studio.state.contours import Loop
from seagull_studio.views.canvas.camera import Camera

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])  # as Qt streams a path
_BLACK, _WHITE = QColor(0, 0, 0), QColor(255, 255, 255)


class Outline:
    """Closed loops along pixel edges, kept as a path for the scale they were last drawn at.

    Parameters
    ----------
    loops : tuple of int32 arrays (N, 2)
        In picture coordinates.
    """

    def __init__(self, loops: tuple[Loop, ...]) -> None:
        closed = [np.concatenate([loop, loop[:1]]) for loop in loops]
        self._points = np.concatenate(closed) if closed else np.zeros((0, 2), np.int32)
        lengths = np.array([len(loop) for loop in closed], np.intp)
        self._first = np.zeros(len(self._points), np.bool_)
        self._first[np.cumsum(lengths) - lengths] = True
        self._path = QPainterPath()
        self._scale = 0.0
        low = self._points.min(axis=0, initial=2**31 - 1)
        high = self._points.max(axis=0, initial=-(2**31))
        self.bounds = QRectF() if not closed else QRectF(*map(float, low), *map(float, high - low))
        """In picture pixels."""

    def paint(self, painter: QPainter, camera: Camera, width: int, *, strong: bool = True) -> None:
        """Draw the outline `width` device pixels wide; the painter works in device pixels."""
        if not len(self._points):
            return
        if self._scale != camera.scale:
            self._path, self._scale = self._at(camera.scale), camera.scale
        painter.save()
        painter.translate(*camera.origin)
        painter.setOpacity(1.0 if strong else 0.6)
        draw_two_tone(painter, self._path, width)
        painter.restore()

    def _at(self, scale: float) -> QPainterPath:
        """The loops in device pixels from the picture's corner, without points that fall together."""
        points: npt.NDArray[np.float64] = np.rint(self._points * scale)
        moved = np.ones(len(points), np.bool_)
        moved[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept = moved | self._first
        return _path(points[kept], self._first[kept])


def draw_two_tone(painter: QPainter, path: QPainterPath, width: int) -> None:
    """Draw `path`, given in device pixels, black with white dashes, `width` device pixels wide.

    Lines of one pixel take Qt's fast way, however long and ragged the outline is, so a wider line is
    drawn as several of them.
    """
    pen = QPen(_BLACK, 1)
    pen.setCosmetic(True)
    dashes = QPen(_WHITE, 1)
    dashes.setCosmetic(True)
    dashes.setCapStyle(Qt.PenCapStyle.FlatCap)
    dashes.setDashPattern([4.0 * width, 4.0 * width])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for each in (pen, dashes):
        painter.setPen(each)
        for dx in range(width):
            for dy in range(width):
                painter.translate(dx, dy)
                painter.drawPath(path)
                painter.translate(-dx, -dy)


def _path(points: npt.NDArray[np.float64], first: npt.NDArray[np.bool_]) -> QPainterPath:
    """A path through `points`, a new loop at each `first`. Streamed: a call per point takes too long."""
    elements = np.zeros(len(points), _ELEMENT)
    elements["kind"] = np.where(first, 0, 1)  # MoveTo, LineTo
    elements["x"], elements["y"] = points[:, 0], points[:, 1]
    count = np.array([len(points)], ">i4").tobytes()
    end = np.array([0, 0], ">i4").tobytes()  # where the last loop starts (unused), and the fill rule
    path = QPainterPath()
    _ = QDataStream(QByteArray(count + elements.tobytes() + end)) >> path
    return path
