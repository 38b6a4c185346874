"""Targets from votes, by the formulas and by hand."""

from math import sqrt

import pytest

from model.training.config import read_assignment, resolve
from model.training.errors import TrainingError
from model.training.lessons import JUDGEMENT, PRESENCE, fixed_lessons, random_lessons
from model.training.targets import LevelTargets, discretised_normal, mixture, pooled_sd, shares
from tests.unit.model.training.material import ROIS, votes


def test_shares_have_a_tenth_of_a_vote_more_on_each_level() -> None:
    assert shares((0, 0, 1, 4, 2)) == pytest.approx((0.1 / 7.5, 0.1 / 7.5, 1.1 / 7.5, 4.1 / 7.5, 2.1 / 7.5))


@pytest.mark.parametrize(
    "counts", [(0, 0, 1, 4, 2), (7, 0, 0, 0, 0), (0, 0, 0, 0, 1), (1, 1, 1, 1, 1), (3, 0, 0, 0, 4)]
)
@pytest.mark.parametrize("pooled", [0.0, 0.7, 1.5])
def test_the_mixture_keeps_the_smoothed_mean(counts, pooled) -> None:
    found = mixture(counts, pooled)
    n, total = sum(counts), sum(k * c for k, c in enumerate(counts))
    assert sum(found) == pytest.approx(1)
    assert min(found) > 0 or pooled == 0
    assert sum(k * p for k, p in enumerate(found)) == pytest.approx((total + 1) / (n + 0.5), abs=1e-9)


def test_the_normal_half_by_hand() -> None:
    """About the middle of the scale by symmetry: mu = 2, and levels are Phi at the half steps."""
    found = discretised_normal(2.0, 1.0)
    assert found == pytest.approx((0.066807, 0.241730, 0.382925, 0.241730, 0.066807), abs=1e-6)


def test_the_pooled_spread() -> None:
    assert pooled_sd([(0, 1, 0, 1, 0), (2, 0, 0, 0, 0), (0, 0, 0, 1, 0)]) == pytest.approx(sqrt(2 / 2))
    assert pooled_sd([(1, 0, 0, 0, 0)]) == 1.0


def test_one_hot_is_the_label() -> None:
    targets = LevelTargets("one-hot", ROIS)
    assert targets.level(ROIS[0], "quality") == (0, 0, 0, 1, 0)
    assert targets.presence(ROIS[0], "blur") == (1, 0)
    assert LevelTargets("mixture", ROIS).presence(ROIS[0], "blur") == pytest.approx((5 / 7, 2 / 7))


def test_a_pattern_of_votes_is_computed_once() -> None:
    """A run asks for each ROI's target in each epoch; finding the normal half takes a millisecond."""
    targets = LevelTargets("mixture", ROIS)
    found = targets.level(ROIS[0], "quality")
    assert found is targets.level(ROIS[0], "quality")
    assert found == mixture(ROIS[0].levels("quality"), targets.pooled["quality"])


def test_levels_of_votes() -> None:
    roi = votes([3] * 4, [0] * 4, blur=[5, 5, 1, 2], noise=[5, 5, 5, 0])
    assert roi.distortions() == {"blur": 1}  # a tie is there, and 1.5 is level 1
    assert (roi.level("quality"), roi.level("importance"), roi.level("noise")) == (3, 0, 5)


@pytest.mark.parametrize("presence", ["all", "balanced"])
def test_yes_and_no_are_balanced(presence) -> None:
    config = resolve("tuned", {"presence": presence})
    targets = LevelTargets("mixture", ROIS)
    for number, roi in enumerate(ROIS):
        lessons = fixed_lessons(roi, targets, config, str(number))
        judged = [one.answer for one in lessons if one.kind == JUDGEMENT]
        assert sorted(judged) == ["No", "No", "Yes", "Yes"]
        asked = [one.answer for one in lessons if one.kind == PRESENCE]
        there = len(roi.distortions())
        assert asked.count("Yes") == there
        assert asked.count("No") == (6 - there if presence == "all" else max(1, there))
        assert lessons == fixed_lessons(roi, targets, config, str(number))


def test_denials_bare_and_corrected() -> None:
    said = {}
    for denials in ("bare", "corrected"):
        config = resolve("tuned", {"denials": denials})
        lessons = fixed_lessons(ROIS[1], LevelTargets("mixture", ROIS), config, "1")
        said[denials] = [one for one in lessons if one.answer.startswith("No")]
    assert {one.answer for one in said["bare"]} == {"No"}
    assert [one.answer for one in said["corrected"]][:2] == [
        "No. The quality is poor.",
        "No. This region is unimportant to the overall quality.",
    ]
    assert said["corrected"][-1].answer == "No. without distortions"
    corrected = said["corrected"][0]
    place = corrected.choices[1]
    assert corrected.answer[place.start : place.end] == "poor"


def test_levels_inside_a_list_of_distortions_have_their_own_targets() -> None:
    lesson = fixed_lessons(ROIS[0], LevelTargets("votes", ROIS), resolve(), "0")[2]
    assert lesson.answer == "With minor blur and severe noise distortions."
    assert [lesson.answer[c.start : c.end] for c in lesson.choices] == ["minor", "severe"]
    assert lesson.choices[0].target == pytest.approx(shares((0, 0, 1, 4, 0)))
    assert lesson.choices[1].target == pytest.approx(shares((1, 5, 1, 0, 0)))


def test_random_questions_differ_by_epoch_and_follow_the_seed() -> None:
    config = resolve("tuned", {"questions": "random", "questions_per_roi": 3})
    targets = LevelTargets("mixture", ROIS)
    drawn = [random_lessons(ROIS[0], targets, config, "0", epoch) for epoch in range(6)]
    assert all(len(one) == 3 for one in drawn)
    assert any(one != drawn[0] for one in drawn)
    assert drawn[4] == random_lessons(ROIS[0], targets, config, "0", 4)


def test_without_judgements_none_is_asked() -> None:
    config = resolve("tuned", {"judgements": False})
    kinds = {one.kind for one in fixed_lessons(ROIS[0], LevelTargets("mixture", ROIS), config, "0")}
    assert kinds == {"quality", "importance", "distortions"}


def test_presets_and_settings() -> None:
    paper = resolve("paper")
    assert (paper.targets, paper.lora_rate, paper.extractor_rate, paper.epochs) == ("one-hot", 1e-5, 1e-5, 5)
    assert (paper.rank, paper.alpha, paper.dropout, paper.keep) == (128, 256, 0.05, "last")
    before = resolve("stage-1")
    assert (before.targets, before.lora_rate, before.extractor_rate) == ("one-hot", 4e-5, 4e-5)
    assert (before.epochs, before.questions, before.preset, before.keep) == (1, "random", "stage-1", "last")
    assert resolve().targets == "mixture"
    assert read_assignment("epochs=3") == ("epochs", 3)
    assert read_assignment("targets=votes") == ("targets", "votes")
    assert read_assignment("min_votes=null") == ("min_votes", None)
    for changes, sentence in [
        ({"epoch": 3}, "There is no setting 'epoch'"),
        ({"epochs": 0}, "epochs is from 1 to 1000, not 0"),
        ({"epochs": 2.5}, "epochs is a whole number, not 2.5"),
        ({"epochs": True}, "epochs is a whole number"),
        ({"targets": "soft"}, "targets is one of one-hot, votes, mixture"),
        ({"judgements": 1}, "judgements is true or false"),
        ({"lora_rate": float("nan")}, "lora_rate is from 0 to 1"),
        ({"quantised": "8bit"}, "quantised is one of 4bit, null"),
    ]:
        with pytest.raises(TrainingError, match=sentence):
            resolve("tuned", changes)
    with pytest.raises(TrainingError, match="There is no preset 'best'"):
        resolve("best")
    with pytest.raises(TrainingError, match="sets nothing"):
        read_assignment("epochs")
