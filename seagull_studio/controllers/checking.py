"""Whether a project is as it should be, and what the journals can put back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotation_db.database.findings import Finding
from annotation_db.safety.journal_check import PutBack
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.operations import journals
from seagull_studio.operations import project as operations
from seagull_studio.services.session import Session
from seagull_studio.state.questions import Confirm, Result


class CheckController(QObject):
    """Checks when it is asked to, and offers to put back what the database lost."""

    changed = Signal()
    """Something was put back."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person

    def check(self) -> None:
        """Look through database, pictures and masks."""
        title = self.tr("Checking the project")
        run_on_project(self._person, self._session, title, operations.check, self._checked, owner=self)

    def _checked(self, findings: list[Finding]) -> None:
        sentence = (
            self.tr("{count} things are not as they should be.").format(count=len(findings))
            if findings
            else self.tr("Database, pictures and masks are as they should be.")
        )
        lines = tuple(finding.message for finding in findings)
        self._person.show(Result(self.tr("Check"), sentence, lines))
        missing = sum(finding.kind == "journal" for finding in findings)
        damaged = any(finding.kind == "database" for finding in findings)
        if missing and not damaged:
            said = self.tr("Stored in the journals and not in the database: {count}.").format(count=missing)
            if self._person.ask(Confirm(self.tr("Put back?"), said, self.tr("Put them back"))):
                self._put_back()

    def _put_back(self) -> None:
        run_on_project(
            self._person,
            self._session,
            self.tr("Putting back what stands in the journals"),
            lambda store, progress, cancelled: journals.put_back(store, self._who, progress, cancelled),
            self._restored,
            owner=self,
        )

    def _restored(self, done: PutBack) -> None:
        self.changed.emit()
        sentence = self.tr("Put back from the journals: {count}.").format(count=done.stored)
        self._person.show(Result(self.tr("Check"), sentence, tuple(done.refused)))
