"""A lead leaves a message from the annotator's page; it is shown at their next start, or while they rate."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotation_db.database.store import Store
from annotation_db.rating import messages
from annotation_db.records import MessageRecord
from seagull_studio.operations import messages as operations
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.lead_messages import MessageDialog, WriteMessageDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import press_default
from tests.e2e.test_an_annotator_who_looks_for_what_is_not_theirs import led
from tests.e2e.test_find_the_careless_and_the_reversed_annotator import review


def in_project(project: Path) -> list[MessageRecord]:
    with Store.open(project) as store, store.read() as s:
        return messages.list_all(s)


def test_a_lead_tells_an_annotator_something(sit: Sit, tmp_path: Path) -> None:
    project = led(tmp_path)
    desk = sit()
    desk.open(project, "Lea")
    page, controller = review(desk)
    page.show_tab("annotators")
    table, panel = page.annotators.table, page.annotators.person
    ann = next(one.id for one in controller.material.people if one.name == "Ann")  # type: ignore[union-attr]
    table.choose(ann)
    driver.wait_until(lambda: panel.name() == "Ann", "Ann's page is shown")

    def write(dialog: WriteMessageDialog) -> None:
        assert not dialog._go.isEnabled()
        QTest.keyClicks(dialog.text, "Blur of the background counts.")
        press_default(dialog)

    driver.answer(WriteMessageDialog, write)
    panel.message.click()
    driver.wait_until(lambda: "not read yet" in panel.messages(), "it is listed")
    assert [one.text for one in in_project(project)] == ["Blur of the background counts."]

    # At their next start it is shown; who looks away from it sees it again the time after.
    seen: list[str] = []

    def put_off(dialog: MessageDialog) -> None:
        seen.append(dialog.text.toPlainText())
        QTest.keyClick(dialog.text, Qt.Key.Key_Return)  # whoever types on does not close it
        assert dialog.isVisible()
        dialog.later.click()

    other = sit("Ann's settings")
    driver.answer(MessageDialog, put_off)
    other.open(project, "Ann")
    driver.wait_until(lambda: len(seen) == 1, "the message is shown")
    roi = other.see_roi()
    driver.press(other.page.panel, "55")
    other.close()
    assert in_project(project)[0].read_at is None
    again = sit("Ann's settings")

    def read(dialog: MessageDialog) -> None:
        seen.append(dialog.text.toPlainText())
        dialog.read.click()

    driver.answer(MessageDialog, read)
    again.open(project, "Ann")
    driver.wait_until(lambda: in_project(project)[0].read_at is not None, "that it was read is kept")
    assert in_project(project)[0].read_by == "Ann" and len(set(seen)) == 1

    # The lead sees that, without doing anything; one that comes while Ann rates is shown then.
    driver.wait_until(lambda: "not read" not in panel.messages(), "the lead sees that it was read")
    assert again.see_roi() == roi and again.page.panel.votes()[:2] == (5, 5)
    driver.answer(MessageDialog, read)
    with Store.open(project) as store:
        operations.write(store, "Ann", "Thank you.", "Lea")
    driver.wait_until(lambda: seen[-1] == "Thank you.", "it is shown while she sits there")
    driver.wait_until(lambda: in_project(project)[1].read_at is not None, "that it was read is kept")
    assert again.page.panel.votes()[:2] == (5, 5)


def test_nobody_else_is_shown_it(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, people=("Ann", "Bo"))
    with Store.open(project) as store:
        operations.write(store, "Ann", "For Ann only.", "Lea")
    desk = sit()
    desk.open(project, "Bo")
    desk.rate()
    assert driver.find_dialog(MessageDialog) is None
