"""Icons: line drawings in the colour of the text around them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

import resources
from seagull_studio.views.kit import style


def pixmap(name: str, color: QColor, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """One icon, `size` logical pixels wide, for one device pixel ratio."""
    drawing = resources.read_text("icons", f"{name}.svg").replace("currentColor", color.name())
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, color: QColor | None = None, size: int = 20, *, inverts: bool = True) -> QIcon:
    """An icon in `color` (by default the text's): greyed while disabled, inverted while checked."""
    tokens = style.tokens()
    plain = tokens.text if color is None else color
    made = QIcon()
    # Drawing for ratios that no screen has would take a good part of the time until the window is there.
    for ratio in {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}:
        made.addPixmap(pixmap(name, plain, size, ratio))
        made.addPixmap(pixmap(name, tokens.disabled, size, ratio), QIcon.Mode.Disabled)
        if inverts:
            chosen = pixmap(name, tokens.on_chosen, size, ratio)
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Active):
                made.addPixmap(chosen, mode, QIcon.State.On)
    return made


class IconButton(QToolButton):
    """A tool button whose icon follows the theme.

    Parameters
    ----------
    name : str
        Name of the icon.
    tip : str
        What the button does, with its key; also its name for screen readers.
    inverts : bool
        Whether the icon turns light on dark (or the reverse) while checked.
    """

    def __init__(self, name: str, tip: str, parent: QWidget | None = None, *, inverts: bool = True) -> None:
        super().__init__(parent)
        self._name, self._inverts, self._drawn_in = name, inverts, style.tokens()
        self.setIconSize(QSize(20, 20))
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIcon(icon(name, inverts=inverts))

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the new colours."""
        # The style sheet changes palettes too, several times for each widget.
        if event.type() == QEvent.Type.PaletteChange and self._drawn_in is not style.tokens():
            self._drawn_in = style.tokens()
            self.setIcon(icon(self._name, inverts=self._inverts))
        super().changeEvent(event)


class ActionButton(QPushButton):
    """A push button with an icon and a text; the icon follows the theme."""

    def __init__(self, name: str, text: str, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._name, self._kind = name, kind
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setMinimumHeight(34)
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the new colours."""
        if event.type() == QEvent.Type.PaletteChange and self._drawn_in is not style.tokens():
            self._redraw()
        super().changeEvent(event)

    def _redraw(self) -> None:
        self._drawn_in = style.tokens()
        self.setIcon(icon(self._name, self._drawn_in.on_accent if self._kind == "primary" else None))


class IconLabel(QLabel):
    """An icon that only shows something, in a colour of the theme."""

    def __init__(self, name: str, token: str = "text", size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._token, self._size = name, token, size
        self.setFixedSize(size, size)
        self._redraw()

    def set_icon(self, name: str, token: str) -> None:
        """Show another icon."""
        self._name, self._token = name, token
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw the icon in the new colours."""
        if event.type() == QEvent.Type.PaletteChange and self._drawn_in is not style.tokens():
            self._redraw()
        super().changeEvent(event)

    def _redraw(self) -> None:
        self._drawn_in = style.tokens()
        color: QColor = getattr(self._drawn_in, self._token)
        self.setPixmap(pixmap(self._name, color, self._size, self.devicePixelRatioF()))
