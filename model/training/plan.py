"""Which answers make which step: a plan of each epoch that depends on the seed and its number alone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from model.training.config import TrainingConfig
from model.training.dataset import Dataset, TrainingImage
from model.training.lessons import fixed_lessons, random_lessons
from model.training.supervision import Sample
from model.training.targets import LevelTargets

Batch = list[tuple[int, list[Sample]]]
"""By picture (its number), the answers of one step of the optimiser."""


class Plan:
    """The steps of all epochs.

    Pictures are shuffled in each epoch and their answers follow one another, so that those of one picture can
    be packed; steps are cut at exactly so many answers, and a picture may lie in two.

    Parameters
    ----------
    dataset : Dataset
    config : TrainingConfig
    """

    def __init__(self, dataset: Dataset, config: TrainingConfig) -> None:
        self._images = dataset.train
        self._config = config
        self.targets = LevelTargets(
            config.targets, (roi.votes for image in dataset.train for roi in image.rois)
        )
        counts = [self._count(epoch) for epoch in range(config.epochs)]
        self.steps = sum(-(-count // config.batch_answers) for count in counts)
        """Of all epochs."""
        self.answers = sum(counts)

    def epoch(self, number: int) -> list[Batch]:
        """The steps of one epoch, from 0 on."""
        order = list(range(len(self._images)))
        random.Random(f"{self._config.seed}/order/{number}").shuffle(order)
        flat = [(n, sample) for n in order for sample in self.samples(self._images[n], number)]
        size = self._config.batch_answers
        return [by_picture(flat[start : start + size]) for start in range(0, len(flat), size)]

    def samples(self, image: TrainingImage, epoch: int = 0) -> list[Sample]:
        """All answers on one picture."""
        found = []
        for roi in image.rois:
            key = f"{image.image.name}/{roi.roi.uid}"
            if self._config.questions == "random":
                lessons = random_lessons(roi.votes, self.targets, self._config, key, epoch)
            else:
                lessons = fixed_lessons(roi.votes, self.targets, self._config, key)
            found += [Sample(roi.number, image.name_of(roi.number), lesson) for lesson in lessons]
        return found

    def _count(self, epoch: int) -> int:
        return sum(len(self.samples(image, epoch)) for image in self._images)


def answers_of(batch: Iterable[tuple[int, Sequence[Sample]]]) -> int:
    """How many answers a step has."""
    return sum(len(samples) for _, samples in batch)


def by_picture(flat: Sequence[tuple[int, Sample]]) -> Batch:
    """Answers with the number of their picture, put together by picture."""
    found: dict[int, list[Sample]] = {}
    for number, sample in flat:
        found.setdefault(number, []).append(sample)
    return list(found.items())
