"""What an import would do or did, told the same way by a dry run and by the real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from annotation_db.errors import Complaint

Unit = Literal["line", "entry"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import. Nothing was stored unless `applied`."""

    file: str
    kind: Literal["rois", "ratings"]
    format: str
    unit: Unit
    """What a complaint's number counts: lines of a CSV file, entries of a JSON file."""
    dry_run: bool
    applied: bool
    added: int = 0
    """ROIs or ratings that are new (in a dry run: would be)."""
    revised: int = 0
    """Ratings stored as a new revision of an older one."""
    already: int = 0
    """In the file and, identical, in the project before."""
    left_out: int = 0
    """Entries with a complaint that were left out because that was asked for."""
    excluded: int = 0
    """Ratings that the project had and that do not count from now on, because the file says so."""
    still_excluded: int = 0
    """Ratings that are excluded in the project and not in the file: that is not changed."""
    spellings: tuple[tuple[str, str], ...] = ()
    """Names in the file, each with the name it is nearly the same as."""
    renamed: int = 0
    """ROIs with a new id, because another region of the picture has theirs."""
    aliases: int = 0
    """ROIs that are there already and become known by the file's uid too."""
    new_annotators: tuple[str, ...] = ()
    images: int = 0
    """Images that the file's entries lie on."""
    complaints: tuple[Complaint, ...] = field(default=())

    def describe(self, complaint: Complaint) -> str:
        """A complaint as a person reads it, such as "line 3: ..."."""
        return (
            complaint.message
            if complaint.line is None
            else f"{self.unit} {complaint.line}: {complaint.message}"
        )

    @property
    def refusal(self) -> str:
        """The one sentence for a file that was refused because of its complaints."""
        count = len(self.complaints)
        plural = {"line": "lines", "entry": "entries"}[self.unit]
        what = f"1 {self.unit}" if count == 1 else f"{count} {plural}"
        return (
            f"{Path(self.file).name} was not imported and nothing was changed: {what} cannot be taken; "
            "correct the file and import it again."
        )

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "file": self.file,
            "kind": self.kind,
            "format": self.format,
            "dry_run": self.dry_run,
            "applied": self.applied,
            "added": self.added,
            "revised": self.revised,
            "already": self.already,
            "excluded": self.excluded,
            "still_excluded": self.still_excluded,
            "spellings": [{"name": name, "like": like} for name, like in self.spellings],
            "left_out": self.left_out,
            "renamed": self.renamed,
            "aliases": self.aliases,
            "new_annotators": list(self.new_annotators),
            "images": self.images,
            "complaints": [{self.unit: c.line, "message": c.message} for c in self.complaints],
        }
