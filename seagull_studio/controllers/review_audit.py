"""The audit trail: shown, filtered by the view, saved, and taken back where that can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from seagull_studio.controllers.person import Person
from seagull_studio.operations import audit_trail as operations
from seagull_studio.services.session import Session
from seagull_studio.state.questions import ChooseNewFile, Confirm
from seagull_studio.state.review_view import TrailRow

WHEN = "%Y-%m-%d %H:%M:%S"


class ReviewAuditController(QObject):
    """Shows who did what, when and why."""

    rows_changed = Signal(object)
    """Tuple of `TrailRow`, newest first."""
    changed = Signal()
    """Something was taken back."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._entries: dict[int, operations.TrailEntry] = {}

    def refresh(self) -> None:
        """Read it again."""
        self._session.database.ask(operations.read, self._show, self._person.refuse, owner=self)

    def undo(self, entry_id: int) -> None:
        """Take back what one entry says was done."""
        entry = self._entries.get(entry_id)
        if entry is None:
            return
        title = self.tr("Take this back?")
        said = f"{self._said(entry)}: {entry.subject}"
        if self._person.ask(Confirm(title, said, self.tr("Take back"), danger=False)):
            self._session.database.ask(
                lambda store: operations.undo(store, entry_id, self._who),
                lambda _: self.changed.emit(),
                self._person.refuse,
                owner=self,
            )

    def save(self, entry_ids: Sequence[int]) -> None:
        """Ask for a file, and write the entries that are in sight."""
        file = self._person.ask(
            ChooseNewFile(self.tr("Save the audit trail"), "audit-trail.csv", "CSV (*.csv)")
        )
        if file is None:
            return
        try:
            operations.write_csv([self._entries[one] for one in entry_ids], file)
        except OSError as error:
            self._person.refuse(f"{file} could not be written ({error.strerror}).")

    def _show(self, entries: list[operations.TrailEntry]) -> None:
        self._entries = {entry.record.id: entry for entry in entries}
        self.rows_changed.emit(
            tuple(
                TrailRow(
                    entry.record.id,
                    entry.record.at.astimezone().strftime(WHEN),
                    entry.record.who,
                    self._said(entry),
                    entry.subject,
                    entry.reason,
                    entry.can_undo,
                )
                for entry in entries
            )
        )

    def _said(self, entry: operations.TrailEntry) -> str:
        action = entry.record.action
        if action == "annotator.role":
            is_lead = entry.record.detail.get("role") == "lead"
            return self.tr("made a lead") if is_lead else self.tr("made an annotator")
        told = {
            "annotator.exclude": self.tr("annotator excluded"),
            "annotator.restore": self.tr("annotator readmitted"),
            "annotator.add": self.tr("annotator added"),
            "annotator.merge": self.tr("annotators merged"),
            "annotator.unmerge": self.tr("merge undone"),
            "message.write": self.tr("message left"),
            "rating.exclude": self.tr("rating excluded"),
            "rating.restore": self.tr("rating readmitted"),
            "roi.add": self.tr("ROI marked"),
            "roi.exclude": self.tr("ROI withdrawn"),
            "roi.restore": self.tr("ROI brought back"),
            "roi.accept": self.tr("label accepted"),
            "roi.unaccept": self.tr("acceptance lifted"),
            "image.add": self.tr("pictures added"),
            "image.group": self.tr("pictures grouped"),
            "image.relocate": self.tr("pictures found again"),
            "image.exclude": self.tr("picture withdrawn"),
            "image.restore": self.tr("picture brought back"),
            "import.ratings": self.tr("ratings imported"),
            "import.rois": self.tr("ROIs imported"),
            "place.more": self.tr("more ratings asked for"),
            "place.more.undo": self.tr("request taken back"),
            "assign": self.tr("ROIs handed out"),
            "assign.take_back": self.tr("ROIs taken back"),
            "labels.run": self.tr("labels computed"),
            "labels.delete": self.tr("label run deleted"),
            "export": self.tr("export written"),
            "labels.export": self.tr("label run exported"),
            "split.freeze": self.tr("split frozen"),
            "split.thaw": self.tr("split thawed"),
            "filter.save": self.tr("filter saved"),
            "filter.remove": self.tr("filter forgotten"),
            "predictor.register": self.tr("model added"),
            "prefill.policy": self.tr("pre-fill changed"),
            "project.update": self.tr("settings changed"),
            "project.restore": self.tr("backup put back"),
            "project.rescue": self.tr("project rescued"),
            "instructions.set": self.tr("instructions changed"),
            "passphrase.set": self.tr("passphrase set"),
            "passphrase.remove": self.tr("passphrase taken away"),
            "passphrase.forgotten": self.tr("forgotten passphrase taken away"),
            "check.set": self.tr("check items made"),
            "qualification.let_through": self.tr("let through"),
            "qualification.lift": self.tr("let through no more"),
            "repeats.ask": self.tr("repeats asked for"),
        }
        return told.get(action, action)
