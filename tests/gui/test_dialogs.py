"""The dialogs: what they refuse, and what they hand back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from seagull_studio.state.filter_view import FilterFields, FilterView
from seagull_studio.state.project_view import (
    AnnotatorChoice,
    AnnotatorRow,
    ComplaintRow,
    ExportChoices,
    ImportReport,
    LabelRunRow,
    NewProject,
)
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.settings_view import Settings
from seagull_studio.views.dialogs.about import AboutDialog
from seagull_studio.views.dialogs.annotator import AnnotatorDialog
from seagull_studio.views.dialogs.export import ExportDialog
from seagull_studio.views.dialogs.filter_field import FilterField
from seagull_studio.views.dialogs.import_report import ImportReportDialog
from seagull_studio.views.dialogs.label_runs import LabelRunsDialog
from seagull_studio.views.dialogs.messages import ConfirmDialog, confirm, open_place, show_error
from seagull_studio.views.dialogs.new_project import NewProjectDialog
from seagull_studio.views.dialogs.progress import ProgressDialog
from seagull_studio.views.dialogs.reason import ReasonDialog
from seagull_studio.views.dialogs.settings import SettingsDialog
from seagull_studio.views.dialogs.shortcuts import ShortcutsDialog

# The offscreen platform says this whenever a window is shown.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

FORMATS = {"seagull": "SEAGULL", "llava": "LLaVA", "coco": "COCO", "csv": "CSV"}


def words(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def every_roi() -> FilterField:
    return FilterField(rating_form(), FilterView(), FilterFields(), alone=True)


def test_a_new_project_follows_its_name_and_checks_folders(qtbot, tmp_path):
    dialog = NewProjectDialog(tmp_path)
    qtbot.addWidget(dialog)
    assert dialog.complaint()
    dialog.name.setText("My: project")
    assert dialog.complaint() == ""
    images = tmp_path / "pictures"
    dialog.images.set_text(str(images))
    assert dialog.complaint() == "There is no such folder."
    images.mkdir()
    dialog.images.set_text(str(images) + "/")
    dialog.source.setText(" KonIQ ")
    assert dialog._make.isEnabled()
    assert dialog.result_project() == NewProject(tmp_path / "My- project", images, "KonIQ", "My: project", 7)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: (folder / "project.sqlite").touch(), "a project in this folder already"),
        (lambda folder: (folder / "letter.txt").touch(), "not empty"),
    ],
)
def test_a_new_project_refuses_a_folder_in_use(qtbot, tmp_path, make, said):
    dialog = NewProjectDialog(tmp_path / "elsewhere")
    qtbot.addWidget(dialog)
    dialog.name.setText("x")
    make(tmp_path)
    dialog.folder.set_text(str(tmp_path))
    assert said in dialog.complaint()
    assert not dialog._make.isEnabled()


def test_an_annotator_is_chosen_or_added(qtbot):
    dialog = AnnotatorDialog(
        [AnnotatorRow("Wei", "lead", 0, 0), AnnotatorRow("Ana", "annotator", 0, 0)], "Ana"
    )
    qtbot.addWidget(dialog)
    assert dialog.choice() == AnnotatorChoice("Ana", "annotator", is_new=False)
    QTest.keyClicks(dialog.name, "Bo")
    dialog.role.setCurrentIndex(1)
    assert dialog.choice() == AnnotatorChoice("Bo", "lead", is_new=True)
    dialog.name.setText("Wei")
    assert dialog.choice() == AnnotatorChoice("Wei", "lead", is_new=False)
    assert not dialog.role.isEnabled()


def test_nobody_rates_without_a_name(qtbot):
    dialog = AnnotatorDialog([])
    qtbot.addWidget(dialog)
    assert not dialog._go.isEnabled()
    dialog.name.setText("  ")
    assert not dialog._go.isEnabled()
    dialog.name.setText("Wei")
    assert dialog._go.isEnabled()


def test_export_hands_back_what_was_chosen(qtbot, tmp_path):
    dialog = ExportDialog(tmp_path / "out", FORMATS, every_roi())
    qtbot.addWidget(dialog)
    dialog.formats["llava"].setChecked(False)
    dialog.train.setValue(70)
    dialog.seed.setValue(5)
    assert dialog.choices() == ExportChoices(tmp_path / "out", ("seagull", "coco", "csv"), 0.7, 5, False)
    dialog.pseudonyms.setChecked(True)
    assert dialog.choices().pseudonyms
    for box in dialog.formats.values():
        box.setChecked(False)
    assert not dialog._go.isEnabled()
    dialog.formats["csv"].setChecked(True)
    dialog.val.setValue(31)
    assert not dialog._go.isEnabled(), "70 % and 31 % are more than all"
    dialog.val.setValue(10)
    dialog.folds.setValue(5)
    dialog.freeze.setChecked(True)
    chosen = dialog.choices()
    assert (chosen.val, chosen.folds, chosen.freeze, chosen.thaw) == (0.1, 5, True, False)
    assert chosen.among == FilterFields()
    (tmp_path / "old.json").touch()
    dialog.folder.set_text(str(tmp_path))
    assert not dialog._go.isEnabled()
    assert "not empty" in words(dialog)
    (tmp_path / "manifest.json").touch()
    dialog.folder.set_text(str(tmp_path) + "/")
    assert dialog._go.isEnabled()
    assert "before it is replaced" in words(dialog)


def test_a_file_with_complaints_cannot_be_imported(qtbot):
    complaints = (
        ComplaintRow(3, "blur takes a whole number from 0 to 5, not '7'"),
        ComplaintRow(None, "no header"),
    )
    dialog = ImportReportDialog(
        ImportReport("r.csv", "120 ratings", False, complaints, ("New annotators: Bo.",))
    )
    qtbot.addWidget(dialog)
    assert dialog.table.texts() == [[complaints[0].message, "3"], ["no header", "–"]]
    assert "New annotators: Bo." in words(dialog)
    assert [
        button for button in dialog.findChildren(type(dialog.add_button("x"))) if button.text() == "Import"
    ] == []


def test_a_clean_file_is_imported_with_enter(qtbot):
    dialog = ImportReportDialog(ImportReport("r.csv", "120 ratings", True))
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == dialog.DialogCode.Accepted


def test_progress_asks_to_cancel_once_and_stays_until_it_is_over(qtbot):
    dialog = ProgressDialog("Export")
    qtbot.addWidget(dialog)
    dialog.show()
    asked = []
    dialog.cancel_requested.connect(lambda: asked.append(1))
    dialog.set_progress(300, 1000, "Writing masks")
    assert dialog.left_text().startswith("300 of 1,000")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == [1]
    assert dialog.isVisible()
    dialog.finish()
    assert not dialog.isVisible()


def test_a_progress_dialog_does_not_keep_the_program_from_ending(qtbot):
    dialog = ProgressDialog("Export")
    qtbot.addWidget(dialog)
    dialog.show()
    asked = []
    dialog.cancel_requested.connect(lambda: asked.append(1))
    QApplication.closeAllWindows()
    assert asked == [1] and not dialog.isVisible()


@pytest.mark.parametrize(
    ("done", "elapsed", "left"), [(0, 9.0, None), (5, 0.2, None), (300, 30.0, 70.0), (1000, 30.0, 0.0)]
)
def test_time_left_is_said_once_the_pace_is_known(done, elapsed, left):
    assert ProgressDialog.seconds_left(done, 1000, elapsed) == left


def test_enter_never_does_what_cannot_be_undone(qtbot):
    dialog = ConfirmDialog("Withdraw?", "The ROI no longer counts.", "Withdraw")
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == dialog.DialogCode.Rejected
    harmless = ConfirmDialog("Go on?", "Nothing is lost.", "Go on", danger=False)
    qtbot.addWidget(harmless)
    harmless.show()
    QTest.keyClick(harmless, Qt.Key.Key_Return)
    assert harmless.result() == harmless.DialogCode.Accepted


def test_confirm_and_error_wait_for_the_person(qtbot):
    QTimer.singleShot(0, lambda: QApplication.activeModalWidget().accept())
    assert confirm(None, "Withdraw?", "The ROI no longer counts.", "Withdraw")
    said = []

    def read() -> None:
        dialog = QApplication.activeModalWidget()
        said.append(words(dialog))
        dialog.accept()

    QTimer.singleShot(0, read)
    show_error(None, "The project is locked; close the other program.", "/tmp/log.txt")
    assert "The project is locked" in said[0] and "/tmp/log.txt" in said[0]


def test_settings_come_back_as_they_were_chosen(qtbot):
    given = Settings("dark", "zh_CN", str(Path("/weights")))
    dialog = SettingsDialog(given)
    qtbot.addWidget(dialog)
    assert dialog.settings() == given
    dialog.theme.setCurrentIndex(0)
    assert dialog.settings() == Settings("system", "zh_CN", str(Path("/weights")))


def test_keys_and_about_say_what_they_should(qtbot):
    for dialog, expected in ((ShortcutsDialog(), "Backspace"), (AboutDialog("9.9"), "Version 9.9")):
        qtbot.addWidget(dialog)
        assert expected in words(dialog)


@pytest.mark.parametrize("typed", ["n" * 300, "~nobody-of-this-name/set", "/".join(["d" * 200] * 25)])
def test_a_folder_that_no_disk_takes_is_said_in_the_dialog(qtbot, tmp_path, typed):
    typed = typed if typed.startswith("~") else str(tmp_path / typed)
    project, export = NewProjectDialog(tmp_path), ExportDialog(tmp_path / "set", FORMATS, every_roi())
    for dialog in (project, export):
        qtbot.addWidget(dialog)
        dialog.folder.set_text(typed)
    if typed.startswith("~"):  # a folder of that name can be made
        assert project.complaint() == "Give the project a name." and export._go.isEnabled()
        return
    assert project.complaint() == "This folder cannot be used. Choose another one."
    assert "This folder cannot be used" in words(export) and not export._go.isEnabled()
    project.folder.set_text(str(tmp_path / "set"))
    project.images.set_text(typed)
    assert project.complaint() == "This folder cannot be used. Choose another one."


def test_two_label_runs_are_compared_and_one_deleted(qtbot):
    dialog = LabelRunsDialog()
    qtbot.addWidget(dialog)
    assert "No label run yet" in words(dialog) and dialog._table.isHidden()
    rows = [
        LabelRunRow(3, "today", "Lea", "paper", 7, 20, 5),
        LabelRunRow(2, "yesterday", "Lea", "paper", 7, 1900, 6, ("export /out",)),
    ]
    dialog.set_runs(rows)
    assert dialog.texts()[1] == ["yesterday", "2", "Lea", "paper, at least 7", "1,900", "6"]
    assert not dialog._delete.isEnabled()
    with qtbot.waitSignal(dialog.compare_requested) as asked:
        dialog._compare.click()
    assert asked.args == [2, 3]
    dialog.choose([1])
    assert not dialog._compare.isEnabled() and "export /out" in words(dialog)
    with qtbot.waitSignal(dialog.delete_requested) as asked:
        dialog._delete.click()
    assert asked.args == [2]
    dialog.set_busy(True)
    assert not dialog._delete.isEnabled()


def test_a_place_that_nothing_opens_is_named(qtbot, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)  # as where no launcher is installed
    said = []

    def read() -> None:
        dialog = QApplication.activeModalWidget()
        said.append(words(dialog))
        dialog.accept()

    QTimer.singleShot(0, read)
    open_place(None, "/lab/log.txt")
    assert "No program here opens /lab/log.txt; look there yourself." in said[0]


@pytest.mark.parametrize("danger", [True, False])
def test_a_reason_is_taken_by_enter_once_there_is_one(qtbot, danger):
    dialog = ReasonDialog("Withdraw this ROI?", "It is rated no more.", "Withdraw", danger=danger)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.reason, "  ")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClicks(dialog.reason, "blurred")
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return)
    assert dialog.result() == ReasonDialog.DialogCode.Accepted


def test_somebody_who_is_added_is_not_asked_whether_they_rate(qtbot):
    adding, signing_in = AnnotatorDialog([]), AnnotatorDialog([], role="lead")
    for dialog in (adding, signing_in):
        qtbot.addWidget(dialog)
    assert (adding.windowTitle(), adding._go.text()) == ("Add an annotator", "Add")
    assert (signing_in.windowTitle(), signing_in._go.text()) == ("Who is rating?", "Continue")


def test_a_split_that_cannot_be_says_why(qtbot, tmp_path):
    dialog = ExportDialog(tmp_path / "out", FORMATS, every_roi())
    qtbot.addWidget(dialog)
    assert dialog._go.isEnabled() and "same split" in words(dialog)
    dialog.val.setValue(30)
    assert not dialog._go.isEnabled() and "more than all images" in words(dialog)
    dialog.train.setValue(70)
    dialog.folds.setValue(1)
    assert not dialog._go.isEnabled() and "One fold is none" in words(dialog)
    dialog.folds.setValue(2)
    assert dialog._go.isEnabled() and "same split" in words(dialog)
