"""Exports of a project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from annotation_db.exports.run import FORMATS, ExportReport
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.roi_filters import as_filter, as_view
from seagull_studio.controllers.times import shown_time
from seagull_studio.operations import exporting, filters, groups
from seagull_studio.operations import project as operations
from seagull_studio.services.session import Session
from seagull_studio.state.filter_view import FilterFields
from seagull_studio.state.project_questions import AskExport
from seagull_studio.state.project_view import ExportChoices, SplitView
from seagull_studio.state.questions import Confirm, Result
from seagull_studio.state.rating_view import RatingForm


class ExportsController(QObject):
    """Asks what to export and where, and writes it."""

    changed = Signal()
    """The split was frozen or thawed."""
    exported = Signal(object)
    """`ExportReport` of an export that was written."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person
        self._split = SplitView()
        self._last: ExportChoices | None = None
        """What was chosen last: proposed the next time."""

    def show(self, overview: operations.Overview) -> None:
        """Say what the next split can be."""
        frozen = overview.frozen
        if frozen is None:
            self._split = SplitView()
            return
        said = self.tr("The split of {images} images is frozen since {at}, by {by}: new images only join.")
        self._split = SplitView(
            said.format(images=f"{frozen.images:,}", at=shown_time(frozen.at), by=frozen.by),
            round(frozen.wish.train * 100),
            round(frozen.wish.val * 100),
            frozen.wish.seed,
            frozen.wish.folds,
        )

    def choose(self) -> None:
        """Ask what and where to; an export that is there is replaced only if the person says so."""
        self._session.database.ask(filters.choices, self._choose, self._person.refuse, owner=self)

    def _choose(self, found: filters.Choices) -> None:
        last = self._last
        folder = Path.home() / f"{self._session.project.name}-export" if last is None else last.folder
        given = FilterFields() if last is None else last.among
        choices = self._person.ask(
            AskExport(folder, self._formats(), self._split, self._form, as_view(found), given, last)
        )
        if choices is None:
            return
        self._last = choices
        if choices.thaw:
            self._thaw()
            return
        in_use = choices.folder.is_dir() and any(choices.folder.iterdir())
        said = self.tr("{folder} is in use. An earlier export in it will be replaced.").format(
            folder=choices.folder
        )
        replace = Confirm(self.tr("Replace the export?"), said, self.tr("Replace it"))
        if not in_use or self._person.ask(replace):
            self.export(choices, overwrite=in_use)

    def export(self, choices: ExportChoices, *, overwrite: bool = False) -> None:
        """Write an export folder."""
        run_on_project(
            self._person,
            self._session,
            self.tr("Exporting"),
            lambda store, progress, cancelled: exporting.export(
                store,
                choices.folder,
                formats=choices.formats,
                train=choices.train,
                val=choices.val,
                seed=choices.seed,
                folds=choices.folds,
                freeze=choices.freeze,
                roi_filter=filters.named(store, choices.among.named or None, as_filter(choices.among)),
                copy_images=choices.copy_images,
                pseudonyms=choices.pseudonyms,
                overwrite=overwrite,
                who=self._who,
                progress=progress,
                cancelled=cancelled,
            ),
            self._exported,
            owner=self,
        )

    def _thaw(self) -> None:
        said = self.tr(
            "The next export draws a new split: images that trained may test, and a model that was trained "
            "on an earlier export may know them."
        )
        if self._person.ask(Confirm(self.tr("Thaw the split?"), said, self.tr("Thaw it"))):
            self._session.database.ask(
                lambda store: groups.thaw(store, self._who),
                lambda _: self.changed.emit(),
                self._person.refuse,
                owner=self,
            )

    def _formats(self) -> dict[str, str]:
        """Name -> title; a format that has none in the window's language keeps its English one."""
        told = {
            "seagull": self.tr("SEAGULL: regions and labels as JSON"),
            "llava": self.tr("LLaVA: questions and answers for training"),
            "coco": self.tr("COCO: masks that other tools read"),
            "csv": self.tr("CSV: every single vote"),
        }
        return {one.name: told.get(one.name, one.title) for one in FORMATS.values()}

    def _counted(self, report: ExportReport) -> str:
        """What is in it; of a project without labels, that none is."""
        counts = {key: f"{count:,}" for key, count in report.counts.items()}
        if not report.counts["labelled"]:
            return self.tr(
                "No ROI has a label yet, so there are none in {folder}, only {ratings} ratings: collect "
                "more, or compute labels that need fewer."
            ).format(folder=report.folder, ratings=counts["ratings"])
        parts = self.tr("{train} train, {test} test")
        parts = parts.format(train=counts["train_rois"], test=counts["test_rois"])
        if report.split["val"]:
            parts = self.tr("{parts}, {val} validate").format(parts=parts, val=counts["val_rois"])
        said = self.tr("Exported {labelled} labelled ROIs ({parts}) and {ratings} ratings to {folder}.")
        return said.format(
            labelled=counts["labelled"], parts=parts, ratings=counts["ratings"], folder=report.folder
        )

    def _exported(self, written: exporting.Exported) -> None:
        report, remarks = written.report, (written.remark, written.report.missing_sentence)
        self.exported.emit(report)
        if report.split["frozen"]:
            self.changed.emit()
        sentence = self._counted(report)
        if report.simulated:
            sentence += " " + self.tr("Some of its ratings are simulated, and the export says so.")
        sentence = " ".join(filter(None, (sentence, *remarks)))
        self._person.show(Result(self.tr("Export"), sentence, tuple(report.files), str(report.folder)))
