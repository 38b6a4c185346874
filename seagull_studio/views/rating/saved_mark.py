"""The mark that says whether what was rated is on disk. It never says "saved" before that."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from seagull_studio.state.session_view import SavedState
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.icons import IconLabel

_ICONS = {
    SavedState.NOTHING: ("dot", "muted"),
    SavedState.SAVING: ("saving", "muted"),
    SavedState.WAITING: ("saving", "muted"),
    SavedState.KEPT: ("warning", "text"),
    SavedState.SAVED: ("saved", "text"),
    SavedState.FAILED: ("warning", "alert"),
}


class SavedMark(QWidget):
    """An icon and a word; after a failure the reason and a button to try again."""

    retry_requested = Signal()
    failed = Signal(bool)
    """Whether saving failed, at every state that is set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = SavedState.NOTHING
        self._icon = IconLabel("dot", "muted")
        self._text = ElidedLabel()
        self._retry = style.button(self.tr("Save again"), "link")
        self._retry.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._retry.clicked.connect(self.retry_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._retry)
        self.setFixedHeight(max(24, self._retry.sizeHint().height()))  # the header must not jump
        self.set_state(SavedState.NOTHING)

    @property
    def state(self) -> SavedState:
        return self._state

    def text(self) -> str:
        """What the mark says."""
        return self._text.text()

    def set_state(self, state: SavedState, reason: str = "") -> None:
        """Show a state; `reason` is one sentence that says why saving failed or has to wait."""
        self._state = state
        self._icon.set_icon(*_ICONS[state])
        said = {
            SavedState.NOTHING: self.tr("Nothing to save"),
            SavedState.SAVING: self.tr("Saving…"),
            SavedState.WAITING: self.tr("Waiting for another program…"),
            SavedState.KEPT: self.tr("Kept here, not in the database yet"),
            SavedState.SAVED: self.tr("Saved"),
            SavedState.FAILED: self.tr("Not saved: {reason}").format(reason=reason),
        }[state]
        self._text.setText(said)
        explained = {
            SavedState.WAITING: self.tr(
                "Another program is writing to the project, such as a large import. The rating waits for its "
                "turn; go on rating."
            ),
            SavedState.KEPT: self.tr(
                "{reason} What you give is kept on this computer's disk and goes into the database, in "
                "order, as soon as that can be reached again; go on rating."
            ).format(reason=reason),
            SavedState.FAILED: said,
        }
        self._text.setToolTip(explained.get(state, ""))
        style.set_role(self._text, "alert" if state is SavedState.FAILED else "muted")
        self._retry.setVisible(state is SavedState.FAILED)
        self.setAccessibleName(said)
        self.failed.emit(state is SavedState.FAILED)
