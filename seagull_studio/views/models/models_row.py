"""One model of the project: what it is, what it has predicted, what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from seagull_studio.state.models_view import ModelCard
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconLabel
from seagull_studio.views.kit.keyed_rows import LinedRow


class ModelLine(LinedRow):
    """Words at the left, figures at the right."""

    predict_requested = Signal(str)
    prefill_model_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._key = ""
        self._given: tuple[tuple[str, str], ...] = ()
        self._name = ElidedLabel("", "strong")
        self._kind = style.label("", "tag")
        self._untrained = style.label(self.tr("UNTRAINED"), "alarm")
        self._chosen = style.label(self.tr("used for pre-fill"), "tag")
        self._warning = self._make_warning()
        self._detail = style.label("", "muted", wrap=True)
        self._counted = style.label("", "small")
        self._counted.setFont(style.tabular(self.font()))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._predict = style.button(self.tr("Predict what is missing"))
        self._predict.clicked.connect(lambda: self.predict_requested.emit(self._key))
        self._prefill = style.button(self.tr("Use for pre-fill"))
        self._prefill.clicked.connect(lambda: self.prefill_model_requested.emit(self._key))
        self._facts = QWidget()
        self._facts.setFixedWidth(360)
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._lay_out()

    def set_row(self, row: ModelCard) -> None:
        """Show the state of the model."""
        self._key = row.key
        kinds = {"baseline": self.tr("baseline"), "seagull": "SEAGULL", "plugin": self.tr("plugin")}
        self._name.setText(row.name)
        self._kind.setText(kinds.get(row.kind, row.kind))
        self._untrained.setVisible(row.untrained)
        self._warning.setVisible(row.untrained)
        self._chosen.setVisible(row.for_prefill)
        self._detail.setText(row.detail)
        self._detail.setVisible(bool(row.detail))
        total = row.predicted + row.missing
        said = self.tr("Predictions for {done} of {total} ROIs")
        self._counted.setText(said.format(done=f"{row.predicted:,}", total=f"{total:,}"))
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(row.predicted)
        self._bar.setAccessibleName(self._counted.text())
        self._predict.setText(
            self.tr("Predicting…") if row.predicting else self.tr("Predict what is missing")
        )
        self._predict.setEnabled(row.missing > 0 and not row.predicting)
        self._predict.setToolTip("" if row.missing else self.tr("Every ROI has its prediction."))
        self._prefill.setEnabled(not row.for_prefill)
        self._show_facts(row.facts)
        loud = ", " + self.tr("UNTRAINED") if row.untrained else ""
        self.setAccessibleName(f"{row.name}, {self._kind.text()}{loud}")

    def tags(self) -> list[str]:
        """What stands beside the name."""
        made = (self._kind, self._untrained, self._chosen)
        return [label.text() for label in made if not label.isHidden()]

    def counted(self) -> str:
        """For how many ROIs there are predictions, in words."""
        return self._counted.text()

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The figures shown."""
        return self._given

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        if facts == self._given:
            return
        self._given = facts
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            old.hide()
            old.deleteLater()
        for line, (name, value) in enumerate(facts):
            shown = style.label(value, "figure")
            shown.setFont(style.tabular(self.font()))
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(style.label(name, "small", wrap=True), line, 0)
            self._grid.addWidget(shown, line, 1)

    def _make_warning(self) -> QFrame:
        frame = style.card("alert")
        row = QHBoxLayout(frame)
        row.setContentsMargins(10, 6, 10, 6)
        row.addWidget(IconLabel("warning", "alert"))
        said = self.tr(
            "Its weights are random. What it says of a ROI means nothing; it is for trying things out only."
        )
        row.addWidget(style.label(said, "alert", wrap=True), 1)
        return frame

    def _lay_out(self) -> None:
        named = QHBoxLayout()
        named.setSpacing(8)
        for part in (self._name, self._kind, self._untrained, self._chosen):
            named.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        named.addStretch(1)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addWidget(self._predict)
        actions.addWidget(self._prefill)
        actions.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addLayout(named)
        words.addWidget(self._warning)
        words.addWidget(self._detail)
        words.addWidget(self._counted)
        words.addWidget(self._bar)
        words.addSpacing(2)
        words.addLayout(actions)
        words.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(32)
        both.addLayout(words, 1)
        both.addWidget(self._facts, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(both)
