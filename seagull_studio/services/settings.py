"""What the program remembers between starts, for this person on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path
from PySide6.QtCore import QByteArray, QSettings

from seagull_studio.state.settings_view import Settings as Choices

APP = "seagull-studio"
RECENT_KEPT = 12


class Settings:
    """Typed access to an INI file under the person's configuration folder."""

    def __init__(self, file: Path | None = None) -> None:
        path = file or user_config_path(APP) / "settings.ini"
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def sync(self) -> None:
        self._settings.sync()

    def choices(self) -> Choices:
        """What the person chose in the settings dialog."""
        theme = self._text("window/theme", "system")
        minutes = self._text("rating/pause_minutes", "30")
        return Choices(
            theme=theme if theme in ("light", "dark") else "system",
            language=self._text("window/language", ""),
            weights_folder=self._text("models/weights_folder", ""),
            pause_minutes=int(minutes) if minutes.isdecimal() else 30,
        )

    def set_choices(self, choices: Choices) -> None:
        self._settings.setValue("window/theme", choices.theme)
        self._settings.setValue("window/language", choices.language)
        self._settings.setValue("models/weights_folder", choices.weights_folder)
        self._settings.setValue("rating/pause_minutes", choices.pause_minutes)

    @property
    def segmenter(self) -> str:
        """Name of the segmenter chosen last, "" for the best one found."""
        return self._text("models/segmenter", "")

    @segmenter.setter
    def segmenter(self, value: str) -> None:
        self._settings.setValue("models/segmenter", value)

    @property
    def geometry(self) -> QByteArray:
        value = self._settings.value("window/geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    def recent_projects(self) -> list[tuple[str, str]]:
        """(location, name) of the projects opened last, newest first."""
        return [(str(a), str(b)) for a, b in self._json("projects/recent", [])]

    def remember_project(self, location: str, name: str) -> None:
        kept = [entry for entry in self.recent_projects() if entry[0] != location]
        self._settings.setValue("projects/recent", json.dumps([(location, name), *kept][:RECENT_KEPT]))

    def forget_project(self, location: str) -> None:
        kept = [entry for entry in self.recent_projects() if entry[0] != location]
        self._settings.setValue("projects/recent", json.dumps(kept))

    def annotator_of(self, project_uid: str) -> str:
        """Name of whoever rated in this project last on this machine, "" for nobody yet."""
        return str(self._json("projects/annotators", {}).get(project_uid, ""))

    def remember_annotator(self, project_uid: str, name: str) -> None:
        self._settings.setValue(
            "projects/annotators", json.dumps({**self._json("projects/annotators", {}), project_uid: name})
        )

    def begun(self, project_uid: str, annotator: str) -> dict[int, tuple[int | None, ...]]:
        """Votes of ratings that were begun and not submitted, by ROI id."""
        kept = self._json("rating/begun", {}).get(project_uid, {}).get(annotator, {})
        return {int(roi_id): tuple(votes) for roi_id, votes in kept.items()}

    def remember_begun(
        self, project_uid: str, annotator: str, begun: dict[int, tuple[int | None, ...]]
    ) -> None:
        everything = self._json("rating/begun", {})
        everything.setdefault(project_uid, {})[annotator] = begun
        self._settings.setValue("rating/begun", json.dumps(everything))

    def _text(self, key: str, default: str) -> str:
        return str(self._settings.value(key, default))

    def _json(self, key: str, default: Any) -> Any:
        try:
            value = json.loads(self._text(key, ""))
        except json.JSONDecodeError:
            return default
        return value if isinstance(value, type(default)) else default


def weights_folders(chosen: str = "") -> list[Path]:
    """Folders in which model weights are looked for, in order."""
    first = [Path(chosen).expanduser()] if chosen else []
    return [*first, user_data_path(APP) / "weights", Path.cwd() / "weights"]
