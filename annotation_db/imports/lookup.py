"""Finding the pictures that a file names. Names are only compared: no path in a file is ever opened."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from annotation_db.errors import NotFound
from annotation_db.imports.files import shown
from annotation_db.records import ImageRecord


class ImageIndex:
    """All images of a project by every name that people may use for them.

    A name fits an image when it is the image's path, or when its last parts are (``dog.jpg`` or
    ``set/dog.jpg`` for ``/photos/set/dog.jpg``). One name that fits several is ambiguous.
    """

    def __init__(self, images: Sequence[ImageRecord]) -> None:
        self._by_path: dict[str, list[ImageRecord]] = {}
        self._by_name: dict[str, list[tuple[tuple[str, ...], ImageRecord]]] = {}
        for image in images:
            self._by_path.setdefault(_parts_key(image.path), []).append(image)
            parts = _parts(f"{image.root}/{image.path}")
            self._by_name.setdefault(parts[-1], []).append((parts, image))

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
        exact = self._by_path.get(_parts_key(name), [])
        if len(exact) == 1:
            return exact[0]
        parts = _parts(name)
        fits = self._ending(parts)
        if not fits and moved and parts:
            fits = self._ending(parts[-1:])
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise NotFound(
                f"{len(fits)} pictures of the project are called {shown(name)}; "
                "write more of the path, so that it fits only one."
            )
        raise NotFound(f"no picture {shown(name)} is in the project; add it first, or correct the name.")

    def _ending(self, parts: tuple[str, ...]) -> list[ImageRecord]:
        if not parts:
            return []
        return [image for whole, image in self._by_name.get(parts[-1], []) if whole[-len(parts) :] == parts]


def _parts(name: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", name).replace("\\", "/")
    return tuple(part for part in text.split("/") if part not in {"", "."})


def _parts_key(name: str) -> str:
    return "/".join(_parts(name))
