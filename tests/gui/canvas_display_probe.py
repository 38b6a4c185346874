"""Run with QT_SCALE_FACTOR set: is a canvas inside a window pixel for pixel at 100 %?

A process of its own, because the scale of the display is fixed when the application starts.
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtWidgets import QApplication, QWidget

from seagull_studio.views.canvas import Canvas
from tests.gui.canvas_parts import noise, pixels, source


def main() -> int:
    app = QApplication(sys.argv)
    window = QWidget()
    window.resize(420, 340)
    canvas = Canvas(window)
    canvas.setGeometry(33, 27, 351, 277)  # begins between two device pixels at 125 % and 150 %
    window.show()
    app.processEvents()
    canvas.set_picture(source(200, 300))
    canvas.zoom_to_pixels((150, 100))
    app.processEvents()
    shown = pixels(window.grab().toImage())
    rgb = noise(200, 300)
    # Find the picture by its first row, then compare all of it.
    for y in range(shown.shape[0] - 200):
        for x in np.flatnonzero((shown[y, : shown.shape[1] - 299] == rgb[0, 0]).all(axis=1)):
            if np.array_equal(shown[y : y + 200, x : x + 300], rgb):
                print(f"{canvas.devicePixelRatioF():g} exact at {x}, {y}")
                return 0
    print(f"{canvas.devicePixelRatioF():g} not pixel for pixel")
    return 1


if __name__ == "__main__":
    sys.exit(main())
