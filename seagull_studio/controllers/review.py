"""The Review page: figures are computed beside the window; its tabs have controllers of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal

from annotation_db.agreement.report import AgreementReport
from annotation_db.database.changes import Kind
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.controllers.page import PageController
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.review_annotators import ReviewAnnotatorsController
from seagull_studio.controllers.review_audit import ReviewAuditController
from seagull_studio.controllers.review_disputes import ReviewDisputesController
from seagull_studio.controllers.review_more import MoreRatersController
from seagull_studio.controllers.review_overview import ReviewOverviewController
from seagull_studio.controllers.review_papers import ReviewPapersController
from seagull_studio.operations import review as operations
from seagull_studio.services.long_task import LongTask, LongWork
from seagull_studio.services.session import Session
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import BusyView, Target

SMALL: Final = 50_000
"""Ratings up to which figures are computed again by themselves when others have written."""
_SHOWN: Final[frozenset[Kind]] = frozenset(
    {
        "project",
        "images",
        "rois",
        "annotators",
        "places",
        "ratings",
        "predictions",
        "exclusions",
        "acceptances",
        "checks",
        "check_answers",
    }
)

_AUDITED: Final[frozenset[Kind]] = frozenset(
    {
        *("project", "images", "rois", "annotators", "exclusions", "acceptances"),
        *("messages", "labels", "checks"),
    }
)
"""What writes into the audit trail; ratings and claims of places do not."""


class ReviewController(PageController):
    """Keeps the figures of one project and hands them to the tabs.

    Parameters
    ----------
    session : Session
        The project.
    form : RatingForm
        How the scales are called.
    who : str
        Stands behind what is changed.
    """

    busy_changed = Signal(object)
    """`BusyView`."""
    tab_wanted = Signal(str)
    """``"disputes"`` or ``"annotators"``: what was clicked leads there."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._person = person
        self._task: LongTask | None = None
        self._stopped = False
        self.material: operations.Material | None = None
        self.report: AgreementReport | None = None
        self.overview = ReviewOverviewController(form)
        self.annotators = ReviewAnnotatorsController(session, form, who, person)
        self.disputes = ReviewDisputesController(session, form, who, person)
        self.more = MoreRatersController(session, who, person)
        self.audit = ReviewAuditController(session, who, person)
        self.papers = ReviewPapersController(session, person)
        parts = (self.overview, self.annotators, self.disputes, self.more, self.audit, self.papers)
        for part in parts:
            part.setParent(self)
        for writing in (self.annotators, self.disputes, self.more, self.audit):
            writing.changed.connect(self.compute)
        self.annotators.rois_wanted.connect(self.look_at)

    @property
    def is_computing(self) -> bool:
        """Whether figures are being read or computed."""
        return self._task is not None

    def refresh(self) -> None:
        """Compute what is no longer of today; cheap where nothing has changed."""
        self.audit.refresh()
        self.annotators.messages.refresh()
        self._session.database.ask(operations.counters, self._look, self._person.refuse, owner=self)

    def others_wrote(self, kinds: frozenset[Kind]) -> None:
        """Small projects are computed again at once; of large ones it is said that figures are of before."""
        if kinds & _AUDITED:
            self.audit.refresh()
        if "messages" in kinds:
            self.annotators.messages.refresh()
        if not kinds & _SHOWN or self._task is not None:
            return
        if self._is_small and not self._stopped:
            self.compute()
        else:
            self._say_old()

    def compute(self) -> None:
        """Read and compute everything anew; what is being computed is given up."""
        self._give_up()
        self._stopped = False
        session = self._session
        self.audit.refresh()

        def read(progress: Progress, cancelled: CancelCheck) -> operations.Material:
            with session.open_store() as store:
                return operations.read(store, progress, cancelled)

        self._start(self.tr("Reading the ratings"), read, self._have_read)

    def cancel(self) -> None:
        """Stop computing; what is shown stays."""
        if self._task is not None:
            self._stopped = True
            self._task.cancel()

    def look_at(self, target: Target) -> None:
        """Show the ROIs behind what was clicked."""
        self.disputes.look_at(target)
        self.tab_wanted.emit("disputes")

    def _look(self, counters: dict[Kind, int]) -> None:
        if self._task is not None or not self._has_changed(counters):
            return
        if self._is_small:
            self.compute()
        else:
            self._say_old()

    def _look_after(self, counters: dict[Kind, int]) -> None:
        """Not computed again by itself: whoever rates all the time would keep it computing all the time."""
        if self._task is None and self._has_changed(counters):
            self._say_old()

    def _has_changed(self, counters: dict[Kind, int]) -> bool:
        known = self.material
        return known is None or any(known.counters.get(kind) != counters.get(kind) for kind in _SHOWN)

    @property
    def _is_small(self) -> bool:
        return self.material is None or len(self.material.table.roi) <= SMALL

    def _say_old(self) -> None:
        self.busy_changed.emit(BusyView(remark=self.tr("The project has changed since these were computed.")))

    def _start(self, what: str, work: LongWork, done: Callable[[Any], None]) -> None:
        task = self._task = self._session.tasks.make(work, owner=self)
        task.progressed.connect(partial(self._progressed, task, what))
        task.done.connect(partial(self._done, task, done))
        task.failed.connect(partial(self._failed, task))
        task.cancelled.connect(partial(self._failed, task, ""))
        self.busy_changed.emit(BusyView(what))
        task.start()

    def _give_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()

    def _progressed(self, task: LongTask, what: str, done: int, total: int, _step: str) -> None:
        if task is self._task:
            self.busy_changed.emit(BusyView(what, done / total if total else None))

    def _done(self, task: LongTask, done: Callable[[Any], None], result: Any) -> None:
        if task is self._task:
            self._task = None
            done(result)

    def _failed(self, task: LongTask, sentence: str) -> None:
        if task is not self._task:
            return
        self._task = None
        self.busy_changed.emit(BusyView(remark=self.tr("Not all figures were computed.")))
        if sentence:
            self._stopped = True
            self._person.refuse(sentence)

    def _have_read(self, material: operations.Material) -> None:
        self.material = material
        self.overview.show(material)
        self.annotators.show(material)
        self.disputes.show(material)
        self.more.show(material)

        def measure(progress: Progress, cancelled: CancelCheck) -> AgreementReport:
            return operations.measure(material, progress=progress, cancelled=cancelled)

        self._start(self.tr("Computing agreement"), measure, self._have_measured)

    def _have_measured(self, report: AgreementReport) -> None:
        self.report = report
        self.busy_changed.emit(BusyView())
        self.overview.show_report(report)
        self.annotators.show_report(report)
        self._session.database.ask(operations.counters, self._look_after, self._person.refuse, owner=self)
