"""A lead goes through disputed ROIs by real keys: ten are settled, one after a blind second look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit

from annotation_db.database.store import Store
from annotation_db.rating import acceptances, annotators, exclusions, ratings, requests
from seagull_studio.controllers.review import ReviewController
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ReasonDialog
from seagull_studio.views.dialogs.filter import FilterDialog
from seagull_studio.views.dialogs.more import MoreDialog
from seagull_studio.views.review.disputes_tab import DisputesTab
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, say_of
from tests.e2e.test_find_the_careless_and_the_reversed_annotator import review
from tests.unit.seagull_studio.sample_copy import sample


class Settling:
    """Keys on the list, and in the dialogs that they open."""

    def __init__(self, desk: Desk, tab: DisputesTab, controller: ReviewController) -> None:
        self.desk, self.tab, self.controller = desk, tab, controller

    @property
    def roi(self) -> int:
        current = self.controller.disputes.current
        assert current is not None
        return current

    def ready(self) -> None:
        """Wait until the ROI is shown and nothing is written or computed any more."""
        driver.wait_until(lambda: not self.controller.is_computing, "the figures are there", 120)
        self.desk.settle()
        driver.wait_until(
            lambda: self.tab._case is not None and self.tab._case.roi_id == self.roi, "the ROI is shown"
        )

    def press(self, key: str) -> None:
        driver.press(self.tab, key)

    def reason(self, key: str, text: str, *, leaves: bool = True) -> int:
        """Press a key, write a reason, and go by Tab and Space to the button; the ROI that it was about."""
        self.ready()
        roi = self.roi

        def write(dialog: ReasonDialog) -> None:
            assert "sim-" not in say_of(dialog)
            QTest.keyClicks(dialog.reason, text)
            go_by_keys(dialog, dialog.reason)

        driver.answer(ReasonDialog, write)
        self.press(key)
        if leaves:
            driver.wait_until(lambda: self.roi != roi, f"the next ROI comes after {key}")
        self.ready()
        return roi


def go_by_keys(dialog: QDialog, begin: QLineEdit) -> None:
    """From a field to the last button by Tab, and Space."""
    begin.setFocus()
    for _ in range(6):
        at = dialog.focusWidget()
        if at is dialog._go:  # type: ignore[attr-defined]
            break
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog._go  # type: ignore[attr-defined]
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)


def test_settle_ten_disputes_by_keyboard(sit: Sit, tmp_path: Path) -> None:
    project = sample(tmp_path)
    with Store.open(project) as store, store.write("Lea") as s:
        lea = annotators.add(s, "Lea", role="lead", who="Lea").id
        annotators.add(s, "Ann", who="Lea")
    desk = sit()
    desk.open(project, "Lea")
    page, controller = review(desk)
    page.show_tab("disputes")
    tab = page.disputes
    lead = Settling(desk, tab, controller)
    lead.ready()

    # Nobody's name is seen unless it is asked for.
    driver.press_key(tab, Qt.Key.Key_Right)
    assert "Rating of A" in tab.text() and "sim-" not in tab.text()
    accepted = {lead.reason("a", f"both are right {n}") for n in range(4)}

    # Two more of whoever is ticked; the dialog names nobody who has rated.
    asked = lead.roi

    def tick(dialog: MoreDialog) -> None:
        assert [dialog.people.item(row).text() for row in range(2)] == ["Lea", "Ann"]
        dialog.people.item(1).setCheckState(Qt.CheckState.Checked)
        QTest.keyClick(dialog.number, Qt.Key.Key_Return)

    driver.answer(MoreDialog, tick)
    lead.press("r")
    driver.wait_until(lambda: lead.roi != asked, "the next ROI comes")
    lead.ready()
    driver.press_key(tab, Qt.Key.Key_Right)
    rating = tab.rating()
    wrong = lead.reason("x", "slipped", leaves=False)
    assert lead.roi == wrong and "does not count" in tab.text()
    lead.press("n")
    driver.wait_until(lambda: lead.roi != wrong, "the next ROI comes")
    withdrawn = lead.reason("w", "nothing is in it")
    marked = lead.reason("b", "cuts the ear off")
    accepted |= {lead.reason("a", "as good as it gets")}

    # Rated first, then looked at: the figures and the votes come only with one's own rating.
    seen = lead.roi
    tab.blind.click()
    assert tab.strips.isVisible()  # of what was seen there is no blind look
    lead.press("n")
    driver.wait_until(lambda: lead.roi != seen, "the next ROI comes")
    lead.ready()
    blind = lead.roi
    assert tab.panel.isVisible() and not tab.accept.isEnabled() and tab.table.isColumnHidden(3)
    canvas = tab.canvas
    driver.wait_until(lambda: canvas.picture is not None and canvas.picture.complete, "its picture is shown")
    driver.press(tab.panel, "55555522")
    driver.press_key(tab.panel, Qt.Key.Key_Return)
    driver.wait_until(lambda: tab.strips.isVisible() and tab.accept.isEnabled(), "the votes are shown")
    assert lead.roi == blind
    tab.blind.click()
    accepted |= {lead.reason("a", "my own rating says so too")}
    assert blind in accepted and len({*accepted, asked, wrong, withdrawn, marked}) == 10

    with Store.open(project) as store, store.read() as s:
        assert set(acceptances.standing(s)) == accepted
        reasons = {one.reason: one.target_id for one in exclusions.standing(s)}
        assert reasons == {"slipped": rating, "nothing is in it": withdrawn, "cuts the ear off": marked}
        assert requests.has_place(s, asked, annotators.find(s, "Ann").id)
        mine = ratings.latest(s, blind, lea)
        assert mine is not None and mine.votes.quality == 2 and mine.id in ratings.on_roi(s, blind)[1]

    # A filter narrows the list, and is there by its name afterwards.
    everything = tab.table.count()

    def narrow(dialog: FilterDialog) -> None:
        dialog.form.stability.setValue(60)
        QTest.keyClicks(dialog.save_as, "tosses")
        QTest.keyClick(dialog.save_as, Qt.Key.Key_Return)

    driver.answer(FilterDialog, narrow)
    lead.press("f")
    driver.wait_until(lambda: "filtered" in tab.caption(), "the list is narrowed")
    assert 0 < tab.table.count() < everything and "tosses" in tab.filter.text()
    tab.all.click()
    driver.wait_until(lambda: tab.table.count() == everything, "all of them are there again")
    known: list[list[str]] = []

    def look(dialog: FilterDialog) -> None:
        named = dialog.form.named
        known.append([named.itemText(at) for at in range(named.count())])
        dialog.reject()

    driver.answer(FilterDialog, look)
    lead.press("f")
    driver.wait_until(lambda: bool(known), "the fields are shown again")
    assert known == [["none", "tosses"]]
