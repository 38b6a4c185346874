"""A few choices side by side, of which one holds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget


class Segmented(QFrame):
    """Emits what is clicked; shows what it is told.

    Parameters
    ----------
    choices : sequence of (text, tip)
    name : str
        What is chosen here, for screen readers.
    """

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "track")
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for at, (text, tip) in enumerate(choices):
            button = QPushButton(text, self)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {text}")
            button.setProperty("kind", "segment")
            # A click must not take the keyboard away from the picture or the panel.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button, at)
            layout.addWidget(button, 1)
        self._group.idClicked.connect(self.chosen)
        self._group.idToggled.connect(self._let_tab_stop)
        self.setFixedHeight(32)

    def _let_tab_stop(self, at: int, checked: bool) -> None:
        """Tab stops at the choice that holds; arrow keys go on from there."""
        policy = Qt.FocusPolicy.TabFocus if checked else Qt.FocusPolicy.NoFocus
        self._group.button(at).setFocusPolicy(policy)

    def set_current(self, at: int) -> None:
        """Mark the choice that holds."""
        self._group.button(at).setChecked(True)

    def current(self) -> int:
        """The choice that is marked, -1 before the first."""
        return self._group.checkedId()

    def button(self, at: int) -> QPushButton:
        """One of the choices."""
        made = self._group.button(at)
        assert isinstance(made, QPushButton)
        return made
