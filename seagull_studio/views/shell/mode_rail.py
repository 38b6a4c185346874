"""The slim rail on the left: the modes; below them the way out, settings and help."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from seagull_studio.state.annotate_view import ModeView
from seagull_studio.views.kit import style
from seagull_studio.views.kit.icons import IconButton

WIDTH = 76


class ModeRail(QWidget):
    """Takes a list of modes; Ctrl+1, Ctrl+2 ... choose them in that order."""

    mode_chosen = Signal(str)
    settings_requested = Signal()
    help_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        self.setFixedWidth(WIDTH)
        self._buttons: dict[str, IconButton] = {}
        self._shortcuts: list[QShortcut] = []
        self._group = QButtonGroup(self)
        self._modes = QVBoxLayout()
        self._modes.setSpacing(4)
        self._apart = QVBoxLayout()
        self._apart.setSpacing(4)
        self._tag = style.label(self.tr("simulated"), "tag")
        self._tag.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tag.setToolTip(self.tr("The annotators of this project and their ratings are simulated."))
        self._tag.hide()
        settings = self._button("settings", self.tr("Settings"), self.tr("Settings (Ctrl+,)"))
        settings.clicked.connect(self.settings_requested)
        keys = self._button("help", self.tr("Keys"), self.tr("All keys (Ctrl+/)"))
        keys.clicked.connect(self.help_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 8)
        layout.setSpacing(4)
        layout.addLayout(self._modes)
        layout.addStretch(1)
        layout.addWidget(self._tag)
        layout.addSpacing(4)
        layout.addWidget(style.line())
        layout.addSpacing(4)
        layout.addLayout(self._apart)
        layout.addWidget(settings)
        layout.addWidget(keys)

    def set_modes(self, modes: Sequence[ModeView]) -> None:
        """Show exactly these modes."""
        for old in self._buttons.values():
            self._group.removeButton(old)
            (self._apart if self._apart.indexOf(old) >= 0 else self._modes).removeWidget(old)
            old.deleteLater()
        for shortcut in self._shortcuts:
            shortcut.deleteLater()
        self._buttons, self._shortcuts = {}, []
        for number, mode in enumerate(modes, start=1):
            made = self._button(mode.icon, mode.title, f"{mode.title} (Ctrl+{number})")
            made.clicked.connect(lambda _=False, mode_id=mode.id: self.mode_chosen.emit(mode_id))
            if mode.apart:
                self._apart.addWidget(made)
            else:
                made.setCheckable(True)
                self._group.addButton(made)
                self._modes.addWidget(made)
            self._buttons[mode.id] = made
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda mode_id=mode.id: self.mode_chosen.emit(mode_id))
            self._shortcuts.append(shortcut)

    def set_current(self, mode_id: str) -> None:
        """Mark the mode that is shown."""
        self._buttons[mode_id].setChecked(True)

    def set_simulated(self, simulated: bool) -> None:
        """Whether to say, for good, that the ratings here are simulated."""
        self._tag.setVisible(simulated)

    def simulated_shown(self) -> bool:
        """Whether the rail says so."""
        return not self._tag.isHidden()

    def current(self) -> str | None:
        """The mode that is marked."""
        return next((key for key, made in self._buttons.items() if made.isChecked()), None)

    def _button(self, icon: str, title: str, tip: str) -> IconButton:
        made = IconButton(icon, tip, inverts=False)
        made.setText(title)
        made.setProperty("kind", "rail")
        made.setIconSize(QSize(22, 22))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFixedSize(WIDTH - 12, 56)
        return made
