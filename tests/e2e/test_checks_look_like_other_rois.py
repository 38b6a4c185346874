"""Whoever rates cannot tell a gold item from a ROI by what the window calls it."""

from __future__ import annotations

import re
from pathlib import Path

from annotation_db.database.store import Store
from annotation_db.rating import annotators, check_answers
from seagull_studio.operations import qualify, settings
from tests.e2e import projects
from tests.e2e.conftest import Sit


def test_a_gold_item_is_called_like_any_roi_and_can_be_corrected(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=3, rois_each=3, raters_wanted=2, people=("Ann", "Bo"))
    with Store.open(project) as store:
        qualify.make_set(store, "Lea", {"gold": 3}, 3)
        settings.change(store, {"gold_share": 0.5}, "Lea")
    desk = sit()
    desk.open(project, "Ann")
    called = []
    for _ in range(7):
        desk.see_roi()
        called.append(desk.page.panel._title.text())
        desk.rate("55555532")
    assert all(re.fullmatch(r"ROI [0-9a-f]{8} \((object|component)\)", title) for title in called), called
    assert len(set(called)) == 7
    desk.settle()
    with Store.open(project) as store, store.read() as s:
        gold = check_answers.of_person(s, annotators.find(s, "Ann").id, "gold")
    assert gold, "no gold item was among them"
