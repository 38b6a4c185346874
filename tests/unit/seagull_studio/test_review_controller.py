"""The Review page without widgets: figures, people, disputes and the audit trail of the sample project."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotation_db.database import content_hash
from annotation_db.database.schema import Roi
from annotation_db.database.store import Store
from annotation_db.rating import acceptances, annotators, messages, ratings, requests
from annotation_db.records import Actor, NewRating
from seagull_studio.controllers.review import ReviewController
from seagull_studio.state.project_questions import AskMore, MoreAnswer
from seagull_studio.state.questions import AskNumbers, AskReason, ChooseNewFile, Confirm
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.review_view import BusyView, CaseView, DisputeList, PersonRow, Target
from tests.unit.seagull_studio.sample_copy import sample
from tests.unit.seagull_studio.sitting import Sitting, heard


@pytest.fixture
def sitting(qtbot: QtBot, tmp_path: Path) -> Iterator[Sitting]:
    made = Sitting(sample(tmp_path), qtbot)
    yield made
    made.close()


class Page:
    """The controller, and what it said last."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.controller = ReviewController(sitting.session, rating_form(), "Lea", sitting.person)
        self.busy = heard(self.controller.busy_changed)
        self.tabs = heard(self.controller.tab_wanted)
        self.alphas = heard(self.controller.overview.alphas_changed)
        self.firm = heard(self.controller.overview.firm_changed)
        self.pace = heard(self.controller.overview.pace_changed)
        self.coverage = heard(self.controller.overview.coverage_changed)
        self.reach = heard(self.controller.overview.reach_changed)
        self.people = heard(self.controller.annotators.rows_changed)
        self.person = heard(self.controller.annotators.person_changed)
        self.scale = heard(self.controller.annotators.scale_changed)
        self.lists = heard(self.controller.disputes.list_changed)
        self.cases = heard(self.controller.disputes.case_changed)
        self.outlines = heard(self.controller.disputes.outline_changed)
        self.trail = heard(self.controller.audit.rows_changed)

    def settle(self) -> None:
        """Wait until all figures are there."""
        self.sitting.until(lambda: bool(self.busy) and self.busy[-1] == BusyView())
        self.sitting.settle()

    def row(self, name: str) -> PersonRow:
        return next(row for row in self.people[-1] if row.name == name)

    @property
    def list(self) -> DisputeList:
        return self.lists[-1]

    @property
    def case(self) -> CaseView:
        return self.cases[-1]


@pytest.fixture
def page(sitting: Sitting) -> Page:
    made = Page(sitting)
    made.controller.refresh()
    made.settle()
    return made


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


def test_disputes_are_settled_one_after_the_other(page: Page) -> None:
    disputes, person = page.controller.disputes, page.sitting.person
    page.sitting.until(lambda: bool(page.outlines))
    first = page.case
    assert first.place.startswith("1 of ") and len(first.strips) == 8
    assert [vote.caption for vote in first.votes][:2] == ["A", "B"]
    disputes.set_names_shown(True)
    assert all(vote.caption.startswith("sim-") for vote in page.case.votes)
    disputes.set_names_shown(False)

    person.will_say("slipped")
    disputes.exclude_rating(first.votes[0].rating_id)
    page.sitting.until(lambda: not page.case.votes[0].counts)
    page.settle()
    disputes.exclude_rating(first.votes[0].rating_id)  # again: readmitted without a question
    page.sitting.until(lambda: page.case.votes[0].counts)
    page.settle()

    roi = disputes.current
    person.will_say("both are right")
    disputes.accept()
    page.sitting.until(lambda: disputes.current != roi)
    page.settle()
    assert roi not in page.list.roi_ids.tolist()
    disputes.set_accepted_shown(True)
    assert roi in page.list.roi_ids.tolist() and roi in page.list.accepted
    disputes.choose(roi)
    page.sitting.until(lambda: page.case.roi_id == roi)
    assert page.case.accepted and "both are right" in page.case.said
    disputes.accept()
    page.sitting.until(lambda: not page.case.accepted)
    page.settle()

    before = page.controller.material.waiting.get(roi, 0)
    person.will_say(MoreAnswer(3))
    disputes.ask_for_more()
    page.sitting.until(lambda: any(row.what == "more ratings asked for" for row in page.trail[-1]))
    page.settle()
    assert page.controller.material.waiting[roi] == before + 3
    gone = disputes.current
    person.will_say("nothing is in it")
    disputes.withdraw()
    page.sitting.until(lambda: gone not in page.list.roi_ids.tolist())
    page.settle()
    assert person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        assert acceptances.standing(s) == {} and requests.waiting(s)[roi] == before + 3


def test_the_list_is_walked_and_ordered(page: Page) -> None:
    disputes = page.controller.disputes
    order = page.list.roi_ids.tolist()
    disputes.step(1)
    page.sitting.until(lambda: page.case.roi_id == order[1])
    disputes.step(-1)
    page.sitting.until(lambda: page.case.roi_id == order[0])
    disputes.step(-1)
    page.sitting.settle()
    assert page.case.roi_id == order[0]
    disputes.set_order("spread", "quality")
    spread = page.list.figures[:, 1]
    assert (spread[:-1] >= spread[1:]).all() and page.list.roi_ids.tolist() != order


def test_more_is_asked_for_only_after_its_cost_was_said(page: Page) -> None:
    person = page.sitting.person
    person.will_say((80, 14), None)
    page.controller.more.ask()
    asked = person.asked[-1]
    assert isinstance(person.asked[-2], AskNumbers) and isinstance(asked, Confirm)
    assert "hours of work" in asked.sentence and page.controller.material.waiting.keys() <= set(range(99))
    before = dict(page.controller.material.waiting)
    person.will_say((80, 14), True)
    page.controller.more.ask()
    page.sitting.until(lambda: page.trail[-1][0].what == "more ratings asked for")
    page.settle()
    assert sum(page.controller.material.waiting.values()) > sum(before.values())
    person.will_say((80, 14))
    page.controller.more.ask()
    assert person.shown[-1].sentence == "There is no ROI to ask for." and person.shown[-1].lines

    person.will_say(True)
    page.controller.audit.undo(page.trail[-1][0].id)
    page.sitting.until(lambda: page.trail[-1][0].what == "request taken back")
    page.settle()
    assert page.controller.material.waiting == before


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


def test_more_is_asked_of_those_who_were_named(page: Page) -> None:
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        ann, bo = (annotators.add(s, name, who="Lea").id for name in ("Ann", "Bo"))
        roi = page.controller.disputes.current
        assert roi is not None
        ratings.submit(s, NewRating(roi_id=roi, annotator_id=bo, votes=(5, 5, 5, 5, 5, 5, 2, 2)))
    page.controller.compute()
    page.settle()
    before = page.controller.material.waiting.get(roi, 0)
    page.controller.disputes.choose(roi)
    page.sitting.settle()
    person = page.sitting.person
    person.will_say(MoreAnswer(2, ("Ann", "Bo")))  # Bo has rated it already
    page.controller.disputes.ask_for_more()
    page.sitting.until(lambda: page.trail[-1][0].what == "ROIs handed out")
    page.settle()
    asked = person.asked[-1]
    assert isinstance(asked, AskMore) and asked.people == ("Ann", "Bo")  # nobody simulated
    assert page.controller.material.waiting[roi] == before + 2 and person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        assert requests.has_place(s, roi, ann)
        assert requests.least_loaded(s, [ann, bo]) == [bo, ann]


def test_a_roi_goes_back_to_marking_and_whoever_marked_it_is_told(page: Page) -> None:
    roi = page.controller.disputes.current
    with Store.open(page.sitting.session.folder) as store, store.write("Lea") as s:
        ann = annotators.add(s, "Ann", who="Lea").id
        s.get_one(Roi, roi).created_by = "Ann"
        s.get_one(Roi, roi).content_hash = content_hash.of_row(s.get_one(Roi, roi))
    page.sitting.person.will_say("cuts the ear off")
    page.controller.disputes.send_back()
    page.sitting.until(lambda: roi not in page.list.roi_ids.tolist())
    page.settle()
    assert page.sitting.person.refused == []
    with Store.open(page.sitting.session.folder) as store, store.read() as s:
        (told,) = messages.unread(s, ann)
        assert told.text.endswith("is to be marked anew: cuts the ear off") and told.by == "Lea"
    entry = next(row for row in page.trail[-1] if row.what == "ROI withdrawn")
    assert entry.why == "cuts the ear off" and entry.can_undo


def test_a_blind_second_look_shows_the_votes_only_after_ones_own_rating(page: Page) -> None:
    sitting, disputes = page.sitting, page.controller.disputes
    with Store.open(sitting.session.folder) as store, store.write("Lea") as s:
        lea = annotators.add(s, "Lea", role="lead", who="Lea")
    sitting.session.acting = Actor(lea.name, lea.id)
    roi, votes = page.case.roi_id, len(page.case.votes)
    disputes.set_blind(True)
    assert page.case.hidden and page.case.votes == page.case.strips == ()
    assert page.case.name == f"ROI {roi}" and page.list.names[0] == f"ROI {roi}"  # no file's name
    disputes.second_look.picture_shown(disputes._case.image.id)
    disputes.second_look.attend(True)
    disputes.second_look.submit((5, 5, 5, 5, 5, 5, 2, 3))
    sitting.until(lambda: not page.case.hidden)
    page.settle()
    assert page.case.roi_id == roi and len(page.case.votes) == votes + 1
    with Store.open(sitting.session.folder) as store, store.read() as s:
        given = ratings.latest(s, roi, lea.id)
        assert given is not None and given.votes.quality == 2 and given.prefill == "none"
        assert given.id in ratings.on_roi(s, roi)[1]  # it counts
    # Of what was seen there is no blind look any more; of the next one there is.
    disputes.step(1)
    sitting.until(lambda: page.case.roi_id != roi)
    assert page.case.hidden
    disputes.set_blind(False)
    assert not page.case.hidden
    disputes.set_blind(True)
    assert not page.case.hidden
    assert sitting.person.refused == []
