"""The rating side of the Annotate page and its controller."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from annotation_db.predictions.prediction_records import PredictionRecord, PredictorRecord
from annotation_db.records import QueueEntry, QueueProgress, RoiRecord
from annotation_db.vocabulary.scales import Votes
from seagull_studio.bindings.canvas_picture import CanvasPictureBinding
from seagull_studio.bindings.page_activity import PageActivity
from seagull_studio.controllers.qualifying import QualifyingController
from seagull_studio.controllers.rating import RENEW_LEASE_S, CurrentRoi, RatingController
from seagull_studio.operations.outlines import outline
from seagull_studio.services.session import Session
from seagull_studio.state.outlines import RoiOutline
from seagull_studio.state.session_view import SavedState, SessionLog, SessionView
from seagull_studio.views.annotate.annotate_page import AnnotatePage

if TYPE_CHECKING:
    from seagull_studio.operations.acting import Place

MINUTE_MS = 60_000
Begun = dict[int, tuple[int | None, ...]]
"""ROI id -> the votes of a rating that is not submitted yet."""


class RatingBinding(QObject):
    """Shows what the queue brings; hands over what the panel submits."""

    def __init__(
        self,
        page: AnnotatePage,
        canvas_picture: CanvasPictureBinding,
        session: Session,
        controller: RatingController,
        place: Place,
        begun: Begun,
        qualifying: QualifyingController,
    ) -> None:
        super().__init__(page)
        self._qualifying = qualifying
        self._page = page
        self._form = page.form
        self._canvas_picture = canvas_picture
        self._session = session
        self._controller = controller
        self._place = place
        self._log = SessionLog(time.monotonic(), place.settings.reminder_minutes)
        self._progress = QueueProgress(0, 0, 0)
        self._outlines: dict[int, RoiOutline] = {}
        self._active = True
        self._told = ""
        self.begun = begun

        controller.current_changed.connect(self._show)
        controller.upcoming_changed.connect(self._prepare)
        controller.progress_changed.connect(self._set_progress)
        controller.save_state_changed.connect(page.header.saved_mark.set_state)
        controller.rated.connect(self._rated)
        controller.can_go_back_changed.connect(page.set_can_go_back)
        page.panel.submitted.connect(self._submit)
        page.panel.changed.connect(self._note_begun)
        controller.revealed.connect(self._reveal)
        page.back_requested.connect(controller.back)
        page.skip_requested.connect(controller.skip)
        page.header.saved_mark.retry_requested.connect(controller.retry)
        page.header.pause_dismissed.connect(self._rested)
        page.header.saved_mark.set_state(SavedState.NOTHING)
        canvas_picture.shown.connect(self._picture_shown)
        canvas_picture.failed.connect(self._picture_failed)
        self._reminder = QTimer(self, interval=MINUTE_MS)
        self._reminder.timeout.connect(self._remind)
        self._reminder.start()
        self._page_activity = PageActivity(page)
        self._page_activity.changed.connect(self._attend)
        self._sign = QTimer(self, interval=round(RENEW_LEASE_S * 1000))
        self._sign.timeout.connect(controller.renew)
        self._sign.start()
        self._say_session()

    def follow(self, place: Place) -> None:
        """The project's settings are these now: when to remind of a pause, and who may mark."""
        self._place = place
        self._log = replace(self._log, pause_after_minutes=place.settings.reminder_minutes)
        self._set_progress(self._progress)

    def set_active(self, active: bool) -> None:
        """Whether the canvas is this binding's to fill."""
        self._active = active
        self._attend()
        if active:
            self._show(self._controller.current)
            self._controller.refresh()

    def _attend(self) -> None:
        """Only what is in front of somebody who rates takes rating time."""
        self._controller.attend(self._active and self._page_activity.present)

    def _show(self, shown: CurrentRoi | None) -> None:
        if not self._active:
            return
        page = self._page
        page.set_can_go_back(self._controller.can_go_back)
        if shown is None:
            page.panel.set_empty(self._nothing_left())
            self._canvas_picture.show(None)
            page.canvas.set_message(self._nothing_left())
            page.set_picture_text("")
            return
        entry = shown.entry
        page.set_picture_text(self._where(shown))
        if not self._canvas_picture.show(entry.image):
            page.panel.set_empty(self.tr("Loading the picture…"))
        self._set_outline(entry.roi)

    def _title(self, entry: QueueEntry) -> str:
        if told := self._qualifying.heading(entry.check):
            return told
        level = self.tr("object") if entry.roi.level == "object" else self.tr("component")
        # The uid's beginning, as below the picture: other names would tell which ROI is a gold item.
        return self.tr("ROI {uid} ({level})").format(uid=entry.roi.uid[:8], level=level)

    def _where(self, shown: CurrentRoi) -> str:
        """Enough to report a ROI by; never the file's name, which may tell what was done to the picture."""
        entry = shown.entry
        told = self.tr("ROI {uid}, {area} px, picture {width} × {height}").format(
            uid=entry.roi.uid[:8],
            area=f"{entry.roi.area:,}",
            width=entry.image.width,
            height=entry.image.height,
        )
        if shown.prefill.mode != "shown":
            return told
        return told + " – " + self.tr("suggestions by {model}").format(model=self._name(shown.model))

    def _name(self, model: PredictorRecord | None) -> str:
        """What a model is called wherever it shows; an untrained one says so."""
        if model is None:
            return ""
        return self.tr("{model} (untrained)").format(model=model.name) if model.untrained else model.name

    def _nothing_left(self) -> str:
        if told := self._qualifying.over():
            return told
        if self._progress.done:
            return self.tr("All rated. New ROIs will appear here; thank you.")
        if not self._place.marks:
            return self.tr("There is nothing to rate yet; ask your lead for some ROIs.")
        return self.tr("There is nothing to rate yet: mark ROIs (M), or ask your lead for some.")

    def _set_outline(self, roi: RoiRecord) -> None:
        if (known := self._outlines.get(roi.id)) is not None:
            self._canvas_picture.set_roi(known)
        else:
            self._session.workers.ask(partial(outline, roi), self._outlined, owner=self)

    def _outlined(self, made: RoiOutline) -> None:
        self._outlines[made.id] = made
        shown = self._controller.current
        if self._active and shown is not None and shown.entry.roi.id == made.id:
            self._canvas_picture.set_roi(made)

    def _picture_shown(self, image_id: int) -> None:
        shown = self._controller.current
        if self._active and shown is not None and shown.entry.image.id == image_id:
            self._page.panel.set_roi(self._title(shown.entry))
            begun = self.begun.get(shown.entry.roi.id, shown.own_votes)
            if begun is not None:
                self._page.panel.set_votes(begun)
            if (
                shown.own_votes is None
                and shown.prefill.mode == "shown"
                and shown.prefill.prediction is not None
            ):
                self._suggest(shown.prefill.prediction)
            self._page.set_reveal(self._told)
            self._controller.picture_shown()

    def _note_begun(self) -> None:
        """Half a rating is not lost by looking elsewhere, or by leaving."""
        self._controller.watch.mark()
        if (shown := self._controller.current) is not None:
            self.begun[shown.entry.roi.id] = self._page.panel.votes()

    def _suggest(self, prediction: PredictionRecord) -> None:
        """Ghost values; what the model could not say stays blank, never guessed."""
        for row, (vote, confidence) in enumerate(zip(prediction.votes, prediction.confidences, strict=True)):
            if vote is not None:
                self._page.panel.set_suggestion(row, vote, confidence or 0.0)

    def _submit(self, votes: tuple[int, ...]) -> None:
        self._told = ""
        if (shown := self._controller.current) is not None:
            self.begun.pop(shown.entry.roi.id, None)
        self._controller.submit(Votes(*votes), self._page.panel.outcomes())

    def _reveal(self, rated: CurrentRoi, votes: Votes) -> None:
        """After submitting, what the model had said of the same ROI, row by row where it differs."""
        if rated.prefill.prediction is None:
            return
        differs = [
            self.tr("{scale}: {model} (you: {own})").format(
                scale=row.title, model=row.levels[said].word, own=row.levels[own].word
            )
            for row, own, said in zip(self._form.rows, votes, rated.prefill.prediction.votes, strict=True)
            if said is not None and said != own
        ]
        self._told = self.tr("The ROI before this, by {model}: {told}").format(
            model=self._name(rated.model), told=", ".join(differs) or self.tr("the same as you")
        )

    def _picture_failed(self, image_id: int, sentence: str) -> None:
        shown = self._controller.current
        if self._active and shown is not None and shown.entry.image.id == image_id:
            self._page.panel.set_empty(
                self.tr("{reason} Choose Later to go on with another ROI.").format(reason=sentence)
            )

    def _prepare(self, upcoming: tuple[QueueEntry, ...]) -> None:
        self._canvas_picture.preload([entry.image for entry in upcoming])
        for entry in upcoming:
            if entry.roi.id not in self._outlines:
                self._session.workers.ask(partial(outline, entry.roi), self._outlined, owner=self)

    def _set_progress(self, progress: QueueProgress) -> None:
        self._progress = progress
        self._say_session()
        if self._active and self._controller.current is None:
            self._page.panel.set_empty(self._nothing_left())
            self._page.canvas.set_message(self._nothing_left())

    def _rated(self, seconds: float, corrects: bool) -> None:
        if not corrects:  # ROIs are counted, not what was thought better of
            self._log = self._log.rated(seconds)
        self._say_session()
        self._remind()

    def _say_session(self) -> None:
        progress = self._progress
        self._page.header.set_session(
            SessionView(
                self._place.annotator.name,
                progress.done,
                progress.open + progress.available,
                self._log.count,
                self._log.pace,
            )
        )

    def _remind(self) -> None:
        if self._log.count and self._log.pause_due(time.monotonic()):
            if not self._page.header.pause_shown():
                self._controller.watch.mark()
            self._page.header.show_pause(self._log.pause_after_minutes)

    def _rested(self) -> None:
        """Back from the pause: it counts from the last vote before, or from when it was asked for."""
        self._controller.watch.go_back()
        self._log = self._log.rested(time.monotonic())
