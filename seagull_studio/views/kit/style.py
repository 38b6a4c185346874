"""The look of the chrome: light or dark, neutral greys, one calm accent.

Nothing near the picture is coloured while rating, so what is chosen is shown by lightness alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QPushButton, QSpinBox, QWidget

import resources
from seagull_studio.state.settings_view import Theme

SPACE = 8
"""The grid of all spacing, in logical pixels; 4 is its half step."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, by what they are for."""

    window: QColor
    panel: QColor
    card: QColor
    line: QColor
    line_strong: QColor
    text: QColor
    muted: QColor
    disabled: QColor
    hover: QColor
    pressed: QColor
    field: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    focus: QColor
    chosen: QColor
    on_chosen: QColor
    current: QColor
    surround: QColor
    alert: QColor
    alert_soft: QColor
    notice: QColor
    bar: QColor
    bar_open: QColor


def read_tokens(scheme: str) -> Tokens:
    """The colours of ``"light"`` or ``"dark"``."""
    raw = resources.read_json("style", f"{scheme}.json")
    return Tokens(**{field.name: QColor(raw[field.name]) for field in fields(Tokens)})


class Style(QObject):
    """Dresses the application and follows the system's light or dark scheme.

    Parameters
    ----------
    app : QApplication
        The application; it becomes the parent.
    theme : str
        ``"system"``, ``"light"`` or ``"dark"``.
    """

    changed = Signal()
    """The colours are others now."""

    def __init__(self, app: QApplication, theme: Theme = "system") -> None:
        super().__init__(app)
        self.setObjectName("seagull-style")
        self._app = app
        self._theme: Theme = theme
        self._scheme = ""
        app.setStyle("Fusion")
        font = app.font()
        font.setPixelSize(13)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def scheme(self) -> str:
        """``"light"`` or ``"dark"``: what the theme comes to now."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    def set_theme(self, theme: Theme) -> None:
        """Take another theme at once."""
        self._theme = theme
        self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        scheme = self._theme if self._theme != "system" else ("dark" if dark else "light")
        if scheme == self._scheme:
            return
        self._scheme = scheme
        self._tokens = read_tokens(scheme)
        self._app.setPalette(_palette(self._tokens))
        self._app.setStyleSheet(_sheet(scheme))
        self.changed.emit()


def install(app: QApplication, theme: Theme = "system") -> Style:
    """Dress `app`, or give it another theme if it is dressed already."""
    found = app.findChild(Style, "seagull-style")
    if found is None:
        return Style(app, theme)
    style = cast(Style, found)
    style.set_theme(theme)
    return style


def tokens() -> Tokens:
    """The colours in use, for widgets that paint themselves."""
    app = QApplication.instance()
    found = app.findChild(Style, "seagull-style") if app is not None else None
    return cast(Style, found).tokens if found is not None else read_tokens("light")


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, color in {
        role.Window: t.window,
        role.WindowText: t.text,
        role.Base: t.field,
        role.AlternateBase: t.panel,
        role.Text: t.text,
        role.PlaceholderText: t.muted,
        role.Button: t.card,
        role.ButtonText: t.text,
        role.BrightText: t.on_accent,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.ToolTipBase: t.card,
        role.ToolTipText: t.text,
        role.Link: t.accent,
        role.Mid: t.line,
    }.items():
        palette.setColor(name, color)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, t.disabled)
    return palette


def _sheet(scheme: str) -> str:
    names = {
        **resources.read_json("style", f"{scheme}.json"),
        "scheme": scheme,
        "icons": resources.path("icons").as_posix(),
    }
    return re.sub(r"@(\w+)@", lambda match: names[match[1]], resources.read_text("style", "studio.qss"))


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in one of the style sheet's roles (title, heading, muted, small, number ...)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if role in ("tag", "alarm"):
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setWordWrap(wrap)
    return made


def set_role(made: QLabel, role: str) -> None:
    """Give a label another role of the style sheet; costs nothing where it is the same."""
    if made.property("role") != role:
        made.setProperty("role", role)
        repolish(made)


def button(text: str, kind: str = "") -> QPushButton:
    """A push button: plain, or of kind ``"primary"``, ``"danger"`` or ``"link"``."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    return made


def spin_box(lowest: int, highest: int, value: int) -> QSpinBox:
    """A field for a whole number."""
    made = QSpinBox()
    made.setRange(lowest, highest)
    made.setValue(value)
    # The style sheet's padding does not reach the text inside.
    made.lineEdit().setTextMargins(6, 0, 0, 0)
    return made


def card(surface: str = "card") -> QFrame:
    """A frame with a surface of its own."""
    made = QFrame()
    made.setProperty("surface", surface)
    return made


def line() -> QFrame:
    """A thin horizontal line."""
    made = card("line")
    made.setFixedHeight(1)
    return made


def surface(widget: QWidget, name: str) -> None:
    """Give a plain widget a background of the style sheet."""
    widget.setProperty("surface", name)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def repolish(widget: QWidget) -> None:
    """Make the style sheet look at a changed property again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def tabular(font: QFont, pixel_size: int | None = None, *, bold: bool = False) -> QFont:
    """A copy of `font` whose digits all have the same width."""
    made = QFont(font)
    if pixel_size is not None:
        made.setPixelSize(pixel_size)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
