"""What every tool of the canvas is."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter

from seagull_studio.views.canvas.camera import Camera

Point = tuple[float, float]
Modifiers = Qt.KeyboardModifier


class Host(Protocol):
    """What a tool may ask of its canvas. Points are in picture pixels."""

    @property
    def camera(self) -> Camera: ...
    @property
    def line_width(self) -> int:
        """Of outlines, in device pixels."""
        ...

    def clamped(self, point: Point) -> Point:
        """The nearest point of the picture."""
        ...

    def is_inside(self, point: Point) -> bool: ...
    def repaint_device(self, area: QRect) -> None:
        """Repaint a rectangle of device pixels."""
        ...


class Tool:
    """A way to use the mouse. Events arrive with points in picture pixels, not clamped."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, host: Host) -> None:
        self.host = host

    def press(self, point: Point, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        """Whether the tool takes the press (and so the moves until the release)."""
        return False

    def move(self, point: Point, modifiers: Modifiers) -> None:
        """The mouse moved, pressed or not."""

    def release(self, point: Point, modifiers: Modifiers) -> None:
        """The button that the tool took is released."""

    def double_click(self, point: Point, modifiers: Modifiers) -> bool:
        """Whether the tool takes the second press of a double click; if not, `press` is given it."""
        return False

    def key(self, key: int, modifiers: Modifiers) -> bool:
        """Whether the tool takes the key."""
        return False

    def leave(self) -> None:
        """The mouse left the canvas."""

    def cancel(self) -> bool:
        """Give up what is under way; whether there was anything."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Paint what is under way; the painter works in device pixels."""
