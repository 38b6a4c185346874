"""Names in free text, and pseudonyms that can be drawn again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from annotation_db.exports.hidden_names import SOMEBODY, HiddenNames
from annotation_db.exports.pseudonyms import display_names, repeatable_draw
from annotation_db.records import AnnotatorRecord

NAMES = HiddenNames(
    {"Ada Lovelace": "rater-01", "Al": "rater-02", "王芳": "rater-03", "Eve Smith": "rater-04"}
    | {"Bob Smith": "rater-05", "Zoë": "rater-06", "b.c+": "rater-07", "Anna Weiß": "rater-09"},
    {"sim-01": "rater-08"},
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ada Lovelace slept", "rater-01 slept"),
        ("ADA\n  LOVELACE and ada", "rater-01 and rater-01"),
        ("Lovelace's ROI, adamant", "rater-01's ROI, adamant"),
        ("Al's alpha, al, Hal", "rater-02's alpha, rater-02, Hal"),
        ("王芳的标注", "rater-03的标注"),
        ("Smith, Eve, Bob Smith", f"{SOMEBODY}, rater-04, rater-05"),
        ("zoë, Zoe\u0308 and ZOË", "rater-06, rater-06 and rater-06"),
        ("Weiß, WEISS und Anna Weiss", "rater-09, rater-09 und rater-09"),
        ("(b.c+) bxc+", "(rater-07) bxc+"),
        ("sim-01 is simulated, sim is not", "rater-08 is simulated, sim is not"),
        ("rater-01 stays", "rater-01 stays"),
        ("", ""),
    ],
)
def test_names_go_and_words_stay(text: str, said: str) -> None:
    assert NAMES.hide(text) == said


def test_nobody_is_hidden_where_nobody_is_known() -> None:
    assert HiddenNames({}).hide("Ada (e\u0301)") == "Ada (é)"


def people(count: int) -> list[AnnotatorRecord]:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        AnnotatorRecord(n, f"{n * 7919:032x}", f"name {n}", "annotator", False, n, day)
        for n in range(1, count + 1)
    ]


def test_the_same_people_and_seed_are_the_same_pseudonyms() -> None:
    listed = people(12)

    def drawn(seed: int, whom: list[AnnotatorRecord]) -> dict[int, str]:
        return display_names(whom, pseudonyms=True, draw=repeatable_draw(whom, seed))

    assert drawn(0, listed) == drawn(0, listed[::-1])
    assert sorted(drawn(0, listed).values()) == [f"rater-{n:02}" for n in range(1, 13)]
    others = [replace(one, uid=f"{one.id * 104_729:032x}") for one in listed]
    assert drawn(0, listed) != drawn(1, listed) and drawn(0, listed) != drawn(0, others)
    orders = {tuple(display_names(listed, pseudonyms=True).items()) for _ in range(5)}
    assert len(orders) > 1  # an export draws anew each time
