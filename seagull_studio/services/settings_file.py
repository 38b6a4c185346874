"""The settings file, opened so that nothing in it and nothing about it keeps the program from starting.

A file that cannot be one of ours is put aside; of one in which some values make no sense the others are
taken over. Where nothing can be written, what is chosen holds until the program ends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QSettings

from annotation_db.database.server_access import without_password
from annotation_db.files.set_aside import Damaged, make_private, open_plain, put_aside, read_plain
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES

RECENT, ANNOTATORS, BEGUN = "projects/recent", "projects/annotators", "rating/begun"
READ = "instructions/read"
_MOST_BYTES: Final = 4 << 20
_MOST_TEXT: Final = 4096

Votes = tuple[int | None, ...]
Begun = dict[str, dict[str, dict[int, Votes]]]
"""Votes by project, annotator and ROI."""


def open_settings(file: Path) -> tuple[QSettings, list[str]]:
    """Open the settings, and say what was put aside or cannot be written."""
    said = []
    try:
        text = read_plain(file, _MOST_BYTES).decode("utf-8")
        # We write no value of such a kind, and reading one runs Qt's code for whatever it claims to be.
        if "\0" in text or "@Variant(" in text or "@DateTime(" in text:
            raise Damaged
    except (Damaged, UnicodeDecodeError, PermissionError, IsADirectoryError):
        said.append(put_aside(file, "what it remembered is lost"))
    except OSError:  # there is none yet, or none can be made
        pass
    if file.exists() and (not file.is_file() or said):
        # It could not be moved: Qt is not to read it. Below a file there is no other file to be written.
        return QSettings(str(file / "none.ini"), QSettings.Format.IniFormat), said
    with suppress(OSError):  # made by us, it is its owner's alone, and Qt leaves that so
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(open_plain(file, os.O_WRONLY | os.O_CREAT))
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    settings.sync()
    if settings.status() == QSettings.Status.FormatError:
        del settings
        said.append(put_aside(file, "what it remembered is lost"))
        settings = QSettings(str(file), QSettings.Format.IniFormat)
    settings, more = _without_nonsense(settings, file)
    make_private(file)
    if not settings.isWritable():
        more.append(
            f"{file} cannot be written to, so what you choose here is forgotten when the program ends; "
            "check that you may write there."
        )
    return settings, said + more


def _without_nonsense(settings: QSettings, file: Path) -> tuple[QSettings, list[str]]:
    """The settings with the values that make sense; the file is put aside if that is not all of them."""
    mended: dict[str, str] = {}
    wrong = False
    for key, parse in _PARSERS.items():
        if settings.contains(key):
            written = str(settings.value(key))
            value, whole = parse(parsed(written))
            wrong = wrong or not whole
            mended[key] = json.dumps(value)
            if mended[key] != written and whole:
                settings.setValue(key, mended[key])  # without the passwords that an earlier version kept
    if not wrong:
        settings.sync()
        return settings, []
    kept = {key: settings.value(key) for key in settings.allKeys()} | mended
    del settings
    said = put_aside(file, "only what makes sense of it was taken over")
    fresh = QSettings(str(file), QSettings.Format.IniFormat)
    fresh.clear()
    for key, value in kept.items():
        fresh.setValue(key, value)
    fresh.sync()
    return fresh, [said]


def recent_of(value: Any) -> tuple[list[tuple[str, str]], bool]:
    """(location, name) of projects, and whether that is all that `value` holds."""
    entries = value if isinstance(value, list) else []
    pairs = [
        (without_password(entry[0]), entry[1])
        for entry in entries
        if isinstance(entry, list) and len(entry) == 2 and all(is_text(part) for part in entry)
    ]
    return pairs, isinstance(value, list) and len(pairs) == len(entries)


def annotators_of(value: Any) -> tuple[dict[str, str], bool]:
    """Names by project (or digests of what was read), and whether that is all that `value` holds."""
    entries = value if isinstance(value, dict) else {}
    names = {uid: name for uid, name in entries.items() if is_text(name)}
    return names, isinstance(value, dict) and len(names) == len(entries)


def begun_of(value: Any) -> tuple[Begun, bool]:
    """Ratings that were begun, and whether that is all that `value` holds."""
    whole = isinstance(value, dict)
    begun: Begun = {}
    for uid, people in value.items() if isinstance(value, dict) else ():
        whole = whole and isinstance(people, dict)
        for name, ratings in people.items() if isinstance(people, dict) else ():
            whole = whole and isinstance(ratings, dict)
            for roi_id, votes in ratings.items() if isinstance(ratings, dict) else ():
                if roi_id.isascii() and roi_id.isdecimal() and len(roi_id) < 19 and _are_votes(votes):
                    begun.setdefault(uid, {}).setdefault(name, {})[int(roi_id)] = tuple(votes)
                else:
                    whole = False
    return begun, whole


_PARSERS: Final[dict[str, Callable[[Any], tuple[Any, bool]]]] = {
    RECENT: recent_of,
    ANNOTATORS: annotators_of,
    BEGUN: begun_of,
    READ: annotators_of,
}


def parsed(text: str) -> Any:
    """None for what is no JSON, holds numbers of thousands of digits, or is nested without end."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_text(value: object) -> bool:
    """Whether it is text that can be shown and used as the name of a file."""
    if not isinstance(value, str) or len(value) > _MOST_TEXT or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _are_votes(value: object) -> bool:
    if not isinstance(value, list) or len(value) != len(SCALE_NAMES):
        return False
    return all(
        vote is None or (type(vote) is int and 0 <= vote <= SCALES[name].maximum)
        for name, vote in zip(SCALE_NAMES, value, strict=True)
    )
