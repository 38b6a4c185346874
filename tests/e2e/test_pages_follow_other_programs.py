"""What commands, jobs and other windows write shows where somebody looks, without a restart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.predictions import predictions
from seagull_studio.unattended import driver
from seagull_studio.views.models.models_page import ModelsPage
from seagull_studio.views.models.models_row import ModelLine
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk
from tests.unit.seagull_studio.predict_parts import add_baseline, make_rated

ROOT = Path(__file__).parents[2]
ROIS = 30


def command(*words: str) -> None:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "seagull_studio", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def at_models(sit: Sit, project: Path) -> tuple[Desk, ModelsPage]:
    desk = sit()
    desk.open(project, "a0")
    desk.studio.show_mode("models")
    desk.settle()
    return desk, desk.studio.window.findChildren(ModelsPage)[-1]


def counted(page: ModelsPage) -> str:
    """What the only model's row says."""
    (key,) = page.models.rows.keys()
    line = page.models.rows.row(key)
    assert isinstance(line, ModelLine)
    return line.counted()


def predicted(project: Path) -> int:
    with Store.open(project) as store, store.read() as s:
        return sum(predictions.counts(s).values())


def see(page: ModelsPage, count: int, seconds: float) -> None:
    driver.wait_until(
        lambda: counted(page) == f"Predictions for {count} of {ROIS} ROIs",
        f"{count} of {ROIS} ROIs are shown",
        seconds,
    )


def test_a_predict_command_shows_on_the_models_page(sit: Sit, tmp_path: Path, baseline: Path) -> None:
    project = make_rated(tmp_path)
    folder = add_baseline(project, baseline)
    _, page = at_models(sit, project)
    assert counted(page) == f"Predictions for 0 of {ROIS} ROIs"
    command("predict", str(project), "--model", str(folder))
    assert predicted(project) == ROIS
    see(page, ROIS, 4)


def test_a_predict_job_of_the_window_shows_when_it_ends(sit: Sit, tmp_path: Path, baseline: Path) -> None:
    project = make_rated(tmp_path)
    add_baseline(project, baseline)
    desk, page = at_models(sit, project)
    button = driver.button(page, "Predict what is missing")
    button.click()
    assert (button.text(), button.isEnabled()) == ("Predicting…", False), "a second job is not started"
    session = desk.studio.session
    assert session is not None
    driver.wait_until(
        lambda: bool(session.jobs.states) and session.jobs.states[0].is_over, "the job is over", 120
    )
    assert session.jobs.states[0].status == "done", session.jobs.states[0].what
    see(page, ROIS, 4)


def test_a_page_that_was_not_looked_at_is_right_when_it_is_shown(
    sit: Sit, tmp_path: Path, baseline: Path
) -> None:
    project = make_rated(tmp_path)
    folder = add_baseline(project, baseline)
    desk, page = at_models(sit, project)
    desk.studio.show_mode("annotate")
    other = sit("other person")
    other.open(project, "a1")
    other.studio.show_mode("models")
    other.settle()
    driver.button(other.studio.window.findChildren(ModelsPage)[-1], "Predict what is missing").click()
    driver.wait_until(lambda: predicted(project) == ROIS, "the job of the other window is over", 120)
    command("predict", str(project), "--model", str(folder))
    desk.studio.show_mode("models")
    see(page, ROIS, 4)
    driver.wait_until(lambda: len(list(page.jobs.rows.keys())) == 1, "the other window's job is listed", 4)


def test_an_import_by_a_command_shows_on_the_project_page(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=4, rois_each=0, people=["ann"])
    file = tmp_path / "rois.json"
    boxes = [{"img": f"p{n}.png", "id": "new", "points": [10, 10, 80, 60]} for n in range(4)]
    file.write_text(json.dumps(boxes))
    desk = sit()
    desk.open(project, "ann")
    desk.studio.show_mode("project")
    desk.settle()
    assert [row[1] for row in desk.project_page.coverage_rows()][:1] == ["0"]
    desk.project_page.labels._raters.setValue(3)
    command("import", str(project), str(file), "--kind", "rois")
    driver.wait_until(lambda: desk.project_page.coverage_rows()[0][1] == "4", "the new ROIs are counted", 4)
    assert desk.project_page.labels._raters.value() == 3, "what the lead was about to ask for stays"


def test_whoever_waits_for_rois_gets_them(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=2, rois_each=0, people=["ann"])
    file = tmp_path / "rois.json"
    file.write_text(json.dumps([{"img": "p1.png", "id": "new", "points": [10, 10, 80, 60]}]))
    desk = sit()
    desk.open(project, "ann")
    assert desk.annotate.rating.current is None
    command("import", str(project), str(file), "--kind", "rois")
    driver.wait_until(desk._roi_is_ready, "the ROI comes to the front", 6)
    desk.rate()
