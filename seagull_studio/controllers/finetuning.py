"""Finetuning: asked for, looked at before it begins, followed while it works, and gone on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotation_db.database.store import Store
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.registry import find_checkpoints
from model.torch_library import held_on_gpus
from seagull_studio.controllers.jobs import JobsController
from seagull_studio.controllers.long_work import run_on_project
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.times import shown_time
from seagull_studio.controllers.training_views import look_of, view_of
from seagull_studio.jobs import finetune_preview
from seagull_studio.jobs.finetune_preview import Preview
from seagull_studio.jobs.jobs import JobState
from seagull_studio.jobs.training_reading import TrainingReader
from seagull_studio.operations import finetuning as operations
from seagull_studio.services.session import Session
from seagull_studio.state.project_questions import AskFinetune
from seagull_studio.state.project_view import SplitView
from seagull_studio.state.training_view import FinetuneFields, FinetuneLook, FinetuneView, TrainingView

KIND = "finetune"


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a person is choosing among, and what was written for them to look at."""

    offer: operations.Offer
    bases: tuple[tuple[str, str], ...]
    export: Path | None = None


class FinetuneController(QObject):
    """Asks what to train on what, starts the job, and follows every training of the project.

    Parameters
    ----------
    session : Session
        The project.
    who : str
        Stands behind the export.
    weights : sequence of Path
        Folders in which checkpoints are looked for.
    jobs : JobsController
        Starts the job, and the one that predicts afterwards.
    """

    training_changed = Signal(str, object)
    """Key of the job, and its `TrainingView`."""

    def __init__(
        self, session: Session, who: str, weights: Sequence[Path], person: Person, jobs: JobsController
    ) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._weights = list(weights)
        self._person = person
        self._jobs = jobs
        self._readers: dict[str, TrainingReader] = {}
        self._seen: dict[str, JobState] = {}
        self._views: dict[str, TrainingView] = {}
        self._models: frozenset[str] = frozenset()
        self._reading = False
        session.jobs.changed.connect(self._follow)
        self._follow(session.jobs.states)

    def choose(self) -> None:
        """Ask what to train on what."""
        self._session.database.ask(operations.offer, self._offered, self._person.refuse, owner=self)

    def predict(self, key: str) -> None:
        """Let a finished model predict all ROIs: from then on it is one of this project's."""
        view = self._views.get(key)
        if view is not None and view.adapter:
            self._jobs.predict(operations.spec_of(view.adapter))

    def open_report(self, key: str) -> None:
        view = self._views.get(key)
        if view is not None and view.report:
            self._person.open(Path(view.report))

    def know(self, specs: frozenset[str]) -> None:
        """Hear which models the project has already."""
        if specs != self._models:
            self._models = specs
            for key, view in list(self._views.items()):
                self._tell(key, view)

    def _offered(self, offer: operations.Offer) -> None:
        folders = list(self._weights)

        def look() -> tuple[tuple[str, str], ...]:
            found = (one for one in find_checkpoints(folders) if one.kind == "seagull")
            whole = (one for one in found if not (one.path / "adapter_config.json").is_file())
            return tuple((str(one.path), self._named(one.name, one.untrained)) for one in whole)

        def found(bases: tuple[tuple[str, str], ...]) -> None:
            split = offer.frozen.wish if offer.frozen is not None else None
            fields = FinetuneFields(run=offer.runs[0].id, base=bases[0][0] if bases else "")
            if split is not None:
                fields = replace(
                    fields, train=round(100 * split.train), val=round(100 * split.val), seed=split.seed
                )
            self._ask(_Begun(offer, bases), fields, None)

        self._session.workers.ask(look, found, self._person.refuse, owner=self)

    def _ask(self, begun: _Begun, fields: FinetuneFields, look: FinetuneLook | None) -> None:
        runs = tuple((run.id, self._run_named(run)) for run in begun.offer.runs)
        view = FinetuneView(runs, begun.bases, self._split(begun.offer), fields, look)
        answer = self._person.ask(AskFinetune(view))
        if answer is not None and answer.action == "start" and begun.export is not None:
            self._start(begun, begun.export, answer.fields)
            return
        if begun.export is not None:
            operations.forget(self._session.folder, begun.export)
        if answer is not None:
            self._look(replace(begun, export=None), answer.fields)

    def _look(self, begun: _Begun, fields: FinetuneFields) -> None:
        """Write the export and compute what it comes to; then ask again."""
        frozen, who, folder = begun.offer.frozen is not None, self._who, self._session.folder
        said = self.tr("computing how much memory it takes")

        def work(store: Store, progress: Progress, cancelled: CancelCheck) -> tuple[Path, Preview]:
            export = operations.export(
                store,
                fields.run,
                train=None if frozen else fields.train / 100,
                val=None if frozen else fields.val / 100,
                seed=None if frozen else fields.seed,
                who=who,
                progress=progress,
                cancelled=cancelled,
            )
            try:
                progress(0, 0, said)
                settings = settings_of(fields)
                found = finetune_preview.apart(export, Path(fields.base), fields.preset, settings, cancelled)
            except BaseException:
                operations.forget(folder, export)
                raise
            return export, found

        def looked(found: tuple[Path, Preview]) -> None:
            self._ask(replace(begun, export=found[0]), fields, look_of(found[1], held_on_gpus()))

        run_on_project(
            self._person,
            self._session,
            self.tr("Looking at the training"),
            work,
            looked,
            owner=self,
            failed=lambda why: self._ask(begun, fields, FinetuneLook((), (), (), why, can_start=False)),
        )

    def _start(self, begun: _Begun, export: Path, fields: FinetuneFields) -> None:
        present = begun.offer.present
        options: dict[str, Any] = {
            "export": str(export),
            "base": fields.base,
            "out": str(operations.run_folder(self._session.folder)),
            "preset": fields.preset,
            "settings": settings_of(fields),
            "present": None if present is None else present.id,
        }
        self._jobs.start(KIND, options, lambda: operations.forget(self._session.folder, export))

    def _split(self, offer: operations.Offer) -> SplitView:
        if offer.frozen is None:
            return SplitView()
        said = self.tr("The split of {images} images is frozen since {at}, by {by}: new images only join.")
        frozen = said.format(
            images=f"{offer.frozen.images:,}", at=shown_time(offer.frozen.at), by=offer.frozen.by
        )
        return SplitView(frozen)

    def _named(self, name: str, untrained: bool) -> str:
        return self.tr("{name} (UNTRAINED)").format(name=name) if untrained else name

    def _run_named(self, run: Any) -> str:
        said = self.tr("Label run {run} of {when}: {labelled} labels, {policy}, at least {least} ratings")
        return said.format(
            run=run.id,
            when=f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
            labelled=f"{run.labelled:,}",
            policy=run.policy.name,
            least=run.policy.min_raters,
        )

    def _follow(self, states: Sequence[JobState]) -> None:
        """Have the folders of trainings that moved read by a thread."""
        if self._reading:
            return  # the answer asks again
        moved = [one for one in states if one.kind == KIND and self._seen.get(one.id) != one]
        readers = {}
        for state in moved:
            self._seen[state.id] = state
            out = Path(str(state.options.get("out")))
            readers[state.id] = self._readers.setdefault(state.id, TrainingReader(out))
        if not readers:
            return
        self._reading = True

        def read() -> dict[str, TrainingView]:
            return {key: view_of(reader.read(), reader.out) for key, reader in readers.items()}

        def done(views: dict[str, TrainingView]) -> None:
            self._reading = False
            for key, view in views.items():
                self._tell(key, view)
            self._follow(self._session.jobs.states)

        def failed(why: str) -> None:
            self._reading = False
            self._person.refuse(why)

        self._session.workers.ask(read, done, failed, owner=self)

    def _tell(self, key: str, view: TrainingView) -> None:
        known = bool(view.adapter) and operations.spec_of(view.adapter) in self._models
        self._views[key] = view = replace(view, predicted=known)
        self.training_changed.emit(key, view)


def settings_of(fields: FinetuneFields) -> dict[str, Any]:
    """What differs from the preset."""
    settings: dict[str, Any] = {"epochs": fields.epochs}
    if fields.less_memory:
        settings["gradient_checkpointing"] = True
    if fields.four_bit:
        settings["quantised"] = "4bit"
    return settings
