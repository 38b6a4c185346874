"""From the export to a finetuned model's suggestions, in the real window; what is untrained is called so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QDialog, QScrollArea

from seagull_studio.bindings.studio import Studio
from seagull_studio.operations import untrained_checkpoint
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.finetune import FinetuneDialog
from seagull_studio.views.models.models_page import ModelsPage
from seagull_studio.views.models.models_row import ModelLine
from seagull_studio.views.models.training_panel import TrainingPanel

EPOCHS = 2
JOB_S = 900.0
"""A machine may be busy with something else."""
_POINTS = 70
"""Of the curves of the loss: more than an epoch of this training has, so that it has been validated."""


class Steps(Protocol):
    """What a scenario can do."""

    folder: Path
    studio: Studio
    say: Callable[[str], None]

    def shot(self, name: str) -> None: ...

    def shot_dialog(self, dialog: QDialog, name: str) -> None: ...


class ModelsSteps:
    """Fits the baseline, finetunes a tiny network, and lets it suggest.

    Parameters
    ----------
    scenario : Steps
        Whose window, screenshots and words these are; the lead is signed in.
    """

    def __init__(self, scenario: Steps) -> None:
        self._scenario = scenario
        self._say = scenario.say
        self._jobs = 0

    @property
    def _page(self) -> ModelsPage:
        return self._scenario.studio.window.findChildren(ModelsPage)[-1]

    def run(self) -> None:
        """All of it.

        Raises
        ------
        ScenarioFailed
            If a step did not do what it should.
        """
        self._scenario.studio.show_mode("models")
        self._fit_baseline()
        self._finetune()
        self._use()

    def _fit_baseline(self) -> None:
        self._say("Models: the baseline is fitted to the labels, predicts, and is the present model.")
        page = self._page
        driver.wait_until(page.models.fit.isEnabled, "the baseline can be fitted")
        page.models.fit.click()
        self._job_done()
        driver.wait_until(lambda: len(page.models.rows.keys()) == 1, "the baseline is listed")
        line = self._line(page.models.rows.keys()[0])
        driver.button(line, "Predict what is missing").click()
        self._job_done()
        page.prefill_changed.emit("prefill", page.models.rows.keys()[0], 0.0)
        driver.wait_until(lambda: "used for pre-fill" in line.tags(), "the baseline is used for the pre-fill")

    def _finetune(self) -> None:
        base = self._scenario.folder / "tiny-untrained"
        made = untrained_checkpoint.make(base, "tiny")
        self._say(
            f"Finetuning a tiny network of {made.weights:,} weights on the labels. It is UNTRAINED and the "
            "raters are SIMULATED: this shows the way, not a result."
        )
        looked: list[bool] = []

        def choose(dialog: FinetuneDialog) -> None:
            dialog.base.setCurrentIndex(dialog.base.count() - 1)
            dialog.folder.set_text(str(base))
            dialog.epochs.setValue(EPOCHS)
            dialog.look.click()
            looked.append(True)

        def begin(dialog: FinetuneDialog) -> None:
            self._scenario.shot_dialog(dialog, "finetune-look")
            if not dialog.start.isEnabled():
                raise driver.ScenarioFailed(f"It can not be trained: {dialog.alarm.text()}")
            dialog.start.click()

        driver.answer(FinetuneDialog, choose)
        self._page.models.finetune.click()
        driver.wait_until(lambda: bool(looked), "what to train is chosen")
        driver.wait_until(lambda: driver.find_dialog(FinetuneDialog) is None, "it is looked at", JOB_S)
        driver.answer(FinetuneDialog, begin)
        driver.wait_until(lambda: self._panel() is not None, "the training is under way", JOB_S)
        driver.wait_until(lambda: self._points(1) >= _POINTS or self._is_over(), "its curves are seen", JOB_S)
        self._see(self._panel())
        self._scenario.shot("finetune-curves")
        self._job_done()
        panel = self._panel()
        assert panel is not None
        driver.wait_until(
            lambda: bool(panel.table.texts()) and panel.report.isVisibleTo(panel), "its figures"
        )
        self._see(panel)
        self._scenario.shot("finetune-report")
        for name, own, present, reach in panel.table.texts():
            self._say(f"  {name}: {own}; the baseline {present}; attainable {reach}")

    def _use(self) -> None:
        self._say("It predicts all ROIs, and is used for the pre-fill because somebody says so.")
        panel, page = self._panel(), self._page
        assert panel is not None
        panel.predict.click()
        self._job_done()
        driver.wait_until(lambda: len(page.models.rows.keys()) == 2, "the finetuned model is listed")
        line = next(one for one in map(self._line, page.models.rows.keys()) if "SEAGULL" in one.tags())
        if "used for pre-fill" in line.tags():
            raise driver.ScenarioFailed("A finetuned model is used for the pre-fill, and nobody chose it.")
        driver.button(line, "Use for pre-fill").click()
        driver.wait_until(lambda: "used for pre-fill" in line.tags(), "it is used for the pre-fill")
        self._see(line)
        self._scenario.shot("models")

    def _line(self, key: str) -> ModelLine:
        line = self._page.models.rows.row(key)
        assert isinstance(line, ModelLine)
        return line

    def _panel(self) -> TrainingPanel | None:
        found = self._page.jobs.findChildren(TrainingPanel)
        return found[0] if found else None

    def _points(self, charts: int) -> int:
        panel = self._panel()
        told = [] if panel is None else panel.charts[:charts]
        return sum(len(curve.points) for chart in told for curve in chart.chart().curves)

    def _is_over(self) -> bool:
        session = self._scenario.studio.session
        return session is not None and all(state.is_over for state in session.jobs.states)

    def _job_done(self) -> None:
        """Wait until the last job is done, whichever that is."""
        self._jobs += 1
        session = self._scenario.studio.session
        assert session is not None
        driver.wait_until(
            lambda: len(session.jobs.states) >= self._jobs and self._is_over(), "the job is over", JOB_S
        )
        last = session.jobs.states[0]
        if last.status != "done":
            raise driver.ScenarioFailed(f"The job {last.kind} is {last.status}: {last.what}")

    def _see(self, widget: object) -> None:
        for area in self._page.findChildren(QScrollArea):
            area.ensureWidgetVisible(widget)
        driver.pause(300)
