"""The jobs of a project: started, cancelled, started again, and told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotation_db.errors import StudioError
from annotation_db.rating.permissions import Action
from seagull_studio.controllers.person import Person
from seagull_studio.jobs.jobs import JobState
from seagull_studio.jobs.kinds import KINDS
from seagull_studio.operations import acting
from seagull_studio.services.session import Session
from seagull_studio.state.models_view import JobRow


class JobsController(QObject):
    """Follows the jobs of one project, whichever window started them."""

    jobs_changed = Signal(object)
    """List of `JobRow`, newest first."""
    predicting_changed = Signal(object)
    """Specifications of the models that jobs predict with (frozenset of str)."""
    ended = Signal()
    """A job that was at work is over."""

    def __init__(self, session: Session, weights: Sequence[Path], person: Person) -> None:
        super().__init__()
        self._session = session
        self._jobs = session.jobs
        self._location = session.location
        self._weights = [str(folder) for folder in weights]
        self._person = person
        self._running: set[str] = set()
        self._predicting: frozenset[str] = frozenset()
        session.jobs.changed.connect(self._show)

    @property
    def predicting(self) -> frozenset[str]:
        """Specifications of the models that jobs predict with now."""
        return self._predicting

    def refresh(self) -> None:
        """Say what is known, and have the folders read again."""
        self._show(self._jobs.states)
        self._jobs.poll()

    def poll(self) -> None:
        """Have the folders read again."""
        self._jobs.poll()

    def cancel(self, key: str) -> None:
        if (state := self._state(key)) is not None:
            self._try(lambda: self._jobs.cancel(state.folder))

    def resume(self, key: str) -> None:
        """Start a job that is over again; it goes on where it stopped."""
        if (state := self._state(key)) is not None:
            self._try(lambda: self._jobs.resume(state.folder))

    def open_log(self, key: str) -> None:
        if (state := self._state(key)) is not None:
            self._person.open(self._log_of(state))

    def embed(self) -> None:
        """Prepare all pictures for clicks."""
        self.start("embed", {"weights_folders": self._weights})

    def fit_baseline(self) -> None:
        """Fit it to the labels that are there, unless a job is at that already."""
        self.start(
            "fit-baseline",
            {},
            alone=self.tr(
                "A job fits the baseline already; wait until it has ended, or cancel it under Jobs."
            ),
        )

    def predict(self, spec: str) -> None:
        """Predict what is missing, unless a job with this model is at work already."""
        if spec in self._predicting:
            self._person.refuse(
                self.tr(
                    "A job predicts with this model already; wait until it has ended, or cancel it under "
                    "Jobs."
                )
            )
            return
        self._set_predicting(self._predicting | {spec})
        self.start("predict", {"model": spec}, lambda: self._set_predicting(self._predicting - {spec}))

    def start(
        self,
        kind: str,
        options: dict[str, Any],
        not_started: Callable[[], None] = lambda: None,
        *,
        alone: str = "",
    ) -> None:
        """Start a job of a kind in `KINDS`, for whoever may; where it is not started the person reads why.

        Parameters
        ----------
        kind : str
            What the job does.
        options : dict
            Of that kind.
        not_started : callable
            Called where it is not started.
        alone : str
            What to say instead of starting one beside another of its kind; "" where there may be several.
        """

        def allowed(_: None) -> None:
            if alone and any(one.kind == kind and not one.is_over for one in self._jobs.states):
                refused(alone)
            elif not self._try(lambda: self._jobs.start(kind, self._location, options)):
                not_started()

        def refused(sentence: str) -> None:
            not_started()
            self._person.refuse(sentence)

        # The job's own process acts for nobody.
        self._session.database.ask(
            lambda store: acting.allow(store, Action.MODELS), allowed, refused, owner=self
        )

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something to a job; a full disk is told. Whether it was done."""
        try:
            act()
        except StudioError as error:
            self._person.refuse(str(error))
            return False
        return True

    def _show(self, states: Sequence[JobState]) -> None:
        self.jobs_changed.emit([self._row(state) for state in states])
        at_work = [state for state in states if not state.is_over]
        self._set_predicting(
            frozenset(str(state.options.get("model")) for state in at_work if state.kind == "predict")
        )
        running = {state.id for state in at_work}
        over, self._running = self._running - running, running
        if over:
            self.ended.emit()

    def _set_predicting(self, specs: frozenset[str]) -> None:
        if specs != self._predicting:
            self._predicting = specs
            self.predicting_changed.emit(specs)

    def _row(self, state: JobState) -> JobRow:
        titles = {
            "embed": self.tr("Prepare pictures for clicks"),
            "predict": self.tr("Predict"),
            "fit-baseline": self.tr("Fit the baseline"),
            "finetune": self.tr("Finetune"),
        }
        return JobRow(
            state.id,
            titles.get(state.kind) or (KINDS[state.kind].title if state.kind in KINDS else state.kind),
            state.status,
            state.done,
            state.total,
            state.what,
            state.seconds_left,
            f"{state.created_at.astimezone():%Y-%m-%d %H:%M}",
            str(self._log_of(state)),
        )

    def _state(self, key: str) -> JobState | None:
        """None where its folder went since it was shown; the next look at them takes it off the list."""
        return next((state for state in self._jobs.states if state.id == key), None)

    @staticmethod
    def _log_of(state: JobState) -> Path:
        return state.folder / "log.txt"
