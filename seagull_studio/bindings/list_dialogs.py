"""Dialogs over the Project page that stay open: what they list, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.controllers.label_runs import LabelRunsController
from seagull_studio.controllers.pictures import PicturesController
from seagull_studio.state.project_view import LabelRunRow, WithdrawnRow
from seagull_studio.views.dialogs import LabelRunsDialog, WithdrawnPicturesDialog


class ListDialog(QObject):
    """Opens one dialog over a page and notices when it is closed; what is asked meanwhile lies over it."""

    def __init__(self, page: QWidget, person: PersonAtWindow) -> None:
        super().__init__(page)
        self._page = page
        self._person = person

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._closed)
        dialog.open()
        self._person.look_at(dialog)

    def _closed(self) -> None:
        self._person.look_at(None)


class LabelRunsList(ListDialog):
    """The dialog of the label runs."""

    def __init__(self, page: QWidget, controller: LabelRunsController, person: PersonAtWindow) -> None:
        super().__init__(page, person)
        self._controller = controller
        self._dialog: LabelRunsDialog | None = None
        controller.listed.connect(self._show)
        controller.busy_changed.connect(self._set_busy)

    def _show(self, rows: Sequence[LabelRunRow]) -> None:
        if self._dialog is None:
            self._dialog = LabelRunsDialog(self._page)
            self._dialog.compare_requested.connect(self._controller.compare)
            self._dialog.delete_requested.connect(self._controller.delete)
            self._open(self._dialog)
        self._dialog.set_runs(rows)

    def _set_busy(self, busy: bool) -> None:
        if self._dialog is not None:
            self._dialog.set_busy(busy)

    def _closed(self) -> None:
        super()._closed()
        self._dialog = None
        self._controller.close()


class WithdrawnList(ListDialog):
    """The dialog of the withdrawn pictures."""

    def __init__(self, page: QWidget, controller: PicturesController, person: PersonAtWindow) -> None:
        super().__init__(page, person)
        self._controller = controller
        self._dialog: WithdrawnPicturesDialog | None = None
        controller.withdrawn_changed.connect(self._show)

    def _show(self, rows: Sequence[WithdrawnRow]) -> None:
        if self._dialog is None:
            self._dialog = WithdrawnPicturesDialog(self._page)
            self._dialog.restore_requested.connect(self._controller.restore)
            self._open(self._dialog)
        self._dialog.set_pictures(rows)

    def _closed(self) -> None:
        super()._closed()
        self._dialog = None
        self._controller.close_list()
