"""What a network makes of held-out ROIs: scores against labels, losses, and predictions as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from annotation_db.vocabulary.scales import DISTORTIONS, NON_EXISTENT, OVERALL
from model.metrics import plcc, srocc
from model.seagull.assessor import Assessor
from model.training.dataset import TrainingImage
from model.training.passes import packed_losses
from model.training.pictures import Pictures
from model.training.plan import Plan
from model.training.trainable import Trained, in_its_precision


def validate(
    trained: Trained, tokenizer: Any, plan: Plan, pictures: Pictures, images: Sequence[TrainingImage]
) -> dict[str, Any]:
    """Score held-out ROIs.

    Returns
    -------
    dict
        ``{"srocc", "plcc"}`` by scale, their mean over the scales as ``"mean_srocc"`` (None where nothing is
        defined), the mean ``"loss"``, and ``"rois"``.
    """
    network = trained.network
    assessor = Assessor(network, tokenizer, mode="given")
    scores: dict[str, list[float]] = {scale: [] for scale in OVERALL}
    labels: dict[str, list[float]] = {scale: [] for scale in OVERALL}
    total, answers = 0.0, 0
    with in_its_precision(network):
        for image in images:
            picture = assessor.open_picture(pictures.rgb(image))
            masks = [roi.roi.mask() for roi in image.rois]
            outcomes = iter(assessor.ask(picture, masks, OVERALL))
            for roi in image.rois:
                for scale in OVERALL:
                    scores[scale].append(next(outcomes).levels[scale].score)
                    labels[scale].append(roi.votes.mean(scale))
            loss, count = _loss(trained, assessor, plan, pictures, image)
            total, answers = total + loss, answers + count
    figures: dict[str, Any] = {
        scale: {"srocc": srocc(scores[scale], labels[scale]), "plcc": plcc(scores[scale], labels[scale])}
        for scale in OVERALL
    }
    found = [figures[scale]["srocc"] for scale in OVERALL if figures[scale]["srocc"] is not None]
    return {
        **figures,
        "mean_srocc": sum(found) / len(found) if found else None,
        "loss": total / max(1, answers),
        "rois": sum(len(image.rois) for image in images),
    }


@torch.no_grad()
def _loss(
    trained: Trained, assessor: Assessor, plan: Plan, pictures: Pictures, image: TrainingImage
) -> tuple[float, int]:
    samples = plan.samples(image)
    total = 0.0
    for work in pictures.passes(samples):
        inputs = pictures.inputs(image, work.samples)
        total += float(packed_losses(trained.network, assessor.conversation, inputs, work).sum())
    return total, len(samples)


def prediction_lines(
    trained: Trained,
    tokenizer: Any,
    pictures: Pictures,
    images: Sequence[TrainingImage],
    seen: Callable[[int], None] | None = None,
) -> Iterator[str]:
    """Predictions as JSON lines, one ROI a line, for ``evaluate``; `seen` is told each picture's number."""
    assessor = Assessor(trained.network, tokenizer, mode="given")
    for number, image in enumerate(images):
        if seen is not None:
            seen(number)
        with in_its_precision(trained.network):
            found = assessor.assess(pictures.rgb(image), [roi.roi.mask() for roi in image.rois])
        for roi, told in zip(image.rois, found, strict=True):
            assert told.quality is not None
            assert told.importance is not None
            levels = {}
            for name in DISTORTIONS:
                one = told.distortions[name]
                there = one.presence > 0.5 and one.severity is not None
                levels[name] = one.severity.level if there and one.severity else NON_EXISTENT
            line = {
                "img": image.image.name,
                "id": roi.roi.id,
                "quality": {"score": told.quality.score, "probabilities": told.quality.probabilities},
                "importance": {
                    "score": told.importance.score,
                    "probabilities": told.importance.probabilities,
                },
                "distortions": levels,
                "presence": {name: told.distortions[name].presence for name in DISTORTIONS},
                "unreadable": [],
            }
            yield json.dumps(line, ensure_ascii=False, allow_nan=False)
