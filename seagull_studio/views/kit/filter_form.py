"""The fields of a filter of ROIs: one widget for every place where a lead chooses some."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QSpinBox, QWidget

from seagull_studio.state.filter_view import FilterFields, FilterView
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.kit import style

_MOST = 1001


class FilterForm(QWidget):
    """Shows fields, and says what stands in them.

    Parameters
    ----------
    form : RatingForm
        How scales and levels are called.
    view : FilterView
        What can be chosen from.
    given : FilterFields
        Shown at first.
    """

    changed = Signal()

    def __init__(
        self, form: RatingForm, view: FilterView, given: FilterFields, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows = {row.name: row for row in form.rows}
        every = self.tr("all")
        levels = (("object", self.tr("object")), ("component", self.tr("component")))
        self.named = self._chooser(self.tr("none"), _same(view.saved), given.named)
        self.source = self._chooser(every, _same(view.sources), given.source)
        self.group = self._chooser(every, _same(view.groups), given.group)
        self.level = self._chooser(every, levels, given.level)
        self.annotator = self._chooser(self.tr("anybody"), _same(view.annotators), given.annotator)
        self.at_least = self._number(given.at_least, self.tr("any number"))
        self.fewer_than = self._number(given.fewer_than, self.tr("any number"))
        scales = [(row.name, row.title) for row in form.rows]
        self.scale = self._chooser(self.tr("any"), scales, given.scale)
        self.label = QComboBox()
        self.stability = style.spin_box(0, 100, given.stability)
        self.stability.setSpecialValueText(self.tr("any"))
        self.stability.setSuffix(" %")
        self.model = self._chooser(self.tr("none"), _same(view.models), given.model)
        self.distance = QDoubleSpinBox()
        self.distance.setRange(0.0, 5.0)
        self.distance.setSingleStep(0.5)
        self.distance.setDecimals(1)
        self.distance.setValue(given.distance)
        self.distance.lineEdit().setTextMargins(6, 0, 0, 0)
        self._lay_out(
            (
                (self.tr("Saved filter"), self.named),
                (self.tr("Source"), self.source),
                (self.tr("Group"), self.group),
                (self.tr("Level"), self.level),
                (self.tr("Rated by"), self.annotator),
                (self.tr("Ratings at least"), self.at_least),
                (self.tr("Fewer ratings than"), self.fewer_than),
                (self.tr("Label of"), self.scale),
                (self.tr("Label is"), self.label),
                (self.tr("Less stable than"), self.stability),
                (self.tr("Away from model"), self.model),
                (self.tr("Levels away, at least"), self.distance),
            )
        )
        self._fill_labels()
        self.label.setCurrentIndex(max(0, self.label.findData(given.label)))
        self.scale.currentIndexChanged.connect(lambda _: self._fill_labels())
        for box in self.findChildren(QComboBox):
            box.currentIndexChanged.connect(lambda _: self._tell())
        for number in (self.at_least, self.fewer_than, self.stability):
            number.valueChanged.connect(lambda _: self._tell())
        self.distance.valueChanged.connect(lambda _: self._tell())
        self._tell()

    def fields(self) -> FilterFields:
        """What stands in them."""
        scale, model = str(self.scale.currentData()), str(self.model.currentData())
        return FilterFields(
            named=str(self.named.currentData()),
            source=str(self.source.currentData()),
            group=str(self.group.currentData()),
            level=str(self.level.currentData()),
            at_least=self.at_least.value(),
            fewer_than=self.fewer_than.value(),
            scale=scale,
            label=int(self.label.currentData()) if scale else 0,
            stability=self.stability.value(),
            annotator=str(self.annotator.currentData()),
            model=model,
            distance=self.distance.value() if model else 0.0,
        )

    def told(self) -> str:
        """What is asked for, in words; "" for nothing."""
        asked = self.fields()
        left = set() if asked.model else {self.distance}
        said = []
        for title, made in self._titled:
            if isinstance(made, QComboBox):
                chosen = made.isEnabled() and (made is self.label or made.currentIndex() > 0)
                text = made.currentText()
            else:
                chosen, text = made not in left and bool(made.value()), made.text()
            if chosen:
                said.append(f"{title}: {text}")
        return "; ".join(said)

    def take_saved_alone(self) -> None:
        """From now on a saved filter is taken as it is: the other fields are there only without one."""
        self.named.currentIndexChanged.connect(lambda _: self._leave_alone())
        self._leave_alone()

    def _leave_alone(self) -> None:
        alone = bool(self.named.currentData())
        for _, made in self._titled:
            if made is not self.named:
                made.setEnabled(not alone)
        if alone:
            self._clear_all_but_named()
        else:
            self._fill_labels()
            self._tell()

    def clear(self) -> None:
        """Ask for nothing."""
        self.named.setCurrentIndex(0)
        self._clear_all_but_named()

    def _clear_all_but_named(self) -> None:
        for box in (self.source, self.group, self.level, self.annotator, self.scale, self.model):
            box.setCurrentIndex(0)
        for number in (self.at_least, self.fewer_than, self.stability):
            number.setValue(0)

    def _tell(self) -> None:
        self.distance.setEnabled(bool(self.model.currentData()))
        self.changed.emit()

    def _fill_labels(self) -> None:
        row = self._rows.get(str(self.scale.currentData()))
        self.label.clear()
        for value, level in enumerate(row.levels if row is not None else ()):
            self.label.addItem(level.word, value)
        self.label.setEnabled(row is not None)

    def _lay_out(self, fields: Sequence[tuple[str, QComboBox | QSpinBox | QDoubleSpinBox]]) -> None:
        self._titled = fields
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        high = (len(fields) + 1) // 2
        for place, (title, made) in enumerate(fields):
            name = style.label(title, "muted")
            name.setBuddy(made)
            made.setAccessibleName(title)
            grid.addWidget(name, place % high, place // high * 2)
            grid.addWidget(made, place % high, place // high * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _number(self, value: int, none: str) -> QSpinBox:
        made = style.spin_box(0, _MOST, value)
        made.setSpecialValueText(none)
        return made

    def _chooser(self, every: str, known: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
        made = QComboBox()
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(12)
        made.addItem(every, "")
        for data, text in known:
            made.addItem(text, data)
        made.setCurrentIndex(max(0, made.findData(chosen)))
        return made


def _same(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]
