"""Votes, lessons and inputs for the tests of training."""

from collections.abc import Sequence

import torch

from annotation_db.vocabulary.scales import DISTORTIONS, SCALES
from model.seagull.conversation import Conversation
from model.seagull.inputs import prepare_picture
from model.seagull.network import SeagullForCausalLM
from model.training.config import TrainingConfig, resolve
from model.training.lessons import fixed_lessons
from model.training.passes import PictureInputs, picture_inputs
from model.training.supervision import Question, Sample, as_question
from model.training.targets import LevelTargets
from model.training.vote_counts import RoiVotes
from tests.unit.model import seagull_tiny as tiny


def votes(quality: Sequence[int], importance: Sequence[int], **distortions: Sequence[int]) -> RoiVotes:
    """Votes as lists; a distortion that is not named is seen by nobody."""
    given = {"quality": quality, "importance": importance}
    given |= {name: distortions.get(name, [5] * len(quality)) for name in DISTORTIONS}
    return RoiVotes(
        {s: tuple(given[s].count(level.value) for level in scale.levels) for s, scale in SCALES.items()}
    )


ROIS = (
    votes(
        [3, 3, 2, 4, 3, 3, 3], [3, 3, 3, 4, 3, 2, 3], blur=[3, 3, 5, 2, 3, 5, 3], noise=[1, 1, 2, 1, 0, 1, 1]
    ),
    votes([1, 1, 0, 2, 1, 1, 1], [0, 0, 1, 0, 0, 2, 0], exposure=[5, 5, 5, 5, 4, 4, 5]),
    votes([0, 0, 0, 0, 1, 0, 0], [2, 2, 1, 3, 2, 2, 2], contrast=[2, 2, 2, 2, 2, 2, 2]),
)


def questions(
    conversation: Conversation, config: TrainingConfig | None = None, count: int = 3
) -> list[tuple[Sample, Question]]:
    """All lessons on the first ROIs."""
    config = config or resolve()
    targets = LevelTargets(config.targets, ROIS)
    samples = [
        Sample(n, f"ROI {n} of a.png", lesson)
        for n, roi in enumerate(ROIS[:count])
        for lesson in fixed_lessons(roi, targets, config, str(n))
    ]
    return [(sample, as_question(conversation, sample)) for sample in samples]


def inputs(network: SeagullForCausalLM, count: int = 3) -> PictureInputs:
    """`tiny.picture()` with its first ROIs."""
    image = tiny.picture()
    with torch.no_grad():
        levels = network.encode_levels(prepare_picture(image, network.config.picture_side)[None])
    return picture_inputs(network, levels, image, dict(enumerate(tiny.masks(count))))
