"""Pictures of a project: scanning a folder, adding what it holds, finding and verifying them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from sqlalchemy import Select, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Image, ImageRoot
from annotation_db.errors import NotFound, PictureError
from annotation_db.files.regular_files import other_than_file
from annotation_db.pictures.picture_files import read_facts, sha256_of
from annotation_db.pictures.picture_opening import unreadable
from annotation_db.pictures.picture_scan import ScanResult, scan_folder
from annotation_db.pictures.withdrawal import is_picture_withdrawn
from annotation_db.records import AddReport, ImageRecord

__all__ = [
    "ScanResult",
    "absent",
    "absolute_path",
    "add",
    "find",
    "get",
    "get_many",
    "list_all",
    "look_through",
    "scan_folder",
    "set_note",
    "stored_root",
    "verify",
]


def add(
    s: Session, scan: ScanResult, *, project_folder: Path | None = None, source: str = "", who: str
) -> AddReport:
    """Add the pictures that a scan found good.

    Parameters
    ----------
    scan : ScanResult
        What `scan_folder` returned.
    project_folder : Path, optional
        Folder that nearby picture folders are stored relative to, so that both can move together;
        the session's own by default.
    source : str
        Data set the pictures come from; splits are stratified by it.

    Returns
    -------
    AddReport
        What was added, what is there already (by its bytes), what was refused and why.
    """
    base = project_folder if project_folder is not None else s.info["folder"]
    root = stored_root(scan.folder, base)
    root_id = s.scalar(select(ImageRoot.id).where(ImageRoot.path == root))
    known = {row.sha256: row.path for row in s.execute(select(Image.sha256, Image.path))}
    taken = set(s.scalars(select(Image.path).where(Image.root_id == root_id))) if root_id else set()
    rows: list[dict[str, object]] = []
    duplicates: list[tuple[str, str]] = []
    refused = list(scan.refused)
    for picture in scan.pictures:
        facts = picture.facts
        if facts.sha256 in known:
            duplicates.append((picture.path, known[facts.sha256]))
            continue
        if picture.path in taken:
            refused.append(
                (
                    picture.path,
                    f"{picture.path} is not the picture that was imported under this name; "
                    "put the old one back, or give the new one another name.",
                )
            )
            continue
        known[facts.sha256] = picture.path
        rows.append(
            {
                "path": picture.path,
                "sha256": facts.sha256,
                "byte_size": facts.byte_size,
                "width": facts.width,
                "height": facts.height,
                "exif_orientation": facts.exif_orientation,
                "format": facts.format,
                "mode": facts.mode,
                "source": source,
            }
        )
    if rows:
        if root_id is None:
            root_id = s.scalar(insert(ImageRoot).values(path=root).returning(ImageRoot.id))
        s.execute(insert(Image), [{**row, "root_id": root_id} for row in rows])
        audit.record(s, who, "image.add", f"folder {scan.folder}", {"added": len(rows), "source": source})
    return AddReport(
        added=tuple(str(row["path"]) for row in rows), duplicates=tuple(duplicates), refused=tuple(refused)
    )


def get(s: Session, image_id: int) -> ImageRecord:
    """One picture.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    row = s.execute(_query().where(Image.id == image_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no picture number {image_id} in this project.")
    return record(s, row[0], row[1], row[2])


def get_many(s: Session, image_ids: Iterable[int]) -> dict[int, ImageRecord]:
    """Several pictures by id; unknown ids are left out."""
    rows = s.execute(_SEVERAL, {"images": list(image_ids)})
    return {row.Image.id: record(s, row[0], row[1], row[2]) for row in rows}


def list_all(s: Session) -> list[ImageRecord]:
    """All pictures, by path."""
    return [record(s, row[0], row[1], row[2]) for row in s.execute(_query().order_by(Image.path, Image.id))]


def find(s: Session, path_or_name: str) -> ImageRecord:
    """The picture with this path below its folder, absolute path, or else file name.

    Raises
    ------
    NotFound
        If there is none, or a file name that several pictures share.
    """
    wanted = path_or_name.replace("\\", "/").removeprefix("./")
    rows = s.execute(_query().where(Image.path == path_or_name)).all()
    if not rows:
        rows = s.execute(_query().where(Image.path == wanted)).all()
    if not rows and "/" not in wanted:
        suffix = "/" + wanted
        rows = s.execute(
            _query().where(or_(Image.path == wanted, Image.path.endswith(suffix, autoescape=True)))
        ).all()
    if not rows and PurePosixPath(wanted).is_absolute():
        name = PurePosixPath(wanted).name
        near = s.execute(_query().where(Image.path.endswith(name, autoescape=True))).all()
        rows = [row for row in near if absolute_path(record(s, row[0], row[1], row[2])) == Path(path_or_name)]
    if not rows:
        raise NotFound(f"There is no picture {path_or_name} in this project; check the name, or import it.")
    if len(rows) > 1:
        paths = ", ".join(sorted(row.Image.path for row in rows)[:3])
        raise NotFound(f"Several pictures are called {path_or_name} ({paths}); give the path.")
    return record(s, rows[0][0], rows[0][1], rows[0][2])


def absolute_path(image: ImageRecord) -> Path:
    """Where the picture's file is, or should be."""
    return Path(image.root) / image.path


def verify(image: ImageRecord) -> str | None:
    """Compare a picture's file with what was imported, by its bytes.

    Returns
    -------
    str or None
        One sentence if the file is missing, unreadable or another one; None if all is well.
    """
    path = absolute_path(image)
    try:
        same_size = path.stat().st_size == image.byte_size
        if same_size and other_than_file(path) is None and sha256_of(path) == image.sha256:
            return None
    except FileNotFoundError:
        return (
            f"{path} is gone since it was imported; put it back, or name the folder it moved to "
            "(its ROIs and ratings are kept)."
        )
    except PermissionError:
        return f"{path} cannot be read; give yourself permission to read it."
    except OSError as error:
        return str(unreadable(path, error))
    return (
        f"{path} has changed since it was imported; put the old file back "
        "(its ROIs and ratings are kept, and belong to the old one)."
    )


def look_through(image: ImageRecord) -> str | None:
    """`verify`, and whether the picture would still be taken: what older versions let in may be damaged.

    Returns
    -------
    str or None
        One sentence; None if all is well.
    """
    try:
        facts = read_facts(absolute_path(image))
    except PictureError as error:
        return verify(image) or (
            f"{str(error).removesuffix('.')} (it was imported like this; its ROIs and ratings are kept)."
        )
    return None if facts.sha256 == image.sha256 else verify(image)


def is_there(image: ImageRecord) -> bool:
    """Whether a picture's file is there, with its size; nothing is opened: `verify` looks at the bytes."""
    try:
        return absolute_path(image).stat().st_size == image.byte_size
    except OSError:
        return False


def absent(pictures: Iterable[ImageRecord]) -> tuple[str, ...]:
    """Paths of the pictures whose file is gone or has another size (see `is_there`)."""
    return tuple(image.path for image in pictures if not is_there(image))


def set_note(s: Session, image_id: int, note: str) -> None:
    """Set the text shown with a picture.

    Raises
    ------
    NotFound
        If there is no such picture.
    """
    row = s.get(Image, image_id)
    if row is None:
        raise NotFound(f"There is no picture number {image_id} in this project.")
    row.note = note
    s.flush()


def _query() -> Select[Image, str, bool]:
    of_root = select(Image, ImageRoot.path.label("root_path"), is_picture_withdrawn())
    return of_root.join(ImageRoot, ImageRoot.id == Image.root_id)


_SEVERAL = _query().where(Image.id.in_(bindparam("images", expanding=True)))
"""Built once: every turn of an annotator asks this."""


def record(s: Session, image: Image, root: str, withdrawn: bool) -> ImageRecord:
    """What is handed out of a row; `root` is its folder as it is stored."""
    return ImageRecord(
        id=image.id,
        uid=image.uid,
        root=str(_absolute_root(root, s.info["folder"])),
        path=image.path,
        sha256=image.sha256,
        byte_size=image.byte_size,
        width=image.width,
        height=image.height,
        exif_orientation=image.exif_orientation,
        format=image.format,
        mode=image.mode,
        source=image.source,
        note=image.note,
        added_at=image.added_at,
        withdrawn=bool(withdrawn),
        group=image.group_key,
    )


def _absolute_root(stored: str, base: Path) -> Path:
    return Path(os.path.normpath(base / stored))


def stored_root(folder: Path, base: Path) -> str:
    """Relative when the pictures lie in the project folder or beside it, else absolute."""
    folder, base = folder.absolute(), base.absolute()
    try:
        relative = Path(os.path.relpath(folder, base)).as_posix()
    except ValueError:  # another drive
        return folder.as_posix()
    return folder.as_posix() if relative.startswith("../..") else relative
