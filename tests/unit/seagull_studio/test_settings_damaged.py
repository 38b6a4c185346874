"""A settings file that was damaged is put aside with a sentence, and what makes sense of it is kept."""

from __future__ import annotations

import json
import os
import random
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.services import settings_file
from seagull_studio.services.settings import Settings, weights_folders
from seagull_studio.state.settings_view import Settings as Choices

DIGITS = "9" * 5000
DEEP = "[" * 100_000
VOTES = [5, 5, None, 0, 1, 2, 3, None]
NONSENSE = [
    "[1]",
    "[[1, 2]]",
    '[["/p"]]',
    '[["/p", "name", "more"]]',
    '["/p"]',
    '[["\\u0000", "x"]]',
    '[["\\ud800", "x"]]',
    "{}",
    "[]",
    "null",
    DIGITS,
    f"[{DIGITS}]",
    DEEP,
    "{",
    '{"u": 1}',
    '{"u": {"Ann": 1}}',
    '{"u": {"Ann": {"x": []}}}',
    '{"u": {"Ann": {"1": [1, 2]}}}',
    '{"u": {"Ann": {"1": [9, 9, 9, 9, 9, 9, 9, 9]}}}',
    '{"u": {"Ann": {"1": [1.5, 0, 0, 0, 0, 0, 0, 0]}}}',
    '{"u": {"Ann": {"1": [true, 0, 0, 0, 0, 0, 0, 0]}}}',
    f'{{"u": {{"Ann": {{"{DIGITS}": [0, 0, 0, 0, 0, 0, 0, 0]}}}}}}',
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def fill(file: Path) -> None:
    settings = Settings(file)
    settings.set_choices(Choices("dark", "zh_CN", "/weights"))
    settings.remember_project("/project", "A project")
    settings.remember_annotator("u", "Ann")
    settings.remember_begun("u", "Ann", {7: tuple(VOTES)})
    settings.sync()


def use(settings: Settings) -> None:
    """Everything that the window does with settings; nothing of it may raise."""
    choices = settings.choices()
    weights_folders(choices.weights_folder)
    for location, name in settings.recent_projects():
        (location + name).encode()
    assert isinstance(settings.annotator_of("u"), str) and settings.segmenter is not None
    for votes in settings.begun("u", "Ann").values():
        assert len(votes) == len(SCALE_NAMES)
    settings.geometry.size()
    settings.remember_project("/new", "New")
    settings.remember_annotator("u", "Bob")
    settings.remember_begun("u", "Bob", {1: tuple(VOTES)})
    settings.sync()
    assert settings.recent_projects()[0] == ("/new", "New") and settings.annotator_of("u") == "Bob"
    assert settings.begun("u", "Bob") == {1: tuple(VOTES)}


@pytest.mark.parametrize("key", [settings_file.RECENT, settings_file.ANNOTATORS, settings_file.BEGUN])
def test_a_value_without_sense_leaves_the_others_and_is_told_of(key: str, file: Path) -> None:
    for number, nonsense in enumerate(NONSENSE):
        place = file.with_name(f"{number}.ini")
        fill(place)
        raw = QSettings(str(place), QSettings.Format.IniFormat)
        raw.setValue(key, nonsense)
        raw.sync()
        del raw
        settings = Settings(place)
        sensible = (key == settings_file.RECENT) == (nonsense == "[]") and nonsense in ("[]", "{}")
        aside = list(place.parent.glob(f"{number}.ini.damaged-*"))
        assert len(settings.notices) == len(aside) == (0 if sensible else 1), nonsense[:60]
        assert settings.choices() == Choices("dark", "zh_CN", "/weights")
        assert key == settings_file.RECENT or settings.recent_projects() == [("/project", "A project")]
        assert key == settings_file.BEGUN or settings.begun("u", "Ann") == {7: tuple(VOTES)}
        use(settings)
        assert Settings(place).notices == [], "once"


def test_of_begun_ratings_those_that_make_sense_stay(file: Path) -> None:
    fill(file)
    raw = QSettings(str(file), QSettings.Format.IniFormat)
    raw.setValue(settings_file.BEGUN, json.dumps({"u": {"Ann": {"7": VOTES, "8": [1]}, "Bob": 3}}))
    raw.sync()
    del raw
    settings = Settings(file)
    assert settings.begun("u", "Ann") == {7: tuple(VOTES)} and len(settings.notices) == 1


def test_300_damaged_files(file: Path) -> None:
    rng = random.Random(5)
    fill(file)
    whole = file.read_bytes()
    told = 0
    for number in range(300):
        place = file.with_name(f"f{number}.ini")
        raw = bytearray(whole)
        match rng.randrange(5):
            case 0:
                for _ in range(rng.randrange(1, 30)):
                    raw[rng.randrange(len(raw))] = rng.randrange(256)
            case 1:
                del raw[rng.randrange(len(raw)) :]
            case 2:
                raw[:] = rng.randbytes(rng.randrange(300))
            case 3:
                at = rng.randrange(len(raw))
                raw[at:at] = rng.choice(
                    [b"\0", b"@Variant(\\0\\0\\0\\x7f\\0)", DIGITS.encode(), b'"', b"\\x0"]
                )
            case 4:
                at, end = sorted(rng.randrange(len(raw)) for _ in range(2))
                raw[at:end] = raw[at:end][::-1]
        place.write_bytes(bytes(raw))
        settings = Settings(place)
        assert all(said.endswith(".") and str(place) in said for said in settings.notices)
        told += len(settings.notices)
        use(settings)
        assert Settings(place).notices == [], "once"
    assert told > 60


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "large"])
def test_what_is_no_file_is_put_aside(kind: str, file: Path) -> None:
    match kind:
        case "folder":
            (file / "inside").mkdir(parents=True)
        case "pipe":
            os.mkfifo(file)
        case "link":
            file.symlink_to(file.parent)
        case "large":
            with file.open("wb") as opened:
                opened.truncate(5 << 20)
    settings = Settings(file)
    assert len(settings.notices) == 1 and "set aside as settings.ini.damaged-" in settings.notices[0]
    use(settings)
    assert Settings(file).recent_projects()[0] == ("/new", "New")


def test_where_nothing_can_be_written_it_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    settings = Settings(tmp_path / "home" / "config" / "settings.ini")
    assert len(settings.notices) == 1 and "cannot be written to" in settings.notices[0]
    use(settings)


def test_the_file_is_its_owners_alone_and_holds_no_password(file: Path) -> None:
    raw = QSettings(str(file), QSettings.Format.IniFormat)
    old = [["postgresql://me:s3cret@db/studio", "Old"], ["mysql://me:s3cret@db/x", "Older"]]
    raw.setValue(settings_file.RECENT, json.dumps(old))
    raw.sync()
    del raw
    file.chmod(0o644)
    settings = Settings(file)
    assert settings.recent_projects() == [("postgresql://me@db/studio", "Old"), ("mysql://...", "Older")]
    settings.remember_project("postgres://me:s3cret@DB:5432/studio", "Again")
    settings.sync()
    assert settings.recent_projects()[0] == ("postgresql://me@db/studio", "Again")
    assert len(settings.recent_projects()) == 2, "another spelling is the same project"
    assert b"s3cret" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings.notices == []


def test_a_home_that_nobody_has_is_a_folder_without_weights() -> None:
    assert weights_folders("~nobody-of-that-name/x")[0] == Path("~nobody-of-that-name/x")
