"""The files of one export, each written piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, BinaryIO, Final, TypeVar

from sqlalchemy.orm import Session

from annotation_db.errors import Cancelled, PictureError, Refused
from annotation_db.exports import tables, votes
from annotation_db.exports.export_data import ExportData
from annotation_db.exports.export_format import ExportFormat
from annotation_db.exports.readme import readme
from annotation_db.exports.split_told import splits_json
from annotation_db.exports.staging import HashedFile, JsonList, Staging, as_line
from annotation_db.files.regular_files import other_than_file
from annotation_db.pictures import images, masks
from annotation_db.records import ImageRecord, RoiRecord
from annotation_db.vocabulary.callbacks import CancelCheck, Progress

T = TypeVar("T")

_IMAGES: Final = "images"
_CHUNK: Final = 1 << 20


class Writer:
    """Writes one export, file by file, from what was collected.

    Parameters
    ----------
    staging : Staging
    data : ExportData
    progress : callable or None
    cancelled : callable or None
        See `vocabulary.callbacks`.

    Attributes
    ----------
    out : Staging
        Where the files are made.
    data : ExportData
        What was collected.
    tally : Tally
        What the votes that were written come to.
    """

    def __init__(
        self,
        staging: Staging,
        data: ExportData,
        progress: Progress | None,
        cancelled: CancelCheck | None,
    ) -> None:
        self.out = staging
        self.data = data
        self._progress = progress
        self._cancelled = cancelled
        self.tally = votes.Tally()

    def check_masks(self) -> None:
        """Refuse masks that others could not decode."""
        m = self.data
        for roi in self.watched(m.rois, "masks", len(m.rois)):
            rle = masks.Rle(roi.size, roi.counts)
            try:
                masks.verify(rle)
                damaged = masks.area(rle) != roi.area
            except Refused:
                damaged = True
            if damaged:
                raise Refused(
                    f"The mask of ROI {roi.external_id} of {m.images[roi.image_id].path} is damaged, so "
                    "nothing was exported; run seagull-studio check, which says what to do."
                )

    def votes(self, s: Session, *, history: bool) -> None:
        """The tables of ratings, and what they count."""
        m, out = self.data, self.out
        with ExitStack() as files:
            current = files.enter_context(out.table("votes.csv", tables.VOTE_HEADER))
            if history:
                header = (*tables.VOTE_HEADER, "latest")
                everything = files.enter_context(out.table("votes_history.csv", header))
            of_rois = votes.of_rois(s, m, self.tally)
            for lines in self.watched(of_rois, "votes", len(m.all_rois)):
                current.add_lines(lines.current)
                if history:
                    everything.add_lines(lines.history)

    def always(self, copied: bool) -> None:
        """What every export holds beside the votes."""
        m, out = self.data, self.out
        out.json("splits.json", splits_json(m))
        used = {roi.image_id for roi in m.rois}
        listed = [self._image(image, copied) for image in m.images.values() if image.id in used]
        out.json("images.json", {"root": self._root(copied), "images": listed})

    def in_parts(
        self,
        stem: str,
        opened: Callable[[str], AbstractContextManager[JsonList]],
        made: Callable[[RoiRecord], dict[str, Any]],
    ) -> None:
        """A file with all ROIs, and one for each part of the split, all at once: each ROI is made once."""
        m = self.data
        part_of = {roi.id: part for part in m.parts for roi in m.part(part)}
        with ExitStack() as files:
            everything = files.enter_context(opened(f"{stem}.json"))
            parts = {part: files.enter_context(opened(f"{stem}_{part}.json")) for part in m.parts}
            for roi in self.watched(m.rois, "ROIs", len(m.rois)):
                line = as_line(made(roi))
                everything.add(line)
                if roi.id in part_of:
                    parts[part_of[roi.id]].add(line)

    def pictures(self) -> None:
        """Copy the pictures that carry ROIs, byte by byte, checked against their hashes."""
        used = sorted({roi.image_id for roi in self.data.rois})
        for image_id in self.watched(used, "pictures", len(used)):
            image = self.data.images[image_id]
            with self.out.file(f"{_IMAGES}/{self.data.names[image_id]}") as out:
                self._copy(image, out)
            if out.sha256 != image.sha256:
                raise PictureError(
                    images.verify(image) or f"{image.path} changed while it was copied; export again."
                )

    def readme(self, formats: Iterable[ExportFormat], copied: bool) -> None:
        """Write README.md; last, for it lists the files."""
        files = sorted(name for name in self.out.files if not name.startswith(f"{_IMAGES}/"))
        root = self._root(copied) or "the folder named for each image in images.json"
        self.out.text("README.md", readme(self.data, self.tally, formats, files, root, copied))

    def _copy(self, image: ImageRecord, out: HashedFile) -> None:
        try:
            path = images.absolute_path(image)
            if other_than_file(path) is not None:
                raise FileNotFoundError(path)
            source = path.open("rb")
        except OSError as error:
            raise PictureError(images.verify(image) or f"{image.path} cannot be read.") from error
        with source:
            while data := self._read(source, image):
                out.write_bytes(data)

    def _read(self, source: BinaryIO, image: ImageRecord) -> bytes:
        try:
            return source.read(_CHUNK)
        except OSError as error:
            raise PictureError(
                f"{images.absolute_path(image)} cannot be read to its end; check its disk, then export again."
            ) from error

    def _root(self, copied: bool) -> str:
        """The one folder that all image names are relative to; "" if there are several."""
        if copied:
            return _IMAGES
        roots = {self.data.images[roi.image_id].root for roi in self.data.rois}
        return roots.pop() if len(roots) == 1 else ""

    def _image(self, image: ImageRecord, copied: bool) -> dict[str, Any]:
        name = self.data.names[image.id]
        return {
            "img": name,
            "file": f"{_IMAGES}/{name}" if copied else images.absolute_path(image).as_posix(),
            "uid": image.uid,
            "sha256": image.sha256,
            "width": image.width,
            "height": image.height,
            "exif_orientation": image.exif_orientation,
            "source": image.source,
            "group": image.group,
            "split": self.data.split.get(image.id, ""),
            "fold": self.data.folds.get(image.id),
            "note": image.note,
        }

    def watched(self, items: Iterable[T], what: str, total: int = 0) -> Iterator[T]:
        """The items, while progress is told and cancelling is looked for."""
        for done, item in enumerate(items):
            if done % 64 == 0:
                self._look()
                if self._progress is not None:
                    self._progress(done, max(total, done), what)
            yield item

    def _look(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The export was stopped; nothing was written.")
