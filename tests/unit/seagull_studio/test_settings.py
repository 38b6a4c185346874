"""What is remembered between starts; a settings file that was tampered with never stops the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from seagull_studio.services.settings import RECENT_KEPT, Settings, weights_folders
from seagull_studio.state.settings_view import Settings as Choices


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def again(settings: Settings, file: Path) -> Settings:
    settings.sync()
    return Settings(file)


def test_choices_come_back(file: Path) -> None:
    settings = Settings(file)
    assert settings.choices() == Choices()
    chosen = Choices("dark", "zh_CN", "/weights with spaces/ä")
    settings.set_choices(chosen)
    settings.segmenter = "SAM ViT-B (01ec64)"
    after = again(settings, file)
    assert after.choices() == chosen and after.segmenter == "SAM ViT-B (01ec64)"


def test_recent_projects_newest_first_each_once(file: Path) -> None:
    settings = Settings(file)
    for number in range(RECENT_KEPT + 3):
        settings.remember_project(f"/p{number}", f"project, {number}")
    settings.remember_project("/p5", "renamed")
    kept = again(settings, file).recent_projects()
    assert kept[0] == ("/p5", "renamed") and len(kept) == RECENT_KEPT
    assert len({location for location, _ in kept}) == RECENT_KEPT
    settings.forget_project("/p5")
    assert "/p5" not in dict(settings.recent_projects())


def test_one_annotator_per_project(file: Path) -> None:
    settings = Settings(file)
    settings.remember_annotator("a", "Ann")
    settings.remember_annotator("b", "Bob, the second")
    after = again(settings, file)
    assert [after.annotator_of(uid) for uid in "abc"] == ["Ann", "Bob, the second", ""]


def test_begun_ratings_by_project_and_annotator(file: Path) -> None:
    settings = Settings(file)
    begun = {7: (5, 5, None, None, None, None, None, None)}
    settings.remember_begun("a", "Ann", begun)
    settings.remember_begun("a", "Bob", {})
    after = again(settings, file)
    assert after.begun("a", "Ann") == begun
    assert after.begun("a", "Bob") == after.begun("b", "Ann") == {}


@pytest.mark.parametrize("nonsense", ["[", "7", '"x"', "null", "{}", "[]"])
def test_nonsense_in_the_file_is_as_if_it_were_not_there(file: Path, nonsense: str) -> None:
    settings = Settings(file)
    for key in ("projects/recent", "projects/annotators", "rating/begun", "instructions/read"):
        settings._settings.setValue(key, nonsense)
    settings._settings.setValue("window/theme", nonsense)
    after = again(settings, file)
    assert after.recent_projects() == [] and after.annotator_of("a") == "" and after.begun("a", "b") == {}
    assert after.choices().theme == "system"
    assert not after.has_read("a", "b", "digest")


def test_the_chosen_weights_folder_comes_first(own_home: Path) -> None:
    assert weights_folders("/mine")[0] == Path("/mine")
    assert weights_folders("/mine")[1:] == weights_folders()
