"""The dialog that asks what is to be trained on what, and shows what that comes to."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from seagull_studio.state.training_view import FinetuneAction, FinetuneAnswer, FinetuneFields, FinetuneView
from seagull_studio.views.dialogs.folder_field import FolderField
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style
from seagull_studio.views.kit.tables import NumberTable

_MOST_EPOCHS = 1000
_ANOTHER = ""


class FinetuneDialog(DialogFrame):
    """Accepted means: do what `answer` says next. It starts only what was looked at just so."""

    def __init__(self, view: FinetuneView, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("FinetuneDialog", "Finetune SEAGULL"), parent, width=640)
        self._view = view
        self._action: FinetuneAction = "look"
        self.run = QComboBox()
        for key, name in view.runs:
            self.run.addItem(name, key)
        self.run.setCurrentIndex(max(0, self.run.findData(view.fields.run)))
        self.base = QComboBox()
        for path, name in view.bases:
            self.base.addItem(name, path)
            self.base.setItemData(self.base.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self.base.addItem(self.tr("Another folder…"), _ANOTHER)
        self.folder = FolderField()
        self.preset = QComboBox()
        self.preset.addItem(self.tr("tuned: rate and epoch chosen on held-out pictures"), "tuned")
        self.preset.addItem(self.tr("paper: as SEAGULL's authors trained"), "paper")
        self.preset.setCurrentIndex(max(0, self.preset.findData(view.fields.preset)))
        self.add_field(self.tr("Labels"), self.run)
        self.add_field(self.tr("Begin from"), self.base)
        self.body.addWidget(self.folder)
        self.folder.setAccessibleName(self.tr("Begin from"))
        self.add_field(self.tr("Preset"), self.preset)
        self._add_numbers()
        self._add_memory()
        self._add_look()
        self._put_base(view.fields.base)
        self.add_button(self.tr("Cancel"), rejects=True)
        self.look = self.add_button(self.tr("Look at it"), "" if self._is_ready() else "primary")
        self.look.clicked.connect(lambda: self._next("look"))
        self.start = self.add_button(self.tr("Start training"), "primary" if self._is_ready() else "")
        self.start.clicked.connect(lambda: self._next("start"))
        for chooser in (self.run, self.base, self.preset):
            chooser.currentIndexChanged.connect(lambda _: self._check())
        for number in (self.train, self.val, self.seed, self.epochs):
            number.valueChanged.connect(lambda _: self._check())
        for box in (self.less_memory, self.four_bit):
            box.toggled.connect(lambda _: self._check())
        self.folder.changed.connect(self._check)
        self._check()

    def answer(self) -> FinetuneAnswer:
        """What the person wants next."""
        return FinetuneAnswer(self._action, self.fields())

    def fields(self) -> FinetuneFields:
        """What the person said."""
        chosen = str(self.base.currentData())
        return FinetuneFields(
            run=int(self.run.currentData()),
            base=chosen if chosen != _ANOTHER else str(self.folder.folder() or ""),
            preset=str(self.preset.currentData()),
            epochs=self.epochs.value(),
            train=self.train.value(),
            val=self.val.value(),
            seed=self.seed.value(),
            less_memory=self.less_memory.isChecked(),
            four_bit=self.four_bit.isChecked(),
        )

    def _add_numbers(self) -> None:
        given, frozen = self._view.fields, bool(self._view.split.frozen)
        self.train = style.spin_box(1, 99, given.train)
        self.val = style.spin_box(0, 98, given.val)
        self.seed = style.spin_box(0, 2**31 - 1, given.seed)
        self.epochs = style.spin_box(1, _MOST_EPOCHS, given.epochs)
        self.train.setSuffix(" %")
        self.val.setSuffix(" %")
        self.val.setSpecialValueText(self.tr("from training"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place, (title, field) in enumerate(
            (
                (self.tr("Training share"), self.train),
                (self.tr("Validation"), self.val),
                (self.tr("Seed of the split"), self.seed),
                (self.tr("Epochs"), self.epochs),
            )
        ):
            field.setAccessibleName(title)
            field.setMinimumWidth(104)
            field.setEnabled(not frozen or field is self.epochs)
            grid.addWidget(style.label(title, "muted"), place // 2, place % 2 * 2)
            grid.addWidget(field, place // 2, place % 2 * 2 + 1)
        grid.setColumnStretch(4, 1)
        self.body.addLayout(grid)
        note = self.tr(
            "All ROIs of one image, and all images of one group, go to the same part. The rest tests."
        )
        self.split_said = style.label(self._view.split.frozen or note, "small", wrap=True)
        self.body.addWidget(self.split_said)

    def _add_memory(self) -> None:
        given = self._view.fields
        self.less_memory = QCheckBox(self.tr("Less memory, slower: compute activations twice"))
        self.four_bit = QCheckBox(self.tr("Base in 4 bits (on an NVIDIA GPU)"))
        self.less_memory.setChecked(given.less_memory)
        self.four_bit.setChecked(given.four_bit)
        self.body.addWidget(self.less_memory)
        self.body.addWidget(self.four_bit)

    def _add_look(self) -> None:
        look = self._view.look
        self.parts = NumberTable(
            [self.tr("Part"), self.tr("Pictures"), self.tr("Groups"), self.tr("ROIs"), self.tr("Votes")]
        )
        self.parts.setAccessibleName(self.tr("What it will be trained on"))
        self.parts.set_rows([list(row) for row in look.parts] if look else [])
        self.parts.setVisible(bool(look and look.parts))
        said = "\n".join((*look.levels, *look.sentences)) if look else ""
        self.said = style.label(said, wrap=True)
        self.said.setVisible(bool(said))
        self.alarm = style.label(look.alarm if look else "", "alert", wrap=True)
        self.alarm.setVisible(bool(self.alarm.text()))
        for widget in (self.parts, self.said, self.alarm):
            self.body.addWidget(widget)

    def _put_base(self, base: str) -> None:
        at = self.base.findData(base) if base else 0
        if at < 0:
            self.folder.set_text(base)
        self.base.setCurrentIndex(at if at >= 0 else self.base.count() - 1)

    def _is_ready(self) -> bool:
        return self._view.look is not None and self._view.look.can_start

    def _check(self) -> None:
        another = self.base.currentData() == _ANOTHER
        self.folder.setVisible(another)
        fields = self.fields()
        whole = bool(fields.base) and fields.train + fields.val < 100
        self.look.setEnabled(whole)
        # What is told below was computed for other fields, once one of them is changed.
        fresh = self._view.look is not None and self._view.fields == fields
        for widget in (self.parts, self.said, self.alarm):
            widget.setEnabled(fresh)
        self.start.setEnabled(whole and fresh and self._is_ready())
        why = self.tr("Look at it first: what is told below is of other choices.")
        self.start.setToolTip("" if self.start.isEnabled() or not whole else why)

    def _next(self, action: FinetuneAction) -> None:
        self._action = action
        self.accept()
