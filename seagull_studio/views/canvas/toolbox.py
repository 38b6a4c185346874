"""Which tool has the mouse."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QKeyEvent

from seagull_studio.views.canvas.tools import (
    LARGEST_RADIUS,
    SMALLEST_RADIUS,
    BoxTool,
    BrushTool,
    ClickTool,
    Host,
    PanTool,
    PolygonTool,
    SelectTool,
    Tool,
)
from seagull_studio.views.canvas.tools.brush import Preview
from seagull_studio.views.kit.key_places import bracket_of

_RADIUS_STEP = 1.2


class Intents(Host, Protocol):
    """The canvas: what its tools say goes out as its signals."""

    clicked_point: SignalInstance
    box_drawn: SignalInstance
    stroke_drawn: SignalInstance
    polygon_drawn: SignalInstance
    point_selected: SignalInstance
    point_hovered: SignalInstance


class ToolBox:
    """All tools of a canvas and the one in hand."""

    def __init__(self, canvas: Intents, preview: Preview) -> None:
        self._brush = BrushTool(canvas, preview, canvas.stroke_drawn.emit, adding=True)
        self._eraser = BrushTool(canvas, preview, canvas.stroke_drawn.emit, adding=False)
        self._tools: dict[str, Tool] = {
            "click": ClickTool(canvas, canvas.clicked_point.emit),
            "box": BoxTool(canvas, canvas.box_drawn.emit),
            "brush": self._brush,
            "eraser": self._eraser,
            "polygon": PolygonTool(canvas, canvas.polygon_drawn.emit),
            "pan": PanTool(canvas),
            "select": SelectTool(canvas, canvas.point_selected.emit, canvas.point_hovered.emit),
        }
        self.name = "pan"
        self._only_pan = False

    @property
    def current(self) -> Tool:
        """The tool in hand; while rating only the picture can be moved."""
        return self._tools["pan" if self._only_pan else self.name]

    def take(self, name: str) -> None:
        """Take the tool of that name; ValueError if there is none."""
        if name not in self._tools:
            raise ValueError(f"there is no tool {name!r}")
        self.current.cancel()
        self.current.leave()
        self.name = name

    def set_only_pan(self, only: bool) -> None:
        self.current.cancel()
        self.current.leave()
        self._only_pan = only

    @property
    def radius(self) -> float:
        return self._brush.radius

    def set_radius(self, radius: float) -> None:
        """Brush and eraser have the same radius, in picture pixels."""
        bounded = min(max(radius, SMALLEST_RADIUS), LARGEST_RADIUS)
        for tool in (self._brush, self._eraser):
            tool.set_radius(bounded)

    def radius_after(self, key: QKeyEvent) -> float | None:
        """The radius that a bracket key asks for; None for any other key."""
        bracket = bracket_of(key)
        if bracket == -1:
            return self.radius / _RADIUS_STEP if self.radius > 5 else self.radius - 0.5
        if bracket == 1:
            return self.radius * _RADIUS_STEP if self.radius >= 5 else self.radius + 0.5
        return None
