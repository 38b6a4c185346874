"""What models answer and what it means: the words that count, and those that only look as if they did."""

from __future__ import annotations

import pytest

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS, SEVERITY_WORDS

QUALITY = [
    # Asserted, in any wording.
    ("The quality is good.", 3),
    ("The quality is bad", 0),
    ("THE QUALITY IS EXCELLENT.", 4),
    ("Good", 3),
    ("**good**", 3),
    ("_Good_", 3),
    ("`fair`", 2),
    ("- Quality: poor", 1),
    ("* quality - Poor", 1),
    ("Quality: good\nImportance: minor", 3),
    ('{"quality": "good"}', 3),
    ('{"quality": "good", "importance": "normal", "distortions": ["minor blur"]}', 3),
    ('```json\n{"quality": "fair"}\n```', 2),
    ("| quality | fair |", 2),
    ("1. The quality is fair.\n2. It is important.", 2),
    ("The quality is good, really good.", 3),
    ("The quality is good. Good, I repeat.", 3),
    ("I think the quality is good.", 3),
    ("I would say the quality is good.", 3),
    ("I'd rate this region as fair.", 2),
    ("Without doubt, the quality is excellent.", 4),
    ("The quality is nothing short of excellent.", 4),
    ("The quality is nothing but poor.", 1),
    ("There is no blur, and the quality is good.", 3),
    ("No distortions; excellent.", 4),
    ("Without distortions, excellent quality.", 4),
    ("good, without blur or noise", 3),
    ("The quality is good with no noise.", 3),
    ("The quality is good, although it could be better.", 3),
    ("The quality is good but not excellent.", 3),
    ("It is not good, it is poor.", 1),
    ("Is the quality good? No, it is poor.", 1),
    ("Some people would say excellent, but it is fair.", 2),
    ("If it were sharper it would be excellent. The quality is fair.", 2),
    ("The quality is poor rather than good.", 1),
    ("It is important to note that the quality is poor.", 1),
    ("The quality is good. Is it excellent? No.", 3),
    ("It's good-quality.", 3),
    # Denied.
    ("not good", None),
    ("The quality is NOT good.", None),
    ("The quality isn't bad.", None),
    ("The quality isn’t bad.", None),
    ("It doesn't look good", None),
    ("This can't be called good.", None),
    ("The quality is not very good.", None),
    ("I do not think that the quality of this region is good.", None),
    ("The quality is never good", None),
    ("far from excellent", None),
    ("It is far from being excellent.", None),
    ("hardly good", None),
    ("barely fair", None),
    ("less than good", None),
    ("The quality is worse than fair.", None),
    ("better than poor", None),
    ("no better than fair", None),
    ("anything but good", None),
    ("nowhere near good", None),
    ("almost excellent", None),
    ("below fair", None),
    ("It fails to be good.", None),
    ("neither good nor bad", None),
    ("The quality lacks anything good.", None),
    ("non-excellent", None),
    ("un-good", None),
    ("Good it is not.", None),
    ("Good? No.", None),
    ("Good. Not really.", None),
    ("The quality is good. That is not true.", None),
    ("good: no", None),
    ('{"good": false}', None),
    ("The opposite of good.", None),
    ("It is good in no way.", None),
    ("The quality is good... or not.", None),
    ("Too blurry to be good", None),
    ("Good is an overstatement.", None),
    ("Allegedly good.", None),
    ("It is false that the quality is good.", None),
    ("The quality is good. The quality is not good.", None),
    # Asked, supposed, said by others.
    ("Is the quality good? No.", None),
    ("Is the quality of this region good", None),
    ("Is the quality of this region good?", None),
    ("Q: Is the quality good?\nA: No.", None),
    ("Is the quality of this region good\nNo", None),
    ("Is the quality good? Yes.", None),
    ("How good is the quality?", None),
    ("If it were sharper, the quality would be good.", None),
    ("The quality could be good.", None),
    ("The quality might be excellent", None),
    ("Maybe good.", None),
    ("It is good if you ignore the noise.", None),
    ("Some people would say excellent.", None),
    ("Some say it is excellent.", None),
    ("According to others, good.", None),
    ("It is said to be good.", None),
    ("It used to be good.", None),
    ("Suppose the quality is good.", None),
    # Several, or none.
    ("bad, poor, fair, good, excellent", None),
    ("On a scale from bad to excellent", None),
    ("good or fair", None),
    ("fair to good", None),
    ('{"bad": 0.1, "good": 0.9}', None),
    ("goodness", None),
    ("Analyze the quality of this region.", None),
]

IMPORTANCE = [
    ("This region is important to the overall quality.", 3),
    ("This region is unimportant to the overall quality.", 0),
    ("This region is essential to the overall quality", 4),
    ("This region is normal to the overall quality.", 2),
    ("Importance: MINOR", 1),
    ("of minor importance", 1),
    ("Very important.", 3),
    ("With minor blur distortion. This region is essential.", 4),
    ("Blur: minor. This region is important.", 3),
    ("The blur is minor. The region is important.", 3),
    ("With minor blur, it is of minor importance.", 1),
    ("un-important", None),
    ("Un-important to the overall quality.", None),
    ("un important", None),
    ("non-essential", None),
    ("not important", None),
    ("It isn't that important.", None),
    ("less important", None),
    ("more important than the sky", None),
    ("The least important region", None),
    ("hardly essential", None),
    ("Is this region important to the overall quality", None),
    ("Is this region important? No.", None),
    ("It would be important if it were larger.", None),
    ("Some people think it is essential.", None),
    ("minor blur", None),
    ("Consider the impact of this region on the overall image quality. Analyze its importance to the overall "
     "image quality.", None),
]  # fmt: skip

DISTORTION = [
    ("With minor colorfulness and trivial contrast distortions.", {"colorfulness": 3, "contrast": 4}),
    ("with MINOR blur distortion", {"blur": 3}),
    ("With minor blur, minor compression and minor noise distortions.",
     {"blur": 3, "compression": 3, "noise": 3}),
    ("compression is minor, blur is minor", {"blur": 3, "compression": 3}),
    ("Blur: minor. Noise: minor.", {"blur": 3, "noise": 3}),
    ("The blur is severe while the noise is minor", {"blur": 1, "noise": 3}),
    ("minor\nblur", {"blur": 3}),
    ("blur\nminor\nnoise\nsevere", {"blur": 3, "noise": 1}),
    ("- minor blur\n- severe noise", {"blur": 3, "noise": 1}),
    ("- blur: minor\n- noise: severe\n", {"blur": 3, "noise": 1}),
    ("* **Blur**: _severe_\n* **Noise**: trivial", {"blur": 1, "noise": 4}),
    ("1. Blur - minor\n2. Exposure - extreme", {"blur": 3, "exposure": 0}),
    ("| blur | minor |\n| noise | severe |", {"blur": 3, "noise": 1}),
    ('{"blur": "minor", "noise": "severe"}', {"blur": 3, "noise": 1}),
    ('{"blur": "minor", "noise": "none", "contrast": null}', {"blur": 3}),
    ('[{"type": "blur", "severity": "minor"}, {"severity": "severe", "type": "noise"}]',
     {"blur": 3, "noise": 1}),
    ("severe blur but no noise", {"blur": 1}),
    ("severe blur without noise", {"blur": 1}),
    ("not only severe blur but also minor noise", {"blur": 1, "noise": 3}),
    ("no blur, minor noise", {"noise": 3}),
    ("free of compression artifacts, minor blur", {"blur": 3}),
    ("The blur is severe, but the noise could be minor.", {"blur": 1}),
    ("Is there blur? Yes. The blur is severe.", {"blur": 1}),
    ("minor blur, but the contrast is good", {"blur": 3}),
    ("In contrast, the noise is minor.", {"noise": 3}),
    ("noise-free, minor blur", {"blur": 3}),
    ("minor blur and noise", {"blur": 3, "noise": None}),
    ("moderate to severe blur", {"blur": None}),
    ("without distortions", {}),
    ("WITHOUT DISTORTIONS.", {}),
    ("There are no visible distortions.", {}),
    ("no noise", None),
    ("No noise.", None),
    ("without blur", None),
    ("free of compression artifacts", None),
    ("neither blur nor noise", None),
    ("Neither severe blur nor minor noise.", None),
    ("no severe blur", None),
    ("not severe blur", None),
    ("The blur is not severe.", None),
    ("does not have severe blur", None),
    ("It doesn't show any severe noise.", None),
    ("not a region with severe blur", None),
    ("blur, noise and compression are absent", None),
    ("hardly any noise", None),
    ("far from severe blur", None),
    ("less than severe blur", None),
    ("The blur is anything but severe.", None),
    ("noise-free", None),
    ("un-blurred", None),
    ("Is this region in blur distortion", None),
    ("Is there severe blur? No.", None),
    ("Severe blur? Not really.", None),
    ("There might be severe blur.", None),
    ("If it were enlarged, there would be severe blur", None),
    ("Some people would say severe noise.", None),
    ("Distortions include: blur, colorfulness, compression, contrast exposure and noise.", None),
    ("Note: Distortions include: blur, colorfulness, compression, contrast exposure and noise.\n Here is the "
     "region . Provide the distortion type of this region.", None),
    ("blur, colorfulness, compression, contrast, exposure, noise", None),
    ("Provide the distortion type of this region.", None),
    ("It is not without distortions.", None),
    ("far from distortion-free", None),
    ("Is it without distortions? No.", None),
    ("It would be without distortions if it were sharper.", None),
    ("The contrast is good.", None),
    ("severe blur is not visible", None),
    ("Severe blur, it is not.", None),
    ("Importance: minor\nblur", {"blur": None}),
    ("minor", None),
]  # fmt: skip


def test_the_tables_are_long_enough() -> None:
    assert len(QUALITY) + len(IMPORTANCE) + len(DISTORTION) >= 160


@pytest.mark.parametrize(("reply", "level"), QUALITY)
def test_quality(reply: str, level: int | None) -> None:
    assert texts.parse_quality(reply) == level


@pytest.mark.parametrize(("reply", "level"), IMPORTANCE)
def test_importance(reply: str, level: int | None) -> None:
    assert texts.parse_importance(reply) == level


@pytest.mark.parametrize(("reply", "read"), DISTORTION)
def test_distortions(reply: str, read: dict[str, int | None] | None) -> None:
    assert texts.parse_distortions(reply) == read


@pytest.mark.parametrize(
    ("reply", "places"),
    [
        ("compression is minor, blur is minor", {"compression": 15, "blur": 30}),
        ("Blur: minor. Noise: minor.", {"blur": 6, "noise": 20}),
        ("With minor blur, minor compression and minor noise distortions.",
         {"blur": 5, "compression": 17, "noise": 39}),
        ("minor\nblur", {"blur": 0}),
        ("The noise is not minor. Minor blur; minor noise.", {"blur": 24, "noise": 36}),
        ("Is the blur minor? The blur is minor.", {"blur": 31}),
    ],
)  # fmt: skip
def test_each_severity_has_the_place_of_its_own_word(reply: str, places: dict[str, int]) -> None:
    found = texts.find_distortions(reply) or {}
    assert {name: told.severity and told.severity.start for name, told in found.items()} == places
    for told in found.values():
        assert told.severity is not None
        word = reply[told.severity.start : told.severity.end]
        assert word.lower() == SEVERITY_WORDS[told.severity.level]


def test_a_level_has_the_place_where_it_is_asserted() -> None:
    place = texts.find_level("Is it good? Not only: it is good.", "quality")
    assert place is not None and place.start == 28
    minor = texts.find_level("Minor blur. It is of minor importance.", "importance")
    assert minor is not None and minor.start == 21


def test_what_the_program_itself_says_is_read_as_ever() -> None:
    for level in range(5):
        assert texts.parse_quality(texts.quality_answer(level)) == level
        assert texts.parse_importance(texts.importance_answer(level)) == level
        for name in DISTORTIONS:
            assert texts.parse_distortions(texts.distortion_answer({name: level})) == {name: level}
            everything = dict.fromkeys(DISTORTIONS, level)
            assert texts.parse_distortions(texts.distortion_answer(everything)) == everything


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["no ", "no blur, ", "if ", "not, ", "minor ", "blur\n", "{", "a, ", "the ", "is the ", "too to "],
)
def test_a_long_reply_takes_no_time(piece: str) -> None:
    reply = piece * (20_000 // len(piece))
    for read in (texts.parse_quality, texts.parse_importance, texts.parse_distortions):
        read(reply)
