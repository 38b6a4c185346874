"""The Review page without widgets: figures, people and the audit trail of the sample project."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database.store import Store
from annotation_db.rating import annotators
from seagull_studio.state.questions import AskReason, ChooseNewFile
from seagull_studio.state.review_view import Target
from tests.unit.seagull_studio.review_page import Page, opened


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path, qtbot) as made:
        yield made


def test_the_overview_says_all_figures_in_words(page: Page) -> None:
    rows = page.alphas[-1]
    assert [row.title for row in rows][-2:] == ["Quality", "Importance"]
    assert "α = " in rows[0].levels.said and "95 %: " in rows[0].levels.said
    assert rows[0].presence is not None and "presence" in rows[0].presence.said
    assert rows[-1].presence is None
    firm = page.firm[-1][6]
    labelled = len(page.controller.material.table.roi_ids)
    assert firm.scale == "quality" and firm.firm + firm.between + firm.toss == labelled
    assert sum(page.coverage[-1].histogram) == len(page.controller.material.rois)
    assert 0 < page.pace[-1].share < 1 and "missing" in page.pace[-1].sentence
    assert all(row.value is None or 0 <= row.value <= 1 for row in page.reach[-1])


def test_nothing_is_computed_again_while_nothing_has_changed(page: Page) -> None:
    said = len(page.busy)
    page.controller.refresh()
    page.sitting.settle()
    assert len(page.busy) == said
    page.controller.others_wrote(frozenset({"labels"}))
    page.sitting.settle()
    assert len(page.busy) == said
    page.controller.others_wrote(frozenset({"ratings"}))
    page.settle()
    assert len(page.busy) > said


def test_computing_is_stopped_and_begun_again(page: Page) -> None:
    page.controller.compute()
    page.controller.cancel()
    page.sitting.until(lambda: page.busy[-1].remark != "")
    assert page.busy[-1].remark == "Not all figures were computed."
    page.controller.others_wrote(frozenset({"ratings"}))
    assert "has changed" in page.busy[-1].remark
    page.controller.compute()
    page.settle()


def test_the_careless_and_the_reversed_annotator_stand_out_and_are_excluded(page: Page) -> None:
    rows = {row.name: row for row in page.people[-1]}
    honest = [row for name, row in rows.items() if name not in ("sim-careless", "sim-reversed")]
    assert rows["sim-reversed"].spearman < min(row.spearman for row in honest)
    assert rows["sim-careless"].straight > max(row.straight for row in honest)
    annotators_of = page.controller.annotators
    annotators_of.choose(rows["sim-reversed"].id)
    view, scale = page.person[-1], page.scale[-1]
    assert view.name == "sim-reversed" and len(view.bias) == 8 and len(view.bias[0].others) == 10
    assert scale.scale == "quality" and scale.confusion.shape == (5, 5) and scale.deviant
    assert len(scale.residuals) == rows["sim-reversed"].ratings
    annotators_of.set_scale("blur")
    assert page.scale[-1].confusion.shape == (6, 6)

    page.sitting.person.will_say(None, "turns the scales round")
    annotators_of.exclude()
    page.sitting.settle()
    assert not page.row("sim-reversed").excluded  # no reason was given
    annotators_of.exclude()
    page.sitting.until(lambda: page.row("sim-reversed").excluded)
    page.settle()
    assert isinstance(page.sitting.person.asked[-1], AskReason)
    assert page.row("sim-reversed").bias is None and page.scale[-1] is None
    assert page.row("sim-careless").bias is not None
    page.sitting.person.will_say(True)
    annotators_of.readmit()
    page.sitting.until(lambda: not page.row("sim-reversed").excluded)
    page.settle()
    assert page.sitting.person.refused == []


def test_a_role_is_given_and_where_it_cannot_be_the_old_one_is_shown(page: Page) -> None:
    page.controller.annotators.choose(page.row("sim-01").id)
    assert page.person[-1].simulated
    shown = len(page.person)
    page.controller.annotators.set_role("lead")
    page.sitting.until(lambda: page.sitting.person.refused != [])
    assert page.sitting.person.refused.pop() == "sim-01 is simulated; a lead is a person."
    assert len(page.person) > shown and page.person[-1].role == "annotator"
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        annotators.add(s, "Ada", who="Lea")
    page.controller.refresh()
    page.sitting.until(lambda: any(row.name == "Ada" for row in page.people[-1]))
    page.controller.annotators.choose(page.row("Ada").id)
    page.controller.annotators.set_role("lead")
    page.sitting.until(lambda: page.row("Ada").role == "lead")
    page.settle()
    assert page.sitting.person.refused == []


def test_a_role_is_given_and_taken_back_in_the_trail(page: Page) -> None:
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        ann = annotators.add(s, "Ann", who="Lea").id
    page.controller.compute()
    page.settle()
    page.controller.annotators.choose(ann)
    page.controller.annotators.set_role("lead")
    page.sitting.until(lambda: page.row("Ann").role == "lead")
    page.settle()
    entry = page.trail[-1][0]
    assert (entry.what, entry.subject, entry.can_undo) == ("made a lead", "Ann", True)
    page.sitting.person.will_say(True)
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        annotators.add(s, "Lea", role="lead", who="Lea")
    page.controller.audit.undo(entry.id)
    page.sitting.until(lambda: page.row("Ann").role == "annotator")
    page.settle()
    assert page.trail[-1][0].what == "made an annotator" and page.sitting.person.refused == []


def test_the_table_of_annotators_is_saved(page: Page, tmp_path: Path) -> None:
    page.sitting.person.will_say(tmp_path / "people.csv")
    page.controller.annotators.save()
    assert isinstance(page.sitting.person.asked[-1], ChooseNewFile)
    with (tmp_path / "people.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11 and {row["annotator"] for row in rows} > {"sim-careless", "sim-reversed"}
    assert float(rows[0]["mean_inconsistency"]) > 0


@pytest.mark.parametrize(
    "target",
    [
        Target("spread", "quality"),
        Target("presence", "noise"),
        Target("toss", "quality"),
        Target("between", "quality"),
        Target("firm", "noise"),
        Target("votes", numbers=(7, 99)),
        Target("unrated"),
    ],
)
def test_one_click_leads_to_the_rois_behind_a_figure(page: Page, target: Target) -> None:
    page.controller.look_at(target)
    page.sitting.settle()
    assert page.tabs == ["disputes"] and not page.list.everything and page.list.caption
    shown = set(page.list.roi_ids.tolist())
    if target.kind in ("firm", "between", "toss"):
        row = next(row for row in page.firm[-1] if row.scale == target.scale)
        assert len(shown) == getattr(row, target.kind)
    elif target.kind == "unrated":
        assert len(shown) == page.coverage[-1].histogram[0] and set(page.list.votes.tolist()) <= {0}
    elif target.kind == "votes":
        assert len(shown) == page.coverage[-1].histogram[7]
    assert len(shown) > 0 and page.case.roi_id == page.list.roi_ids[0]
    page.controller.disputes.look_at_all()
    assert page.list.everything


def test_a_cell_of_a_confusion_table_leads_to_its_rois(page: Page) -> None:
    page.controller.annotators.choose(page.row("sim-reversed").id)
    view = page.scale[-1]
    others, own = divmod(int(view.confusion.argmax()), view.confusion.shape[1])
    page.controller.look_at(Target("confusion", "quality", (view.annotator_id, others, own)))
    assert len(page.list.roi_ids) == view.confusion.max()
    assert "sim-reversed" in page.list.caption


def test_the_audit_trail_says_which_role_was_given(page: Page) -> None:
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        annotators.add(s, "Lea", role="lead", who="Lea")
        made = annotators.add(s, "Ann", who="Lea")
        annotators.set_role(s, made.id, "lead", "Lea")
        annotators.set_role(s, made.id, "annotator", "Lea")
    page.controller.audit.refresh()
    page.sitting.until(lambda: page.trail[-1][0].subject == "Ann")
    assert [(one.what, one.can_undo) for one in page.trail[-1][:3]] == [
        ("made an annotator", True),
        ("made a lead", False),
        ("annotator added", False),
    ]


def test_the_audit_trail_takes_back_and_is_saved(page: Page, tmp_path: Path) -> None:
    person = page.sitting.person
    page.controller.annotators.choose(page.row("sim-careless").id)
    person.will_say("does not look")
    page.controller.annotators.exclude()
    page.sitting.until(lambda: page.trail[-1][0].why == "does not look")
    page.settle()
    top = page.trail[-1][0]
    assert (top.who, top.what, top.subject, top.can_undo) == (
        "Lea",
        "annotator excluded",
        "sim-careless",
        True,
    )
    person.will_say(tmp_path / "trail.csv")
    page.controller.audit.save([top.id])
    assert "does not look" in (tmp_path / "trail.csv").read_text(encoding="utf-8")
    person.will_say(tmp_path / "missing" / "trail.csv")
    page.controller.audit.save([top.id])
    assert "could not be written" in person.refused.pop()
    person.will_say(True)
    page.controller.audit.undo(top.id)
    page.sitting.until(lambda: not page.row("sim-careless").excluded)
    page.settle()
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        assert not annotators.find(s, "sim-careless").excluded
