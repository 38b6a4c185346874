"""A ratings file on its way in: seen before anything is stored, asked about, then taken as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annotation_db.imports.table_format import ENCODINGS, SEPARATORS, TableFormat
from seagull_studio.controllers.import_reports import shown_report
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import project as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import ConfirmImport, ConfirmTable
from seagull_studio.state.table_view import TableChoices, TableView

if TYPE_CHECKING:
    from annotation_db.imports.people import Naming
    from annotation_db.imports.ratings_preview import Preview
    from annotation_db.imports.reports import ImportReport as Report


class RatingsImportController(QObject):
    """Preview, dry run, import."""

    done = Signal()
    """Ratings were imported."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person

    def begin(self, file: Path, how: TableFormat | None = None) -> None:
        """Show the first lines as they are understood."""
        how = how or TableFormat()
        run_on_project(
            self._person,
            self._session,
            self.tr("Reading {file}").format(file=file.name),
            lambda _store, _progress, _cancelled: operations.preview_ratings(file, how),
            partial(self._previewed, file, how),
            owner=self,
        )

    def _previewed(self, file: Path, how: TableFormat, preview: Preview) -> None:
        if preview.refused and not preview.unsure:
            self._person.refuse(preview.refused)
            return
        said = self._person.ask(ConfirmTable(_view(file, how, preview)))
        if said is None:
            return
        choices, again = said
        chosen = TableFormat(choices.encoding, choices.separator, dict(choices.columns))
        if again:
            self.begin(file, chosen)
        else:
            self._look(file, chosen, "ask")

    def _look(self, file: Path, how: TableFormat, naming: Naming) -> None:
        run_on_project(
            self._person,
            self._session,
            self.tr("Reading {file}").format(file=file.name),
            self._importer(file, how, naming, dry_run=True),
            partial(self._looked, file, how, naming),
            owner=self,
        )

    def _looked(self, file: Path, how: TableFormat, naming: Naming, report: Report) -> None:
        answer = self._person.ask(ConfirmImport(shown_report(report)))
        if answer == "same" or answer == "distinct":
            self._look(file, how, answer)
        elif answer is not None:
            run_on_project(
                self._person,
                self._session,
                self.tr("Importing {file}").format(file=file.name),
                self._importer(file, how, naming, dry_run=False),
                lambda _report: self.done.emit(),
                owner=self,
            )

    def _importer(
        self, file: Path, how: TableFormat, naming: Naming, *, dry_run: bool
    ) -> Callable[..., Report]:
        return lambda store, progress, cancelled: operations.import_file(
            store,
            "ratings",
            file,
            dry_run=dry_run,
            how=how,
            naming=naming,
            who=self._who,
            progress=progress,
            cancelled=cancelled,
        )


def _view(file: Path, how: TableFormat, preview: Preview) -> TableView:
    """A preview as the dialog shows it."""
    return TableView(
        file=str(file),
        header=preview.header,
        columns=preview.columns,
        ignored=preview.ignored,
        rows=preview.rows,
        refused=preview.refused,
        chosen=TableChoices(how.encoding, how.separator, tuple(how.columns.items())),
        encoding=preview.encoding,
        separator=preview.separator,
        encodings=tuple(ENCODINGS),
        separators=tuple(SEPARATORS),
        is_text=preview.kind != "xlsx",
    )
