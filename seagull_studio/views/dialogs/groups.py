"""The dialog that says which pictures belong together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from seagull_studio.state.group_view import GroupAction, GroupRow, GroupsAnswer, GroupsView
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable


class GroupsDialog(DialogFrame):
    """Shows groups, as they are or as a plan has them. Accepted means: do what `answer` says next."""

    def __init__(self, view: GroupsView, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("GroupsDialog", "Group pictures"), parent, width=720)
        self._view = view
        self._action: GroupAction = "apply"
        said = self.tr(
            "Pictures of one group, such as copies of one photograph or views of one scene, are never on "
            "both sides of a split."
        )
        self.body.addWidget(style.label(said, wrap=True))
        self.pattern = QLineEdit(view.pattern)
        self.pattern.setPlaceholderText("*-*.png")
        self.pattern.textChanged.connect(lambda _: self._check())
        self.body.addLayout(
            self._row(
                self.tr("By file name"),
                self.pattern,
                self._maker(self.tr("Preview"), "pattern"),
            )
        )
        note = self.tr(
            "What the first * stands for is the group. With brackets it is a regular expression, and the "
            "first bracket is the group."
        )
        self.body.addWidget(style.label(note, "small", wrap=True))
        self.distance = style.spin_box(0, 32, view.distance)
        self.distance.setToolTip(self.tr("Bits of 64 in which the hashes of two similar pictures may differ"))
        self.body.addLayout(
            self._row(
                self.tr("By likeness, within"),
                self.distance,
                self._maker(self.tr("Find similar pictures"), "similar"),
                self._maker(self.tr("From a table…"), "csv"),
                self._maker(self.tr("No groups"), "clear"),
            )
        )
        self.body.addSpacing(8)
        told = view.said or self.tr("{grouped} of {images} pictures are in {groups} groups.").format(
            grouped=view.grouped, images=view.images, groups=len(view.rows)
        )
        self.body.addWidget(style.label(told, wrap=True))
        self.table = NumberTable([self.tr("Group"), self.tr("Pictures"), self.tr("Among them")], words=(0, 2))
        self.table.setAccessibleName(self.tr("Groups"))
        self.similar = QListWidget()
        self.similar.setAccessibleName(self.tr("Similar pictures"))
        self.similar.setMinimumHeight(220)
        self._fill(view.rows, view.similar)
        self.add_button(self.tr("Cancel"), rejects=True)
        self._go = self.add_button(self.tr("Apply"), "primary", accepts=True)
        self._check()

    def answer(self) -> GroupsAnswer:
        """What the person wants next."""
        return GroupsAnswer(self._action, self.pattern.text(), self.distance.value(), self._confirmed())

    def _fill(self, rows: Sequence[GroupRow], similar: Sequence[GroupRow]) -> None:
        if similar:
            for one in similar:
                item = QListWidgetItem(f"{one.name} ({one.pictures}): {one.names}")
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked)
                self.similar.addItem(item)
            self.similar.itemChanged.connect(lambda _: self._check())
            self.body.addWidget(self.similar)
        elif rows:
            self.table.set_rows([[row.name, f"{row.pictures:,}", row.names] for row in rows], most_shown=8)
            self.body.addWidget(self.table)

    def _confirmed(self) -> tuple[int, ...]:
        checked = Qt.CheckState.Checked
        return tuple(k for k in range(self.similar.count()) if self.similar.item(k).checkState() == checked)

    def _row(self, title: str, *fields: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        name = style.label(title, "muted")
        name.setBuddy(fields[0])
        fields[0].setAccessibleName(title)
        row.addWidget(name)
        for one in fields:
            row.addWidget(one, 1 if one is self.pattern else 0)
        if self.pattern not in fields:
            row.addStretch(1)
        return row

    def _maker(self, text: str, action: GroupAction) -> QWidget:
        made = style.button(text)
        made.setAutoDefault(False)
        made.clicked.connect(lambda: self._next(action))
        if action == "pattern":
            self.preview = made
        return made

    def _next(self, action: GroupAction) -> None:
        self._action = action
        self.accept()

    def _check(self) -> None:
        self.preview.setEnabled(bool(self.pattern.text()))
        shown = self.pattern.text() == self._view.pattern
        ready = bool(self._confirmed()) if self._view.similar else self._view.changed > 0
        self._go.setEnabled(ready and shown)
