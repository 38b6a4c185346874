"""Six ratings of a ROI are too few; the seventh makes its label, which is exact to the last fraction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

from pycocotools.coco import COCO
from PySide6.QtCore import Qt

from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs import ExportDialog, ResultDialog
from tests.e2e import projects
from tests.e2e.conftest import Sit
from tests.e2e.desk import Desk, press_default, ratings_in
from tests.e2e.projects import RADIUS, disc_mask

KEYS = {
    "ana": "55554534",
    "bea": "35534544",
    "cem": "35554524",
    "dov": "25524534",
    "eva": "45554524",
    "fay": "05514543",
    "gus": "55534540",
}
"""In the order of `SCALE_NAMES`; four of seven see a blur, three a compression, all an overexposure."""
CORRECTED = ("cem", "45554544")


def level(score: Fraction) -> int:
    """Eq. 1 with M = 4 as it is printed: level i where 4 i / 5 < s <= 4 (i + 1) / 5."""
    return max(0, ceil(score * 5 / 4) - 1)


def mean(votes: Sequence[int]) -> Fraction:
    return Fraction(sum(votes), len(votes))


def aggregate(desk: Desk) -> str:
    """Press the button; what the page says of the run."""
    desk.studio.show_mode("project")
    desk.settle()
    before = desk.project_page.labels.result_text()
    driver.button(desk.project_page, "Aggregate").click()
    driver.wait_until(lambda: desk.project_page.labels.result_text() != before, "the labels are computed")
    return desk.project_page.labels.result_text()


def export(desk: Desk, folder: Path) -> None:
    closed: list[bool] = []

    def fill(dialog: ExportDialog) -> None:
        dialog.folder.set_text(str(folder))
        press_default(dialog)

    def read(dialog: ResultDialog) -> None:
        press_default(dialog)
        closed.append(True)

    driver.answer(ExportDialog, fill)
    driver.answer(ResultDialog, read)
    driver.button(desk.project_page, "Export…").click()
    driver.wait_until(lambda: bool(closed), "the result of the export is shown")


def exported_roi(folder: Path) -> tuple[COCO, dict[str, Any]]:
    coco = COCO(str(folder / "coco.json"))
    (annotation,) = coco.loadAnns(coco.getAnnIds())
    return coco, annotation


def check_against_fractions(attributes: dict[str, Any], ballots: Sequence[str]) -> None:
    """Every scale of the exported label, computed anew from the keys that were pressed."""
    columns = {name: [int(keys[at]) for keys in ballots] for at, name in enumerate(SCALE_NAMES)}
    assert (attributes["status"], attributes["n"]) == ("labelled", len(ballots))
    for name in ("quality", "importance"):
        assert Fraction(attributes[f"{name}_mean"]).limit_denominator(100) == mean(columns[name])
        assert attributes[f"{name}_level"] == level(mean(columns[name]))
    for name in DISTORTIONS:
        seen = [vote for vote in columns[name] if vote != 5]
        if 2 * len(seen) < len(ballots):
            assert attributes[f"{name}_mean"] is None, f"most saw no {name}"
            continue
        assert Fraction(attributes[f"{name}_mean"]).limit_denominator(100) == mean(seen)
        assert attributes[f"{name}_level"] == level(mean(seen))


def test_the_seventh_rating_makes_the_label(sit: Sit, tmp_path: Path) -> None:
    project = projects.make(tmp_path, pictures=1)
    people = list(KEYS)
    desk = sit()
    desk.open(project, people[0])
    roi_id = desk.rate(KEYS[people[0]])
    for person in people[1:-1]:
        desk.sign_in(person)
        assert desk.rate(KEYS[person]) == roi_id
        if person == CORRECTED[0]:
            desk.undo()
            desk.see_roi()
            driver.press(desk.page.panel, CORRECTED[1])
            desk.key(Qt.Key.Key_Return)
            desk.see_saved()

    said = aggregate(desk)
    assert said.startswith("0 labelled, 1 insufficient"), said
    export(desk, tmp_path / "six")
    _, annotation = exported_roi(tmp_path / "six")
    assert (annotation["attributes"]["status"], annotation["attributes"]["n"]) == ("insufficient", 6)
    assert "quality" not in annotation["attributes"], "no label is made up"
    (entry,) = json.loads((tmp_path / "six" / "rois.json").read_text(encoding="utf-8"))
    assert entry["label"] is None

    desk.studio.show_mode("annotate")
    desk.sign_in(people[-1])
    assert desk.rate(KEYS[people[-1]]) == roi_id
    said = aggregate(desk)
    assert said.startswith("1 labelled, 0 insufficient"), said
    assert desk.project_page.coverage_rows()[7][1] == "1"
    export(desk, tmp_path / "seven")

    ballots = [dict([CORRECTED]).get(person, keys) for person, keys in KEYS.items()]
    assert len(ratings_in(project)) == 7, "a correction is no eighth rating"
    coco, annotation = exported_roi(tmp_path / "seven")
    assert (coco.annToMask(annotation).astype(bool) == disc_mask(RADIUS)).all()
    check_against_fractions(annotation["attributes"], ballots)


def test_an_eighth_person_is_not_asked(sit: Sit, tmp_path: Path) -> None:
    desk = sit()
    desk.open(projects.make(tmp_path, pictures=1), "ana")
    desk.rate()
    for person in list(KEYS)[1:]:
        desk.sign_in(person)
        desk.rate()
    desk.sign_in("hal")
    assert desk.annotate.rating.current is None
    assert not desk.page.panel.is_ready()
