"""The Models & jobs page: models and pre-fill of one project; jobs, bias report and weights beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from annotation_db.database.changes import Kind
from annotation_db.predictions.prediction_records import Policy, PredictorRecord
from model.predictors import baseline_needs
from seagull_studio.controllers.bias import BiasController
from seagull_studio.controllers.finetuning import FinetuneController
from seagull_studio.controllers.jobs import JobsController
from seagull_studio.controllers.model_cards import facts, trained_on
from seagull_studio.controllers.page import PageController
from seagull_studio.controllers.person import Person
from seagull_studio.controllers.weights import WeightsController
from seagull_studio.operations import models as operations
from seagull_studio.services.session import Session
from seagull_studio.state.models_view import ModelCard, PrefillView
from seagull_studio.state.questions import ChooseFolder, Result
from seagull_studio.state.rating_view import RatingForm


class ModelsController(PageController):
    """What a lead does with models.

    Parameters
    ----------
    session : Session
        The project.
    form : RatingForm
        How the scales are called.
    who : str
        Stands behind what is changed.
    weights : sequence of Path
        Folders in which weights are looked for.
    """

    models_changed = Signal(object)
    """List of `ModelCard`."""
    prefill_changed = Signal(object)
    """`PrefillView`."""
    baseline_changed = Signal(bool, str)
    """Whether the baseline can be fitted now, and a sentence from what or why not."""

    def __init__(
        self, session: Session, form: RatingForm, who: str, weights: Sequence[Path], person: Person
    ) -> None:
        super().__init__()
        self._session = session
        self._form = form
        self._who = who
        self._person = person
        self._overview: operations.ModelsOverview | None = None
        self._specs: dict[str, str] = {}
        self.jobs = JobsController(session, weights, person)
        self.bias = BiasController(session, form, person)
        self.weights = WeightsController(session.tasks, weights, person)
        self.finetuning = FinetuneController(session, who, weights, person, self.jobs)
        for part in (self.jobs, self.bias, self.weights, self.finetuning):
            part.setParent(self)
        self.jobs.predicting_changed.connect(self._say_models)
        self.jobs.ended.connect(self.refresh)

    @property
    def keys(self) -> list[str]:
        """Of the models of this project, newest first."""
        return list(self._specs)

    def refresh(self) -> None:
        self._read()
        self.jobs.refresh()
        self.weights.refresh()

    def others_wrote(self, kinds: frozenset[Kind]) -> None:
        """Weights are no part of the project."""
        self._read()
        self.jobs.poll()

    def predict(self, key: str) -> None:
        """Predict with a model of this project what is missing."""
        self.jobs.predict(self._specs[key])

    def choose_checkpoint(self) -> None:
        """Ask for a checkpoint and add it."""
        folder = self._person.ask(ChooseFolder(self.tr("Choose a SEAGULL checkpoint folder")))
        if folder is not None:
            self.add_checkpoint(str(folder))

    def add_checkpoint(self, spec: str) -> None:
        """Predict every ROI with a checkpoint; from then on it is a model of this project."""
        self.jobs.predict(spec)

    def use_for_prefill(self, key: str) -> None:
        """Another model, under the policy that stands; where that is off, say that nobody sees it yet."""
        if self._overview is None:
            return
        policy = self._overview.policy
        self._set(policy.policy, key, policy.control_share, told=policy.policy == "off")

    def set_prefill(self, policy: Policy, key: str, share: float) -> None:
        """Change what annotators see of predictions.

        Parameters
        ----------
        policy : str
            ``"off"``, ``"prefill"`` or ``"reveal"``.
        key : str
            Of the model, "" for none.
        share : float
            Of each annotator's ROIs that stay without a suggestion, 0..1.
        """
        self._set(policy, key, share)

    def _set(self, policy: Policy, key: str, share: float, *, told: bool = False) -> None:
        predictor = int(key) if key else None

        def done(_: object) -> None:
            self.refresh()
            if told:
                said = self.tr(
                    "The model is chosen. Nobody sees its suggestions before you turn them on under Pre-fill."
                )
                self._person.show(Result(self.tr("Pre-fill"), said))

        self._session.database.ask(
            lambda store: operations.set_prefill(store, self._who, policy, predictor, share),
            done,
            self._person.refuse,
            owner=self,
        )

    def _read(self) -> None:
        self._session.database.ask(operations.overview, self._show, self._person.refuse, owner=self)

    def _show(self, overview: operations.ModelsOverview) -> None:
        self._overview = overview
        chosen = overview.policy.predictor
        self._specs = {
            str(record.id): operations.spec_of(record, self._session.folder)
            for record, _ in overview.predictors
        }
        self.finetuning.know(frozenset(self._specs.values()))
        self._say_models()
        self.prefill_changed.emit(
            PrefillView(
                overview.policy.policy,
                str(chosen.id) if chosen else operations.NO_MODEL,
                overview.policy.control_share,
                tuple((str(record.id), record.name) for record, _ in overview.predictors),
            )
        )
        rois, pictures = overview.labelled
        text = self.tr(
            "{rois} ROIs on {pictures} pictures have a label of unassisted votes; {needed} on "
            "{needed_pictures} are needed."
        ).format(
            rois=rois,
            pictures=pictures,
            needed=baseline_needs.MIN_ROIS,
            needed_pictures=baseline_needs.MIN_IMAGES,
        )
        self.baseline_changed.emit(baseline_needs.is_enough(rois, pictures), text)

    def _say_models(self) -> None:
        if (overview := self._overview) is not None:
            self.models_changed.emit([self._card(one, n, overview) for one, n in overview.predictors])

    def _card(self, record: PredictorRecord, count: int, overview: operations.ModelsOverview) -> ModelCard:
        chosen = overview.policy.predictor
        return ModelCard(
            key=str(record.id),
            name=record.name,
            kind=record.kind,
            detail=trained_on(record),
            untrained=record.untrained,
            predicted=count,
            missing=overview.rois - count,
            predicting=self._specs[str(record.id)] in self.jobs.predicting,
            for_prefill=chosen is not None and chosen.id == record.id and overview.policy.policy != "off",
            facts=tuple(facts(record, self._form)),
        )
