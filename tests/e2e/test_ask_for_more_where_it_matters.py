"""A lead asks for more ratings of the least stable labels, is told the cost, and takes it back."""

from __future__ import annotations

from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.rating import annotators, requests
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ConfirmDialog
from seagull_studio.views.dialogs.numbers import NumbersDialog
from tests.e2e.conftest import Sit
from tests.e2e.desk import press_default, say_of
from tests.e2e.test_find_the_careless_and_the_reversed_annotator import computed, review
from tests.unit.seagull_studio.sample_copy import sample


def waiting(project: Path) -> dict[int, int]:
    with Store.open(project) as store, store.read() as s:
        return requests.waiting(s)


def test_ask_for_more_where_it_matters(sit: Sit, tmp_path: Path) -> None:
    project = sample(tmp_path)
    with Store.open(project) as store, store.write("Lea") as s:
        annotators.add(s, "Lea", role="lead", who="Lea")
    desk = sit()
    desk.open(project, "Lea")
    page, controller = review(desk)
    before, said = waiting(project), list[str]()
    assert controller.material is not None
    unstable = controller.material.disputes.stability.min(axis=1) < 0.7
    few = controller.material.table.per_roi < 10
    roi_ids = controller.material.table.roi_ids[unstable & few].tolist()
    wanted = [roi_id for roi_id in roi_ids if roi_id not in before]

    def set_aim(dialog: NumbersDialog) -> None:
        dialog.fields[0].setValue(70)
        dialog.fields[1].setValue(10)
        driver.answer(ConfirmDialog, agree)
        press_default(dialog)

    def agree(dialog: ConfirmDialog) -> None:
        said.append(say_of(dialog))
        assert waiting(project) == before  # nothing is done before it is said
        press_default(dialog)

    driver.answer(NumbersDialog, set_aim)
    page.overview.more.click()
    driver.wait_until(lambda: len(waiting(project)) > len(before), "the ratings are asked for")
    assert f"{len(wanted):,} ratings now" in said[0] and "hours of work" in said[0]
    after = waiting(project)
    assert after == before | dict.fromkeys(wanted, 1) and wanted
    computed(controller)

    page.show_tab("audit")
    trail = page.audit.table
    driver.wait_until(lambda: trail.texts()[0][2] == "more ratings asked for", "it stands in the trail")
    trail.choose(trail.shown()[0])
    driver.answer(ConfirmDialog, press_default)
    page.audit.undo.click()
    driver.wait_until(lambda: waiting(project) == before, "it is taken back")
    computed(controller)
