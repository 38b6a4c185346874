"""The strip below the rating panel: what each level of the current row means, with an example."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from seagull_studio.state.rating_view import LevelView, RowView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel

MOST_LEVELS = 6
EXAMPLE = QSize(132, 92)
"""Size of the small example, in logical pixels."""


class ExamplePicture(QWidget):
    """An example picture, one picture pixel on one device pixel, cut to the middle.

    Scaling would hide blur and noise, which the example is there to show. Where the whole
    picture counts (importance), it is scaled to fit.
    """

    def __init__(self, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._read: dict[Path, QImage] = {}
        """A few dozen small files; reading one again would take longer than all the rest of a new ROI."""
        self._fit = False
        self.setFixedSize(size)

    def set_level(self, level: LevelView | None, *, fit: bool) -> None:
        """Show the example of `level`; nothing for None or where there is no picture."""
        self._fit = fit
        self._image = self._example(level.example if level is not None else None)
        self.setAccessibleName(level.wording if level is not None else "")
        self.update()

    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return not self._image.isNull()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the middle of the picture, pixel for pixel."""
        t = style.tokens()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(self.rect(), 6, 6)
        painter.fillPath(outline, t.surround)
        painter.setClipPath(outline)
        if self.has_picture():
            painter.drawImage(self.rect(), self._image, self._source())
        painter.end()

    def _example(self, path: Path | None) -> QImage:
        if path is None:
            return QImage()
        if path not in self._read:
            self._read[path] = QImage(str(path))
        return self._read[path]

    def _source(self) -> QRect:
        if self._fit:
            return self._image.rect()
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(self.width() * ratio), round(self.height() * ratio))
        size = wanted.boundedTo(self._image.size())
        source = QRect(0, 0, size.width(), size.height())
        source.moveCenter(self._image.rect().center())
        return source


class ScaleHelp(QWidget):
    """Question and level wordings of one row at fixed places, so that nothing jumps between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: RowView | None = None
        self._shown: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = style.label("", "heading")
        self._question = ElidedLabel("", "small")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._question, 1)
        self._picture = ExamplePicture(EXAMPLE, self)
        self._caption = style.label("", "small")
        self._lines: list[tuple[QLabel, QLabel]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        for index in range(MOST_LEVELS):
            digit, wording = style.label("", "small"), ElidedLabel("", "small")
            for made in (digit, wording):
                made.setFixedHeight(18)
            grid.addWidget(digit, index, 0)
            grid.addWidget(wording, index, 1)
            self._lines.append((digit, wording))
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self._picture)
        right.addWidget(self._caption)
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addLayout(grid, 1)
        body.addLayout(right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(body)

    @property
    def shown_level(self) -> int | None:
        """The level whose example is shown."""
        return self._shown

    def set_row(self, row: RowView) -> None:
        """Show the wording of one row."""
        if row is self._row:
            return
        self._row = row
        self._title.setText(row.title)
        self._question.setText(row.question)
        for index, (digit, wording) in enumerate(self._lines):
            level = row.levels[index] if index < len(row.levels) else None
            digit.setText(str(level.value) if level else "")
            wording.setText(level.wording if level else "")

    def set_level(self, value: int | None) -> None:
        """Mark one level and show its example; None marks none and shows the middle of the scale."""
        if self._row is None:
            return
        self._shown = value if value is not None else 2
        level = self._row.levels[self._shown]
        self._picture.set_level(level, fit=self._row.kind == "importance")
        self._caption.setText(self.tr("synthetic example: {level}").format(level=level.value))
        for index, labels in enumerate(self._lines):
            for label in labels:
                style.set_role(label, "marked" if index == value else "small")
