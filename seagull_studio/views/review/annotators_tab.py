"""All annotators as a table, and the page of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import PersonRow
from seagull_studio.views.kit import style
from seagull_studio.views.kit.sorted_table import Column, SortedTable
from seagull_studio.views.review.person_panel import PersonPanel


class AnnotatorsTab(QWidget):
    """A click on a heading sorts, words filter."""

    chosen = Signal(int)
    """Id of an annotator."""
    save_requested = Signal()

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by name or role"))
        self.filter.setClearButtonEnabled(True)
        self.save = style.button(self.tr("Save as CSV…"))
        self.save.clicked.connect(self.save_requested)
        self.table = SortedTable(self.tr("Annotators"), self._columns(), lambda row: row.id)
        self.table.chosen.connect(self.chosen.emit)
        self.filter.textChanged.connect(self.table.set_filter)
        self.person = PersonPanel(form)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.filter, 1)
        head.addWidget(self.save)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(24, 0, 12, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self.person)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([650, 530])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(split)

    def set_rows(self, rows: Sequence[PersonRow]) -> None:
        """Show these people; whoever was chosen stays chosen."""
        self.table.set_records(rows)

    def _columns(self) -> list[Column]:
        columns = [
            Column(self.tr("Name"), self._name),
            Column(self.tr("Ratings"), lambda row: f"{row.ratings:,}", lambda row: row.ratings),
        ]
        for title, figure, form, tip in (
            (
                self.tr("|Bias|"),
                "bias",
                "{:.2f}",
                self.tr("How far their votes lie from the others', without the sign, mean over the scales"),
            ),
            (
                self.tr("Noise"),
                "inconsistency",
                "{:.2f}",
                self.tr(
                    "Inconsistency: how much their votes vary about score and bias, mean over the scales"
                ),
            ),
            (
                self.tr("ρ others"),
                "spearman",
                "{:.2f}",
                self.tr("Spearman's correlation with the mean of the others, mean over the scales"),
            ),
            (
                self.tr("α gain"),
                "gain",
                "{:+.3f}",
                self.tr("What alpha gains without them, mean over the scales"),
            ),
            (
                self.tr("Same"),
                "straight",
                "{:.2f}",
                self.tr("Share of ratings with their most frequent pattern"),
            ),
            (self.tr("Flags"), "flags", "{:d}", self.tr("Scales on which BT.500 flags them; it sees little")),
            (self.tr("Time"), "seconds", "{:.0f} s", self.tr("Median time of one rating")),
        ):
            columns.append(Column(title, _shown(figure, form), _value(figure), tip))
        return columns

    def _name(self, row: PersonRow) -> str:
        name = self.tr("{name} (lead)").format(name=row.name) if row.role == "lead" else row.name
        return self.tr("{name} (excluded)").format(name=name) if row.excluded else name


def _value(figure: str) -> Callable[[PersonRow], object]:
    return lambda row: getattr(row, figure)


def _shown(figure: str, form: str) -> Callable[[PersonRow], str]:
    def text(row: PersonRow) -> str:
        value = getattr(row, figure)
        return "–" if value is None else form.format(value)

    return text
