"""Groups, handing out and frozen splits as the Project page does them, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from annotation_db.database.store import Store
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.pictures import frozen_splits, images
from annotation_db.rating import annotators, ratings
from annotation_db.records import NewRating
from seagull_studio.controllers.project import ProjectController
from seagull_studio.operations import filters
from seagull_studio.state.assign_view import AssignAnswer
from seagull_studio.state.filter_view import FilterFields
from seagull_studio.state.group_view import GroupsAnswer
from seagull_studio.state.project_questions import AskAssign, AskExport, AskGroups
from seagull_studio.state.project_view import ExportChoices
from seagull_studio.state.rating_view import rating_form
from tests.unit.seagull_studio.sitting import Sitting, heard


@pytest.fixture
def controller(sitting: Sitting) -> ProjectController:
    made = ProjectController(sitting.session, rating_form(), "lead", sitting.person)
    made.refresh()
    sitting.settle()
    return made


def groups_of(project: Path) -> list[str]:
    with Store.open(project) as store, store.read() as s:
        return [image.group for image in images.list_all(s)]


def test_groups_are_planned_by_name_and_done(
    sitting: Sitting, controller: ProjectController, project: Path
) -> None:
    sitting.person.will_say(
        GroupsAnswer("pattern", "("),
        GroupsAnswer("pattern", "(p)[01]"),
        lambda said: GroupsAnswer("apply", said.view.pattern),
    )
    changed = heard(controller.groups.changed)
    controller.groups.open()
    sitting.settle()
    first, again, planned = sitting.person.asked
    assert isinstance(first, AskGroups) and first.view.rows == () and first.view.images == 3
    assert "no regular expression" in sitting.person.refused[0]
    assert isinstance(again, AskGroups) and again.view.pattern == "("
    assert isinstance(planned, AskGroups) and planned.view.changed == 2
    assert [(row.name, row.pictures) for row in planned.view.rows] == [("p", 2)]
    assert groups_of(project) == ["p", "p", ""] and len(changed) == 1
    assert sitting.person.shown[-1].sentence == "2 pictures are in another group than before."


def test_groups_come_from_a_table_or_from_likeness(
    sitting: Sitting, controller: ProjectController, project: Path, tmp_path: Path
) -> None:
    table = tmp_path / "groups.csv"
    table.write_text("image,group\np0.png,g\np2.png,g\n", encoding="utf-8")
    sitting.person.will_say(GroupsAnswer("csv"), table, GroupsAnswer("apply"))
    controller.groups.open()
    sitting.settle()
    assert groups_of(project) == ["g", "", "g"]
    sitting.person.will_say(GroupsAnswer("clear"), GroupsAnswer("apply"))
    controller.groups.open()
    sitting.settle()
    assert groups_of(project) == ["", "", ""]
    sitting.person.will_say(GroupsAnswer("similar", distance=0), None)
    controller.groups.open()
    sitting.settle()
    assert sitting.person.shown[-1].sentence == "No two pictures look nearly the same."
    sitting.person.will_say(
        GroupsAnswer("similar", distance=32), lambda said: GroupsAnswer("apply", confirmed=(0,))
    )
    controller.groups.open()
    sitting.settle()
    asked = sitting.person.asked[-1]
    assert isinstance(asked, AskGroups) and asked.view.similar and asked.view.distance == 32
    assert len(set(groups_of(project)) - {""}) == 1


def test_places_are_looked_at_handed_out_and_taken_back(
    sitting: Sitting, controller: ProjectController, project: Path
) -> None:
    with Store.open(project) as store:
        with store.write("lead") as s:
            annotators.add(s, "bo", who="lead")
            ratings.submit(s, NewRating(roi_id=1, annotator_id=1, votes=[5] * 6 + [2, 2]))
        filters.save(store, "new", RoiFilter(rated_fewer_than=1), "lead")
    people = heard(controller.people.rows_changed)
    looked: list[AskAssign] = []

    def look(said: AskAssign) -> AssignAnswer:
        looked.append(said)
        fields = replace(said.view.fields, people=("bo",), rois=2, raters=1, among=FilterFields(named="new"))
        return AssignAnswer("look", fields)

    def do(said: AskAssign) -> AssignAnswer:
        looked.append(said)
        return AssignAnswer("assign", said.view.fields)

    sitting.person.will_say(look, do)
    controller.assigning.open()
    sitting.settle()
    first, second = (asked.view for asked in looked)
    assert first.fields.people == ("ann", "bo") and first.assigned == 11 and first.choices.saved == ("new",)
    assert [(row.name, row.more, row.open) for row in second.rows] == [("ann", 0, 0), ("bo", 2, 2)]
    assert second.sentences[0] == "2 ratings of 2 ROIs would be handed out."
    assert second.sentences[1] == "3 more ROIs are left for another time."
    assert sitting.person.shown[-1].lines == ("bo: 2",)
    assert [row.open for row in people[-1]] == [0, 2]
    nobody = replace(second.fields, people=())
    sitting.person.will_say(AssignAnswer("look", nobody), None)
    controller.assigning.open()
    sitting.settle()
    assert "choose at least one" in sitting.person.refused[-1]
    sitting.person.will_say(lambda said: AssignAnswer("take back", said.view.fields), True)
    controller.assigning.open()
    sitting.settle()
    assert sitting.person.shown[-1].sentence == "ROIs that are open to everybody again: 2."
    assert [row.open for row in people[-1]] == [0, 0]


def test_a_split_is_frozen_with_an_export_and_thawed(
    sitting: Sitting, controller: ProjectController, project: Path, tmp_path: Path
) -> None:
    with Store.open(project) as store, store.write("lead") as s:
        people = [annotators.add(s, f"a{k}", who="lead").id for k in range(7)]
        for roi_id in range(1, 7):
            for person in people:
                ratings.submit(s, NewRating(roi_id=roi_id, annotator_id=person, votes=[5] * 6 + [2, 2]))
    wanted = ExportChoices(tmp_path / "out", ("csv",), 0.6, 3, False, freeze=True)
    sitting.person.will_say(wanted)
    controller.exports.choose()
    sitting.settle()
    with Store.open(project) as store, store.read() as s:
        frozen = frozen_splits.get(s)
        assert frozen is not None and len(frozen.parts) == 3 and frozen.by == "lead"
    said = sitting.person.shown[-1].sentence
    assert said.startswith("Exported 6 labelled ROIs (") and "and 42 ratings to" in said
    sitting.person.will_say(replace(wanted, thaw=True), None)
    controller.exports.choose()
    sitting.settle()
    asked = sitting.person.asked[-2]
    assert isinstance(asked, AskExport) and asked.split.train == 60 and asked.split.seed == 3
    assert asked.last == wanted and asked.folder == wanted.folder, "what was chosen is proposed again"
    assert "The split of 3 images is frozen since" in asked.split.frozen
    sitting.person.will_say(replace(wanted, thaw=True), True)
    controller.exports.choose()
    sitting.settle()
    sitting.person.will_say(None)
    controller.exports.choose()
    sitting.settle()
    asked = sitting.person.asked[-1]
    assert isinstance(asked, AskExport) and asked.split.frozen == ""
