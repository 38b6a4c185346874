"""Label runs without widgets: listed, compared, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from seagull_studio.controllers.label_runs import LabelRunsController
from seagull_studio.state.questions import Confirm
from seagull_studio.state.rating_view import rating_form
from tests.unit.seagull_studio.sitting import Sitting, heard

POLICY = labels.policy_named("paper", min_raters=1)


@pytest.fixture
def runs(sitting: Sitting, project: Path) -> LabelRunsController:
    """Two runs; one rating was corrected between them."""
    with Store.open(project) as store:
        with store.write("test") as s:
            ann = annotators.list_all(s)[0].id
            for roi in rois.list_all(s):
                ratings.submit(s, NewRating(roi.id, ann, Votes(*(2,) * 8)))
        labels.store_run(store, POLICY, "lead")
        with store.write("test") as s:
            ratings.submit(s, NewRating(1, ann, Votes(*(2,) * 6, 4, 2)))
        labels.store_run(store, POLICY, "lead")
    made = LabelRunsController(sitting.session, rating_form(), "lead", sitting.person)
    made.setParent(sitting.session)
    return made


def test_runs_are_listed_newest_first(sitting: Sitting, runs: LabelRunsController) -> None:
    listed = heard(runs.listed)
    runs.open()
    sitting.settle()
    assert [(row.id, row.policy, row.labelled) for row in listed[0]] == [(2, "paper", 6), (1, "paper", 6)]


def test_what_changed_between_two_is_told_with_its_cause(sitting: Sitting, runs: LabelRunsController) -> None:
    runs.compare(1, 2)
    sitting.settle()
    (result,) = sitting.person.shown
    assert "From run 1 to 2: 1 ROIs with another status or level" in result.sentence
    (line,) = result.lines
    assert line == "p0.png r1: Quality fair → excellent (corrections)"
    assert sitting.person.watched == ["Comparing"]


def test_scales_and_levels_are_called_as_the_window_calls_them(
    sitting: Sitting, runs: LabelRunsController
) -> None:
    form = rating_form("zh_CN")
    chinese = LabelRunsController(sitting.session, form, "lead", sitting.person)
    chinese.setParent(sitting.session)
    chinese.compare(1, 2)
    sitting.settle()
    quality = next(row for row in form.rows if row.name == "quality")
    words = f"{quality.title} {quality.levels[2].word} → {quality.levels[4].word}"
    assert words in sitting.person.shown[0].lines[0] and "fair" not in words


def test_a_run_is_deleted_only_after_a_question(sitting: Sitting, runs: LabelRunsController) -> None:
    listed, busy, changed = heard(runs.listed), heard(runs.busy_changed), heard(runs.changed)
    runs.open()
    sitting.settle()
    runs.delete(2)
    assert isinstance(sitting.person.asked[0], Confirm) and sitting.person.asked[0].danger
    sitting.person.will_say(True)
    runs.delete(2)
    sitting.settle()
    assert [row.id for row in listed[-1]] == [1] and len(changed) == 1
    assert busy == [False, True, False]


def test_nothing_is_listed_once_nobody_looks(sitting: Sitting, runs: LabelRunsController) -> None:
    listed = heard(runs.listed)
    runs.open()
    sitting.settle()
    runs.close()
    sitting.person.will_say(True)
    runs.delete(2)
    sitting.settle()
    assert len(listed) == 1


def test_a_run_that_is_gone_is_refused_and_the_dialog_is_free_again(
    sitting: Sitting, runs: LabelRunsController
) -> None:
    busy = heard(runs.busy_changed)
    runs.compare(1, 7)
    sitting.settle()
    assert len(sitting.person.refused) == 1 and busy == [False]
