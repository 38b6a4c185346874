"""A page of Markdown that somebody else wrote: shown without fetching or running anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from seagull_studio.views.kit import style

WIDEST: Final = 600
"""Of a picture, in logical pixels."""
PARAGRAPH: Final = 8
"""Room below a paragraph, in logical pixels."""
_NO_HTML: Final = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class SafePage(QTextBrowser):
    """HTML in the text is shown as it is written, links lead nowhere, and pictures are only those given."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(12)
        self._pictures: Mapping[str, bytes | Path] = {}

    def set_page(self, text: str, pictures: Mapping[str, bytes | Path]) -> None:
        """Show Markdown with pictures by the names that it calls them by."""
        self._pictures = pictures
        at = self.verticalScrollBar().value()
        self.document().clear()
        self.document().setDefaultFont(style.tabular(self.font(), 14))
        # Qt leaves pictures out that have no description.
        self.document().setMarkdown(text.replace("![](", "![picture]("), _NO_HTML)
        self._space_out()
        self.moveCursor(QTextCursor.MoveOperation.Start)  # else the page begins at its end
        self.verticalScrollBar().setValue(at)

    def _space_out(self) -> None:
        """Room below headings and paragraphs, which Qt sets without any."""
        block = self.document().begin()
        while block.isValid():
            if block.textList() is None and QTextCursor(block).currentTable() is None:
                layout = block.blockFormat()
                layout.setBottomMargin(PARAGRAPH)
                QTextCursor(block).setBlockFormat(layout)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """A picture of the page; an empty one for anything else, wherever it may be."""
        found = self._pictures.get(unquote(name.toString()))
        image = QImage()
        if isinstance(found, bytes):
            image.loadFromData(found, "PNG")  # type: ignore[call-overload]
        elif found is not None:
            image = QImage(str(found))
        if image.isNull():
            return image
        ratio = self.devicePixelRatioF()
        widest = round(WIDEST * ratio)
        if image.width() > widest:
            image = image.scaledToWidth(widest)
            image.setDevicePixelRatio(ratio)
        return image
