"""Regions that were begun, on disk: what comes back is what was there, and nothing damaged gets in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seagull_studio.operations.drafts import DraftFiles, KeptDraft
from seagull_studio.state.draft import Click, Draft, Edit
from seagull_studio.state.packed_mask import PackedMask

SIZE = (40, 60)


def blob(x: int, y: int) -> PackedMask:
    mask = np.zeros(SIZE, np.bool_)
    mask[y : y + 9, x : x + 13] = True
    mask[y, x] = False
    return PackedMask.pack(mask)


def draft() -> Draft:
    begun = Draft(SIZE).with_click(Click(10.5, 12.25, True)).with_box((2.0, 3.0, 30.0, 20.0))
    answered = begun.with_answer((blob(4, 5), blob(20, 10)), (0.9, None)).cycled()
    painted = answered.with_edit(Edit("stroke", ((5.0, 5.0), (25.0, 8.5)), 3.0, True))
    return painted.with_edit(Edit("polygon", ((20.0, 10.0), (30.0, 10.0), (30.0, 18.0)), 0.0, False))


def kept(files: DraftFiles, one: Draft) -> Draft:
    files.note("u1", KeptDraft("abc", one))
    files.flush()
    found, refused = DraftFiles(files.folder.parents[1], "Ada").load()
    assert not refused and found["u1"].sha256 == "abc"
    return found["u1"].draft


def test_what_comes_back_is_what_was_there(tmp_path: Path) -> None:
    files = DraftFiles(tmp_path, "Ada")
    for one in (draft(), draft().with_click(Click(1, 1, False)), Draft(SIZE).with_click(Click(3, 4, True))):
        assert kept(files, one) == one
    assert draft().with_click(Click(1, 1, False)).awaits_answer
    assert DraftFiles(tmp_path, "Bo").load() == ({}, []), "of one annotator"


def test_an_empty_draft_has_no_file(tmp_path: Path) -> None:
    files = DraftFiles(tmp_path, "Ada")
    files.note("u1", KeptDraft("abc", draft()))
    files.flush()
    assert [file.name for file in files.folder.iterdir()] == ["u1.json"]
    files.note("u1", KeptDraft("abc", Draft(SIZE)))
    files.flush()
    assert list(files.folder.iterdir()) == []
    files.note("u2", KeptDraft("abc", Draft(SIZE)))
    files.flush()


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"size": [40, -1]},
        {"chosen": 7},
        {"ious": []},
        {"edits": [{"kind": "spell", "points": [], "radius": 1, "adding": True}]},
        {"edits": [{"kind": "stroke", "points": [[1e9, 0]], "radius": 1, "adding": True}]},
        {"hypotheses": [{"box": [50, 0, 20, 9], "bits": ""}] * 2},
        {"hypotheses": [{"box": [0, 0, 13, 9], "bits": "AAAA"}] * 2},
        {"prompt": {"clicks": [[1]], "box": None}},
        {"prompt": None},
    ],
)
def test_a_damaged_file_is_told_and_the_others_are_there(tmp_path: Path, change: dict[str, Any]) -> None:
    files = DraftFiles(tmp_path, "Ada")
    for uid in ("u1", "u2"):
        files.note(uid, KeptDraft("abc", draft()))
    files.flush()
    file = files.folder / "u1.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    found, refused = files.load()
    assert list(found) == ["u2"] and len(refused) == 1 and str(file) in refused[0]
    file.write_bytes(b"\xff\x00{")
    assert len(files.load()[1]) == 1


def test_what_could_not_be_written_is_written_the_next_time(tmp_path: Path) -> None:
    files = DraftFiles(tmp_path, "Ada")
    (tmp_path / "drafts").write_text("in the way")
    files.note("u1", KeptDraft("abc", draft()))
    with pytest.raises(OSError):
        files.flush()
    (tmp_path / "drafts").unlink()
    files.flush()
    assert files.load()[0]["u1"].draft == draft()
