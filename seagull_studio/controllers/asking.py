"""Asking the project's model about one ROI, while marking; the model lives in a process of its own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from annotation_db.pictures import images
from annotation_db.records import RoiRecord
from model.predictors.protocol import RoiPrediction
from seagull_studio.operations import ask_model as operations
from seagull_studio.services.predict_worker import RoiToPredict
from seagull_studio.services.session import Session
from seagull_studio.state.rating_view import RatingForm


class AskingController(QObject):
    """Tells what the model says of the chosen ROI, and keeps it as a prediction of the project.

    Only for leads and only while marking: whoever rates sees what the pre-fill policy lets them see.
    """

    said = Signal(str)
    """What the model says, or why it says nothing."""
    busy_changed = Signal(str)
    """What is being waited for; "" for nothing."""

    def __init__(self, session: Session, form: RatingForm) -> None:
        super().__init__()
        self._form = form
        self._session = session
        self._worker = session.predict_worker()
        self._asked: dict[int, RoiRecord] = {}
        self._worker.predicted.connect(self._predicted)
        self._worker.failed.connect(self._failed)
        self._worker.busy_changed.connect(self._busy)

    def ask(self, roi: RoiRecord | None) -> None:
        """Ask about the chosen ROI. Asked again meanwhile, the answer comes once."""
        if roi is None:
            self.said.emit(self.tr("Choose a ROI first: click it in the list below the pictures."))
            return
        self.said.emit(self.tr("Asking the model about {roi}…").format(roi=roi.external_id))
        if roi.id in self._asked:
            return
        self._asked[roi.id] = roi
        self._session.database.ask(
            lambda store: operations.question(store, roi),
            partial(self._question, roi.id),
            partial(self._failed, roi.id),
            owner=self,
        )

    def _question(self, roi_id: int, question: operations.Question | None) -> None:
        if question is None:
            self._failed(
                roi_id,
                self.tr("No model is chosen: fit the baseline or add a checkpoint on the Models page."),
            )
            return
        self._worker.set_model(question.spec)
        roi, path = question.roi, images.absolute_path(question.image)
        self._worker.ask(RoiToPredict(roi.id, str(path), roi.size, roi.counts))

    def _predicted(self, roi_id: int, said: RoiPrediction) -> None:
        # The worker also answers whoever marked on this page's predecessor.
        roi = self._asked.pop(roi_id, None)
        if roi is None:
            return
        words = [
            f"{row.title} {row.levels[vote].word}" + (f" ({confidence:.0%})" if confidence else "")
            for row, vote, confidence in zip(self._form.rows, said.votes, said.confidences, strict=True)
            if vote is not None
        ]
        model = self._worker.about
        untrained = self.tr(" (untrained)") if model.get("untrained") else ""
        self.said.emit(
            self.tr("{roi}, by {model}{untrained}: {words}").format(
                roi=roi.external_id,
                model=model.get("name", ""),
                untrained=untrained,
                words=", ".join(words) or self.tr("nothing that can be read"),
            )
        )
        self._session.database.ask(
            lambda store: operations.keep(store, model, roi_id, said),
            None,
            self.said.emit,
            owner=self,
        )

    def _failed(self, roi_id: int, sentence: str) -> None:
        if self._asked.pop(roi_id, None) is not None:
            self.said.emit(sentence)

    def _busy(self, busy: bool) -> None:
        self.busy_changed.emit(self.tr("Asking the model…") if busy else "")
