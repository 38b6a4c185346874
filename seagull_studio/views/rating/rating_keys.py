"""Which key means what in the rating panel."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from seagull_studio.views.kit.key_places import digit_at


class RatingAction(Enum):
    """What a key asks of the panel."""

    DIGIT = auto()
    UP = auto()
    DOWN = auto()
    LOWER = auto()
    HIGHER = auto()
    FIRST = auto()
    LAST = auto()
    BACK = auto()
    ENTER = auto()
    CONFIRM = auto()
    EXAMPLES = auto()


_KEYS = {
    Qt.Key.Key_Up: RatingAction.UP,
    Qt.Key.Key_Down: RatingAction.DOWN,
    Qt.Key.Key_Left: RatingAction.LOWER,
    Qt.Key.Key_Right: RatingAction.HIGHER,
    Qt.Key.Key_Home: RatingAction.FIRST,
    Qt.Key.Key_End: RatingAction.LAST,
    Qt.Key.Key_Backspace: RatingAction.BACK,
    Qt.Key.Key_Return: RatingAction.ENTER,
    Qt.Key.Key_Enter: RatingAction.ENTER,
    Qt.Key.Key_Space: RatingAction.CONFIRM,
    Qt.Key.Key_F1: RatingAction.EXAMPLES,
    Qt.Key.Key_Question: RatingAction.EXAMPLES,
}
_FREE = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier


def action_of(event: QKeyEvent) -> tuple[RatingAction, int] | None:
    """What a key press asks for, with the digit (else -1); None if it is not the panel's key.

    Shift is let through, because some keyboards have their digits there; without it the same keys give them.
    """
    if event.modifiers() & ~_FREE:
        return None
    key = event.key()
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return RatingAction.DIGIT, key - Qt.Key.Key_0
    act = _KEYS.get(Qt.Key(key))
    if act is None and not event.modifiers() and (digit := digit_at(event)) is not None:
        return RatingAction.DIGIT, digit
    return None if act is None else (act, -1)
