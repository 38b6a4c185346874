"""The report and figures from the window's controller and from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from seagull_studio.controllers.review_papers import ReviewPapersController
from seagull_studio.state.figure_view import FirmFigure, ResidualsFigure, running_mean
from seagull_studio.state.questions import ChooseNewFile
from seagull_studio.state.review_view import FirmRow
from tests.unit.seagull_studio.report_page import Page, assert_drawn
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting
from tests.unit.seagull_studio.test_cli_commands import Terminal


def test_the_window_writes_report_and_figures(qtbot: QtBot, tmp_path: Path) -> None:
    sitting = Sitting(sample(tmp_path), qtbot)
    papers = ReviewPapersController(sitting.session, sitting.person)
    person = sitting.person
    page, figure, other = (tmp_path / name for name in ("report.html", "firm.SVG", "firm.pdf"))
    person.will_say(page)
    papers.make_report()
    sitting.qtbot.waitUntil(lambda: bool(person.shown or person.refused), timeout=240_000)
    assert person.refused == [] and person.watched == ["Making the report"]
    assert str(page) in person.shown[0].sentence and "simulated" in person.shown[0].sentence
    Page(page).check()
    view = FirmFigure((FirmRow("blur", "模糊", 3, 2, 1),))
    for file in (figure, other):
        person.will_say(file)
        papers.save_figure(view)
        assert isinstance(person.asked[-1], ChooseNewFile) and person.asked[-1].name == "stability.svg"
        with qtbot.waitSignal(papers.saved, timeout=120_000):
            pass
    drawn = figure.read_text(encoding="utf-8")
    assert_drawn(drawn)
    assert ">Blur<" in drawn  # a paper's language, whatever the window's
    assert other.read_bytes().startswith(b"%PDF-")
    person.will_say(None, tmp_path / "firm.png")
    papers.save_figure(view)
    papers.save_figure(view)
    sitting.until(lambda: bool(person.refused))
    papers.save_figure(None)
    assert "saved as .svg or .pdf" in person.refused[0] and "shows nothing yet" in person.refused[1]
    papers.deleteLater()
    sitting.close()


def test_a_figure_loads_no_window_and_the_window_no_matplotlib(tmp_path: Path) -> None:
    told = "import sys, {0}; print(sorted({{'PySide6', 'matplotlib', 'torch'}} & set(sys.modules)))"
    for module, heavy in (
        ("seagull_studio.bindings.review", "['PySide6']"),
        ("seagull_studio.figures.draw", "[]"),
        ("seagull_studio.figures.apart", "[]"),
    ):
        run = [sys.executable, "-c", told.format(module)]
        assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == heavy


def test_the_running_mean_is_of_those_around() -> None:
    assert len(running_mean(np.array([1.0, 2.0]))) == 0
    assert running_mean(np.array([0.0, 3.0, 6.0])).tolist() == pytest.approx([1.5, 3.0, 4.5])
    assert ResidualsFigure("blur", np.empty(0)).stem == "residuals"


def test_the_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample(tmp_path)
    run = Terminal(capsys, tmp_path)
    document = run.json("report", run.project, "--out", "r.html", "--bootstrap", 20, "--seed", 3)
    file = tmp_path / "r.html"
    assert document == {
        **{"file": "r.html", "bytes": file.stat().st_size, "ratings": 357, "annotators": 11},
        **{"simulated": True, "bootstrap": 20, "seed": 3},
    }
    page = Page(file)
    page.check()
    found = run.json("agreement", run.project, "--bootstrap", 20, "--seed", 3)
    for scale, metrics in found["scales"].items():
        for told in metrics.values():
            assert page.cells[scale, told["metric"], "alpha"] == [repr(told["alpha"])]
            assert page.cells[scale, told["metric"], "ci95"] == [repr(end) for end in told["ci95"]]
    assert "there already" in run.refused("report", run.project, "--out", "r.html")
