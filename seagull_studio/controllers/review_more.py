"""More raters where they matter: asked for after it was said what that costs."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import QObject, Signal

from annotation_db.labels.more_raters import Aim, MorePlan
from annotation_db.vocabulary.scales import MOST_RATERS
from seagull_studio.controllers.person import Person
from seagull_studio.operations import review as operations
from seagull_studio.operations import review_actions as actions
from seagull_studio.services.session import Session
from seagull_studio.state.questions import AskNumbers, Confirm, NumberField, Result


class MoreRatersController(QObject):
    """Asks for the next rating of every label that is not yet stable enough."""

    changed = Signal()
    """Something was written."""

    def __init__(self, session: Session, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._who = who
        self._person = person
        self._material: operations.Material | None = None

    def show(self, material: operations.Material) -> None:
        """These are the figures to go by."""
        self._material = material

    def ask(self) -> None:
        """Ask until when, say what it costs, and do it if that is wanted."""
        if self._material is None:
            self._person.refuse(self.tr("The ratings are still being read; try again in a moment."))
            return
        answer = self._person.ask(
            AskNumbers(
                self.tr("More raters where they matter"),
                self.tr(
                    "Asks for one rating more of each ROI whose least stable label is below this. When those "
                    "are given, ask again: what has become stable is left out then."
                ),
                (
                    NumberField(self.tr("Stability to reach, in percent"), 50, 99, 80),
                    NumberField(self.tr("Ratings of a ROI at most"), 2, MOST_RATERS, 14),
                ),
                self.tr("What does it cost?"),
            )
        )
        if answer is None:
            return
        plan = operations.more_raters(self._material, Aim(answer[0] / 100, answer[1]))
        title = self.tr("More raters where they matter")
        if not plan.roi_ids:
            self._person.show(Result(title, self.tr("There is no ROI to ask for."), self._left_out(plan)))
            return
        said = "\n".join((self._cost(plan), *self._left_out(plan)))
        action = self.tr("Ask for {n:,} ratings").format(n=len(plan.roi_ids))
        if self._person.ask(Confirm(title, said, action, danger=False)):
            self._session.database.ask(
                lambda store: actions.ask_for_more(store, plan.roi_ids, 1, self._who),
                self._asked,
                self._person.refuse,
                owner=self,
            )

    def _asked(self, done: actions.AskedMore) -> None:
        """Tell what had changed since the figures were computed."""
        self.changed.emit()
        lines = self._left_out(done)
        if done.withdrawn:
            said = self.tr("{n:,} are left out: they were withdrawn.")
            lines = (*lines, said.format(n=done.withdrawn))
        if lines:
            said = self.tr(
                "{n:,} ratings were asked for; the project had changed since the figures were computed."
            )
            title = self.tr("More raters where they matter")
            self._person.show(Result(title, said.format(n=done.asked), lines))

    def _cost(self, plan: MorePlan) -> str:
        n = len(plan.roi_ids)
        if isfinite(plan.seconds_each):
            said = self.tr(
                "{n:,} ratings now, about {hours:.1f} hours of work; until every ROI has reached its most, "
                "{most:,} ratings and {most_hours:.1f} hours."
            )
            each = plan.seconds_each / 3600
            return said.format(n=n, hours=n * each, most=plan.at_most, most_hours=plan.at_most * each)
        said = self.tr("{n:,} ratings now; until every ROI has reached its most, {most:,} ratings.")
        return said.format(n=n, most=plan.at_most)

    def _left_out(self, plan: MorePlan | actions.AskedMore) -> tuple[str, ...]:
        said = (
            (plan.in_test, self.tr("{n:,} are left out: they are in the test part of the last export.")),
            (plan.waiting, self.tr("{n:,} are left out: ratings of them are still to come.")),
            (plan.accepted, self.tr("{n:,} are left out: a lead has accepted them.")),
        )
        return tuple(sentence.format(n=n) for n, sentence in said if n)
