"""The annotators of a project: what each has done, and what a lead can do about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from seagull_studio.state.project_view import AnnotatorRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.tables import NumberTable


class AnnotatorsCard(QFrame):
    """Shows each annotator's work; the buttons are for the one that is chosen."""

    add_requested = Signal()
    exclude_requested = Signal(str)
    readmit_requested = Signal(str)
    merge_requested = Signal(str)
    unmerge_requested = Signal(str)
    lead_requested = Signal(str)
    annotator_requested = Signal(str)
    """Name of the annotator; the role that is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._rows: tuple[AnnotatorRow, ...] = ()
        self.add = ActionButton("add", self.tr("Add annotator…"))
        self.add.clicked.connect(self.add_requested)
        self._table = NumberTable(
            (self.tr("Name"), self.tr("Role"), self.tr("Ratings"), self.tr("Open"), self.tr("Share"))
        )
        self._table.setAccessibleName(self.tr("Annotators"))
        self._table.itemSelectionChanged.connect(self._offer)
        self._actions: list[tuple[QPushButton, Callable[[AnnotatorRow], bool]]] = []
        actions = QHBoxLayout()
        actions.setSpacing(8)
        for text, signal, fits in (
            (self.tr("Exclude…"), self.exclude_requested, lambda row: not row.excluded),
            (self.tr("Readmit"), self.readmit_requested, lambda row: row.excluded),
            (self.tr("Merge…"), self.merge_requested, lambda row: len(self._rows) > 1),
            (self.tr("Undo merge…"), self.unmerge_requested, lambda row: bool(row.also)),
            (self.tr("Make lead"), self.lead_requested, lambda row: row.role != "lead" and not row.simulated),
            (self.tr("Make annotator"), self.annotator_requested, lambda row: row.role == "lead"),
        ):
            made = style.button(text)
            made.clicked.connect(lambda _=False, signal=signal: self._ask(signal))
            self._actions.append((made, fits))
            actions.addWidget(made)
        actions.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(style.label(self.tr("Annotators"), "heading"), 1)
        head.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._table)
        layout.addLayout(actions)
        self._offer()

    def set_rows(self, annotators: Sequence[AnnotatorRow]) -> None:
        """Show each annotator's work; whoever was chosen stays chosen."""
        chosen = self.chosen()
        self._rows = tuple(annotators)
        total = max(1, sum(row.ratings for row in annotators))
        roles = {"annotator": self.tr("annotator"), "lead": self.tr("lead")}
        rows = []
        for row in annotators:
            name = self.tr("{name} (simulated)").format(name=row.name) if row.simulated else row.name
            if row.also:
                name = self.tr("{name} (also {others})").format(name=name, others=", ".join(row.also))
            if row.excluded:
                name = self.tr("{name} (excluded)").format(name=name)
            share = f"{100 * row.ratings / total:.0f} %"
            rows.append([name, roles.get(row.role, row.role), f"{row.ratings:,}", f"{row.open:,}", share])
        self._table.set_rows(rows)
        names = [row.name for row in self._rows]
        if chosen is not None and chosen.name in names:
            self._table.selectRow(names.index(chosen.name))
        self._offer()

    def choose(self, name: str) -> None:
        """Choose one annotator."""
        self._table.selectRow([row.name for row in self._rows].index(name))

    def chosen(self) -> AnnotatorRow | None:
        """The annotator that is chosen."""
        lines = {index.row() for index in self._table.selectedIndexes()}
        line = min(lines, default=None)
        return None if line is None or line >= len(self._rows) else self._rows[line]

    def texts(self) -> list[list[str]]:
        """The table as texts, row by row."""
        return self._table.texts()

    def _offer(self) -> None:
        row = self.chosen()
        for made, fits in self._actions:
            made.setEnabled(row is not None and fits(row))

    def _ask(self, signal: Signal) -> None:
        row = self.chosen()
        if row is not None:
            signal.emit(row.name)  # type: ignore[attr-defined]
