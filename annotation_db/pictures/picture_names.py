"""What pictures are called in exports, and so in the files that come back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath, PurePosixPath
from typing import Final

from annotation_db import names
from annotation_db.records import ImageRecord

HASHED: Final = 12
"""Digits of a picture's hash that tell it apart from others of its name."""


def image_names(images: Sequence[ImageRecord]) -> dict[int, str]:
    """What each image is called: its path, with more before it where two would be called the same.

    Two are called the same where some systems take them for one file: names that differ only in case, or
    in how accents are composed; or where one is a folder of the other. More is the name of the folder
    that the picture was imported from, or the beginning of its hash.

    Returns
    -------
    dict
        Image id -> name.
    """
    called = {image.id: image.path for image in images}
    before: Callable[[ImageRecord], str]
    for before in (_folder, _hash):
        taken = Counter(_one_file(name) for name in called.values())
        folders = {folder for name in taken for folder in _folders(name)}
        for image in images:
            name = _one_file(called[image.id])
            if taken[name] > 1 or name in folders:
                called[image.id] = f"{before(image)}/{image.path}"
    return called


def _folder(image: ImageRecord) -> str:
    name = PurePath(image.root).name
    return name if names.picture_problem(name) is None else _hash(image)


def _hash(image: ImageRecord) -> str:
    return image.sha256[:HASHED]


def _one_file(name: str) -> str:
    """The same text for all names that some system takes for one file."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _folders(name: str) -> Iterable[str]:
    return (str(folder) for folder in PurePosixPath(name).parents)
