"""The canvas and where its pictures come from; shared by rating and marking."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.pictures import images
from annotation_db.records import ImageRecord
from seagull_studio.services.pictures import PictureService
from seagull_studio.services.worker_pool import WorkerPool
from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.picture import PictureSource
from seagull_studio.views.canvas import Canvas


class CanvasPictureBinding(QObject):
    """Brings pictures onto the canvas, and keeps the way of looking from one ROI to the next."""

    shown = Signal(int)
    """Image id: its picture is on the canvas (perhaps still a preview)."""
    failed = Signal(int, str)
    """Image id and the sentence why it cannot be shown."""

    def __init__(self, canvas: Canvas, pictures: PictureService, workers: WorkerPool) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._pictures = pictures
        self._workers = workers
        self._verified: set[int] = set()
        self._refused: set[int] = set()
        self._image: ImageRecord | None = None
        self._roi: RoiOutline | None = None
        self._close_up = False
        self._announced = False
        pictures.preview.connect(self._arrived)
        pictures.loaded.connect(self._arrived)
        pictures.failed.connect(self._failed)

    def show(self, image: ImageRecord | None) -> bool:
        """Ask for a picture and show it when it is there; returns whether it is there already."""
        before, self._image = self._image, image
        self._announced = False
        if image is None:
            self._canvas.set_picture(None)
            return False
        if before is None or before.id != image.id:
            self._roi = None
            self._canvas.set_rois([])
            self._canvas.set_draft(None)
        self._pictures.request(images.absolute_path(image), image.id)
        if image.id not in self._verified:
            self._workers.ask(partial(images.verify, image), partial(self._checked, image.id), owner=self)
        return self._announced

    def preload(self, wanted: Sequence[ImageRecord]) -> None:
        """Load these pictures while nothing else is to be done."""
        good = [image for image in wanted if image.id not in self._refused]
        self._pictures.preload([(images.absolute_path(image), image.id) for image in good])

    def set_roi(self, roi: RoiOutline) -> None:
        """Show one ROI alone, as an annotator rates it."""
        self._roi = roi
        self._canvas.set_rois([roi])
        self._canvas.set_current_roi(roi.id)
        self._look()

    def focus_on(self, roi: RoiOutline | None) -> None:
        """The ROI that `toggle_close_up` goes to."""
        self._roi = roi

    def toggle_close_up(self) -> None:
        """One picture pixel on one device pixel at the ROI, or the whole picture again."""
        self._close_up = not self._close_up
        if self._close_up:
            self._look()
        else:
            self._canvas.zoom_to_fit()

    def fit(self) -> None:
        self._close_up = False
        self._canvas.zoom_to_fit()

    def _look(self) -> None:
        if self._close_up:
            self._canvas.zoom_one_to_one(self._roi.id if self._roi else None)

    def _arrived(self, image_id: int, source: PictureSource) -> None:
        if self._image is None or image_id != self._image.id:
            return
        self._canvas.set_picture(source)
        # Asked for again, the picture may be on the canvas already: two ROIs of one picture in a row.
        if not self._announced:
            self._announced = True
            self._look()
            self.shown.emit(image_id)

    def _checked(self, image_id: int, complaint: str | None) -> None:
        """A picture that is not the one that was imported must be neither rated nor marked."""
        if complaint is None:
            self._verified.add(image_id)
            self._refused.discard(image_id)
        else:
            # Once the right file is back, the pixels of this one must not be what is shown.
            self._refused.add(image_id)
            self._pictures.drop(image_id)
            self._failed(image_id, complaint)

    def _failed(self, image_id: int, sentence: str) -> None:
        if self._image is not None and image_id == self._image.id:
            self._image = None
            self._canvas.set_picture(None)
            self._canvas.set_message(sentence)
            self.failed.emit(image_id, sentence)
