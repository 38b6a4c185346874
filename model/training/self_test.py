"""Before each run: packed questions have the loss and the gradients of one question at a time, here and now.

What could break it is outside this program: another version of a library that treats masks or positions in
another way, a faulty kernel on one kind of device. Then the figures would merely be worse, and nobody would
know why.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch

from model.seagull.conversation import Conversation
from model.training.dataset import TrainingImage
from model.training.errors import TrainingError
from model.training.lessons import KINDS
from model.training.passes import packed_losses, single_loss
from model.training.pictures import Pictures
from model.training.supervision import Sample, as_question, packed
from model.training.trainable import Trained, in_its_precision, trainable

BOUND_FLOAT32: Final = 1e-4
BOUND_16_BITS: Final = 5e-2
"""Of a 16-bit base, whose numbers have 8 bits: two orders of summation differ by more."""
_ROIS: Final = 2


class SelfTest(NamedTuple):
    """How far packed and unpacked are apart."""

    loss: float
    """Largest difference of a question's loss, as a share of the loss (at least 1)."""
    gradient: float
    """Norm of the difference of the whole gradient, as a share of its norm."""
    bound: float


def self_test(
    trained: Trained,
    conversation: Conversation,
    pictures: Pictures,
    image: TrainingImage,
    samples: list[Sample],
) -> SelfTest:
    """Compare packed with unpacked on one picture, a question of each kind on up to two ROIs.

    Dropout is off, gradients are left as they were found: none.

    Parameters
    ----------
    trained : Trained
    conversation : Conversation
    pictures : Pictures
        Prepares the picture.
    image : TrainingImage
    samples : list of Sample
        What is asked of it; some are taken.

    Raises
    ------
    TrainingError
        If they differ by more than the bound.
    """
    network = trained.network
    chosen = _some(samples)
    trained.adapted.train()
    for module in trained.adapted.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    entries = [(sample, as_question(conversation, sample)) for sample in chosen]
    inputs = pictures.inputs(image, chosen)
    whole = packed(entries, pictures.prefix)
    with in_its_precision(network):
        losses = packed_losses(network, conversation, inputs, whole)
        torch.autograd.backward(losses.sum())
    together = _gradients(trained)
    singles = []
    for sample, question in entries:
        inputs = pictures.inputs(image, chosen)
        with in_its_precision(network):
            loss = single_loss(network, conversation, inputs, sample, question)
            torch.autograd.backward(loss)
        singles.append(loss.detach())
    alone = _gradients(trained)
    apart = (losses.detach() - torch.stack(singles)).abs() / losses.detach().abs().clamp(min=1)
    norm = float(sum(float(value.square().sum()) for value in alone.values()) ** 0.5)
    difference = float(sum(float((together[n] - v).square().sum()) for n, v in alone.items()) ** 0.5)
    bound = BOUND_FLOAT32 if network.dtype == torch.float32 else BOUND_16_BITS
    found = SelfTest(float(apart.max()), difference / max(norm, 1e-12), bound)
    if not (found.loss <= bound and found.gradient <= bound):
        raise TrainingError(
            f"Questions packed together do not give what each gives alone (loss off by {found.loss:.2g}, "
            f"gradient by {found.gradient:.2g}, allowed is {bound:g}), so training here would be wrong; use "
            "the versions of torch and transformers that this program was tested with, or another device."
        )
    return found


def _some(samples: list[Sample]) -> list[Sample]:
    rois = sorted({sample.roi for sample in samples})[:_ROIS]
    found: dict[tuple[int, str], Sample] = {}
    for sample in samples:
        if sample.roi in rois and sample.lesson.kind in KINDS:
            found.setdefault((sample.roi, sample.lesson.kind), sample)
    return list(found.values())


def _gradients(trained: Trained) -> dict[str, torch.Tensor]:
    """Taken and cleared; zeros where nothing came."""
    found = {}
    for name, parameter in trainable(trained):
        grad = parameter.grad
        found[name] = torch.zeros_like(parameter) if grad is None else grad.detach().clone()
        parameter.grad = None
    return found
