"""A lead saves figures and tables of the Review page, in the real window, as real files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from seagull_studio.unattended import driver
from seagull_studio.views.review.figure_button import FigureButton
from seagull_studio.views.review.review_page import ReviewPage
from tests.e2e.conftest import Sit
from tests.e2e.test_find_the_careless_and_the_reversed_annotator import review
from tests.unit.seagull_studio.report_page import assert_drawn
from tests.unit.seagull_studio.sample_copy import sample

Answer = Callable[[Path], None]


@pytest.fixture
def will_save_as(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """The system's dialog for new files answers this."""

    def answer(file: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(file), ""))

    return answer


def button_of(page: ReviewPage, chart: QWidget) -> FigureButton:
    return next(one for one in page.findChildren(FigureButton) if one._chart is chart)


def test_figures_and_tables(
    sit: Sit, tmp_path: Path, will_save_as: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit()
    desk.open(sample(tmp_path), "sim-01")
    page, controller = review(desk)
    driver.wait_until(lambda: not controller.is_computing, "the figures are there", 120)
    names = [person.name for person in controller.material.people]  # type: ignore[union-attr]

    def saved(file: Path) -> bytes:
        driver.wait_until(file.is_file, f"{file.name} is there", 60)
        desk.settle()
        return file.read_bytes()

    # by the small button, with the keyboard
    will_save_as(tmp_path / "alphas.svg")
    save = button_of(page, page.overview.alphas)
    assert save.focusPolicy() & Qt.FocusPolicy.TabFocus and "Agreement" in save.accessibleName()
    save.setFocus()
    QTest.keyClick(save, Qt.Key.Key_Space)
    svg = saved(tmp_path / "alphas.svg").decode("utf-8")
    assert_drawn(svg)
    assert "0.667" in svg and "0.800" in svg and ">Importance<" in svg
    # by the context menu
    (action,) = page.overview.firm.actions()
    assert page.overview.firm.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    will_save_as(tmp_path / "firm.pdf")
    action.trigger()
    pdf = saved(tmp_path / "firm.pdf")
    assert pdf.startswith(b"%PDF-") and b"/FontFile2" in pdf and len(pdf) > 5_000
    for chart in (page.overview.coverage, page.overview.reach):
        file = tmp_path / f"{type(chart).__name__}.svg"
        will_save_as(file)
        button_of(page, chart).click()
        assert_drawn(saved(file).decode("utf-8"))

    page.show_tab("annotators")
    panel = page.annotators.person
    page.annotators.table.choose(controller.material.people[-1].id)  # type: ignore[union-attr]
    driver.wait_until(lambda: panel.name() == names[-1], "somebody's page is shown")
    for chart in (panel.bias, panel.inconsistency, panel.residuals, panel.confusion):
        file = tmp_path / f"{id(chart)}.svg"
        will_save_as(file)
        button_of(page, chart).click()
        drawn = saved(file).decode("utf-8")
        assert_drawn(drawn)
        assert not any(name in drawn for name in names)

    page.show_tab("disputes")
    will_save_as(tmp_path / "disputes.csv")
    page.disputes.save.click()
    rows = list(csv.DictReader(saved(tmp_path / "disputes.csv").decode("utf-8").splitlines()))
    assert len(rows) == 52 and all(0 <= float(row["stability"]) <= 1 for row in rows)
    assert [row["stability"] for row in rows] == sorted((row["stability"] for row in rows), key=float)

    # the report is asked for, and not wanted after all
    asked: list[str] = []

    def refuse(_parent: QWidget, _title: str, name: str, _kinds: str) -> tuple[str, str]:
        asked.append(name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", refuse)
    page.report.click()
    assert asked == ["report.html"]
