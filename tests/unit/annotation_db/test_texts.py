"""The questions and answers that training and inference share, and the tolerant parsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_db.vocabulary import texts
from annotation_db.vocabulary.scales import DISTORTIONS, SCALES


def test_the_opening_is_the_released_one_character_for_character() -> None:
    assert texts.OPENING == (
        "<image>\nThis provides an overview of the image.\n Please answer the following questions about the "
        "provided region. Note: Distortions include: blur, colorfulness, compression, contrast exposure and "
        "noise.\n Here is the region <global><local>. "
    )


def test_answers_as_the_paper_shows_them() -> None:
    assert texts.quality_answer(3) == "The quality is good."
    assert texts.importance_answer(3) == "This region is important to the overall quality."
    two = texts.distortion_answer({"contrast": 4, "colorfulness": 3})
    assert two == "With minor colorfulness and trivial contrast distortions."
    assert texts.distortion_answer({}) == "without distortions"
    assert texts.distortion_answer({"blur": 5, "noise": 5}) == "without distortions"
    assert texts.distortion_answer({"blur": 1, "noise": 5}) == "With severe blur distortion."
    three = texts.distortion_answer({"noise": 0, "blur": 1, "exposure": 2})
    assert three == "With severe blur, moderate exposure and extreme noise distortions."


def test_an_answer_for_something_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="haze"):
        texts.distortion_answer({"haze": 1})
    with pytest.raises(ValueError, match="blur"):
        texts.distortion_answer({"blur": 6})
    with pytest.raises(ValueError, match="quality"):
        texts.quality_answer(5)


def test_judgement_questions_cover_every_level_and_every_distortion() -> None:
    questions = texts.judgement_questions()
    assert len(questions) == 5 + 5 + 6
    assert len({question.text for question in questions}) == 16
    written = [question.text for question in questions]
    assert "Is the quality of this region good" in written
    assert "Is this region unimportant to the overall quality" in written
    assert "Is this region in blur distortion" in written
    assert (texts.yes_no(True), texts.yes_no(False)) == ("Yes", "No")


@given(st.dictionaries(st.sampled_from(DISTORTIONS), st.integers(0, 4)))
def test_every_distortion_answer_is_read_back(levels: dict[str, int]) -> None:
    assert texts.parse_distortions(texts.distortion_answer(levels)) == levels
    assert texts.parse_distortions(texts.distortion_answer(levels).upper()) == levels


@pytest.mark.parametrize("level", range(5))
def test_every_level_answer_is_read_back(level: int) -> None:
    assert texts.parse_quality(texts.quality_answer(level)) == level
    assert texts.parse_importance(texts.importance_answer(level)) == level


def test_unimportant_is_not_important() -> None:
    assert texts.parse_importance("UNIMPORTANT to the overall quality") == 0
    assert SCALES["importance"].levels[0].word == "unimportant"


@pytest.mark.parametrize(
    ("reply", "level"),
    [
        ("good", 3),
        ("I think the quality is Good, very good.", 3),
        ("The quality is not good.", None),
        ("It isn't a very good region", None),
        ("between fair and good", None),
        ("", None),
        ("质量很好", None),
        ("goodness", None),
    ],
)
def test_quality_replies(reply: str, level: int | None) -> None:
    assert texts.parse_quality(reply) == level


def test_minor_before_a_distortion_is_no_importance() -> None:
    reply = (
        "The quality is poor. This region is essential to the overall quality. With minor blur distortion."
    )
    assert texts.parse_importance(reply) == 4
    assert texts.parse_quality(reply) == 1
    assert texts.parse_distortions(reply) == {"blur": 3}
    assert texts.parse_importance("of minor importance") == 1


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("Without distortions.", {}),
        ("There are no visible distortions in this region", {}),
        ("distortion-free", {}),
        ("The blur is severe.", {"blur": 1}),
        ("Blur (severe), noise (minor)", {"blur": 1, "noise": 3}),
        ("severe blur, severe blur", {"blur": 1}),
        ("severe blur and minor blur", {"blur": None}),
        ("minor blur; the blur is visible", {"blur": 3}),
        ("blur and noise", {"blur": None, "noise": None}),
        ("minor blur and noise", {"blur": 3, "noise": None}),
        ("moderate to severe blur", {"blur": None}),
        ("trivial colourfulness", {"colorfulness": 4}),
        ("severe overexposure", {"exposure": 1}),
        ("severe blur but no noise", {"blur": 1}),
        ("no blur or noise but minor contrast", {"contrast": 3}),
        ("severe blur, non-existent noise", {"blur": 1}),
        ("noise: non-existent, blur: minor", {"blur": 3}),
        ("no blur", None),
        ("blur is not present", None),
        ("without distortions, minor blur", None),
        ("The quality is good.", None),
        ("", None),
        ("很清晰", None),
        ("minor", None),
    ],
)
def test_distortion_replies(reply: str, read: dict[str, int | None] | None) -> None:
    assert texts.parse_distortions(reply) == read


@given(st.text(max_size=200))
def test_no_reply_makes_a_parser_fail(reply: str) -> None:
    texts.parse_quality(reply)
    texts.parse_importance(reply)
    texts.parse_distortions(reply)
    texts.parse_yes_no(reply)


def test_yes_no() -> None:
    assert texts.parse_yes_no("Yes.") is True
    assert texts.parse_yes_no("no") is False
    assert texts.parse_yes_no("Yes and no") is None
    assert texts.parse_yes_no("Nobody knows") is None
