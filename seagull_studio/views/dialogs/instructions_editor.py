"""Writing the lab's page for annotators: Markdown on the left, what annotators see on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from seagull_studio.state.project_settings import InstructionsView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.safe_page import SafePage

REDRAW_MS = 250
"""After the last key; a long page takes some milliseconds."""


class InstructionsEditor(QWidget):
    """Holds a text and the pictures that it may name."""

    def __init__(self, view: InstructionsView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._pictures: dict[str, bytes | Path] = dict(view.pictures)
        self.text = QPlainTextEdit(view.text)
        self.text.setAccessibleName(self.tr("Instructions, in Markdown"))
        self.text.setPlaceholderText(
            self.tr("Markdown: # heading, **bold**, - list. Empty: annotators see none.")
        )
        self.text.setMinimumHeight(300)
        self.preview = SafePage(self.tr("What annotators see"))
        insert = style.button(self.tr("Insert picture…"))
        insert.clicked.connect(self._choose)
        said = self.tr(
            "Annotators see this page before their first ROI, and find it again under F1 and Keys."
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.text, 1)
        row.addWidget(self.preview, 1)
        below = QHBoxLayout()
        below.addWidget(style.label(said, "small", wrap=True), 1)
        below.addWidget(insert)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row, 1)
        layout.addLayout(below)
        self._redraw = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._redraw.timeout.connect(self.show_preview)
        self.text.textChanged.connect(self._redraw.start)
        self.show_preview()

    def show_preview(self) -> None:
        """Show the page as annotators will see it."""
        self.preview.set_page(self.text.toPlainText(), self._pictures)

    def insert_picture(self, file: Path) -> None:
        """Put a picture where the cursor is; two files of one name get two names."""
        name, number = file.name, 1
        while self._pictures.get(name, file) != file:
            number += 1
            name = f"{file.stem}-{number}{file.suffix}"
        self._pictures[name] = file
        self.text.insertPlainText(f"![{file.stem}](<{name}>)")
        self.text.setFocus()

    def go_on_with(self, begun: InstructionsView) -> None:
        """Show what was written before and could not be stored."""
        self._pictures.update(begun.pictures)
        self.text.setPlainText(begun.text)
        self.show_preview()

    def changed_page(self) -> InstructionsView | None:
        """The page as it is now; None where it is as it was."""
        text = self.text.toPlainText().strip()
        if text == self._view.text.strip():
            return None
        return InstructionsView(text, dict(self._pictures))

    def _choose(self) -> None:
        kinds = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Insert a picture"), "", kinds)
        if chosen:
            self.insert_picture(Path(chosen))
