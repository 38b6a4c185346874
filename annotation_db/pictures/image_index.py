"""Finding the pictures that a file names. Names are only compared: no path in a file is ever opened."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from annotation_db.errors import NotFound
from annotation_db.names import shown
from annotation_db.pictures.picture_names import HASHED, image_names
from annotation_db.records import ImageRecord


class ImageIndex:
    """All images of a project by every name that people may use for them.

    A name fits an image when it is what an export of the project calls it, the image's path, or the last
    parts of it (``dog.jpg`` or ``set/dog.jpg`` for ``/photos/set/dog.jpg``); or when it begins with the
    image's hash, by which exports tell pictures of one name apart. The name as it is written comes before
    the same one composed otherwise, or with blanks around it. One name that fits several is ambiguous.
    """

    def __init__(self, images: Sequence[ImageRecord]) -> None:
        exported = image_names(images)
        self._exported = {exported[image.id]: image for image in images}
        self._by_path: dict[str, list[ImageRecord]] = {}
        self._by_name: dict[str, list[tuple[tuple[str, ...], ImageRecord]]] = {}
        self._by_hash: dict[str, list[ImageRecord]] = {}
        for image in images:
            self._by_path.setdefault(image.path, []).append(image)
            parts = _parts(f"{image.root}/{image.path}")
            self._by_name.setdefault(parts[-1], []).append((parts, image))
            self._by_hash.setdefault(image.sha256[:HASHED], []).append(image)

    def find(self, name: str, *, moved: bool = False) -> ImageRecord:
        """The one image that `name` fits.

        Parameters
        ----------
        name : str
            Path or file name, with slashes or backslashes.
        moved : bool
            Also accept the bare file name of a path that fits nothing (labelme files name pictures
            relative to themselves).

        Raises
        ------
        NotFound
            If it fits none or several.
        """
        exact = self._exact(name) or self._exact(name.strip())
        if exact is not None:
            return exact
        fits = self._fitting(name) or self._fitting(name.strip())
        if not fits and moved:
            fits = self._ending(_parts(name)[-1:])
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise NotFound(
                f"{len(fits)} pictures of the project are called {shown(name)}; "
                "write more of the path, so that it fits only one."
            )
        raise NotFound(f"no picture {shown(name)} is in the project; add it first, or correct the name.")

    def _exact(self, name: str) -> ImageRecord | None:
        exported = self._exported.get(name)
        if exported is not None:
            return exported
        same = self._by_path.get(name, [])
        return same[0] if len(same) == 1 else None

    def _fitting(self, name: str) -> list[ImageRecord]:
        parts = _parts(name)
        fits = self._ending(parts)
        return fits if fits or not parts else self._by_hash.get(parts[0], [])

    def _ending(self, parts: tuple[str, ...]) -> list[ImageRecord]:
        """Images whose path ends so; if it is the whole path of just one of them, that one."""
        if not parts:
            return []
        fits = [image for whole, image in self._by_name.get(parts[-1], []) if whole[-len(parts) :] == parts]
        written = [image for image in fits if _parts(image.path) == parts]
        return written if len(written) == 1 else fits


def _parts(name: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    return tuple(part for part in text.split("/") if part not in {"", "."})
