"""Pictures of check items as files, for whoever reads pictures: in the project's cache, made when wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.rating.check_items import Item
from annotation_db.vocabulary.whole_files import replace_file


def on_disk(store: Store, item: Item, read: Callable[[], bytes]) -> Path | None:
    """The file of an item's picture; None where it cannot be written, for then nobody can be shown it.

    Parameters
    ----------
    read : callable
        Gives the bytes of the picture, where they are not there yet.
    """
    folder = store.folder / "cache" / "checks"
    file = folder / f"{item.sha256[:32]}.png"
    try:
        if not file.is_file() or file.stat().st_size != item.byte_size:
            folder.mkdir(parents=True, exist_ok=True)
            replace_file(file, read())
    except OSError:
        return None
    return file
