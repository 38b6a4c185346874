"""Whether this program runs as the owner of a project's database."""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import text

from annotation_db.database.locations import DATABASE
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact_read

_OWNER: Final = text(
    "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'project'::regclass"
)


def is_mine(store: Store) -> bool:
    """Whether this user owns the file, or on a server the tables; the machine's administrator owns all.

    Where files have no owners by number (Windows), whoever may write the file.
    """
    if store.url.startswith("postgresql"):
        return bool(transact_read(store, lambda s: s.scalar(_OWNER)))
    if not hasattr(os, "geteuid"):
        return os.access(store.folder / DATABASE, os.W_OK)
    return os.geteuid() in (0, (store.folder / DATABASE).stat().st_uid)
