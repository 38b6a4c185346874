"""The dialog before a training, the line chart, and what a finetuning job's row shows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from seagull_studio.state.models_view import JobRow
from seagull_studio.state.project_view import SplitView
from seagull_studio.state.training_view import (
    Chart,
    Curve,
    FigureRow,
    FinetuneFields,
    FinetuneLook,
    FinetuneView,
    Level,
    TrainingView,
)
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.finetune import FinetuneDialog
from seagull_studio.views.kit.line_chart import LineChart
from seagull_studio.views.models.models_page import ModelsPage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LOOK = FinetuneLook(
    (
        ("Training", "11", "4", "28", "203"),
        ("Validation", "2", "1", "5", "35"),
        ("Test", "5", "2", "14", "99"),
    ),
    ("quality: poor 5, fair 11, good 12; 2 of 28 training labels are firm.",),
    ("This training will take about 0.2 GB.",),
)
FIELDS = FinetuneFields(run=2, base="/w/tiny", epochs=3)
VIEW = FinetuneView(
    ((3, "Label run 3"), (2, "Label run 2")),
    (("/w/seven", "seven"), ("/w/tiny", "tiny")),
    SplitView(),
    FIELDS,
)
CHART = Chart("Loss", (Curve("quality", ((1, 3.0), (5, 1.0))),), (Level("attainable", 2.0),), low=0.0)
TRAINING = TrainingView((CHART, Chart("SROCC"), Chart("Rate"), Chart("Speed")), now="700 tokens per second")
RUNNING = JobRow("f1", "Finetune", "running", 5, 60, "epoch 1 of 3", 40.0, "today", "/p/jobs/f1/log.txt")


def said(widget: QWidget) -> str:
    """All text that is in sight in `widget`."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


@pytest.fixture
def show(qtbot):
    def made(view: FinetuneView) -> FinetuneDialog:
        dialog = FinetuneDialog(view)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return made


def test_it_is_looked_at_before_it_starts(show) -> None:
    dialog = show(VIEW)
    assert dialog.fields() == FIELDS
    assert dialog.look.isEnabled() and not dialog.start.isEnabled()
    dialog.look.click()
    assert dialog.answer().action == "look" and dialog.result() == 1


def test_what_was_looked_at_can_be_started_and_nothing_else(show) -> None:
    dialog = show(replace(VIEW, look=LOOK))
    assert "2 of 28 training labels are firm" in said(dialog) and "0.2 GB" in said(dialog)
    assert dialog.parts.texts()[0] == ["Training", "11", "4", "28", "203"]
    assert dialog.start.isEnabled()
    dialog.epochs.setValue(4)
    assert not dialog.start.isEnabled() and not dialog.said.isEnabled()
    assert "of other choices" in dialog.start.toolTip()
    dialog.epochs.setValue(3)
    dialog.start.click()
    assert dialog.answer().action == "start" and dialog.answer().fields == FIELDS


def test_what_cannot_begin_says_why(show) -> None:
    why = "3 ROIs can be trained on, and 8 are needed."
    dialog = show(replace(VIEW, look=FinetuneLook((), (), (), why, can_start=False)))
    assert why in said(dialog)
    assert not dialog.start.isEnabled() and dialog.look.isEnabled()


def test_a_frozen_split_is_told_and_not_asked(show) -> None:
    dialog = show(replace(VIEW, split=SplitView("The split of 20 images is frozen.")))
    assert "is frozen" in said(dialog)
    assert not dialog.train.isEnabled() and dialog.epochs.isEnabled()
    dialog = show(VIEW)
    dialog.train.setValue(60)
    dialog.val.setValue(40)
    assert not dialog.look.isEnabled(), "nothing would test"


def test_another_folder_is_asked_for_by_name(show) -> None:
    dialog = show(replace(VIEW, bases=(), fields=replace(FIELDS, base="")))
    assert dialog.folder.isVisibleTo(dialog) and not dialog.look.isEnabled()
    dialog.folder.set_text("/somewhere/base")
    assert dialog.look.isEnabled() and dialog.fields().base == "/somewhere/base"
    assert show(replace(VIEW, fields=replace(FIELDS, base="/gone"))).fields().base == "/gone"


def test_a_chart_tells_what_lies_under_the_mouse(qtbot) -> None:
    chart = LineChart()
    qtbot.addWidget(chart)
    chart.resize(400, 176)
    chart.set_chart(Chart("nothing yet"))
    assert chart.said_at(100) == "" and not chart.grab().isNull()
    chart.set_chart(CHART)
    assert chart.accessibleDescription() == "quality: 1.00, attainable: 2.00"
    assert chart.said_at(0) == "step 1\nquality: 3.00\nattainable: 2.00"
    assert chart.said_at(400) == "step 5\nquality: 1.00\nattainable: 2.00"
    before = chart.grab().toImage()
    chart.set_chart(Chart("Loss", (Curve("quality", ((1, 1.0), (5, 3.0))),)))
    assert chart.grab().toImage() != before
    chart.set_chart(Chart("Loss", (Curve("quality", ((1, 0.0),)),)))
    assert not chart.grab().isNull(), "one point, and no range"


@pytest.fixture
def page(qtbot):
    made = ModelsPage()
    qtbot.addWidget(made)
    made.resize(1048, 700)
    made.show()
    return made


def test_a_training_shows_its_curves_while_it_works(page, qtbot) -> None:
    page.set_training("f1", TRAINING)
    page.set_jobs([RUNNING, replace(RUNNING, id="j2", title="Predict")])
    line = page.jobs.rows.row("f1")
    panel = line.training
    assert panel.charts[0].chart() == CHART
    qtbot.waitUntil(lambda: panel.charts[0].isVisibleTo(page))
    assert page.jobs.rows.row("j2").training is None
    assert "700 tokens per second" in said(line) and line.counted() == "5 of 60 · 40 s left"
    assert not panel.predict.isVisibleTo(page) and not panel.table.isVisibleTo(page)
    driver.button(panel, "Hide the curves").click()
    assert not panel.charts[0].isVisibleTo(page)
    page.set_training("f1", replace(TRAINING, now="800 tokens per second"))
    assert not panel.charts[0].isVisibleTo(page), "it stays as the person left it"


def test_a_training_that_is_done_stands_beside_the_present_model(page) -> None:
    done = replace(
        TRAINING,
        warning="UNTRAINED",
        present="baseline",
        figures=(FigureRow("SROCC, quality", "0.61 (0.50 … 0.70)", "0.44", "0.91"),),
        adapter="/p/training/run-1/adapter",
        report="/p/training/run-1/report.html",
    )
    page.set_jobs([replace(RUNNING, status="done", what="Finetuned.")])
    page.set_training("f1", done)
    panel = page.jobs.rows.row("f1").training
    assert panel.table.texts() == [["SROCC, quality", "0.61 (0.50 … 0.70)", "0.44", "0.91"]]
    assert panel.table.horizontalHeaderItem(2).text() == "baseline"
    assert "UNTRAINED" in said(panel)
    assert not panel.charts[0].isVisibleTo(page) and panel.curves.text() == "Show the curves"
    asked: list[tuple[str, str]] = []
    page.training_predict_requested.connect(lambda key: asked.append(("predict", key)))
    page.training_report_requested.connect(lambda key: asked.append(("report", key)))
    panel.predict.click()
    panel.report.click()
    assert asked == [("predict", "f1"), ("report", "f1")]
    page.set_training("f1", replace(done, predicted=True))
    assert not panel.predict.isEnabled()
