"""A job fills in predictions, and an annotator confirms and changes them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from annotation_db.database.store import Store
from annotation_db.predictions import predictions, prefill_bias
from seagull_studio.unattended import driver
from seagull_studio.views.models.models_page import ModelsPage
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, ratings_in
from tests.unit.seagull_studio.predict_parts import save_checkpoint

ROIS = 4


def predicted_project(desk: Desk, tmp_path: Path) -> tuple[Path, ModelsPage, str]:
    """A project whose ROIs a job has predicted with a small untrained checkpoint; the model's key."""
    project = projects.make(tmp_path, pictures=ROIS)
    checkpoint = save_checkpoint(tmp_path / "tiny-seagull")
    desk.open(project, "ann")
    desk.see_roi()
    desk.studio.show_mode("models")
    page = desk.studio.window.findChildren(ModelsPage)[-1]
    models, session = desk.studio.models, desk.studio.session
    assert models is not None and session is not None
    models.add_checkpoint(f"{checkpoint}?mode=given")
    driver.wait_until(
        lambda: bool(session.jobs.states) and all(state.is_over for state in session.jobs.states),
        "the job is over",
        120,
    )
    (state,) = session.jobs.states
    assert state.status == "done", state.what
    with Store.open(project) as store, store.read() as s:
        (model,) = predictions.predictors(s)
        assert model.untrained and predictions.counts(s) == {model.id: ROIS}
    desk.settle()
    return project, page, str(model.id)


def suggestions(desk: Desk) -> tuple[int | None, ...]:
    shown = desk.annotate.rating.current
    assert shown is not None and shown.prefill.prediction is not None
    return shown.prefill.prediction.votes


def test_suggestions_are_confirmed_and_changed_row_by_row(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    project, page, key = predicted_project(desk, tmp_path)
    page.prefill_changed.emit("prefill", key, 0.0)
    desk.settle()
    desk.studio.show_mode("annotate")

    # The ROI that was in front already stays as it was begun: without.
    first = desk.rate()
    desk.see_roi()

    # Confirmed as a whole: Space takes each row's suggestion.
    wanted = suggestions(desk)
    assert None not in wanted
    assert desk.page.panel.votes() == (None,) * 8, "a suggestion is not a vote until somebody gives it"
    confirmed = desk.see_roi()
    for _ in wanted:
        desk.key(Qt.Key.Key_Space)
    desk.key(Qt.Key.Key_Return)
    desk.see_saved()

    # Changed: digits of one's own, three of them against the suggestion.
    changed = desk.see_roi()
    wanted_then = [vote or 0 for vote in suggestions(desk)]
    own = [vote if at > 2 else (vote + 1) % 5 for at, vote in enumerate(wanted_then)]
    desk.rate("".join(map(str, own)))

    by_roi = {rating.roi_id: rating for rating in ratings_in(project)}
    assert (by_roi[first].prefill, by_roi[first].prediction_id) == ("none", None)
    assert by_roi[confirmed].prefill == "shown" and by_roi[confirmed].prediction_id is not None
    assert tuple(by_roi[confirmed].votes) == wanted
    assert by_roi[confirmed].outcomes == ("confirmed",) * 8
    assert tuple(by_roi[changed].votes) == tuple(own)
    assert by_roi[changed].outcomes is not None
    assert by_roi[changed].outcomes[:3] == ("changed",) * 3
    with Store.open(project) as store, store.read() as s:
        report = prefill_bias.report(s, bootstrap=100)
    assert report.ratings["shown"] == 2
    assert report.scales["quality"].acceptance_rate.value == 1.0


def test_controls_see_nothing_and_the_rating_says_so(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    project, page, key = predicted_project(desk, tmp_path)
    page.prefill_changed.emit("prefill", key, 1.0)
    desk.settle()
    desk.studio.show_mode("annotate")
    desk.rate()
    roi_id = desk.see_roi()
    shown = desk.annotate.rating.current
    assert shown is not None and shown.prefill.prediction is None
    desk.rate()
    (rating,) = [rating for rating in ratings_in(project) if rating.roi_id == roi_id]
    assert rating.prefill == "control" and rating.prediction_id is not None and rating.outcomes is None


def test_a_revealed_prediction_comes_after_the_rating(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    project, page, key = predicted_project(desk, tmp_path)
    page.prefill_changed.emit("reveal", key, 0.0)
    desk.settle()
    desk.studio.show_mode("annotate")
    desk.rate()
    roi_id = desk.see_roi()
    assert desk.page.reveal.text() == ""
    desk.rate()
    desk.see_roi()
    assert desk.page.reveal.text() != ""
    (rating,) = [rating for rating in ratings_in(project) if rating.roi_id == roi_id]
    assert rating.prefill == "revealed" and rating.unassisted
