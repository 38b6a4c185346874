"""The dialog that asks who is rating."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from seagull_studio.state.project_view import AnnotatorChoice, AnnotatorRow
from seagull_studio.views.dialogs.frame import DialogFrame

ROLES = ("annotator", "lead")


class AnnotatorDialog(DialogFrame):
    """Choose a name from the list, or type a new one.

    Parameters
    ----------
    annotators : sequence of AnnotatorRow
        Who is there; where nobody is, and there is no `role`, somebody is added who does not sign in.
    current : str
        Name of whoever is chosen at first.
    role : str
        Of somebody new: ``"lead"`` is proposed where nobody leads yet, ``"annotator"`` is no question, "" may
        be either.
    """

    def __init__(
        self,
        annotators: Sequence[AnnotatorRow],
        current: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "",
    ) -> None:
        adds = not annotators and not role  # nobody signs in: somebody is put on the list
        title = QCoreApplication.translate("AnnotatorDialog", "Who is rating?")
        if adds:
            title = QCoreApplication.translate("AnnotatorDialog", "Add an annotator")
        super().__init__(title, parent, width=400)
        self._known = {row.name: row.role for row in annotators}
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Annotators"))
        for row in annotators:
            item = QListWidgetItem(
                self.tr("{name} (simulated)").format(name=row.name) if row.simulated else row.name
            )
            item.setData(Qt.ItemDataRole.UserRole, row.name)
            self.list.addItem(item)
            if row.name == current:
                self.list.setCurrentItem(item)
        self.list.setVisible(bool(annotators))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name"))
        self.role = QComboBox()
        self.role.addItems([self.tr("Annotator"), self.tr("Lead")])
        if annotators:
            self.body.addWidget(self.list, 1)
        self.add_field(self.tr("New annotator"), self.name)
        note = self.tr("A lead sets the project up, exports and settles disputes.")
        if role == "lead":
            note = self.tr("Nobody leads this project yet: whoever made it does. {lead}").format(lead=note)
        self._chooses_role = role != "annotator"
        if self._chooses_role:
            self.add_field(self.tr("Role"), self.role, note)
            self.role.setCurrentIndex(ROLES.index(role) if role else 0)
        self.add_button(self.tr("Cancel"), rejects=True)
        go = self.tr("Add") if adds else self.tr("Continue")
        self._go = self.add_button(go, "primary", accepts=True)
        self.name.textChanged.connect(self._typed)
        self.list.currentRowChanged.connect(lambda _: self._check())
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self._check()
        (self.list if self.list.currentItem() is not None else self.name).setFocus()

    def choice(self) -> AnnotatorChoice:
        """Who was chosen or added."""
        typed = self.name.text().strip()
        if typed:
            if typed in self._known:
                return AnnotatorChoice(typed, self._known[typed], is_new=False)
            if not self._chooses_role:
                return AnnotatorChoice(typed, "annotator", is_new=True)
            return AnnotatorChoice(typed, ROLES[self.role.currentIndex()], is_new=True)
        item = self.list.currentItem()
        name = item.data(Qt.ItemDataRole.UserRole) if item is not None else ""
        return AnnotatorChoice(name, self._known.get(name, "annotator"), is_new=False)

    def _typed(self, text: str) -> None:
        if text.strip():
            self.list.setCurrentRow(-1)
        self._check()

    def _check(self) -> None:
        typed = self.name.text().strip()
        self.role.setEnabled(bool(typed) and typed not in self._known)
        self._go.setEnabled(bool(typed) or self.list.currentItem() is not None)
