"""The dialog that asks what to export, and where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from seagull_studio.state.project_view import ExportChoices, SplitView
from seagull_studio.views.dialogs.filter_field import FilterField
from seagull_studio.views.dialogs.folder_field import FolderField, unless_refused
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style

MANIFEST = "manifest.json"
"""A folder that holds this is an earlier export."""


class ExportDialog(DialogFrame):
    """Folder, formats, splits; nothing is written here.

    Parameters
    ----------
    formats : mapping
        What is offered: name -> title.
    among : FilterField
        Which ROIs; belongs to the dialog from now on.
    split : SplitView, optional
        What the split can be, and whether it is frozen.
    last : ExportChoices, optional
        What was chosen the last time: proposed again.
    """

    def __init__(
        self,
        default_folder: Path,
        formats: Mapping[str, str],
        among: FilterField,
        parent: QWidget | None = None,
        *,
        split: SplitView | None = None,
        last: ExportChoices | None = None,
    ) -> None:
        super().__init__(QCoreApplication.translate("ExportDialog", "Export"), parent, width=560)
        self.among = among
        self.folder = FolderField(str(default_folder))
        self._said = self.add_field(self.tr("Folder"), self.folder)
        self.body.addWidget(style.label(self.tr("Formats"), "muted"))
        self.formats = {}
        for key, text in formats.items():
            self.formats[key] = box = QCheckBox(text)
            box.setChecked(True)
            box.toggled.connect(self._check)
            self.body.addWidget(box)
        self._split = split or SplitView()
        self._offer_split()
        self.copy_images = QCheckBox(self.tr("Copy the images as well"))
        self.pseudonyms = QCheckBox(self.tr("Pseudonyms in place of the annotators' names"))
        self.pseudonyms.setToolTip(
            self.tr(
                "Drawn for this export and kept nowhere; imported here again, such votes would count twice"
            )
        )
        self.body.addWidget(self.copy_images)
        self.body.addWidget(self.pseudonyms)
        self.add_button(self.tr("Cancel"), rejects=True)
        self._go = self.add_button(self.tr("Export"), "primary", accepts=True)
        self.folder.changed.connect(self._check)
        if last is not None:
            for key, box in self.formats.items():
                box.setChecked(key in last.formats)
            self.copy_images.setChecked(last.copy_images)
            self.pseudonyms.setChecked(last.pseudonyms)
        self._check()

    def _offer_split(self) -> None:
        split = self._split
        self.train = style.spin_box(0, 100, split.train)
        self.val = style.spin_box(0, 99, split.val)
        self.seed = style.spin_box(0, 2**31 - 1, split.seed)
        self.folds = style.spin_box(0, 100, split.folds)
        self.folds.setSpecialValueText(self.tr("none"))
        self.train.setSuffix(" %")
        self.val.setSuffix(" %")
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        for place, (title, field) in enumerate(
            (
                (self.tr("Training share"), self.train),
                (self.tr("Validation"), self.val),
                (self.tr("Seed"), self.seed),
                (self.tr("Folds"), self.folds),
            )
        ):
            field.setAccessibleName(title)
            field.setMinimumWidth(88)
            field.setEnabled(not split.frozen)
            field.valueChanged.connect(lambda _: self._check())
            grid.addWidget(style.label(title, "muted"), place // 2, place % 2 * 2)
            grid.addWidget(field, place // 2, place % 2 * 2 + 1)
        grid.setColumnStretch(4, 1)
        self.body.addSpacing(4)
        self.body.addLayout(grid)
        note = self.tr(
            "All ROIs of one image, and all images of one group, go to the same split. The same seed gives "
            "the same splits."
        )
        self._split_note = split.frozen or note
        self._split_said = style.label(self._split_note, "small", wrap=True)
        self.body.addWidget(self._split_said)
        self.freeze = QCheckBox(self.tr("Freeze this split: later exports keep it, new images only join"))
        self.thaw = style.button(self.tr("Thaw the split…"))
        self._thaws = False
        self.thaw.clicked.connect(self._ask_to_thaw)
        self.freeze.setVisible(not split.frozen)
        self.thaw.setVisible(bool(split.frozen))
        self.body.addWidget(self.freeze)
        self.body.addWidget(self.thaw, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_field(self.tr("Which ROIs"), self.among)

    def _ask_to_thaw(self) -> None:
        self._thaws = True
        self.accept()

    def choices(self) -> ExportChoices:
        """The folder, formats and split that the person chose."""
        formats = tuple(key for key, box in self.formats.items() if box.isChecked())
        folder = self.folder.folder() or Path()
        frozen = bool(self._split.frozen)
        return ExportChoices(
            folder,
            formats,
            None if frozen else self.train.value() / 100,
            None if frozen else self.seed.value(),
            self.copy_images.isChecked(),
            self.pseudonyms.isChecked(),
            val=None if frozen else self.val.value() / 100,
            folds=None if frozen else self.folds.value(),
            freeze=self.freeze.isChecked(),
            among=self.among.fields(),
            thaw=self._thaws,
        )

    def _wrong_with_folder(self) -> str:
        folder = self.folder.folder()
        if folder is None:
            return self.tr("Choose a folder.")
        if folder.is_file():
            return self.tr("This is a file. Choose a folder.")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
            return self.tr("This folder is not empty. Choose an empty or a new one.")
        return ""

    def _wrong_with_split(self) -> str:
        if self.train.value() + self.val.value() > 100:
            return self.tr("Training and validation are more than all images; ask for less of one.")
        if self.folds.value() == 1:
            return self.tr("One fold is none; ask for two or more, or for none.")
        return ""

    def _check(self) -> None:
        unusable = self.tr("This folder cannot be used. Choose another one.")
        said = unless_refused(self._wrong_with_folder, unusable)
        folder = self.folder.folder()
        hint = self.tr("A new folder. It appears only when the export is complete.")
        if folder is not None and not said and (folder / MANIFEST).is_file():
            hint = self.tr("There is an export in this folder. You will be asked before it is replaced.")
        self._said.setText(said or hint)
        self._said.setVisible(True)
        self._said.setProperty("role", "alert" if said else "small")
        style.repolish(self._said)
        wrong = self._wrong_with_split()
        self._split_said.setText(wrong or self._split_note)
        self._split_said.setProperty("role", "alert" if wrong else "small")
        style.repolish(self._split_said)
        self._go.setEnabled(not said and not wrong and any(box.isChecked() for box in self.formats.values()))
