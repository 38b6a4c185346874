"""Commands on pictures: what they do and print."""

from __future__ import annotations

import shutil

from tests.unit.seagull_studio.test_cli_commands import Terminal, made, run

__all__ = ["made", "run"]


def test_pictures_are_found_again_withdrawn_and_brought_back(made: Terminal) -> None:
    assert "No picture" in made.refused("relocate", made.project, made.folder)
    shutil.move(made.folder / "photos", made.folder / "moved")
    done = made.json("relocate", made.project, made.folder / "moved")
    assert (len(done["found"]), done["differing"], done["missing"]) == (5, [], [])
    assert made.json("check", made.project)["findings"] == []
    told = made.json("picture", "withdraw", made.project, "a.png", "--reason", "a copy")
    assert told == {"image": "a.png", "rois": 1, "reason": "a copy"}
    assert len(made.json("aggregate", made.project)["rois"]) == 4
    assert "is excluded already" in made.refused(
        "picture", "withdraw", made.project, "a.png", "--reason", "again"
    )
    assert made.json("picture", "restore", made.project, "a.png") == {"image": "a.png", "rois": 1}
    assert len(made.json("aggregate", made.project)["rois"]) == 5
