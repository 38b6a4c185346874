"""Annotators under review: a table, a page for each, and what a lead can do about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final, cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from annotation_db.agreement.one_annotator import confusion, most_deviant
from annotation_db.agreement.report import AgreementReport, AnnotatorFigures
from annotation_db.database.store import Store
from annotation_db.records import AnnotatorRecord, Role
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.review_checks import CheckWords
from seagull_studio.controllers.review_messages import ReviewMessagesController
from seagull_studio.controllers.roles import may_set_role
from seagull_studio.controllers.saved_table import save_table
from seagull_studio.operations import qualify, settings
from seagull_studio.operations import review_actions as actions
from seagull_studio.operations.review import Material
from seagull_studio.operations.review_first import FirstLook
from seagull_studio.operations.table_file import save_rows
from seagull_studio.services.session import Session
from seagull_studio.state.questions import AskNumbers, AskReason, ChooseNewFile, Confirm, NumberField
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import (
    DeviantRow,
    PersonRow,
    PersonScaleView,
    PersonView,
    ScaleDots,
)

HEADER: Final = (
    *("annotator", "role", "excluded", "ratings", "mean_abs_bias", "mean_inconsistency"),
    *("mean_spearman_others", "mean_alpha_gain_without", "straight_lining", "bt500_scales_flagged"),
    "median_seconds",
)


class ReviewAnnotatorsController(QObject):
    """Shows figures of people, and lets a lead exclude, readmit and give them a role."""

    rows_changed = Signal(object)
    """Tuple of `PersonRow`."""
    person_changed = Signal(object)
    """`PersonView`, or None while nobody is chosen."""
    scale_changed = Signal(object)
    """`PersonScaleView`, or None where there is none."""
    rois_wanted = Signal(object)
    """`Target`."""
    changed = Signal()
    """Something was written."""

    def __init__(self, session: Session, form: RatingForm, who: str, person: Person) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person
        self._people: tuple[AnnotatorRecord, ...] = ()
        self._ratings: Mapping[int, int] = {}
        """By annotator id, what counts."""
        self._material: Material | None = None
        self._report: AgreementReport | None = None
        self._chosen: int | None = None
        self._scale: str = "quality"
        self._attended = False
        self._deviant: tuple[int, ...] = ()
        """ROIs of which the tab shows a vote."""
        self.messages = ReviewMessagesController(session, who, person)
        self.messages.setParent(self)
        self._words = CheckWords(form, self)

    def attend(self, attending: bool) -> None:
        """Whether somebody looks at the tab: which votes it shows is remembered, for a blind look later."""
        self._attended = attending
        self._note_seen()

    def show_people(self, look: FirstLook) -> None:
        """Say who is there before the ratings are read: what is done with people waits for no figure."""
        self._people, self._ratings = look.people, look.ratings
        self._say()

    def show(self, material: Material) -> None:
        """Say who is there; figures of before are no longer true of anybody."""
        self._material, self._report = material, None
        table = material.table
        counted = np.bincount(table.annotator, minlength=len(table.annotator_ids)).tolist()
        self._people = material.people
        self._ratings = dict(zip(table.annotator_ids.tolist(), counted, strict=True))
        self._say()

    def show_report(self, report: AgreementReport) -> None:
        """Say how they rate."""
        self._report = report
        self._say()

    def choose(self, annotator_id: int) -> None:
        """Show one annotator's page."""
        self._chosen = annotator_id
        self._say_person()

    def set_scale(self, scale: str) -> None:
        """Show the page on another scale."""
        self._scale = scale
        self._say_person()

    def exclude(self) -> None:
        """Let the chosen annotator not count."""
        if (one := self._one()) is None:
            return
        title = self.tr("Exclude {name}?").format(name=one.name)
        said = self.tr(
            "What {name} rated does not count from now on: labels and agreement are computed without it, and "
            "others take the places. Nothing is deleted; it can be taken back here and in the audit trail."
        ).format(name=one.name)
        if reason := self._person.ask(AskReason(title, said, self.tr("Exclude"))):
            self._do(lambda store: actions.exclude(store, "annotator", one.id, reason, self._who))

    def readmit(self) -> None:
        """Let the chosen annotator count again."""
        if (one := self._one()) is None:
            return
        title = self.tr("Readmit {name}?").format(name=one.name)
        said = self.tr("What {name} rated counts again.").format(name=one.name)
        if self._person.ask(Confirm(title, said, self.tr("Readmit"), danger=False)):
            self._do(lambda store: actions.readmit(store, "annotator", one.id, self._who))

    def set_role(self, role: str) -> None:
        """Make the chosen annotator ``"lead"`` or ``"annotator"``."""
        one, wanted = self._one(), cast(Role, role)
        if one is None or one.role == role:
            return
        roles = {person.name: person.role for person in self._people}
        if may_set_role(self._person, one.name, wanted, roles):
            self._do(lambda store: settings.set_role(store, one.name, wanted, self._who))
        else:
            self._say_person()  # their role is what it was

    def ask_again(self) -> None:
        """Let some of the chosen annotator's ROIs be shown to them again."""
        if (one := self._one()) is None:
            return
        asked = self._person.ask(
            AskNumbers(
                self.tr("Ask {name} for repeats").format(name=one.name),
                self.tr(
                    "ROIs that they rated a good while ago come again at their next turns, without their "
                    "votes and without being told. What they give then shows how alike they rate; it enters "
                    "no label."
                ),
                (NumberField(self.tr("How many"), 1, 500, 10),),
                self.tr("Ask"),
            )
        )
        if asked is not None:
            self._do(lambda store: qualify.ask_again(store, one.name, asked[0], self._who))

    def let_through(self) -> None:
        """Let the chosen annotator rate without having passed the test."""
        if (one := self._one()) is None:
            return
        title = self.tr("Let {name} through?").format(name=one.name)
        said = self.tr(
            "{name} rates the ROIs of this project from now on, without having passed the test. It can be "
            "taken back in the audit trail."
        ).format(name=one.name)
        if reason := self._person.ask(AskReason(title, said, self.tr("Let through"), danger=False)):
            self._do(lambda store: qualify.let_through(store, one.name, reason, self._who))

    def save(self) -> None:
        """Ask for a file, and write the table."""
        question = ChooseNewFile(self.tr("Save the annotators"), "annotators.csv", "CSV (*.csv)")
        rows = [
            [row.name, row.role, row.excluded, row.ratings, *("" if v is None else v for v in _figures(row))]
            for row in self._rows()
        ]
        save_table(
            self._session, self._person, question, lambda file: save_rows(file, HEADER, rows), owner=self
        )

    def _do(self, operation: Callable[[Store], Any]) -> None:
        self._session.database.ask(operation, lambda _: self.changed.emit(), self._refused, owner=self)

    def _refused(self, sentence: str) -> None:
        """Say why not, and show the chosen annotator as they still are."""
        self._person.refuse(sentence)
        self._say_person()

    def _one(self) -> AnnotatorRecord | None:
        return next((person for person in self._people if person.id == self._chosen), None)

    def _say(self) -> None:
        self.rows_changed.emit(self._rows())
        self._say_person()

    def _rows(self) -> tuple[PersonRow, ...]:
        figures = {one.annotator_id: one for one in self._report.annotators} if self._report else {}
        return tuple(
            self._row(one, self._ratings.get(one.id, 0), figures.get(one.id)) for one in self._people
        )

    def _row(self, one: AnnotatorRecord, ratings: int, found: AnnotatorFigures | None) -> PersonRow:
        if found is None or self._report is None:
            none: tuple[None, ...] = (None,) * 7
            return PersonRow(one.id, one.name, one.role, one.excluded, ratings, *none)
        scales = found.scales
        gains = [
            told.alpha_without - alpha
            for name, told in scales.items()
            if (alpha := self._report.levels[name].alpha) is not None
        ]
        return PersonRow(
            one.id,
            one.name,
            one.role,
            one.excluded,
            ratings,
            bias=_mean([abs(told.bias) for told in scales.values()]),
            inconsistency=_mean([told.inconsistency for told in scales.values()]),
            spearman=_mean([told.spearman_others for told in scales.values()]),
            gain=_mean(gains),
            straight=found.straight_lining,
            flags=sum(told.screening.flagged for told in scales.values()),
            seconds=_known(found.median_seconds),
        )

    def _say_person(self) -> None:
        one = self._one()
        self._deviant = ()
        self.messages.show(one)
        if one is None:
            self.person_changed.emit(None)
            self.scale_changed.emit(None)
            return
        report = self._report
        found = (
            None
            if report is None
            else next((each for each in report.annotators if each.annotator_id == one.id), None)
        )
        if report is None or found is None:
            self.person_changed.emit(
                PersonView(
                    one.id,
                    one.name,
                    one.role,
                    one.excluded,
                    self._no_facts(one),
                    *self._checks(one),
                    simulated=one.simulated,
                )
            )
            self.scale_changed.emit(None)
            return
        everybody = [each for each in report.annotators if each.annotator_id != one.id]

        def beside(figure: str) -> tuple[ScaleDots, ...]:
            return tuple(
                ScaleDots(
                    row.name,
                    row.title,
                    _known(getattr(found.scales[row.name], figure)),
                    tuple(getattr(each.scales[row.name], figure) for each in everybody),
                )
                for row in self._form.rows
            )

        self.person_changed.emit(
            PersonView(
                one.id,
                one.name,
                one.role,
                one.excluded,
                self._facts(found),
                *self._checks(one),
                beside("bias"),
                beside("inconsistency"),
                one.simulated,
            )
        )
        shown = self._on_scale(one.id, report)
        self._deviant = tuple(row.roi_id for row in shown.deviant)
        self._note_seen()
        self.scale_changed.emit(shown)

    def _note_seen(self) -> None:
        if self._attended:
            self._session.note_seen(self._deviant)

    def _on_scale(self, annotator_id: int, report: AgreementReport) -> PersonScaleView:
        table, model = report.table, report.models[self._scale]
        place = int(np.flatnonzero(table.annotator_ids == annotator_id)[0])
        row = next(row for row in self._form.rows if row.name == self._scale)
        words = tuple(level.word for level in row.levels)
        mine = np.flatnonzero(table.annotator == place)
        in_time = mine[np.argsort(table.at[mine], kind="stable")]
        column = table.column(self._scale)
        rois = self._material.rois if self._material is not None else {}
        deviant = []
        for at in most_deviant(table, model, place).tolist():
            roi_id = int(table.roi_ids[table.roi[at]])
            if roi_id in rois:
                own = words[int(column[at])]
                deviant.append(DeviantRow(roi_id, rois[roi_id].text, own, float(model.residual[at])))
        return PersonScaleView(
            self._scale,
            row.title,
            annotator_id,
            words,
            model.residual[in_time],
            confusion(table, self._scale, place),
            tuple(deviant),
            self._drift(annotator_id, report),
        )

    def _drift(self, annotator_id: int, report: AgreementReport) -> str:
        steps = next((one.drift for one in report.annotators if one.annotator_id == annotator_id), [])
        if not steps:
            return ""
        first, last = steps[0], steps[-1]
        if first is last:
            said = self.tr("No session is longer than {n} ratings, so nothing can be said of drift.")
            return said.format(n=first.last)
        said = self.tr(
            "Drift over a session, as mean residual: ratings {a} to {b} {early:+.2f}, ratings {c} to {d} "
            "{late:+.2f}."
        )
        early, late = (step.mean_residual[self._scale] for step in (first, last))
        return said.format(a=first.first, b=first.last, early=early, c=last.first, d=last.last, late=late)

    def _checks(self, one: AnnotatorRecord) -> tuple[tuple[str, ...], bool]:
        found = self._material.checked.get(one.id) if self._material is not None else None
        if found is None:
            return (), False
        return self._words.lines(found), found.qualification.state in ("under way", "failed")

    def _no_facts(self, one: AnnotatorRecord) -> tuple[str, ...]:
        if one.excluded:
            return (self.tr("Excluded: nothing of theirs counts, so there are no figures."),)
        if self._report is None:
            return (self.tr("Figures are being computed."),)
        return (self.tr("They have rated nothing that counts."),)

    def _facts(self, found: AnnotatorFigures) -> tuple[str, ...]:
        said = [
            self.tr("{n:,} ratings").format(n=found.ratings),
            self.tr("sessions: {n}").format(n=found.sessions),
            self.tr("{share:.0f} % with one and the same pattern").format(share=100 * found.straight_lining),
        ]
        if isfinite(found.median_seconds):
            said.append(self.tr("{seconds:.0f} s a rating (median)").format(seconds=found.median_seconds))
        flagged = [row.title for row in self._form.rows if found.scales[row.name].screening.flagged]
        if flagged:
            said.append(self.tr("BT.500 flags: {scales}").format(scales=", ".join(flagged)))
        return tuple(said)


def _figures(row: PersonRow) -> tuple[float | None, ...]:
    return (row.bias, row.inconsistency, row.spearman, row.gain, row.straight, row.flags, row.seconds)


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _mean(values: list[float]) -> float | None:
    known = [value for value in values if isfinite(value)]
    return sum(known) / len(known) if known else None
