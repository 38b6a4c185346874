"""The page of models and jobs, and the strip that reveals what the model said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from seagull_studio.state.models_view import (
    BiasRow,
    BiasView,
    CheckpointRow,
    JobRow,
    ModelCard,
    PrefillView,
    SourceRow,
)
from seagull_studio.views.kit import style
from seagull_studio.views.models.models_page import ModelsPage
from seagull_studio.views.rating.reveal_strip import RevealStrip

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

RUNNING = JobRow("j1", "Predict", "running", 120, 300, "dog.jpg", 240.0, "today", "/p/jobs/j1/log.txt")
MODEL = ModelCard("m1", "SEAGULL-7B", "seagull", "Trained by its authors.", predicted=3, missing=9)
PREFILL = PrefillView("off", "", 0.2, (("m1", "SEAGULL-7B"), ("m2", "baseline")))


@pytest.fixture
def page(qtbot):
    made = ModelsPage()
    qtbot.addWidget(made)
    made.resize(1048, 700)
    made.show()
    return made


def said(widget: QWidget) -> str:
    """All text that is in sight in `widget`."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_an_empty_page_says_what_each_part_needs(page):
    text = said(page)
    for sentence in ("No job yet.", "No model yet.", "No report yet. It needs", "No weights found."):
        assert sentence in text
    assert not page.models.fit.isEnabled()
    assert not page.bias.save.isVisible()


def test_a_poll_keeps_the_row_its_widgets_and_the_focus(page, qtbot):
    page.set_jobs([RUNNING])
    row = page.jobs.rows.row("j1")
    assert row.counted() == "120 of 300 · 4 min left"
    children = row.findChildren(QWidget)
    page.activateWindow()
    row._cancel.setFocus()
    page.set_jobs([replace(RUNNING, id="j2"), replace(RUNNING, done=299, what="cat.jpg", seconds_left=1.2)])
    assert page.jobs.rows.keys() == ["j2", "j1"]
    assert page.jobs.rows.row("j1") is row
    assert row.findChildren(QWidget) == children
    assert page.focusWidget() is row._cancel
    assert row.counted() == "299 of 300 · 1 s left"
    page.set_jobs([])
    assert page.jobs.rows.keys() == []
    assert "No job yet." in said(page)


def test_rows_do_not_change_their_height_while_a_job_works(page, qtbot):
    waiting = replace(RUNNING, status="waiting", done=0, total=0, what="", seconds_left=None)
    page.set_jobs([waiting])
    row = page.jobs.rows.row("j1")
    heights = set()
    for state in (waiting, replace(RUNNING, total=0), RUNNING, replace(RUNNING, what="a/very/long " * 60)):
        page.set_jobs([state])
        qtbot.wait(1)
        heights.add(row.height())
    assert len(heights) == 1


def test_a_job_is_cancelled_once_and_resumed_once(page):
    heard = []
    page.job_cancel_requested.connect(lambda job: heard.append(("cancel", job)))
    page.job_resume_requested.connect(lambda job: heard.append(("resume", job)))
    page.job_log_requested.connect(lambda job: heard.append(("log", job)))
    page.set_jobs([RUNNING])
    row = page.jobs.rows.row("j1")
    row._cancel.click()
    page.set_jobs([RUNNING])
    row._cancel.click()
    assert row._cancel.text() == "Stopping…"
    page.set_jobs([replace(RUNNING, status="cancelled", what="Stopped; what was predicted is kept.")])
    assert "what was predicted is kept" in said(row)
    assert row._act.currentWidget() is row._resume
    row._resume.click()
    row._resume.click()
    row._log.click()
    assert heard == [("cancel", "j1"), ("resume", "j1"), ("log", "j1")]
    page.set_jobs([RUNNING])
    assert row._act.currentWidget() is row._cancel
    assert row._cancel.isEnabled()
    assert row._cancel.text() == "Cancel"


@pytest.mark.parametrize(
    ("status", "word", "resumable"),
    [("done", "done", False), ("failed", "failed", True), ("lost", "interrupted", True)],
)
def test_a_job_that_is_over_says_how_it_ended(page, status, word, resumable):
    page.set_jobs([replace(RUNNING, status=status, what="One sentence.", seconds_left=None)])
    row = page.jobs.rows.row("j1")
    assert word in said(row)
    assert "One sentence." in said(row)
    assert (row._act.currentWidget() is row._resume) == resumable
    assert row._bar.isVisible() == (status != "done")


def test_older_jobs_are_shown_on_request(page):
    jobs = [RUNNING, *(replace(RUNNING, id=f"o{n}", status="done") for n in range(6))]
    page.set_jobs(jobs)
    assert page.jobs.rows.keys() == ["j1", "o0", "o1", "o2"]
    assert page.jobs._more.text() == "Show older jobs (3)"
    page.jobs._more.click()
    assert len(page.jobs.rows.keys()) == 7
    assert not page.jobs._more.isVisible()


def test_a_model_says_what_it_is_and_what_it_has_predicted(page, qtbot):
    baseline = ModelCard(
        "m2", "baseline (41 ROIs)", "baseline", "", predicted=12, for_prefill=True, facts=(("SROCC", "0.71"),)
    )
    page.set_models([replace(MODEL, untrained=True), baseline])
    row, other = page.models.rows.row("m1"), page.models.rows.row("m2")
    assert row.tags() == ["SEAGULL", "UNTRAINED"]
    assert "means nothing" in said(row)
    assert row.counted() == "Predictions for 3 of 12 ROIs"
    assert other.tags() == ["baseline", "used for pre-fill"]
    assert "means nothing" not in said(other)
    assert "0.71" in said(other)
    assert not other._predict.isEnabled()
    assert not other._prefill.isEnabled()
    with qtbot.waitSignal(page.predict_requested) as asked:
        row._predict.click()
    assert asked.args == ["m1"]
    with qtbot.waitSignal(page.prefill_model_requested) as asked:
        row._prefill.click()
    assert asked.args == ["m1"]


def test_a_model_is_updated_in_place(page):
    page.set_models([replace(MODEL, facts=(("a", "1"),))])
    row = page.models.rows.row("m1")
    page.set_models([replace(MODEL, predicted=4, missing=8, predicting=True, facts=(("a", "2"), ("b", "3")))])
    assert page.models.rows.row("m1") is row
    assert row.counted() == "Predictions for 4 of 12 ROIs"
    assert row.facts() == (("a", "2"), ("b", "3"))
    assert row._predict.text() == "Predicting…"
    assert not row._predict.isEnabled()


def test_the_baseline_says_why_it_cannot_be_fitted(page, qtbot):
    page.set_baseline_state(False, "There are 4 labelled ROIs; it needs 30.")
    assert "it needs 30" in said(page)
    assert not page.models.fit.isEnabled()
    page.set_baseline_state(True, "41 labelled ROIs.")
    with qtbot.waitSignal(page.fit_baseline_requested):
        page.models.fit.click()


def test_the_pre_fill_is_applied_as_a_whole(page, qtbot):
    page.set_prefill(PREFILL)
    card = page.prefill
    assert not card.apply.isEnabled()
    card.policies.button(1).click()
    assert card.complaint() == "Choose a model first."
    assert not card.apply.isEnabled()
    card.model.setCurrentIndex(2)
    card.share.setValue(25)
    assert card.complaint() == ""
    with qtbot.waitSignal(page.prefill_changed) as asked:
        card.apply.click()
    assert asked.args == ["prefill", "m2", 0.25]
    page.set_prefill(replace(PREFILL, policy="prefill", model="m2", control_share=0.25))
    assert not card.apply.isEnabled()
    card.share.setValue(0)
    assert "cannot be measured" in card.complaint()
    assert card.apply.isEnabled()


def test_a_poll_does_not_undo_what_is_being_edited(page):
    page.set_prefill(PREFILL)
    page.prefill.policies.button(2).click()
    page.prefill.model.setCurrentIndex(1)
    page.set_prefill(PREFILL)
    page.set_prefill(replace(PREFILL, models=(("m0", "new"), *PREFILL.models)))
    assert page.prefill.choice() == ("reveal", "m1", 0.2)
    page.set_prefill(replace(PREFILL, policy="prefill", model="m2", control_share=0.125))
    assert page.prefill.choice() == ("prefill", "m2", 0.125)
    assert not page.prefill.apply.isEnabled()


def test_the_wheel_scrolls_past_a_field(page):
    page.set_prefill(replace(PREFILL, policy="prefill", model="m1"))
    for field in (page.prefill.share, page.prefill.model):
        none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        turn = QWheelEvent(
            QPointF(5, 5),
            field.mapToGlobal(QPointF(5, 5)),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            none,
            phase,
            False,
        )
        QApplication.sendEvent(field, turn)
    assert page.prefill.choice() == ("prefill", "m1", 0.2)


def test_the_bias_report_is_shown_copied_and_asked_for(page, qtbot):
    with qtbot.waitSignal(page.bias_requested):
        page.bias.compute.click()
    page.set_bias_busy(True)
    assert page.bias.compute.text() == "Computing…"
    assert not page.bias.compute.isEnabled()
    thin = BiasRow("Blur", 12, 3, "–", "–", "–", "–", "too few images")
    rows = (BiasRow("Quality", 2610, 651, "0.74", "0.31 (0.22–0.40)", "0.68", "0.55"), thin)
    page.set_bias(BiasView((*rows, replace(thin, scale="Noise")), "Votes moved.", ("Seed 0.",)))
    page.set_bias_busy(False)
    assert page.bias.compute.text() == "Compute again"
    assert page.bias.cells()[0] == ["Quality", "2,610", "651", "0.74", "0.31 (0.22–0.40)", "0.68", "0.55"]
    assert page.bias.notes() == ["Blur, Noise: too few images", "Seed 0."]
    page.bias.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["Scale", "Shown"]
    assert len(lines) == 4
    with qtbot.waitSignal(page.bias_save_requested):
        page.bias.save.click()


def test_weights_say_what_is_wrong_and_where_to_get_others(page, qtbot):
    page.set_checkpoints(
        [
            CheckpointRow("/w/a", "a", "SEAGULL", "The file b.bin is missing."),
            CheckpointRow("/w/s", "s", "SAM"),
            CheckpointRow("/w/t", "t", "SEAGULL", untrained=True),
        ]
    )
    assert page.weights.checkpoints.row("/w/t").accessibleName() == "t, UNTRAINED, can be used"
    assert page.weights.checkpoints.row("/w/s").accessibleName() == "s, can be used"
    assert page.weights.checkpoints.row("/w/a").problem() == "The file b.bin is missing."
    assert page.weights.checkpoints.row("/w/s").problem() == ""
    page.set_sources(
        [
            SourceRow("SAM ViT-B", "375 MB", "https://example.org/b.pth", True),
            SourceRow("SAM ViT-L", "1.2 GB", "https://example.org/l.pth", True, present=True),
            SourceRow("SEAGULL-7B", "unknown", "Ask its authors.", False),
        ]
    )
    sources = page.weights.sources
    shown = [sources.row(key).download.isVisible() for key in ("SAM ViT-B", "SAM ViT-L", "SEAGULL-7B")]
    assert shown == [True, False, False]
    assert sources.row("SEAGULL-7B").size_text() == "size unknown"
    with qtbot.waitSignal(page.download_requested) as asked:
        sources.row("SAM ViT-B").download.click()
    assert asked.args == ["SAM ViT-B"]


def test_the_other_buttons_ask_for_their_own_thing(page):
    heard = []
    for name, button in (
        ("embed", page.jobs.embed),
        ("add_checkpoint", page.models.add),
        ("open_weights_folder", page.weights.open),
    ):
        getattr(page, f"{name}_requested").connect(lambda name=name: heard.append(name))
        button.click()
    assert heard == ["embed", "add_checkpoint", "open_weights_folder"]


def test_the_page_needs_no_sideways_scrolling_in_the_smallest_window(page, qtbot):
    page.set_jobs([replace(RUNNING, title="A job with a very long title " * 8)])
    page.set_models(
        [replace(MODEL, name="A model with a very long name " * 8, facts=(("x" * 20, "y" * 12),))]
    )
    page.set_prefill(replace(PREFILL, models=(("m1", "A model with a very long name " * 8),)))
    page.set_checkpoints([CheckpointRow("/a/very/long/path" * 20, "name", "SAM")])
    page.resize(1040, 620)
    qtbot.wait(1)
    assert page.column.parentWidget().minimumSizeHint().width() <= 1040


def test_the_reveal_strip_keeps_its_room_and_cuts_what_does_not_fit(qtbot):
    strip = RevealStrip()
    qtbot.addWidget(strip)
    strip.resize(400, strip.height())
    strip.show()
    height = strip.height()
    strip.set_text("The model said: quality fair.")
    assert strip.shown() == strip.text() == "The model said: quality fair."
    for text in ("quality fair, " * 40, "质量一般" * 60):
        strip.set_text(text)
        assert strip.shown().endswith("…")
        assert text.startswith(strip.shown()[:-1])
        assert len(strip.shown()) > 40
        assert strip.toolTip() == text
        assert strip.height() == height
    strip.set_text("")
    assert strip.height() == height
    assert strip.shown() == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_can_be_drawn_in_both_schemes(page, qapp, theme):
    style.install(qapp, theme)
    page.set_jobs([RUNNING, replace(RUNNING, id="j2", status="failed")])
    page.set_models([replace(MODEL, untrained=True)])
    tag = next(label for label in page.findChildren(QLabel) if label.property("role") == "alarm")
    assert tag.palette().color(tag.foregroundRole()) == style.tokens().alert
    assert not page.grab().isNull()
