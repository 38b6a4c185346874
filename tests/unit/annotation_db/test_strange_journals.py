"""Journals that are damaged or strange keep nobody from rating, and lose nothing."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from annotation_db.database.schema import Rating
from annotation_db.rating import ratings
from annotation_db.safety import integrity, journal_check
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.operations.journals import at_opening
from tests.unit.annotation_db.conftest import Filled
from tests.unit.annotation_db.test_journal import lose, rate


def a_kept_one(filled: Filled, level: int = 1, **other: Any) -> dict[str, Any]:
    """As `seagull_studio.operations.rating` keeps a rating that cannot reach the database."""
    return {
        "kind": "rating",
        "uid": uuid4().hex,
        "at": "2026-05-05T12:00:00+00:00",
        "state": "waiting",
        "roi": filled.rois[0].uid,
        "annotator": filled.annotators[0].uid,
        "name": filled.annotators[0].name,
        "rating_kind": "rating",
        "revision": None,
        "votes": dict.fromkeys(SCALE_NAMES, level),
        "shown_at": None,
        "submitted_at": "2026-05-05T12:00:00+00:00",
        "duration_ms": 10,
        "origin": "window",
        "prefill": "none",
        "prediction": None,
        "outcomes": None,
        **other,
    }


def left_behind(filled: Filled, *entries: Any, name: str = "20260505T120000-1-aa") -> None:
    folder = filled.store.folder / "journal"
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / f"{name}.jsonl").write_text(text)


STRANGE: list[dict[str, Any]] = [
    {"kind": "other"},
    {"kind": ["rating"]},
    {"uid": ["b"]},
    {"uid": "\ud800"},
    {"uid": "\0"},
    {"uid": 10**30},
    {"uid": "b" * 40},
    {"at": None},
    {"at": "yesterday"},
    {"submitted_at": "2026-01-01T00:00:00"},
    {"shown_at": 5},
    {"votes": [1]},
    {"votes": dict.fromkeys(SCALE_NAMES, "x")},
    {"votes": dict.fromkeys(SCALE_NAMES, 9)},
    {"duration_ms": 10**30},
    {"duration_ms": -1},
    {"prefill": "boo"},
    {"rating_kind": "boo"},
    {"prediction": {}},
    {"outcomes": ["boo"]},
    {"outcomes": [[]] * 8},
    {"origin": "o" * 10_000},
    {"kind": "roi"},
    {"kind": "roi", "size": ["4", 4], "counts": "aa"},
    *(
        {
            "kind": "roi",
            "image": "",
            "sha256": "",
            "external_id": "r1",
            "level": "object",
            "size": [48, 64],
            "counts": "0",
            "prompts": {},
            "segmenter": "",
            "predicted_iou": None,
            "created_by": "",
            **other,
        }
        for other in ({"level": "boo"}, {"counts": "\x01"}, {"prompts": {"a": "\0"}}, {"size": [10**19, 1]})
    ),
]


@pytest.mark.parametrize("strange", STRANGE, ids=str)
def test_a_strange_journal_keeps_nobody_from_rating(any_filled: Filled, strange: dict[str, Any]) -> None:
    if strange.get("image") == "":
        strange = {**strange, "image": any_filled.images[0].uid}
    good = a_kept_one(any_filled, roi=any_filled.rois[1].uid)
    left_behind(any_filled, a_kept_one(any_filled, **strange), good)
    said = at_opening(any_filled.store)
    assert all(sentence.endswith(".") and "Error" not in sentence for sentence in said)
    made = rate(any_filled)
    with any_filled.store.read() as s:
        assert {one.uid for one in ratings.all_latest(s)} - {str(strange.get("uid"))} >= {
            made.uid,
            good["uid"],
        }
    for finding in integrity.check(any_filled.store):
        assert "to the end" not in finding.message


def test_a_journal_with_a_damaged_line_stays(filled: Filled) -> None:
    left_behind(filled, "damaged", a_kept_one(filled))
    at_opening(filled.store)
    state = journal_check.look(filled.store, fold=True)
    assert (state.waiting, state.folded) == ((), 0) and len(state.unreadable) == 1


def test_a_clock_that_was_put_back_does_not_turn_corrections_round(filled: Filled) -> None:
    first = a_kept_one(filled, 1, at="2026-05-05T12:00:00+00:00")
    correction = a_kept_one(filled, 2, at="2026-05-05T10:00:00+00:00")
    left_behind(filled, first, correction)
    at_opening(filled.store)
    with filled.store.read() as s:
        history = ratings.history(s, filled.rois[0].id, filled.annotators[0].id)
    assert [one.votes.blur for one in history] == [1, 2]


def test_an_older_vote_that_is_put_back_has_not_the_last_word(any_filled: Filled) -> None:
    """The database was lost, an older backup restored, and the ROI rated anew before the repair."""
    store = any_filled.store
    old = rate(any_filled, level=1)
    lose(store, Rating)
    new = rate(any_filled, level=4)
    assert journal_check.put_back(store, journal_check.look(store).missing, "lead").stored == 1
    with store.read() as s:
        history = ratings.history(s, any_filled.rois[0].id, any_filled.annotators[0].id)
    assert {old.uid, new.uid} < {rating.uid for rating in history}
    assert [rating.votes[0] for rating in history] == [4, 1, 4]
    assert history[-1].submitted_at == new.submitted_at
    assert integrity.check(store) == []
