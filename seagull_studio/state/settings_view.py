"""What the settings dialog shows and hands back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices a person makes once."""

    theme: Theme = "system"
    language: str = ""
    """``"en"``, ``"zh_CN"`` or "" for the system's language."""
    weights_folder: str = ""
    """Folder with SAM weights; "" for the default place."""
