"""A ratings file on its way in: seen before anything is stored, asked about, then taken as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotation_db.imports.table_format import ENCODINGS, SEPARATORS, TableFormat
from seagull_studio.bindings.import_reports import shown_report
from seagull_studio.operations import project as operations
from seagull_studio.state.table_view import TableChoices, TableView
from seagull_studio.views.dialogs import ImportReportDialog, run_dialog
from seagull_studio.views.dialogs.ratings_preview import RatingsPreviewDialog

if TYPE_CHECKING:
    from annotation_db.imports.people import Naming
    from annotation_db.imports.ratings_preview import Preview
    from annotation_db.imports.reports import ImportReport as Report

Long = Callable[[str, Callable[..., Any], Callable[[Any], None]], None]
"""Starts work behind a progress dialog: a title, the work, and whom to tell what came of it."""


class RatingsImportBinding(QObject):
    """Preview, dry run, import.

    Parameters
    ----------
    done : callable
        Called when ratings were imported.
    refused : callable
        Called with a sentence about a file that cannot be read whatever is said of it.
    """

    def __init__(
        self,
        page: QWidget,
        long: Long,
        who: str,
        done: Callable[[], None],
        refused: Callable[[str], None],
    ) -> None:
        super().__init__(page)
        self._page = page
        self._long = long
        self._who = who
        self._done = done
        self._refused = refused

    def begin(self, file: Path, how: TableFormat | None = None) -> None:
        """Show the first lines as they are understood."""
        how = how or TableFormat()
        self._long(
            self.tr("Reading {file}").format(file=file.name),
            lambda _store, _progress, _cancelled: operations.preview_ratings(file, how),
            partial(self._show, file, how),
        )

    def _show(self, file: Path, how: TableFormat, preview: Preview) -> None:
        if preview.refused and not preview.unsure:
            self._refused(preview.refused)
            return
        dialog = RatingsPreviewDialog(view(file, how, preview), self._page)
        chosen = run_dialog(dialog, lambda dialog: (dialog.choices(), dialog.again))
        if chosen is None:
            return
        choices, again = chosen
        said = TableFormat(choices.encoding, choices.separator, dict(choices.columns))
        if again:
            self.begin(file, said)
        else:
            self._look(file, said, "ask")

    def _look(self, file: Path, how: TableFormat, naming: Naming) -> None:
        self._long(
            self.tr("Reading {file}").format(file=file.name),
            self._importer(file, how, naming, dry_run=True),
            partial(self._ask_to_apply, file, how, naming),
        )

    def _ask_to_apply(self, file: Path, how: TableFormat, naming: Naming, report: Report) -> None:
        dialog = ImportReportDialog(shown_report(report), self._page)
        answer = run_dialog(dialog, lambda dialog: dialog.naming or "import")
        if answer == "same" or answer == "distinct":
            self._look(file, how, answer)
        elif answer is not None:
            self._long(
                self.tr("Importing {file}").format(file=file.name),
                self._importer(file, how, naming, dry_run=False),
                lambda _report: self._done(),
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


def view(file: Path, how: TableFormat, preview: Preview) -> TableView:
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
