"""One pass of the network over a picture and its packed questions; and the same one question at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from model.seagull.conversation import Conversation
from model.seagull.inputs import prepare_crop, prepare_mask
from model.seagull.layout import expand_ids
from model.seagull.network import RoiTokens, SeagullForCausalLM
from model.seagull.token_tree import TokenTree
from model.training.supervision import Packed, Question, Sample


@dataclass(frozen=True, slots=True)
class PictureInputs:
    """What a picture and some of its ROIs give to the network, on its device."""

    levels: tuple[torch.Tensor, ...]
    """Four encoder levels, (1, C, h, w) each."""
    numbers: Mapping[int, int]
    """Number of a ROI -> its row."""
    masks: torch.Tensor
    """(R, S, S) bool"""
    crops: torch.Tensor
    """(R, 3, S, S)"""


def picture_inputs(
    network: SeagullForCausalLM,
    levels: Sequence[torch.Tensor],
    image: npt.NDArray[np.uint8],
    masks: Mapping[int, npt.NDArray[np.bool_]],
) -> PictureInputs:
    """Prepare some ROIs of a picture.

    Parameters
    ----------
    network : SeagullForCausalLM
        Whose size and device they are for.
    levels : sequence of Tensor
        Four encoder levels of the picture, (1, C, h, w) each.
    image : ndarray of uint8, shape (H, W, 3)
        The picture, RGB.
    masks : mapping of int to ndarray of bool, shape (H, W)
        By number of the ROI.
    """
    side, device = network.config.picture_side, network.device
    return PictureInputs(
        tuple(level.to(device) for level in levels),
        {number: row for row, number in enumerate(masks)},
        torch.stack([prepare_mask(mask, side) for mask in masks.values()]).to(device),
        torch.stack([prepare_crop(image, mask, side) for mask in masks.values()]).to(device),
    )


def prefix_ids(network: SeagullForCausalLM, conversation: Conversation) -> list[int]:
    """The ids of a picture's prefix, its image expanded."""
    return expand_ids(conversation.picture_ids, network.image_tokens)


def packed_losses(
    network: SeagullForCausalLM, conversation: Conversation, inputs: PictureInputs, work: Packed
) -> torch.Tensor:
    """The loss of each question of one pass.

    Logits are computed only at the nodes that something is predicted after.

    Parameters
    ----------
    network : SeagullForCausalLM
    conversation : Conversation
        Makes the prompts.
    inputs : PictureInputs
        The picture with the ROIs that are asked about.
    work : Packed
        The questions.

    Returns
    -------
    Tensor of float32, shape (questions,)
    """
    prefix, branches = _embedded(network, conversation, inputs, work)
    device = prefix.device
    places = [*range(work.tree.prefix), *work.tree.positions()]
    hidden = network.model(
        inputs_embeds=torch.cat([prefix, branches], 1),
        attention_mask=work.tree.visible(prefix.dtype, with_prefix=True).to(device),
        position_ids=torch.tensor([places], device=device),
        use_cache=False,
    ).last_hidden_state[0]
    distinct = sorted(set(work.nodes))
    row_of = {node: row for row, node in enumerate(distinct)}
    rows = torch.tensor([work.tree.prefix + node for node in distinct], device=device)
    table = network.lm_head(hidden.index_select(0, rows)).float().log_softmax(-1)
    flat = [
        row_of[node] * table.shape[1] + token for node, token in zip(work.nodes, work.tokens, strict=True)
    ]
    chosen = table.flatten().index_select(0, torch.tensor(flat, device=device))
    weighted = -chosen * torch.tensor(work.coefficients, device=device)
    constants = torch.tensor(work.constants, device=device)
    return constants.index_add(0, torch.tensor(work.owners, device=device), weighted)


def single_loss(
    network: SeagullForCausalLM,
    conversation: Conversation,
    inputs: PictureInputs,
    sample: Sample,
    question: Question,
) -> torch.Tensor:
    """The loss of one question by plain causal sequences: no tree, no mask, no positions of our own.

    Each path that no other one of the question begins with is a whole sequence, prefix included. What is
    packed is held against this.

    Parameters
    ----------
    network, conversation, inputs
        As in `packed_losses`.
    sample : Sample
        Which ROI is asked what.
    question : Question
        The same as tokens.
    """
    paths = {edge.path for edge in question.edges}
    leaves = [path for path in paths if not any(path != o and o[: len(path)] == path for o in paths)]
    loss = torch.tensor(question.constant, device=network.device)
    for leaf in sorted(leaves):
        alone = Packed(TokenTree(len(prefix_ids(network, conversation))))
        alone.tree.add(sample.roi, leaf)
        embedded = torch.cat(_embedded(network, conversation, inputs, alone), 1)
        hidden = network.model(inputs_embeds=embedded, use_cache=False).last_hidden_state[0]
        mine = [edge for edge in question.edges if leaf[: len(edge.path)] == edge.path]
        own = [edge for edge in mine if _first_leaf(edge.path, leaves) == leaf]
        table = network.lm_head(hidden[[alone.tree.prefix + len(edge.path) - 1 for edge in own]])
        chosen = table.float().log_softmax(-1)[range(len(own)), [edge.token for edge in own]]
        loss = loss - (chosen * torch.tensor([edge.coefficient for edge in own], device=chosen.device)).sum()
    return loss


def _first_leaf(path: tuple[int, ...], leaves: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The one sequence, of those that hold it, in which a path counts."""
    return min(leaf for leaf in leaves if leaf[: len(path)] == path)


def _embedded(
    network: SeagullForCausalLM, conversation: Conversation, inputs: PictureInputs, work: Packed
) -> tuple[torch.Tensor, torch.Tensor]:
    """Prefix and branches, (1, L, width) each."""
    features = network.features_of(inputs.levels)[0]
    tokens = network.roi_tokens(features, inputs.masks, inputs.crops)
    # Rows by the tree's numbers: a ROI that is not in the pass has none.
    rows = [inputs.numbers.get(number, 0) for number in range(max(inputs.numbers) + 1)]
    rois = RoiTokens(tokens.globals[rows], tokens.locals[rows])
    device = network.device
    prefix = network.embed(
        torch.tensor([prefix_ids(network, conversation)], device=device), features.image_tokens
    )
    branches = network.embed(
        torch.tensor([work.tree.ids], device=device), rois=work.tree.roi_tokens(rois, network.config)
    )
    return prefix, branches
