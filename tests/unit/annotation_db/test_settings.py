"""Settings of a project and the lab's instructions, on both databases."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from annotation_db import project, settings
from annotation_db.database import audit, changes
from annotation_db.database.store import Store
from annotation_db.errors import Refused
from annotation_db.pictures import instructions, rois
from annotation_db.pictures.instructions import Instructions
from annotation_db.predictions import prefill
from annotation_db.rating import annotators, coverage, lead_passphrase, permissions
from annotation_db.safety.salvage import rescue
from annotation_db.settings import ProjectSettings
from tests.unit.annotation_db.conftest import Filled, box_mask, save_picture
from tests.unit.annotation_db.test_migrations import on_a_server

OLD = Path(__file__).parents[2] / "data" / "projects"


def test_settings_are_stored_audited_and_told_to_other_programs(any_store: Store) -> None:
    with any_store.read() as s:
        before = project.settings(s)
        counted = changes.counters(s).get("project", 0)
    assert before == ProjectSettings("Test", raters_wanted=3)
    new: dict[str, Any] = {
        "name": " Regions ",
        "min_roi_area": 64,
        "who_may_mark": "leads",
        "control_share": 0.5,
        "reminder_minutes": 20,
        "idle_minutes": 0,
        "repeat_share": 0.1,
        "gold_share": 0.05,
        "feedback": True,
    }
    with any_store.write("Lea") as s:
        project.update(s, "Lea", **new)
    with any_store.read() as s:
        assert project.settings(s) == before.changed(new)
        assert project.settings(s).name == "Regions"
        (entry,) = audit.list_all(s, 1)
        assert (entry.who, entry.action) == ("Lea", "project.update")
        assert entry.detail == {**new, "name": "Regions"}
        assert changes.counters(s)["project"] == counted + 1
    with any_store.write("Lea") as s:
        project.update(s, "Lea", feedback=True)
        assert len(audit.list_all(s)) == 1, "what is so already is no change"


def test_more_and_fewer_raters_open_and_close_places(any_filled: Filled) -> None:
    store = any_filled.store
    for wanted in (5, 2):
        with store.write() as s:
            project.update(s, "Lea", raters_wanted=wanted)
        with store.read() as s:
            assert coverage.coverage(s).raters_wanted == wanted


def test_a_mask_below_the_smallest_area_is_refused(any_filled: Filled) -> None:
    with any_filled.store.write() as s:
        project.update(s, "Lea", min_roi_area=200)
        with pytest.raises(Refused, match="100 pixels, fewer than the 200"):
            rois.add(s, image_id=any_filled.images[0].id, mask=box_mask(0, 0, 10, 10), who="x")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("name", "  ", "needs a name"),
        ("name", "x" * 201, "at most 200"),
        ("name", 3, "needs a name"),
        ("raters_wanted", 0, "At least 1"),
        ("raters_wanted", 1001, "At most 1,000"),
        ("raters_wanted", 2.5, "a whole number"),
        ("min_roi_area", 0, "at least 1 pixel"),
        ("min_roi_area", 2**31, "from 1 to"),
        ("who_may_mark", "nobody", "everybody, leads"),
        ("prefill_policy", "always", "off, prefill, reveal"),
        ("prefill_policy", "prefill", "no model"),
        ("control_share", 1.01, "from 0 to 1"),
        ("control_share", float("nan"), "a number"),
        ("reminder_minutes", -1, "from 0 to 1,440"),
        ("idle_minutes", 1441, "from 0 to 1,440"),
        ("repeat_share", 0.6, "from 0 to 0.5"),
        ("gold_share", True, "a number"),
        ("feedback", 1, "yes or no"),
        ("seed", 3, "no setting"),
    ],
)
def test_what_is_out_of_bounds_is_refused(store: Store, name: str, value: Any, said: str) -> None:
    with store.write() as s:
        before = project.settings(s)
        with pytest.raises(Refused, match=said):
            project.update(s, "Lea", **{name: value})
        assert project.settings(s) == before


def test_settings_are_typed_as_texts() -> None:
    assert settings.parsed("raters_wanted", " 9 ") == 9
    assert settings.parsed("gold_share", "0.25") == 0.25
    assert settings.parsed("feedback", "Yes") is True and settings.parsed("feedback", "off") is False
    assert settings.parsed("name", " A name ") == "A name"
    for name, said in (("raters_wanted", "many"), ("gold_share", "x"), ("feedback", "maybe"), ("seed", "1")):
        with pytest.raises(Refused):
            settings.parsed(name, said)


def test_the_pre_fill_has_one_rule(store: Store) -> None:
    with store.write() as s:
        for change in (prefill.set_policy, project.update):
            keyword = "policy" if change is prefill.set_policy else "prefill_policy"
            with pytest.raises(Refused, match="no model to show"):
                change(s, "Lea", **{keyword: "reveal"})  # type: ignore[operator]
            s.rollback()


@pytest.mark.parametrize("where", ["folder", "postgresql"])
@pytest.mark.parametrize("version", ["0001", "0002"])
def test_an_older_project_has_the_usual_settings(
    version: str, where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    location: str | Path = tmp_path / "p"
    shutil.copytree(OLD / version, location)
    if where == "postgresql":
        location = request.getfixturevalue("postgres").new_database()
        on_a_server(tmp_path / "p", version, str(location))
    with Store.open(location) as store:
        with store.read() as s:
            found, policy = project.settings(s), prefill.policy(s)
            usual = ProjectSettings(found.name, found.raters_wanted, found.min_roi_area)
            kept = {"prefill_policy": policy.policy, "control_share": policy.control_share}
            assert found == replace(usual, **kept)  # type: ignore[arg-type]
            assert instructions.get(s) == Instructions()
            assert not permissions.standing(s).guarded
        with store.write() as s:
            project.update(s, "Lea", idle_minutes=5, feedback=True)
        with pytest.raises(IntegrityError), store.write() as s:
            s.execute(text("UPDATE project SET gold_share = 0.7"))


def test_a_rescue_saves_settings_and_instructions(store: Store, tmp_path: Path) -> None:
    with store.write() as s:
        project.update(s, "Lea", idle_minutes=5, feedback=True)
        instructions.store(s, Instructions("![](a.png)", {"a.png": b"\x89PNG"}), "Lea")
        annotators.add(s, "Lea", role="lead", who="Lea")
    lead_passphrase.set_new(store, "correct horse", "Lea")
    store.close()
    rescue(store.folder, tmp_path / "saved", "Lea")
    with Store.open(tmp_path / "saved") as saved:
        with saved.read() as s:
            assert project.settings(s).idle_minutes == 5 and project.settings(s).feedback
            assert instructions.get(s).pictures == {"a.png": b"\x89PNG"}
        assert lead_passphrase.prove(saved, "correct horse")


def test_instructions_are_kept_with_their_pictures(any_store: Store, tmp_path: Path) -> None:
    save_picture(tmp_path / "pics" / "a b.png", size=(2400, 120))
    page = tmp_path / "page.md"
    page.write_text(
        "# Rate calmly\n\n![sharp](pics/a%20b.png 'what is sharp')\n\nTwice: ![](<pics/a b.png>)\n"
    )
    read = instructions.read_page(page)
    assert list(read.pictures) == ["pics/a b.png"]
    more = Instructions(read.text, {**read.pictures, "unused.png": b"x"})
    with any_store.write("Lea") as s:
        assert instructions.store(s, more, "Lea")
        assert not instructions.store(s, more, "Lea"), "the same page is no change"
    with any_store.read() as s:
        kept = instructions.get(s)
        assert kept.text.startswith("# Rate calmly") and list(kept.pictures) == ["pics/a b.png"]
        assert audit.list_all(s, 1)[0].action == "instructions.set"
    assert kept.digest and kept.digest != Instructions(kept.text).digest
    data = kept.pictures["pics/a b.png"]
    (tmp_path / "kept.png").write_bytes(data)
    from annotation_db.pictures import picture_files

    facts = picture_files.read_facts(tmp_path / "kept.png")
    assert (facts.format, facts.width, facts.height) == ("PNG", 1200, 60)


@pytest.mark.parametrize("name", ["../secret.png", "/etc/x.png", "https://example.org/x.png", "C:\\x.png"])
def test_pictures_elsewhere_are_never_taken(name: str, store: Store, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"![]({name})")
    with pytest.raises(Refused, match="never fetched"):
        instructions.read_page(page)
    with store.write() as s, pytest.raises(Refused, match="never fetched"):
        instructions.store(s, Instructions(page.read_text()), "Lea")


def test_a_page_that_is_no_text_or_too_long_is_refused(store: Store, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    with pytest.raises(Refused, match="cannot be read"):
        instructions.read_page(page)
    page.write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(Refused, match="UTF-8"):
        instructions.read_page(page)
    with store.write() as s, pytest.raises(Refused, match="characters"):
        instructions.store(s, Instructions("x" * 100_001), "Lea")
