"""Import of ratings files: read and checked first, stored as a whole or not at all.

The file is read and checked outside of any transaction, some thousand lines at a time; good lines wait in a
stage. The last transaction looks whether the project changed meanwhile, and turns all of them into ratings.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from annotation_db.database import audit, backups
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, Complaint, ProjectError
from annotation_db.imports import rating_stage, ratings_csv
from annotation_db.imports.files import count_lines
from annotation_db.imports.people import Naming
from annotation_db.imports.ratings_check import Check, Planned
from annotation_db.imports.ratings_csv import CsvRating
from annotation_db.imports.table_format import TableFormat
from annotation_db.rating import annotators, exclusions

_EVERY: Final = 500
"""Lines between two looks at whether to stop."""
_FEW: Final = 200
"""As many lines are checked again inside the last transaction; more of them before the next try."""


class RatingsImport:
    """One import of one file.

    Parameters
    ----------
    store : Store
    file : Path
    revise : bool
        Whether a rating that differs from the project's is a new revision, or a complaint.
    how : TableFormat
        What is known of the table.
    naming : Naming
        Who is meant by names that are nearly the same.
    who : str
        For the audit trail.
    progress : callable, optional
    cancelled : callable, optional
        See `vocabulary.callbacks`.

    Attributes
    ----------
    check : Check
        What the file does, or would do.
    format : str
        ``csv`` or ``xlsx``.
    """

    check: Check
    format: str

    def __init__(
        self,
        store: Store,
        file: Path,
        *,
        revise: bool,
        how: TableFormat,
        naming: Naming,
        who: str,
        progress: Callable[[int, int, str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._store = store
        self._file = file
        self._revise = revise
        self._how = how
        self._naming = naming
        self._who = who
        self._progress = progress
        self._cancelled = cancelled
        self._staged = 0

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What is wrong, by line."""
        return tuple(sorted(self.check.complaints, key=lambda c: c.line or 0))

    def look(self) -> None:
        """Check every line; nothing is written.

        Raises
        ------
        ImportRefused
            If the file is no ratings table at all.
        Cancelled
            If that was asked for.
        """
        for _ in self._checked():
            pass

    def store(self) -> None:
        """Check every line, and store all of them if there are no complaints.

        Raises
        ------
        ImportRefused, Cancelled
            As `look`.
        ProjectError, DiskError
            If another program emptied the stage, or the backup before a large import cannot be made.
        """
        with rating_stage.opened(self._store) as uid:
            for planned in self._checked():
                if planned and not self.check.complaints:
                    if self.check.lacks_ids:
                        with self._store.write(self._who) as s:
                            self.check.set_ids_apart(s)
                    rows = self._rows(uid, planned)
                    with self._store.write(self._who) as s:
                        rating_stage.fill(s, rows)
                    self._staged += len(rows)
                    time.sleep(rating_stage.PAUSE_S)
            if not self.check.complaints:
                if self._staged > backups.LARGE_IMPORT:
                    backups.before(self._store, "import", progress=self._progress, cancelled=self._cancelled)
                self._finish(uid)

    def _checked(self) -> Iterator[list[Planned]]:
        total = count_lines(self._file)
        with self._store.read() as s:
            self.check = Check(s, self._revise, self._naming)
        lines = self._good_lines(total)
        while portion := list(islice(lines, rating_stage.PORTION)):
            with self._store.read() as s:
                planned = self.check.planned(s, portion)
            yield planned

    def _good_lines(self, total: int) -> Iterator[CsvRating]:
        table = ratings_csv.opened(self._file, self._how)
        self.format = table.kind
        for done, line in enumerate(ratings_csv.read_rows(self._file, table, self._how)):
            if done % _EVERY == 0:
                if self._cancelled is not None and self._cancelled():
                    raise Cancelled("The import was stopped; nothing was changed.")
                if self._progress is not None:
                    self._progress(done, total, "ratings checked")
            if isinstance(line, Complaint):
                self.check.complaints.append(line)
            else:
                yield line

    def _rows(self, uid: str, planned: Sequence[Planned]) -> list[dict[str, Any]]:
        ids, origin = self.check.ids, f"import:{self._file.name}"
        return [
            rating_stage.row(
                uid, one, ids[one.source.annotator] if one.annotator_id is None else one.annotator_id, origin
            )
            for one in planned
        ]

    def _finish(self, uid: str) -> None:
        """The last transaction; where the project changed in many places, those are staged again first."""
        while True:
            with self._store.write(self._who) as s:
                rating_stage.hold_rois(s, uid)
                changed = rating_stage.overtaken(s, uid, self.check.outdated_ids(s))
                if len(changed) <= _FEW:
                    self._again(s, uid, changed)
                    if not self.check.complaints:
                        self._deliver(s, uid)
                    return
            for start in range(0, len(changed), rating_stage.PORTION):
                with self._store.write(self._who) as s:
                    self._again(s, uid, changed[start : start + rating_stage.PORTION])
                time.sleep(rating_stage.PAUSE_S)

    def _again(self, s: Session, uid: str, numbers: Sequence[int]) -> None:
        """Check some staged lines once more, against what the project says now."""
        if numbers:
            lines = rating_stage.lines(s, uid, numbers)
            self.check.forget(rating_stage.drop(s, uid, numbers))
            planned = self.check.planned(s, lines)
            self.check.set_ids_apart(s)
            rating_stage.fill(s, self._rows(uid, planned))
            self._staged += len(planned) - len(lines)

    def _deliver(self, s: Session, uid: str) -> None:
        check = self.check
        for name, simulated in check.new.items():
            annotators.add(
                s,
                name,
                simulated=simulated,
                annotator_id=check.ids[name],
                distinct=self._naming == "distinct",
                who=self._who,
            )
        if rating_stage.deliver(s, uid, self._who) != self._staged:
            raise ProjectError(
                f"{self._file.name} was not imported and nothing was changed: another program took this "
                "import for one that had died; import the file again."
            )
        exclusions.exclude_ratings(s, check.excluded, who=self._who)
        detail = {
            "added": check.added + check.revised,
            "revised": check.revised,
            "already": check.already,
            "excluded": len(check.excluded),
            "spellings": dict(check.people.spellings),
            "new_annotators": list(check.new),
        }
        audit.record(s, self._who, "import.ratings", self._file.name, detail)
