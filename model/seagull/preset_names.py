"""What the presets are called and what is said of them, at no cost: imports no torch."""

from __future__ import annotations

from typing import Final, Literal

Preset = Literal["tiny", "small"]

CARD: Final = "card.json"
"""File in a checkpoint folder: a JSON object on what it was trained on; ``"untrained": true`` tells random
weights."""
UNTRAINED_NOTE: Final = (
    "UNTRAINED: the weights of this network are random, and what it says of a picture means nothing. It is "
    "there for trying the program, for tests, and as a base to finetune where nothing can be downloaded."
)
