"""What the program remembers between starts, for this person on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path
from PySide6.QtCore import QByteArray

from annotation_db.database.server_access import same_place, without_password
from annotation_db.records import RoiLevel
from seagull_studio.log import APP
from seagull_studio.services.settings_file import (
    ANNOTATORS,
    BEGUN,
    READ,
    RECENT,
    Votes,
    annotators_of,
    begun_of,
    is_text,
    open_settings,
    parsed,
    recent_of,
)
from seagull_studio.state.settings_view import Settings as Choices

RECENT_KEPT = 12


class Settings:
    """Typed access to an INI file under the person's configuration folder.

    Attributes
    ----------
    notices : list of str
        Sentences about a file that was put aside or cannot be written; to be shown once.
    """

    def __init__(self, file: Path | None = None) -> None:
        path = file or user_config_path(APP) / "settings.ini"
        self._settings, self.notices = open_settings(path)

    def sync(self) -> None:
        """Write what was set to the file at once."""
        self._settings.sync()

    def choices(self) -> Choices:
        """What the person chose in the settings dialog."""
        theme = self._text("window/theme", "system")
        return Choices(
            theme=theme if theme in ("light", "dark") else "system",
            language=self._text("window/language", ""),
            weights_folder=self._text("models/weights_folder", ""),
        )

    def set_choices(self, choices: Choices) -> None:
        """Remember what the person chose in the settings dialog."""
        self._settings.setValue("window/theme", choices.theme)
        self._settings.setValue("window/language", choices.language)
        self._settings.setValue("models/weights_folder", choices.weights_folder)

    @property
    def segmenter(self) -> str:
        """Name of the segmenter chosen last, "" for the best one found."""
        return self._text("models/segmenter", "")

    @segmenter.setter
    def segmenter(self, value: str) -> None:
        self._settings.setValue("models/segmenter", value)

    @property
    def level(self) -> RoiLevel:
        """Level of the ROI that was marked last."""
        return "component" if self._text("marking/level", "") == "component" else "object"

    @level.setter
    def level(self, value: RoiLevel) -> None:
        self._settings.setValue("marking/level", value)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, as `QWidget.saveGeometry` gives them; empty where none is known."""
        value = self._settings.value("window/geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("window/geometry", value)

    def recent_projects(self) -> list[tuple[str, str]]:
        """(location, name) of the projects opened last, newest first; no location holds a password."""
        return recent_of(self._json(RECENT))[0]

    def remember_project(self, location: str, name: str) -> None:
        """Put a project first; a URL goes in without its password."""
        self._set(RECENT, [(without_password(location), name), *self._recent_but(location)][:RECENT_KEPT])

    def forget_project(self, location: str) -> None:
        """Take a project off the list of recent ones."""
        self._set(RECENT, self._recent_but(location))

    def _recent_but(self, location: str) -> list[tuple[str, str]]:
        return [entry for entry in self.recent_projects() if not same_place(entry[0], location)]

    def annotator_of(self, project_uid: str) -> str:
        """Name of whoever rated in this project last on this machine, "" for nobody yet."""
        return annotators_of(self._json(ANNOTATORS))[0].get(project_uid, "")

    def remember_annotator(self, project_uid: str, name: str) -> None:
        """Remember who rated last in a project."""
        self._set(ANNOTATORS, {**annotators_of(self._json(ANNOTATORS))[0], project_uid: name})

    def begun(self, project_uid: str, annotator: str) -> dict[int, Votes]:
        """Votes of ratings that were begun and not submitted, by ROI id."""
        return dict(begun_of(self._json(BEGUN))[0].get(project_uid, {}).get(annotator, {}))

    def remember_begun(self, project_uid: str, annotator: str, begun: dict[int, Votes]) -> None:
        """Remember votes that were given and not submitted, by ROI id, for `begun`."""
        everything = begun_of(self._json(BEGUN))[0]
        everything.setdefault(project_uid, {})[annotator] = begun
        self._set(BEGUN, everything)

    def has_read(self, project_uid: str, annotator: str, digest: str) -> bool:
        """Whether an annotator has read a project's instructions on this machine, as they are now."""
        return annotators_of(self._json(READ))[0].get(f"{project_uid} {annotator}") == digest

    def remember_read(self, project_uid: str, annotator: str, digest: str) -> None:
        """Remember that an annotator has read these instructions."""
        known = annotators_of(self._json(READ))[0]
        self._set(READ, {**known, f"{project_uid} {annotator}": digest})

    def _text(self, key: str, default: str) -> str:
        text = str(self._settings.value(key, default))
        return text if is_text(text) else default

    def _json(self, key: str) -> Any:
        return parsed(str(self._settings.value(key, "")))

    def _set(self, key: str, value: Any) -> None:
        self._settings.setValue(key, json.dumps(value))


def weights_folders(chosen: str = "") -> list[Path]:
    """Folders in which model weights are looked for, in order."""
    try:
        first = [Path(chosen).expanduser()] if chosen else []
    except RuntimeError:  # the home of somebody who is not known here
        first = [Path(chosen)]
    return [*first, user_data_path(APP) / "weights", Path.cwd() / "weights"]
