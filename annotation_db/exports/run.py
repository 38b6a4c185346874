"""One export from project to folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeVar

from annotation_db import images, masks
from annotation_db.errors import Cancelled, PictureError, Refused
from annotation_db.exports import coco, llava, seagull, tables
from annotation_db.exports.material import Material, gather
from annotation_db.exports.readme import counts, policy_json, readme
from annotation_db.exports.staging import HashedFile, Staging
from annotation_db.records import ImageRecord, LabelPolicy, VotesUsed
from annotation_db.regular_files import other_than_file
from annotation_db.splits import METHOD, Part
from annotation_db.store import Store

T = TypeVar("T")
Format = Literal["seagull", "llava", "coco", "csv"]
FORMATS: Final[tuple[Format, ...]] = ("seagull", "llava", "coco", "csv")
Progress = Callable[[int, int, str], None]

_IMAGES: Final = "images"
_CHUNK: Final = 1 << 20
_PARTS: Final[tuple[Part, ...]] = ("train", "test")


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote."""

    folder: Path
    files: tuple[str, ...]
    counts: dict[str, int]
    policy: dict[str, Any]
    test_votes: VotesUsed
    """Which votes the labels of the test part are made of."""
    simulated: bool
    """Some of the ratings are simulated."""
    missing: tuple[str, ...]
    """Paths of pictures with ROIs whose files are gone or changed."""

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "folder": str(self.folder),
            "files": list(self.files),
            "counts": self.counts,
            "policy": self.policy,
            "test_votes": self.test_votes,
            "simulated": self.simulated,
            "missing": list(self.missing),
        }

    @property
    def missing_sentence(self) -> str:
        """What to say of the missing pictures; "" if there are none."""
        if not self.missing:
            return ""
        some = ", ".join(self.missing[:3]) + (" …" if len(self.missing) > 3 else "")
        return (
            f"{len(self.missing)} pictures of the exported ROIs are gone or have changed ({some}), so nobody "
            "can use their labels; put the files back, or name the folder they moved to."
        )


def export(
    store: Store,
    folder: str | Path,
    *,
    formats: Sequence[Format] = FORMATS,
    run_id: int | None = None,
    policy: LabelPolicy | None = None,
    train: float = 0.8,
    seed: int = 0,
    test_votes: VotesUsed = "unassisted",
    overwrite: bool = False,
    copy_images: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportReport:
    """Write an export folder: whole, or not at all.

    Raw votes, splits, the list of images, README and manifest are in every export; `formats` says
    what else.

    Parameters
    ----------
    folder : str or Path
        The folder to make; it may exist if it is empty.
    formats : sequence of {"seagull", "llava", "coco", "csv"}
        What to write beside the raw votes.
    run_id : int, optional
        Export a stored label run.
    policy : LabelPolicy, optional
        Without `run_id`: compute labels now under this policy, the paper's if not given.
    train : float
        Share of the images that train, 0..1.
    seed : int
        Seed of the split.
    test_votes : {"unassisted", "all"}
        Which votes the labels of the test images are made of. By default none that was given with
        a model's suggestion in view, whatever the policy of the other labels.
    overwrite : bool
        Replace an earlier export in `folder`.
    copy_images : bool
        Copy the pictures, unchanged, into the export.

    Returns
    -------
    ExportReport

    Raises
    ------
    Refused
        If `folder` is in use, a format is unknown, `train` is no share, or a mask that would be
        written is damaged.
    NotFound
        If there is no such label run.
    PictureError
        If a picture to be copied is missing or changed.
    DiskError
        If the disk is full or not writable; nothing is left behind.
    Cancelled
        If `cancelled` says so; nothing is left behind.
    """
    for name in formats:
        if name not in FORMATS:
            raise Refused(f"There is no export format {name}; choose from {', '.join(FORMATS)}.")
    if test_votes not in ("unassisted", "all"):
        raise Refused(f"Test labels are made of unassisted or all votes, not of {test_votes!r}.")
    target = Path(folder)
    with Staging(target, overwrite=overwrite) as staging:
        with store.read() as s:
            material = gather(s, run_id=run_id, policy=policy, train=train, seed=seed, test_votes=test_votes)
        writer = _Writer(staging, material, progress, cancelled)
        if set(formats) - {"csv"}:
            writer.check_masks()
        writer.always(copy_images)
        for name in FORMATS:
            if name in formats:
                writer.format(name)
        if copy_images:
            writer.pictures()
        writer.readme(copy_images)
        told = counts(material)
        manifest = {
            "version": material.version,
            "created_at": material.created_at.isoformat(),
            "project": {
                "uid": material.project.uid,
                "name": material.project.name,
                "simulated": material.project.simulated,
            },
            "simulated_annotators": [person.name for person in material.simulated()],
            "formats": [name for name in FORMATS if name in formats],
            "policy": policy_json(material),
            "test_votes": material.test_votes,
            "label_run": material.run.uid if material.run else None,
            "split": {"train": train, "seed": seed},
            "counts": told,
        }
        made = staging.commit(manifest)
        return ExportReport(
            folder=made,
            files=tuple(sorted(staging.files)),
            counts=told,
            policy=policy_json(material),
            test_votes=material.test_votes,
            simulated=bool(material.simulated()) or material.project.simulated,
            missing=images.absent(
                material.images[one] for one in sorted({roi.image_id for roi in material.rois})
            ),
        )


class _Writer:
    def __init__(
        self,
        staging: Staging,
        material: Material,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._staging = staging
        self._material = material
        self._progress = progress
        self._cancelled = cancelled

    def check_masks(self) -> None:
        """Refuse masks that others could not decode."""
        m = self._material
        for roi in self._watched(m.rois, "masks", len(m.rois)):
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

    def always(self, copied: bool) -> None:
        """What every export holds."""
        m, out = self._material, self._staging
        out.table("votes.csv", tables.VOTE_HEADER, self._watched(tables.votes(m), "votes"))
        out.json(
            "splits.json",
            {
                "seed": m.seed,
                "train": m.train,
                "method": METHOD,
                "images": {part: [m.names[i] for i in m.images if m.split.get(i) == part] for part in _PARTS},
            },
        )
        used = {roi.image_id for roi in m.rois}
        listed = [self._image(image, copied) for image in m.images.values() if image.id in used]
        out.json("images.json", {"root": self._root(copied), "images": listed})

    def format(self, name: Format) -> None:
        """One format, with a file for each part of the split where training needs it."""
        m, out = self._material, self._staging
        parts = {part: m.part(part) for part in _PARTS}
        if name == "seagull":
            out.json_list("rois.json", self._watched(seagull.entries(m, m.rois), "ROIs", len(m.rois)))
            for part, rois in parts.items():
                out.json_list(f"rois_{part}.json", self._watched(seagull.entries(m, rois), f"{part} ROIs"))
        elif name == "llava":
            for part, rois in parts.items():
                talk = self._watched(llava.conversations(m, rois), f"{part} conversations", 19 * len(rois))
                out.json_list(f"llava_{part}.json", talk)
            out.json("llava_masks.json", llava.masks_by_key(m, parts["train"] + parts["test"]))
        elif name == "coco":
            out.json("coco.json", coco.instances(m, m.rois))
            for part, rois in parts.items():
                self._look()
                out.json(f"coco_{part}.json", coco.instances(m, rois))
        else:
            out.table(
                "labels.csv", tables.LABEL_HEADER, self._watched(tables.labels(m), "labels", len(m.rois))
            )
            rows = self._watched(tables.history(m), "history", len(m.revisions))
            out.table("votes_history.csv", (*tables.VOTE_HEADER, "latest"), rows)

    def pictures(self) -> None:
        """Copy the pictures that carry ROIs, byte by byte, checked against their hashes."""
        used = sorted({roi.image_id for roi in self._material.rois})
        for image_id in self._watched(used, "pictures", len(used)):
            image = self._material.images[image_id]
            with self._staging.file(f"{_IMAGES}/{self._material.names[image_id]}") as out:
                self._copy(image, out)
            if out.sha256 != image.sha256:
                raise PictureError(
                    images.verify(image) or f"{image.path} changed while it was copied; export again."
                )

    def readme(self, copied: bool) -> None:
        files = sorted(name for name in self._staging.files if not name.startswith(f"{_IMAGES}/"))
        root = self._root(copied) or "the folder named for each image in images.json"
        self._staging.text("README.md", readme(self._material, files, root, copied))

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
        roots = {self._material.images[roi.image_id].root for roi in self._material.rois}
        return roots.pop() if len(roots) == 1 else ""

    def _image(self, image: ImageRecord, copied: bool) -> dict[str, Any]:
        name = self._material.names[image.id]
        return {
            "img": name,
            "file": f"{_IMAGES}/{name}" if copied else images.absolute_path(image).as_posix(),
            "uid": image.uid,
            "sha256": image.sha256,
            "width": image.width,
            "height": image.height,
            "exif_orientation": image.exif_orientation,
            "source": image.source,
            "split": self._material.split.get(image.id, ""),
            "note": image.note,
        }

    def _watched(self, items: Iterable[T], what: str, total: int = 0) -> Iterator[T]:
        for done, item in enumerate(items):
            if done % 64 == 0:
                self._look()
                if self._progress is not None:
                    self._progress(done, max(total, done), what)
            yield item

    def _look(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The export was stopped; nothing was written.")
