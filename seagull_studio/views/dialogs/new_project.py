"""The dialog that makes a new project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from seagull_studio.state.project_view import NewProject
from seagull_studio.views.dialogs.folder_field import FolderField, unless_refused
from seagull_studio.views.dialogs.frame import DialogFrame
from seagull_studio.views.kit import style


class NewProjectDialog(DialogFrame):
    """Asks for name, folders, source and raters; the button works once all is well."""

    def __init__(self, default_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("NewProjectDialog", "New project"), parent, width=560)
        self._parent_folder = default_folder
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Such as: KonIQ regions"))
        self.folder = FolderField(str(default_folder))
        self.images = FolderField()
        self.source = QLineEdit()
        self.raters = style.spin_box(1, 99, 7)
        self.raters.setMaximumWidth(96)
        self.add_field(self.tr("Name"), self.name)
        self._folder_said = self.add_field(self.tr("Project folder"), self.folder)
        self._images_said = self.add_field(self.tr("Images folder"), self.images)
        note = self.tr("The data set the images come from; training and test splits keep its share.")
        self.add_field(self.tr("Source (may stay empty)"), self.source, note)
        note = self.tr("Each ROI is handed to this many annotators. SEAGULL-3k has at least 7.")
        self.add_field(self.tr("Raters wanted per ROI"), self.raters, note)
        self.add_button(self.tr("Cancel"), rejects=True)
        self._make = self.add_button(self.tr("Make the project"), "primary", accepts=True)
        self.name.textChanged.connect(self._name_changed)
        self.folder.changed.connect(self._check)
        self.images.changed.connect(self._check)
        self._check()

    def set_images_folder(self, folder: Path) -> None:
        """Fill in the folder of the pictures, and a name after it where there is none yet."""
        self.images.set_text(str(folder))
        if not self.name.text().strip():
            self.name.setText(folder.name)

    def result_project(self) -> NewProject:
        """What was filled in."""
        folder = self.folder.folder()
        if folder is None:
            raise ValueError("the dialog was not filled in")
        return NewProject(
            folder,
            self.images.folder(),
            self.source.text().strip(),
            self.name.text().strip(),
            self.raters.value(),
        )

    def complaint(self) -> str:
        """The one thing that is wrong now, "" when all is well."""
        return self._complaint

    def _name_changed(self, name: str) -> None:
        followed = self.folder.folder()
        # The folder follows the name until the person chooses another one.
        if followed is None or followed.parent == self._parent_folder or followed == self._parent_folder:
            safe = "".join(c if c.isalnum() or c in "-_ " else "-" for c in name).strip()
            self.folder.set_text(str(self._parent_folder / safe) if safe else str(self._parent_folder))
        self._check()

    def _wrong_with_folder(self) -> str:
        folder = self.folder.folder()
        if folder is None:
            return self.tr("Choose a folder for the project.")
        if folder.is_file():
            return self.tr("This is a file. Choose a folder.")
        if (folder / "project.sqlite").exists():
            return self.tr("There is a project in this folder already. Choose another one.")
        if folder.is_dir() and any(folder.iterdir()):
            return self.tr("This folder is not empty. Choose an empty or a new one.")
        return ""

    def _wrong_with_images(self) -> str:
        images = self.images.folder()
        return self.tr("There is no such folder.") if images is not None and not images.is_dir() else ""

    def _check(self) -> None:
        unusable = self.tr("This folder cannot be used. Choose another one.")
        folder_said = unless_refused(self._wrong_with_folder, unusable)
        images_said = unless_refused(self._wrong_with_images, unusable)
        named = bool(self.name.text().strip())
        self._complaint = folder_said or images_said or ("" if named else self.tr("Give the project a name."))
        hint = self.tr("Database, caches and backups go there.")
        self._show(self._folder_said, folder_said if named else "", hint)
        self._show(self._images_said, images_said, self.tr("May stay empty; images can be imported later."))
        self._make.setEnabled(not self._complaint)

    def _show(self, line: QLabel, complaint: str, hint: str) -> None:
        line.setText(complaint or hint)
        line.setVisible(True)
        line.setProperty("role", "alert" if complaint else "small")
        style.repolish(line)
