"""The picture canvas."""

from seagull_studio.views.canvas.canvas import Canvas

__all__ = ["Canvas"]
