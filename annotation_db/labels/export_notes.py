"""Which images the last export put into its test part: nobody is asked for more ratings of those."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database import audit
from annotation_db.database.schema import Audit

_EXPORTED: Final = "export"


def note(s: Session, folder: str | Path, test_images: Iterable[int], who: str) -> None:
    """Remember an export and the ids of its test images in the audit trail."""
    detail = {"folder": str(folder), "test_images": sorted(test_images)}
    audit.record(s, who, _EXPORTED, "project", detail)


def test_images(s: Session) -> frozenset[int]:
    """The ids of the last export's test images; empty before the first."""
    last = select(Audit.detail).where(Audit.action == _EXPORTED).order_by(Audit.id.desc()).limit(1)
    detail = s.scalar(last)
    return frozenset() if detail is None else frozenset(detail["test_images"])
