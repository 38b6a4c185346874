"""What the page of one annotator says of their test, of gold and of repeats."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from annotation_db.rating.qualification import Attempt
from seagull_studio.controllers.times import shown_time
from seagull_studio.operations.qualify import Checked
from seagull_studio.state.rating_view import RatingForm


class CheckWords(QObject):
    """Lines for a lead, one thing each."""

    def __init__(self, form: RatingForm, parent: QObject) -> None:
        super().__init__(parent)
        self._form = form

    def lines(self, found: Checked) -> tuple[str, ...]:
        """All that is to be said; empty for whoever was never checked."""
        said = [self._attempt(one) for one in found.qualification.attempts]
        if (through := found.qualification.let_through) is not None:
            when = shown_time(through.at)
            said.append(
                self.tr("Let through by {who}, {when}: {reason}").format(
                    who=through.by, when=when, reason=through.reason
                )
            )
        if found.gold:
            mean = sum(found.gold_shares.values()) / len(found.gold_shares)
            said.append(
                self.tr("Gold: {n} items, {share:.0f} % of the votes within one level; {scales}").format(
                    n=found.gold, share=100 * mean, scales=self._listed(found.gold_shares)
                )
            )
        if found.repeats is not None:
            pairs = next(iter(found.repeats.values())).pairs
            exact = {name: one.exact for name, one in found.repeats.items()}
            mean = sum(one.mean_abs_difference for one in found.repeats.values()) / len(found.repeats)
            said.append(
                self.tr("Repeats: {n} ROIs, {d:.2f} levels apart; the same vote: {scales}").format(
                    n=pairs, d=mean, scales=self._listed(exact)
                )
            )
        if found.asked:
            said.append(self.tr("Repeats asked for and not given yet: {n}").format(n=found.asked))
        return tuple(said)

    def _attempt(self, one: Attempt) -> str:
        where = self.tr("Test (set {set}), attempt {n}").format(set=one.set_number, n=one.number)
        if not one.finished:
            told = self.tr("{where}: under way, {done} of {all}")
            return told.format(where=where, done=one.answered, all=one.graded)
        told = (
            self.tr("{where}: passed; {scales}") if one.passed else self.tr("{where}: not passed; {scales}")
        )
        return told.format(where=where, scales=self._listed(one.shares))

    def _listed(self, shares: Mapping[str, float]) -> str:
        return ", ".join(f"{row.title} {100 * shares[row.name]:.0f} %" for row in self._form.rows)
