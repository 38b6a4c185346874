"""Which dialog asks which question: a new question is a line in `DIALOGS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from PySide6.QtWidgets import QFileDialog, QWidget

from seagull_studio.state.assign_view import AssignAnswer
from seagull_studio.state.filter_view import FilterAnswer
from seagull_studio.state.group_view import GroupsAnswer
from seagull_studio.state.project_questions import (
    AskAnnotator,
    AskAssign,
    AskExport,
    AskFilter,
    AskFinetune,
    AskGroups,
    AskMerge,
    AskMessage,
    AskMore,
    AskNewProject,
    AskPassphrase,
    AskProjectSettings,
    AskSamePerson,
    AskStillThere,
    AskUnmerge,
    ConfirmImport,
    ConfirmTable,
    ImportAnswer,
    MoreAnswer,
    ShowInstructions,
    ShowMessage,
)
from seagull_studio.state.project_settings import SettingsAnswer
from seagull_studio.state.project_view import AnnotatorChoice, ExportChoices, NewProject
from seagull_studio.state.questions import (
    AskNumbers,
    AskPassword,
    AskReason,
    ChooseFile,
    ChooseFolder,
    ChooseNewFile,
    Confirm,
    Question,
    Read,
)
from seagull_studio.state.table_view import TableChoices
from seagull_studio.state.training_view import FinetuneAnswer
from seagull_studio.views.dialogs import (
    AnnotatorDialog,
    ExportDialog,
    ImportReportDialog,
    NewProjectDialog,
    ReasonDialog,
    ResultDialog,
    ask_password,
    confirm,
    run_dialog,
)
from seagull_studio.views.dialogs.numbers import NumbersDialog
from seagull_studio.views.dialogs.people import MergeDialog, SamePersonDialog, UnmergeDialog
from seagull_studio.views.dialogs.sitting import PassphraseDialog, StillThereDialog

Asked = Callable[[QWidget, Any], Any]
"""Gets the widget to ask over and the question; returns the answer, or None for none."""


def _confirm(parent: QWidget, said: Confirm) -> bool | None:
    return confirm(parent, said.title, said.sentence, said.action, danger=said.danger) or None


def _read(parent: QWidget, said: Read) -> bool | None:
    dialog = ResultDialog(said.title, said.sentence, said.lines, "", parent, action=said.action)
    return run_dialog(dialog, lambda _: True)


def _reason(parent: QWidget, said: AskReason) -> str | None:
    dialog = ReasonDialog(said.title, said.sentence, said.action, parent, danger=said.danger)
    return run_dialog(dialog, lambda dialog: dialog.reason.text())


def _numbers(parent: QWidget, said: AskNumbers) -> tuple[int, ...] | None:
    return run_dialog(NumbersDialog(said, parent), NumbersDialog.numbers)


def _password(parent: QWidget, said: AskPassword) -> str | None:
    return ask_password(parent, said.sentence)


def _folder(parent: QWidget, said: ChooseFolder) -> Path | None:
    return _path(QFileDialog.getExistingDirectory(parent, said.title))


def _file(parent: QWidget, said: ChooseFile) -> Path | None:
    return _path(QFileDialog.getOpenFileName(parent, said.title, "", said.kinds)[0])


def _new_file(parent: QWidget, said: ChooseNewFile) -> Path | None:
    return _path(QFileDialog.getSaveFileName(parent, said.title, said.name, said.kinds)[0])


def _path(chosen: str) -> Path | None:
    return Path(chosen) if chosen else None


def _new_project(parent: QWidget, said: AskNewProject) -> NewProject | None:
    dialog = NewProjectDialog(said.beside, parent)
    if said.pictures is not None:
        dialog.set_images_folder(said.pictures)
    return run_dialog(dialog, NewProjectDialog.result_project)


def _annotator(parent: QWidget, said: AskAnnotator) -> AnnotatorChoice | None:
    dialog = AnnotatorDialog(said.known, said.current, parent, role=said.role)
    return run_dialog(dialog, AnnotatorDialog.choice)


def _passphrase(parent: QWidget, said: AskPassphrase) -> str | None:
    return run_dialog(PassphraseDialog(said.name, said.sentence, parent), lambda d: d.passphrase.text())


def _still_there(parent: QWidget, said: AskStillThere) -> bool | None:
    return run_dialog(StillThereDialog(said.name, said.minutes, parent), lambda dialog: dialog.same)


def _instructions(parent: QWidget, said: ShowInstructions) -> bool | None:
    from seagull_studio.views.dialogs.instructions import InstructionsDialog

    return run_dialog(InstructionsDialog(said.page, parent), lambda _: True)


def _more(parent: QWidget, said: AskMore) -> MoreAnswer | None:
    from seagull_studio.views.dialogs.more import MoreDialog

    return run_dialog(MoreDialog(said, parent), MoreDialog.answer)


def _filter(parent: QWidget, said: AskFilter) -> FilterAnswer | None:
    from seagull_studio.views.dialogs.filter import FilterDialog

    return run_dialog(FilterDialog(said, parent), FilterDialog.answer)


def _write_message(parent: QWidget, said: AskMessage) -> str | None:
    from seagull_studio.views.dialogs.lead_messages import WriteMessageDialog

    return run_dialog(WriteMessageDialog(said.name, said.longest, parent), lambda d: d.text.toPlainText())


def _message(parent: QWidget, said: ShowMessage) -> bool | None:
    from seagull_studio.views.dialogs.lead_messages import MessageDialog

    return run_dialog(MessageDialog(said.by, said.at, said.text, parent), lambda _: True)


def _project_settings(parent: QWidget, said: AskProjectSettings) -> SettingsAnswer | None:
    from seagull_studio.views.dialogs.project_settings import ProjectSettingsDialog

    return run_dialog(ProjectSettingsDialog(said.view, said.begun, parent), ProjectSettingsDialog.answer)


def _same_person(parent: QWidget, said: AskSamePerson) -> str | None:
    return run_dialog(SamePersonDialog(said.typed, said.near, parent), lambda dialog: dialog.name)


def _merge(parent: QWidget, said: AskMerge) -> str | None:
    dialog = MergeDialog(said.name, said.others, parent)
    return run_dialog(dialog, lambda dialog: dialog.other.currentText())


def _unmerge(parent: QWidget, said: AskUnmerge) -> str | None:
    dialog = UnmergeDialog(said.name, said.others, parent)
    return run_dialog(dialog, lambda dialog: dialog.other.currentText())


def _import(parent: QWidget, said: ConfirmImport) -> ImportAnswer | None:
    dialog = ImportReportDialog(said.report, parent)
    return run_dialog(dialog, lambda dialog: cast("ImportAnswer", dialog.naming or "import"))


def _table(parent: QWidget, said: ConfirmTable) -> tuple[TableChoices, bool] | None:
    from seagull_studio.views.dialogs.ratings_preview import RatingsPreviewDialog

    dialog = RatingsPreviewDialog(said.view, parent)
    return run_dialog(dialog, lambda dialog: (dialog.choices(), dialog.again))


def _export(parent: QWidget, said: AskExport) -> ExportChoices | None:
    from seagull_studio.views.dialogs.filter_field import FilterField

    among = FilterField(said.form, said.choices, said.given, alone=True)
    return run_dialog(
        ExportDialog(said.folder, said.formats, among, parent, split=said.split, last=said.last),
        ExportDialog.choices,
    )


def _groups(parent: QWidget, said: AskGroups) -> GroupsAnswer | None:
    from seagull_studio.views.dialogs.groups import GroupsDialog

    return run_dialog(GroupsDialog(said.view, parent), GroupsDialog.answer)


def _assign(parent: QWidget, said: AskAssign) -> AssignAnswer | None:
    from seagull_studio.views.dialogs.assign import AssignDialog

    return run_dialog(AssignDialog(said.view, said.form, parent), AssignDialog.answer)


def _finetune(parent: QWidget, said: AskFinetune) -> FinetuneAnswer | None:
    from seagull_studio.views.dialogs.finetune import FinetuneDialog

    return run_dialog(FinetuneDialog(said.view, parent), FinetuneDialog.answer)


DIALOGS: Final[dict[type[Question[Any]], Asked]] = {
    Confirm: _confirm,
    AskReason: _reason,
    Read: _read,
    AskNumbers: _numbers,
    AskPassword: _password,
    ChooseFolder: _folder,
    ChooseFile: _file,
    ChooseNewFile: _new_file,
    AskNewProject: _new_project,
    AskAnnotator: _annotator,
    AskPassphrase: _passphrase,
    AskStillThere: _still_there,
    ShowInstructions: _instructions,
    AskMore: _more,
    AskFilter: _filter,
    AskMessage: _write_message,
    ShowMessage: _message,
    AskProjectSettings: _project_settings,
    AskSamePerson: _same_person,
    AskMerge: _merge,
    AskUnmerge: _unmerge,
    ConfirmImport: _import,
    ConfirmTable: _table,
    AskExport: _export,
    AskGroups: _groups,
    AskAssign: _assign,
    AskFinetune: _finetune,
}
