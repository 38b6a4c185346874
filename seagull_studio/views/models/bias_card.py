"""The bias report: what suggestions did to the votes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from seagull_studio.state.models_view import BiasRow, BiasView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.scrolling_page import SectionCard
from seagull_studio.views.kit.tables import NumberTable


class BiasCard(SectionCard):
    """A line per scale, what they come to, and why a figure is missing."""

    bias_requested = Signal()
    bias_save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("BiasCard", "Bias report"), parent)
        self.copy = style.button(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy the table, to paste it into a spreadsheet"))
        self.copy.clicked.connect(self._copy)
        self.save = ActionButton("export", self.tr("Save as CSV…"))
        self.save.clicked.connect(self.bias_save_requested)
        self.compute = ActionButton("aggregate", "")
        self.compute.clicked.connect(self.bias_requested)
        for button in (self.copy, self.save, self.compute):
            self.add_action(button)
        self._empty = style.label(
            self.tr(
                "No report yet. It needs ratings for which a suggestion was shown, and ratings of the "
                "control share, for which none was. Set the policy to Pre-fill, let people rate, then "
                "compute it here."
            ),
            "muted",
            wrap=True,
        )
        self._summary = style.label("", wrap=True)
        self.headers = (
            self.tr("Scale"),
            self.tr("Shown"),
            self.tr("Control"),
            self.tr("Acceptance rate"),
            self.tr("Weight of advice (95 %)"),
            self.tr("Agreement with"),
            self.tr("Agreement without"),
        )
        self._table = NumberTable(self.headers)
        tips = (
            "",
            self.tr("Votes for which the suggestion was shown"),
            self.tr("Votes of the control share, for which none was shown"),
            self.tr("Share of the suggestions that were left as they were"),
            self.tr("0: votes as if nothing had been shown. 1: votes as suggested, whatever one thinks."),
            self.tr("Agreement of the annotators (ordinal alpha) where suggestions were shown"),
            self.tr("Agreement of the annotators (ordinal alpha) where none were shown"),
        )
        for column, tip in enumerate(tips):
            self._table.horizontalHeaderItem(column).setToolTip(tip)
        self._notes = style.label("", "small", wrap=True)
        for widget in (self._empty, self._summary, self._table, self._notes):
            self.body.addWidget(widget)
        self._view: BiasView | None = BiasView()
        self._busy = False
        self.set_bias(None)

    def set_bias(self, bias: BiasView | None) -> None:
        """Show a report; None before the first."""
        if bias == self._view:
            return
        self._view = bias
        rows = bias.rows if bias is not None else ()
        self._empty.setVisible(bias is None)
        self._summary.setText(bias.summary if bias is not None else "")
        self._summary.setVisible(bool(self._summary.text()))
        self._table.set_rows([_cells(row) for row in rows])
        self._table.setVisible(bool(rows))
        notes = [*self._by_reason(rows), *(bias.notes if bias is not None else ())]
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._look()

    def set_bias_busy(self, busy: bool) -> None:
        """Whether the report is being computed."""
        self._busy = busy
        self._look()

    def cells(self) -> list[list[str]]:
        """The table as texts, row by row."""
        return self._table.texts()

    def notes(self) -> list[str]:
        """The lines below the table."""
        return self._notes.text().splitlines()

    def _look(self) -> None:
        again = self._view is not None
        self.compute.setText(self.tr("Compute again") if again else self.tr("Compute"))
        if self._busy:
            self.compute.setText(self.tr("Computing…"))
        self.compute.setEnabled(not self._busy)
        for button in (self.copy, self.save):
            button.setVisible(again and bool(self._table.rowCount()))

    def _by_reason(self, rows: tuple[BiasRow, ...]) -> list[str]:
        scales: dict[str, list[str]] = {}
        for row in rows:
            if row.note:
                scales.setdefault(row.note, []).append(row.scale)
        line = self.tr("{scales}: {reason}")
        return [line.format(scales=", ".join(names), reason=reason) for reason, names in scales.items()]

    def _copy(self) -> None:
        lines = [self.headers, *self.cells()]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))


def _cells(row: BiasRow) -> list[str]:
    return [
        row.scale,
        f"{row.shown:,}",
        f"{row.control:,}",
        row.acceptance_rate,
        row.weight_of_advice,
        row.agreement_with,
        row.agreement_without,
    ]
