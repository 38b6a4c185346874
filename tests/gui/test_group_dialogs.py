"""The dialogs of groups, of handing out, and of an export whose split is frozen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from seagull_studio.state.assign_view import AssignAnswer, AssignFields, AssignRow, AssignView
from seagull_studio.state.filter_view import FilterFields, FilterView
from seagull_studio.state.group_view import GroupRow, GroupsAnswer, GroupsView
from seagull_studio.state.project_view import ExportChoices, SplitView
from seagull_studio.state.rating_view import rating_form
from seagull_studio.unattended import driver
from seagull_studio.views.dialogs.assign import AssignDialog
from seagull_studio.views.dialogs.export import ExportDialog
from seagull_studio.views.dialogs.filter import FilterDialog
from seagull_studio.views.dialogs.filter_field import FilterField
from seagull_studio.views.dialogs.groups import GroupsDialog
from tests.e2e.desk import press_default

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

FIELDS = AssignFields(("Ann", "Bo"), 0)
VIEW = AssignView(
    (AssignRow("Ann", 4, 6), AssignRow("Bo", 5, 5), AssignRow("Cy", 0, 2)),
    FIELDS,
    9,
    ("9 ratings of 5 ROIs would be handed out.",),
    FilterView(sources=("KonIQ", "lab"), groups=("scene",), saved=("doubtful",)),
)
FORM = rating_form()


def choose_rois(field: FilterField, fill: Callable[[FilterDialog], None]) -> None:
    """Press the field's button, and answer its dialog."""

    def answer(dialog: FilterDialog) -> None:
        fill(dialog)
        press_default(dialog)

    driver.answer(FilterDialog, answer)
    field.choose.click()


def test_groups_are_shown_as_they_are(qtbot):
    dialog = GroupsDialog(GroupsView(20, 7, (GroupRow("cup", 4, "a, b, …"), GroupRow("cat", 3, "c, d, e"))))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.table.texts() == [["cup", "4", "a, b, …"], ["cat", "3", "c, d, e"]]
    assert any("7 of 20 pictures are in 2 groups" in label.text() for label in dialog.findChildren(QLabel))
    assert not dialog._go.isEnabled() and not dialog.preview.isEnabled()
    dialog.pattern.setText("*-*.png")
    dialog.preview.click()
    assert dialog.answer() == GroupsAnswer("pattern", "*-*.png", 12)


def test_a_plan_of_groups_is_taken_as_it_was_shown(qtbot):
    view = GroupsView(20, 7, (GroupRow("cup", 4, "a"),), changed=4, said="4 pictures", pattern="*-*.png")
    dialog = GroupsDialog(view)
    qtbot.addWidget(dialog)
    assert dialog._go.isEnabled()
    dialog.pattern.setText("*_*.png")
    assert not dialog._go.isEnabled(), "this pattern was not looked at"
    dialog.pattern.setText("*-*.png")
    assert dialog.answer().action == "apply"


def test_similar_pictures_are_confirmed_one_by_one(qtbot):
    view = GroupsView(20, 0, similar=(GroupRow("a", 2, "a, b"), GroupRow("c", 3, "c, d, e")), said="2 sets")
    dialog = GroupsDialog(view)
    qtbot.addWidget(dialog)
    assert dialog.answer().confirmed == (0, 1)
    dialog.similar.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.answer() == GroupsAnswer("apply", "", 12, (1,))
    dialog.similar.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog._go.isEnabled()


def test_handing_out_is_looked_at_before_it_is_done(qtbot):
    dialog = AssignDialog(VIEW, FORM)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.fields() == FIELDS and dialog._go.isEnabled() and not dialog.look.isEnabled()
    assert dialog.answer() == AssignAnswer("assign", FIELDS)
    dialog.people.item(2, 0).setCheckState(Qt.CheckState.Checked)
    dialog.raters.setValue(3)
    dialog.rois.setValue(10)
    dialog.load.setValue(20)

    def fill(asked: FilterDialog) -> None:
        form = asked.form
        form.fewer_than.setValue(4)
        form.source.setCurrentText("lab")
        form.group.setCurrentText("scene")
        form.level.setCurrentIndex(2)
        form.named.setCurrentText("doubtful")
        form.scale.setCurrentIndex(form.scale.findData("blur"))
        form.label.setCurrentIndex(3)

    choose_rois(dialog.among, fill)
    assert dialog.among.said.text() == (
        "Saved filter: doubtful; Source: lab; Group: scene; Level: component; Fewer ratings than: 4; "
        "Label of: Blur; Label is: minor"
    )
    assert not dialog._go.isEnabled(), "this was not looked at"
    dialog.look.click()
    among = FilterFields(
        named="doubtful", source="lab", group="scene", level="component", fewer_than=4, scale="blur", label=3
    )
    said = AssignFields(("Ann", "Bo", "Cy"), 3, 10, 20, among)
    assert dialog.answer() == AssignAnswer("look", said)


def test_what_was_not_begun_is_taken_back_from_those_chosen(qtbot):
    dialog = AssignDialog(VIEW, FORM)
    qtbot.addWidget(dialog)
    dialog.people.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    dialog.back.click()
    assert dialog.answer().action == "take back" and dialog.answer().fields.people == ("Bo",)
    dialog.people.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.back.isEnabled()


def test_a_frozen_split_is_said_and_cannot_be_changed_but_thawed(qtbot, tmp_path):
    split = SplitView("frozen since yesterday", 70, 10, 5, 4)
    among = FilterField(FORM, VIEW.choices, FilterFields(), alone=True)
    dialog = ExportDialog(tmp_path / "out", {"csv": "CSV"}, among, split=split)
    qtbot.addWidget(dialog)
    dialog.show()
    assert (dialog.train.value(), dialog.val.value(), dialog.seed.value(), dialog.folds.value()) == (
        70,
        10,
        5,
        4,
    )
    assert not any(field.isEnabled() for field in (dialog.train, dialog.val, dialog.seed, dialog.folds))
    assert not dialog.freeze.isVisible() and dialog.thaw.isVisible()

    def fill(asked: FilterDialog) -> None:
        asked.form.source.setCurrentText("lab")
        asked.form.named.setCurrentText("doubtful")
        assert not asked.form.source.isEnabled(), "a saved filter is exported as it is"
        assert not asked.save_as.isVisible()

    choose_rois(dialog.among, fill)
    assert dialog.among.said.text() == "Saved filter: doubtful"
    chosen = dialog.choices()
    assert (chosen.train, chosen.val, chosen.seed, chosen.folds) == (None, None, None, None)
    assert (chosen.among, chosen.thaw) == (FilterFields(named="doubtful"), False)
    dialog.thaw.click()
    assert dialog.choices().thaw


def test_an_export_is_proposed_as_it_was_made_the_last_time(qtbot, tmp_path):
    last = ExportChoices(tmp_path / "out", ("csv",), 0.6, 3, copy_images=True, pseudonyms=True)
    among = FilterField(FORM, VIEW.choices, FilterFields(), alone=True)
    dialog = ExportDialog(last.folder, {"csv": "CSV", "coco": "COCO"}, among, last=last)
    qtbot.addWidget(dialog)
    chosen = dialog.choices()
    assert (chosen.folder, chosen.formats) == (last.folder, ("csv",))
    assert chosen.copy_images and chosen.pseudonyms
