"""The export formats: a new one is a module with a `FORMAT`, and a line here."""

from __future__ import annotations

from typing import Final

from annotation_db.exports import coco, llava, seagull, tables
from annotation_db.exports.export_format import ExportFormat

FORMATS: Final[dict[str, ExportFormat]] = {
    one.name: one for one in (seagull.FORMAT, llava.FORMAT, coco.FORMAT, tables.FORMAT)
}
"""By name, in the order in which they are offered and written."""
