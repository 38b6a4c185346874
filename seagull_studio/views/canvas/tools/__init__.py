"""The tools of the canvas: each turns mouse and keys into one intent."""

from seagull_studio.views.canvas.tools.base import Host, Tool
from seagull_studio.views.canvas.tools.brush import LARGEST_RADIUS, SMALLEST_RADIUS, BrushTool
from seagull_studio.views.canvas.tools.pointing import BoxTool, ClickTool, PanTool, SelectTool
from seagull_studio.views.canvas.tools.polygon import PolygonTool

__all__ = [
    "LARGEST_RADIUS",
    "SMALLEST_RADIUS",
    "BoxTool",
    "BrushTool",
    "ClickTool",
    "Host",
    "PanTool",
    "PolygonTool",
    "SelectTool",
    "Tool",
]
