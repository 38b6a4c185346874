"""The Review page: charts that are clicked and walked through, tables, strips of votes, keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton

from seagull_studio.state.project_view import CoverageView
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.review_view import (
    AlphaMark,
    AlphaRow,
    BusyView,
    CaseView,
    DeviantRow,
    DisputeList,
    FirmRow,
    PaceView,
    PersonRow,
    PersonScaleView,
    PersonView,
    ReachRow,
    ScaleDots,
    StripView,
    Target,
    TrailRow,
    VoteView,
)
from seagull_studio.views.kit import style
from seagull_studio.views.review.review_page import ReviewPage

FORM = rating_form()
ADA = PersonRow(1, "Ada", "annotator", False, 30, 0.4, 0.5, 0.6, -0.02, 0.1, 0, 12.0)
BO = PersonRow(2, "Bo", "lead", False, 9, 0.1, 1.5, -0.2, 0.2, 0.7, 3, 2.0)
CY = PersonRow(3, "Cy", "annotator", True, 0, None, None, None, None, None, None, None)


@pytest.fixture
def page(qtbot):
    style.install(QApplication.instance())
    made = ReviewPage(FORM)
    qtbot.addWidget(made)
    made.resize(1204, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def heard(signal):
    told = []
    signal.connect(lambda *said: told.append(said[0] if len(said) == 1 else said))
    return told


def alphas():
    return tuple(
        AlphaRow(
            row.title,
            AlphaMark(0.3, (0.1, 0.5), f"{row.title} levels", Target("spread", row.name)),
            AlphaMark(None, None, "no variation", Target("presence", row.name))
            if row.kind == "severity"
            else None,
        )
        for row in FORM.rows
    )


def click(chart, spot):
    from PySide6.QtTest import QTest

    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot.area.center().toPoint())


def test_each_dot_and_bar_of_the_overview_leads_somewhere(page, qtbot):
    tab = page.overview
    wanted = heard(tab.rois_wanted)
    tab.alphas.set_rows(alphas())
    tab.firm.set_rows([FirmRow(row.name, row.title, 20, 5, 1) for row in FORM.rows])
    tab.reach.set_rows([ReachRow(r.title, 0.8, "0.80", Target("spread", r.name)) for r in FORM.rows])
    tab.coverage.set_coverage(CoverageView((3, 0, 4, 9), 3))
    tab.set_pace(PaceView(0.5, "10 of 20 wanted ratings", "10 are missing."))
    assert tab.pace_text() == "10 of 20 wanted ratings\n10 are missing."
    qtbot.wait(1)
    assert len(tab.alphas.spots()) == 14 and len(tab.firm.spots()) == 24
    for chart in (tab.alphas, tab.firm, tab.reach):
        for spot in chart.spots():
            click(chart, spot)
            assert wanted.pop() == spot.leads_to
        assert not chart.grab().isNull()
    bars = tab.coverage
    step = bars.width() / 4
    spots = bars.spots()
    assert [spot.leads_to for spot in spots][:3] == [
        Target("unrated"),
        Target("votes", numbers=(1, 1)),
        Target("votes", numbers=(2, 2)),
    ]
    assert spots[2].area.contains(QPointF(2.5 * step, 20)) and spots[3].said == "3+ ratings: 9 ROIs"
    wanted.clear()
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert bars.accessibleDescription() == "1 ratings: 0 ROIs"
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert wanted == [Target("votes", numbers=(1, 1))]
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(int(3.5 * step), 20))
    assert wanted.pop() == Target("votes", numbers=(3, 1_000_000))


def test_a_chart_is_used_without_a_mouse(page, qtbot):
    chart = page.overview.alphas
    wanted = heard(chart.clicked)
    chart.set_rows(alphas())
    page.activateWindow()
    chart.setFocus()
    for _ in range(2):
        qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert chart.accessibleDescription() == f"{FORM.rows[1].title} levels"
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    qtbot.keyClick(chart, Qt.Key.Key_Space)
    assert wanted == [Target("spread", FORM.rows[1].name), Target("presence", FORM.rows[0].name)]
    spot = chart.spots()[0]
    place = spot.area.center().toPoint()
    QApplication.sendEvent(chart, QHelpEvent(QHelpEvent.Type.ToolTip, place, chart.mapToGlobal(place)))


def test_what_is_being_computed_is_said_and_can_be_stopped(page):
    stopped, again = heard(page.cancel_requested), heard(page.compute_requested)
    page.set_busy(BusyView("Computing agreement", 0.4))
    assert page.busy_text() == "Computing agreement" and page.cancel.isVisible()
    assert not page.again.isVisible()
    page.cancel.click()
    page.set_busy(BusyView(remark="Not all figures were computed."))
    assert not page.cancel.isVisible()
    page.again.click()
    page.set_busy(BusyView())
    assert page.busy_text() == "" and not page.again.isVisible() and (len(stopped), len(again)) == (1, 1)


def test_people_are_sorted_filtered_and_stay_chosen(page, qtbot):
    tab = page.annotators
    page.show_tab("annotators")
    chosen = heard(tab.chosen)
    tab.set_rows((ADA, BO, CY))
    assert [row[0] for row in tab.table.texts()] == ["Ada", "Bo (lead)", "Cy (excluded)"]
    assert tab.table.texts()[2][2:] == ["–"] * 7
    for order, names in (
        (Qt.SortOrder.AscendingOrder, [2, 1, 3]),
        (Qt.SortOrder.DescendingOrder, [1, 2, 3]),  # what is not known comes last either way
    ):
        tab.table.sortByColumn(2, order)
        assert tab.table.shown() == names
    tab.table.choose(2)
    assert chosen == [2]
    tab.set_rows((CY, BO, ADA))
    assert tab.table.current() == 2 and chosen == [2]
    qtbot.keyClicks(tab.filter, "LEAD")
    assert tab.table.shown() == [2]
    assert not tab.table.choose(1)


def test_a_persons_page_shows_figures_and_asks_for_actions(page, qtbot):
    page.show_tab("annotators")
    panel = page.annotators.person
    assert panel.name() == ""
    dots = tuple(ScaleDots(row.name, row.title, 0.5, (-0.3, 0.1)) for row in FORM.rows)
    panel.set_person(PersonView(1, "Ada", "annotator", False, ("30 ratings",), bias=dots, inconsistency=dots))
    words = tuple(level.word for level in FORM.rows[6].levels)
    confusion = np.zeros((5, 5), dtype=np.int64)
    confusion[4, 0] = 3
    view = PersonScaleView(
        "quality",
        "Quality",
        1,
        words,
        np.array([0.5, -2.0, 1.0, 0.2]),
        confusion,
        (DeviantRow(7, "a.png#r1", "bad", -3.1),),
    )
    panel.set_scale(view)
    assert (panel.name(), panel.facts()) == ("Ada", "30 ratings")
    wanted, scales, roles = heard(panel.rois_wanted), heard(panel.scale_chosen), heard(panel.role_chosen)
    excluded, readmitted = heard(panel.exclude_requested), heard(panel.readmit_requested)
    (spot,) = panel.confusion.spots()
    click(panel.confusion, spot)
    assert wanted.pop() == Target("confusion", "quality", (1, 4, 0)) and "3 ROIs" in spot.said
    cell = panel.deviant.visualRect(panel.deviant.model().index(0, 0)).center()
    qtbot.mouseClick(panel.deviant.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert wanted.pop() == Target("roi", numbers=(7,))
    qtbot.keyClick(panel.deviant, Qt.Key.Key_Return)
    assert wanted.pop() == Target("roi", numbers=(7,))
    panel.scale.setCurrentIndex(0)
    panel.role.activated.emit(1)
    panel.exclude.click()
    assert (scales, roles, len(excluded)) == (["blur"], ["lead"], 1)
    assert not panel.grab().isNull()
    panel.set_person(PersonView(1, "Ada", "lead", True, ("Excluded.",)))
    panel.set_scale(None)
    assert not panel.exclude.isVisibleTo(panel) and not panel.bias.isVisibleTo(panel)
    panel.readmit.click()
    assert len(readmitted) == 1 and roles == ["lead"]


def case(**changes):
    votes = tuple(
        VoteView(10 + n, "ABCDEFG"[n], tuple((n + k) % 5 for k in range(8)), n != 3) for n in range(7)
    )
    strips = tuple(StripView(row.title, tuple(x.word for x in row.levels), 2, 0.5) for row in FORM.rows)
    facts = {"roi_id": 5, "name": "a.png#r1", "place": "1 of 2", "said": "6 counting ratings"}
    return CaseView(**{**facts, "accepted": False, "votes": votes, "strips": strips, **changes})


def listed(**changes):
    facts = {
        "caption": "All ROIs",
        "everything": True,
        "roi_ids": np.array([5, 6]),
        "names": ["a.png#r1", "b.png#r2"],
        "votes": np.array([7, 0]),
        "figures": np.array([[0.3, 1.2, 0.4, np.nan], [np.nan] * 4]),
        "accepted": frozenset({6}),
    }
    return DisputeList(**{**facts, **changes})


def test_disputes_are_settled_by_key(page, qtbot):
    tab = page.disputes
    page.show_tab("disputes")
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    asked = {
        name: heard(getattr(tab, name))
        for name in ("accept_requested", "more_requested", "withdraw_requested", "step_requested")
    }
    dropped = heard(tab.exclude_rating_requested)
    qtbot.keyClick(tab, Qt.Key.Key_A)
    assert asked["accept_requested"] == []  # no ROI is chosen
    tab.set_list(listed())
    tab.set_case(case())
    assert "6 counting ratings" in tab.text() and tab.table.count() == 2
    for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_W, Qt.Key.Key_N, Qt.Key.Key_P, Qt.Key.Key_X):
        qtbot.keyClick(tab, key)
    assert [len(told) for told in asked.values()] == [1, 1, 1, 2] and asked["step_requested"] == [1, -1]
    assert dropped == []  # no rating is chosen
    qtbot.keyClick(tab, Qt.Key.Key_Left)
    assert tab.rating() == 16
    qtbot.keyClick(tab, Qt.Key.Key_Right)
    qtbot.keyClick(tab, Qt.Key.Key_X)
    assert tab.rating() == 10 and dropped == [10]
    tab.choose_rating(13)
    assert "does not count" in tab.text() and tab.exclude.text() == "Readmit rating"
    tab.set_case(case(accepted=True))
    assert tab.rating() == 13 and tab.accept.text() == "Dispute again"


def test_a_dot_is_a_rating_and_keeps_within_its_cell(page, qtbot):
    tab = page.disputes
    page.show_tab("disputes")
    many = tuple(VoteView(n, str(n), (5, 5, 0, 1, 2, 3, 4, 4), True) for n in range(24))
    tab.set_case(case(votes=many))
    qtbot.wait(1)
    spots = tab.strips.spots()
    assert len(spots) == 8 * 24
    for at, spot in enumerate(spots):
        row = at // 24
        level = many[0].levels[row]
        assert tab.strips._cell(row, level).contains(spot.area.center())
    click(tab.strips, spots[30])
    assert tab.rating() == spots[30].leads_to
    assert not tab.strips.grab().isNull()


def test_the_list_says_what_is_shown_and_asks_for_other_orders(page, qtbot):
    tab = page.disputes
    page.show_tab("disputes")
    chosen, orders, everything = heard(tab.roi_chosen), heard(tab.order_chosen), heard(tab.all_requested)
    names, accepted = heard(tab.names_toggled), heard(tab.accepted_toggled)
    tab.set_list(listed(caption="Quality: firm labels", everything=False))
    model = tab.table.model()
    assert tab.caption() == "Quality: firm labels" and tab.all.isVisible()
    assert [model.index(0, k).data() for k in range(5)] == ["a.png#r1", "7", "0.30", "1.20", "0.40"]
    assert model.index(1, 0).data() == "b.png#r2 ✓" and tab.table.isColumnHidden(5)
    tab.table.selectRow(1)
    assert chosen == [6]
    tab.all.click()
    tab.set_order("spread", "blur")
    assert (tab.order.currentIndex(), tab.scale.currentText(), orders) == (1, "Blur", [])
    tab.order.setCurrentIndex(2)
    tab.order.activated.emit(2)
    tab.names.click()
    tab.accepted.click()
    assert (len(everything), orders, names, accepted) == (1, [("bimodality", "blur")], [True], [True])


def test_the_audit_trail_is_filtered_and_offers_what_can_be_taken_back(page, qtbot):
    tab = page.audit
    page.show_tab("audit")
    undone, saved = heard(tab.undo_requested), heard(tab.save_requested)
    tab.set_rows(
        (
            TrailRow(9, "2026-01-02 10:00:00", "Lea", "annotator excluded", "Bo", "careless", True),
            TrailRow(8, "2026-01-01 10:00:00", "Lea", "labels computed", "label run 1", "", False),
        )
    )
    assert not tab.undo.isEnabled()
    tab.table.choose(8)
    assert not tab.undo.isEnabled()
    tab.table.choose(9)
    tab.undo.click()
    qtbot.keyClicks(tab.filter, "lea run")
    tab.save.click()
    tab.filter.clear()
    tab.undoable.click()
    tab.save.click()
    assert (undone, saved) == ([9], [[8], [9]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tab_fits_the_smallest_window_in_both_themes(page, qtbot, theme):
    style.install(QApplication.instance(), theme)
    page.resize(1044, 560)
    page.overview.alphas.set_rows(alphas())
    page.disputes.set_list(listed())
    page.disputes.set_case(case())
    for tab in ("overview", "annotators", "disputes", "audit"):
        page.show_tab(tab)
        assert page.tab() == tab and page.tabs.current() >= 0
        assert page.width() == 1044 and page.height() == 560
        for button in page.findChildren(QPushButton):
            if button.isVisible() and button.text():
                assert button.width() >= button.minimumSizeHint().width()
    style.install(QApplication.instance(), "light")
