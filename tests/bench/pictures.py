"""How fast pictures are shown, and in how much memory: `python -m tests.bench.pictures`.

Each part runs in a process of its own and prints a line; the baseline is named in the line and was
measured in the same run. "plain Qt" is what most annotation tools do: the whole file into a QImage on
the GUI thread, a QPixmap of it in a QGraphicsView.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, sleep

PARTS = ("large_ours", "large_plain", "next_ours", "next_plain", "draft_ours", "draft_plain")


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if len(sys.argv) == 3:
        print(json.dumps(globals()[sys.argv[1]](Path(sys.argv[2]))))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_picture(Path(folder) / "large.jpg", 12_240, 8_192)
        for name in ("a", "b"):
            make_picture(Path(folder) / f"{name}.jpg", 4_000, 3_000)
        results = {part: run(part, folder) for part in PARTS}
    ours, plain = results["large_ours"], results["large_plain"]
    print("100-megapixel JPEG (wanted: first full view within 1.6 s, peak below 800 MB)")
    line("first full view", ours["first_s"], plain["first_s"], "s", "plain Qt")
    line("full resolution", ours["full_s"], plain["first_s"], "s", "plain Qt")
    line("peak memory", ours["peak_mib"], plain["peak_mib"], "MiB", "plain Qt")
    line("longest event-loop gap while loading", ours["gap_ms"], plain["gap_ms"], "ms", "plain Qt")
    for size in ("1920x1080", "3840x2160"):
        for what in ("zoom", "pan"):
            key = f"{what} {size}"
            line(f"longest paint, {key}", ours[key], plain[key], "ms", "plain Qt")
    ours, plain = results["next_ours"], results["next_plain"]
    print("12-megapixel photograph (wanted: next ROI within 150 ms, neighbour preloaded)")
    line("request to painted", ours["ms"], plain["ms"], "ms", "plain Qt")
    ours, plain = results["draft_ours"], results["draft_plain"]
    print("Draft mask of 12 megapixels, half of them inside")
    line("set_draft and paint", ours["ms"], plain["ms"], "ms", "ARGB overlay and cv2.findContours")


def line(what: str, ours: float, plain: float, unit: str, baseline: str) -> None:
    ratio = ours / plain if plain else float("nan")
    print(f"  {what:<42} {ours:9.2f} {unit:<4} {baseline}: {plain:9.2f} {unit:<4} ratio {ratio:.2f}")


def run(part: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.pictures", part, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def make_picture(path: Path, width: int, height: int) -> None:
    """A smooth picture without noise."""
    import numpy as np
    from PIL import Image

    column = np.arange(width, dtype=np.float32)
    rgb = np.empty((height, width, 3), np.uint8)
    for row in range(height):
        rgb[row, :, 0] = 127 + 100 * np.sin(column / 97 + row / 211)
        rgb[row, :, 1] = 127 + 100 * np.cos(column / 53 - row / 301)
        rgb[row, :, 2] = column / width * 255
    Image.fromarray(rgb).save(path, quality=90)


def peak_mib() -> float:
    """Largest resident size of this process so far."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(next(row for row in status.splitlines() if row.startswith("VmHWM")).split()[1]) / 1024
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def longest(steps: int, step: Callable[[int], None], paint: Callable[[], None]) -> float:
    """Milliseconds of the longest paint after each of `steps` changes of the view."""
    taken = []
    for index in range(steps):
        step(index)
        start = perf_counter()
        paint()
        taken.append(perf_counter() - start)
    return 1000 * max(taken)


def large_ours(folder: Path) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from seagull_studio.services.pictures import PictureService
    from seagull_studio.views.canvas import Canvas

    app = QApplication([])
    canvas, service = Canvas(), PictureService()
    canvas.resize(1920, 1080)
    canvas.show()
    app.processEvents()
    times: list[float] = []

    def show(_key: object, source: object) -> None:
        canvas.set_picture(source)
        canvas.repaint()
        times.append(perf_counter() - start)

    service.preview.connect(show)
    service.loaded.connect(show)
    start = last = perf_counter()
    gap = 0.0
    service.request(folder / "large.jpg", "large")
    while canvas.picture is None or not canvas.is_refined:
        app.processEvents()
        now = perf_counter()
        gap, last = max(gap, now - last), now
        sleep(0.001)
        last = perf_counter()
    result = {"first_s": times[0], "full_s": times[-1], "gap_ms": 1000 * gap}
    for width, height in ((1920, 1080), (3840, 2160)):
        canvas.resize(width, height)
        canvas.zoom_to_fit()
        app.processEvents()
        size = f"{width}x{height}"
        result[f"zoom {size}"] = longest(25, lambda _: canvas.zoom_in(), canvas.repaint)
        worst = 0.0
        for scale in (0.2, 0.45, 0.7, 0.95, 1.0, 3.0):
            canvas.camera.centre_on(6000, 4000, scale)
            canvas.repaint()

            def pan(_: int) -> None:
                canvas.camera.pan(37, 23)
                canvas.update()

            worst = max(worst, longest(15, pan, canvas.repaint))
        result[f"pan {size}"] = worst
    service.close()
    return result | {"peak_mib": peak_mib()}


def large_plain(folder: Path) -> dict[str, float]:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImageReader, QPainter, QPixmap
    from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

    app = QApplication([])
    QImageReader.setAllocationLimit(0)
    scene = QGraphicsScene()
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    view.resize(1920, 1080)
    view.show()
    app.processEvents()
    start = perf_counter()
    item = scene.addPixmap(QPixmap.fromImage(QImageReader(str(folder / "large.jpg")).read()))
    item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
    view.fitInView(item, Qt.AspectRatioMode.KeepAspectRatio)
    view.viewport().repaint()
    first = perf_counter() - start
    result = {"first_s": first, "gap_ms": 1000 * first}
    for width, height in ((1920, 1080), (3840, 2160)):
        view.resize(width, height)
        view.fitInView(item, Qt.AspectRatioMode.KeepAspectRatio)
        app.processEvents()
        size = f"{width}x{height}"
        result[f"zoom {size}"] = longest(25, lambda _: view.scale(1.25, 1.25), view.viewport().repaint)
        worst = 0.0
        for scale in (0.2, 0.45, 0.7, 0.95, 1.0, 3.0):
            view.resetTransform()
            view.scale(scale, scale)
            view.centerOn(6000, 4000)
            view.viewport().repaint()

            def pan(index: int, scale: float = scale) -> None:
                view.centerOn(6000 - 37 * index / scale, 4000 - 23 * index / scale)
                view.viewport().update()

            worst = max(worst, longest(15, pan, view.viewport().repaint))
        result[f"pan {size}"] = worst
    return result | {"peak_mib": peak_mib()}


def next_ours(folder: Path) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from seagull_studio.services.pictures import PictureService
    from seagull_studio.views.canvas import Canvas

    app = QApplication([])
    canvas, service = Canvas(), PictureService()
    canvas.resize(1920, 1080)
    canvas.show()
    service.loaded.connect(lambda _key, source: (canvas.set_picture(source), canvas.repaint()))
    names = ("a", "b")
    service.request(folder / "a.jpg", "a")
    service.preload([(folder / f"{name}.jpg", name) for name in names])
    while not all(name in service._kept for name in names):
        app.processEvents()
    taken = []
    for index in range(9):
        name = names[index % 2]
        start = perf_counter()
        service.request(folder / f"{name}.jpg", name)
        taken.append(perf_counter() - start)
        app.processEvents()
    service.close()
    return {"ms": 1000 * statistics.median(taken)}


def next_plain(folder: Path) -> dict[str, float]:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter, QPixmap
    from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

    app = QApplication([])
    scene = QGraphicsScene()
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    view.resize(1920, 1080)
    view.show()
    app.processEvents()
    taken = []
    for name in ("a", "b", "a", "b", "a"):
        start = perf_counter()
        scene.clear()
        item = scene.addPixmap(QPixmap.fromImage(QImage(str(folder / f"{name}.jpg"))))
        view.fitInView(item, Qt.AspectRatioMode.KeepAspectRatio)
        view.viewport().repaint()
        taken.append(perf_counter() - start)
    return {"ms": 1000 * statistics.median(taken)}


def draft_ours(folder: Path) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from annotation_db.pictures.picture_files import open_rgb
    from seagull_studio.state.picture import PictureSource
    from seagull_studio.views.canvas import Canvas

    QApplication([])
    canvas = Canvas()
    canvas.resize(1920, 1080)
    canvas.show()
    canvas.set_picture(PictureSource.from_rgb("a", open_rgb(folder / "a.jpg")))
    canvas.repaint()
    taken = []
    for shift in range(7):
        mask = _ellipse(shift)
        start = perf_counter()
        canvas.set_draft(mask)
        canvas.repaint()
        taken.append(perf_counter() - start)
    return {"ms": 1000 * statistics.median(taken)}


def draft_plain(folder: Path) -> dict[str, float]:
    import cv2
    import numpy as np
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QImage, QPainterPath, QPixmap, QPolygonF
    from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

    QApplication([])
    scene = QGraphicsScene()
    view = QGraphicsView(scene)
    view.resize(1920, 1080)
    view.show()
    item = scene.addPixmap(QPixmap(str(folder / "a.jpg")))
    view.fitInView(item, Qt.AspectRatioMode.KeepAspectRatio)
    view.viewport().repaint()
    taken = []
    for shift in range(7):
        mask = _ellipse(shift)
        start = perf_counter()
        overlay = np.zeros((*mask.shape, 4), np.uint8)
        overlay[mask] = (255, 144, 30, 96)
        image = QImage(overlay.data, mask.shape[1], mask.shape[0], QImage.Format.Format_ARGB32)
        over = scene.addPixmap(QPixmap.fromImage(image))
        contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        path = QPainterPath()
        for contour in contours:
            path.addPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in contour[:, 0]]))
        outline = scene.addPath(path)
        view.viewport().repaint()
        taken.append(perf_counter() - start)
        scene.removeItem(over)
        scene.removeItem(outline)
    return {"ms": 1000 * statistics.median(taken)}


def _ellipse(shift: int):  # type: ignore[no-untyped-def]
    import numpy as np

    y, x = np.ogrid[0:3000, 0:4000]
    return ((x - 2000 - 20 * shift) / 1700.0) ** 2 + ((y - 1500) / 1150.0) ** 2 < 1


if __name__ == "__main__":
    main()
