"""What the canvas tests share: pictures, masks, and a mouse that speaks picture pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from seagull_studio.state.picture import PictureSource
from seagull_studio.views.canvas import Canvas

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    positive: bool


def noise(height: int, width: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


def source(height: int = 300, width: int = 400, key: str = "a") -> PictureSource:
    return PictureSource.from_rgb(key, noise(height, width))


def rectangle(height: int, width: int, x0: int, y0: int, x1: int, y1: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros((height, width), np.bool_)
    mask[y0:y1, x0:x1] = True
    return mask


def pixels(image: QImage) -> npt.NDArray[np.uint8]:
    """(H, W, 3) of what was grabbed."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def painted(canvas: Canvas) -> npt.NDArray[np.uint8]:
    """Every device pixel of the canvas."""
    return pixels(canvas.grab().toImage())


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """Where picture point (x, y) is in the widget."""
    device = QPointF(*canvas.camera.to_device(x, y))
    return (device / canvas.devicePixelRatioF()).toPoint()


def drag(canvas: Canvas, points: list[tuple[float, float]], button: Any = LEFT, keys: Any = NONE) -> None:
    """Press at the first point, move through the others, release at the last."""
    way = [at(canvas, *point) for point in points]  # before the picture moves
    QTest.mousePress(canvas, button, keys, way[0])
    for position in way[1:]:
        QTest.mouseMove(canvas, position)
    QTest.mouseRelease(canvas, button, keys, way[-1])
