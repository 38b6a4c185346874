"""The test that a new annotator takes: what is told after each practice item, and how it went."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from annotation_db.rating.qualification import Attempt, Qualification, within
from annotation_db.vocabulary.check_turn import CheckTurn
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.rating import CurrentRoi, RatingController
from seagull_studio.state.questions import Read
from seagull_studio.state.rating_view import RatingForm


class QualifyingController(QObject):
    """Tells whoever takes the test; silent for everybody else."""

    def __init__(self, rating: RatingController, form: RatingForm, person: Person) -> None:
        super().__init__(rating)
        self._rating = rating
        self._form = form
        self._person = person
        self._stands: Qualification | None = None
        self._told: int | None = None
        # Queued: a dialog must not keep a rating from being handed over, nor an answer from being taken.
        queued = Qt.ConnectionType.QueuedConnection
        rating.practised.connect(self._practised, queued)
        rating.tested.connect(self._stand)
        rating.tested.connect(self._tested, queued)

    def heading(self, check: CheckTurn | None) -> str:
        """What stands above the panel instead of the ROI's name; "" for whatever is not of the test."""
        if check is None or check.kind not in ("practice", "graded"):
            return ""
        told = self.tr("Practice {n} of {all}") if check.kind == "practice" else self.tr("Test {n} of {all}")
        return told.format(n=check.number, all=check.among)

    def over(self) -> str:
        """Why nothing is left for somebody who has not passed; "" for everybody else."""
        stands = self._stands
        if stands is None or stands.state != "failed":
            return ""
        return self.tr(
            "You have not passed the test in {n} attempts. Your lead decides what comes next."
        ).format(n=stands.allowed)

    def _practised(self, rated: CurrentRoi, votes: Votes) -> None:
        check = rated.entry.check
        assert check is not None and check.expected is not None  # the controller says so of no other
        good = within(votes, check.expected)
        sentence = (
            self.tr("All eight answers lie within one level of what was expected.")
            if all(good)
            else self.tr("Of eight answers {n} lie more than one level away from what was expected.").format(
                n=good.count(False)
            )
        )
        lines = []
        for row, own, level, fits in zip(self._form.rows, votes, check.expected, good, strict=True):
            told = (
                self.tr("{scale}: expected {level}, one level more or less; you: {own}")
                if fits
                else self.tr(
                    "{scale}: expected {level}, one level more or less; you: {own}, which is too far"
                )
            )
            lines.append(told.format(scale=row.title, level=row.levels[level].word, own=row.levels[own].word))
        if self._person.ask(Read(self.heading(check), sentence, tuple(lines), self.tr("Go on"))):
            self._rating.go_on(rated.entry)  # else the window went meanwhile

    def _stand(self, stands: Qualification) -> None:
        self._stands = stands

    def _tested(self, stands: Qualification) -> None:
        ended = [one for one in stands.attempts if one.finished]
        before, self._told = self._told, len(ended)
        if before is not None and len(ended) > before:  # what ended at an earlier sitting was told then
            self._person.ask(
                Read(
                    self.tr("How the test went"), self._said(stands), self._lines(ended[-1]), self.tr("Go on")
                )
            )

    def _said(self, stands: Qualification) -> str:
        if stands.state == "passed":
            return self.tr("You have passed. From now on you rate the ROIs of this project.")
        if stands.state == "let through":
            return self.tr("Your lead has let you through. From now on you rate the ROIs of this project.")
        if stands.state == "failed":
            return self.over()
        left = stands.allowed - stands.used
        return self.tr(
            "You have not passed yet. You can try {n} more times; it begins with practice."
        ).format(n=left)

    def _lines(self, attempt: Attempt) -> tuple[str, ...]:
        said = []
        for row in self._form.rows:
            told = (
                self.tr("{scale}: {share} % within one level, which is too few")
                if row.name in attempt.missed
                else self.tr("{scale}: {share} % within one level")
            )
            said.append(told.format(scale=row.title, share=f"{100 * attempt.shares[row.name]:.0f}"))
        return tuple(said)
