"""Dialogs: they ask or tell, and decide nothing."""

from seagull_studio.views.dialogs.about import AboutDialog
from seagull_studio.views.dialogs.annotator import AnnotatorDialog
from seagull_studio.views.dialogs.export import ExportDialog
from seagull_studio.views.dialogs.frame import run_dialog
from seagull_studio.views.dialogs.import_report import ImportReportDialog
from seagull_studio.views.dialogs.label_runs import LabelRunsDialog
from seagull_studio.views.dialogs.messages import (
    ConfirmDialog,
    ErrorDialog,
    confirm,
    open_place,
    show_error,
)
from seagull_studio.views.dialogs.new_project import NewProjectDialog
from seagull_studio.views.dialogs.password import PasswordDialog, ask_password
from seagull_studio.views.dialogs.progress import ProgressDialog
from seagull_studio.views.dialogs.reason import ReasonDialog
from seagull_studio.views.dialogs.result import ResultDialog, show_result
from seagull_studio.views.dialogs.settings import SettingsDialog
from seagull_studio.views.dialogs.shortcuts import ShortcutsDialog
from seagull_studio.views.dialogs.withdrawn import WithdrawnPicturesDialog

__all__ = [
    "AboutDialog",
    "AnnotatorDialog",
    "ConfirmDialog",
    "ErrorDialog",
    "ExportDialog",
    "ImportReportDialog",
    "LabelRunsDialog",
    "NewProjectDialog",
    "PasswordDialog",
    "ProgressDialog",
    "ReasonDialog",
    "ResultDialog",
    "SettingsDialog",
    "ShortcutsDialog",
    "WithdrawnPicturesDialog",
    "ask_password",
    "confirm",
    "open_place",
    "run_dialog",
    "show_error",
    "show_result",
]
