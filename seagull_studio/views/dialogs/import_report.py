"""The dry run of an import: what would come in, and every complaint with its line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from seagull_studio.state.project_view import ImportReport
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable

MOST_LINES = 1000


class ImportReportDialog(DialogFrame):
    """Accepted means: import it, or, with `naming` set, look again with what it says.

    Attributes
    ----------
    naming : str
        ``"same"`` or ``"distinct"`` if it was said who is meant by names that are nearly the same.
    """

    def __init__(self, report: ImportReport, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ImportReportDialog", "Import"), parent, width=640)
        where = style.label(report.file, "small", wrap=True)
        self.body.addWidget(where)
        self.body.addWidget(style.label(report.found, wrap=True))
        for note in report.notes:
            self.body.addWidget(style.label(note, "muted", wrap=True))
        self.naming = ""
        self.table = NumberTable([self.tr("What is wrong"), self.tr("Line")])
        if report.complaints:
            text = self.tr("{count} complaints. Correct the file and import it again; nothing was changed.")
            if report.can_apply:
                text = self.tr("{count} complaints. The lines named here would be left out.")
            self.body.addWidget(style.label(text.format(count=len(report.complaints)), "alert", wrap=True))
            shown = report.complaints[:MOST_LINES]
            self.table.set_rows([[c.message, str(c.line) if c.line is not None else "–"] for c in shown])
            self.table.wrap_rows(width=560)
            self.body.addWidget(self.table)
            if len(report.complaints) > MOST_LINES:
                more = self.tr("Only the first {count} are shown.").format(count=MOST_LINES)
                self.body.addWidget(style.label(more, "small"))
        elif report.can_apply:
            self.body.addWidget(style.label(self.tr("Nothing is wrong with this file."), "muted"))
        else:
            self.body.addWidget(style.label(self._why_nothing(report.already), wrap=True))
        if report.ask_names:
            said = self.tr("Are names that are nearly the same one person, or different people?")
            self.body.addWidget(style.label(said, wrap=True))
            for text, naming in (
                (self.tr("One person"), "same"),
                (self.tr("Different people"), "distinct"),
            ):
                made = self.add_button(text)
                made.clicked.connect(lambda _=False, naming=naming: self._name(naming))
        if report.can_apply:
            self.add_button(self.tr("Cancel"), rejects=True)
        else:
            self.add_button(self.tr("Close"), "primary", rejects=True)
        if report.can_apply:
            self.add_button(self.tr("Import"), "primary", accepts=True)

    def _name(self, naming: str) -> None:
        self.naming = naming
        self.accept()

    def _why_nothing(self, already: int | None) -> str:
        if already is None:
            return self.tr(
                "There is nothing to import: the file is empty, or all of it is in the project already."
            )
        if already:
            return self.tr("There is nothing to import: all of it is in the project already.")
        return self.tr("There is nothing to import: the file has no entries.")
