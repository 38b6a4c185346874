"""Asks for more ratings of a ROI: how many, and of whom."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from seagull_studio.state.project_questions import AskMore, MoreAnswer
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style

_LINES = 7


class MoreDialog(DialogFrame):
    """A number, and people to tick; nobody ticked means anybody."""

    def __init__(self, asked: AskMore, parent: QWidget | None = None) -> None:
        title = QCoreApplication.translate("MoreDialog", "Ask for more ratings?")
        super().__init__(title, parent, width=460)
        said = self.tr("Annotators who have not rated this ROI find it in their queue.")
        self.body.addWidget(style.label(said, wrap=True))
        self.number = style.spin_box(1, asked.most, 2)
        self.add_field(self.tr("Ratings more"), self.number)
        self.people = QListWidget()
        for name in asked.people:
            item = QListWidgetItem(name, self.people)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        height = self.people.sizeHintForRow(0) if asked.people else 20
        self.people.setFixedHeight(height * min(max(len(asked.people), 2), _LINES) + 10)
        self.add_field(
            self.tr("Of whom"),
            self.people,
            self.tr(
                "Nobody ticked: of anybody. Who has rated this ROI is passed over, and what those ticked "
                "cannot give is open to everybody."
            ),
        )
        self.add_button(self.tr("Cancel"), rejects=True)
        self.add_button(self.tr("Ask"), "primary", accepts=True)
        self.number.setFocus()

    def answer(self) -> MoreAnswer:
        """What the person said."""
        items = [self.people.item(row) for row in range(self.people.count())]
        ticked = (item.text() for item in items if item.checkState() == Qt.CheckState.Checked)
        return MoreAnswer(self.number.value(), tuple(ticked))
