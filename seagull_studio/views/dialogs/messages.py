"""Asking before what cannot be undone, and saying what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from seagull_studio.views.dialogs.frame import DialogFrame, run_dialog
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import IconLabel


class ConfirmDialog(DialogFrame):
    """Accepted means: do it. Enter never does something dangerous by itself."""

    def __init__(
        self, title: str, sentence: str, action: str, parent: QWidget | None = None, *, danger: bool = True
    ) -> None:
        super().__init__(title, parent, width=420)
        self.body.addWidget(style.label(sentence, wrap=True))
        keep = self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(action, "danger" if danger else "primary", accepts=True)
        if danger:
            keep.setDefault(True)
            keep.setFocus()


def confirm(parent: QWidget | None, title: str, sentence: str, action: str, *, danger: bool = True) -> bool:
    """Ask; True if the person said `action`."""
    dialog = ConfirmDialog(title, sentence, action, parent, danger=danger)
    return run_dialog(dialog, lambda _: True) is not None


class ErrorDialog(DialogFrame):
    """One sentence, and where the details are."""

    def __init__(self, sentence: str, log_path: str = "", parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ErrorDialog", "This did not work"), parent, width=460)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconLabel("warning", "alert", 24))
        row.addWidget(style.label(sentence, wrap=True), 1)
        self.body.addLayout(row)
        if log_path:
            said = self.tr("Details: {path}").format(path=log_path)
            self.body.addWidget(style.label(said, "small", wrap=True))
            show = self.add_button(self.tr("Show the details"))
            show.clicked.connect(lambda: open_place(self, log_path))
        self.add_button(self.tr("Close"), "primary", accepts=True)


def show_error(parent: QWidget | None, sentence: str, log_path: str = "") -> None:
    """Show one sentence and wait until it is read."""
    run_dialog(ErrorDialog(sentence, log_path, parent), lambda _: True)


def open_place(parent: QWidget | None, place: str) -> None:
    """Show a file or folder in the person's own program for it; where there is none, say where it is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(place)):
        said = QCoreApplication.translate("Messages", "No program here opens {place}; look there yourself.")
        show_error(parent, said.format(place=place))
