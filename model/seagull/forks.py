"""The branches of one picture at inference: computed together after a prefix that was computed before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from model.seagull.errors import stop_if
from model.seagull.network import RoiTokens, SeagullForCausalLM
from model.seagull.prefix_cache import PrefixCache
from model.seagull.token_tree import TokenTree

_LOGIT_ROWS = 256
"""Rows of logits held at once: 32 MB at 32,000 words."""


class Forks:
    """Branches after a prefix, with the cache that holds it.

    Parameters
    ----------
    network : SeagullForCausalLM
    cache : PrefixCache
        Holds the prefix; what an earlier `Forks` wrote after it is overwritten.
    prefix : int
        Length of the prefix in tokens.
    rois : RoiTokens
        The tokens of the ROIs that `add` refers to by number.
    cancelled : callable, optional
        Asked before each pass of the network, so before each token of an answer.
    """

    def __init__(
        self,
        network: SeagullForCausalLM,
        cache: PrefixCache,
        prefix: int,
        rois: RoiTokens,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        cache.rewind(prefix)
        self._network = network
        self._cache = cache
        self._rois = rois
        self._cancelled = cancelled
        self._tree = TokenTree(prefix)
        self._hidden: list[torch.Tensor] = []
        self._done = 0

    def __len__(self) -> int:
        return len(self._tree)

    def add(self, roi: int, ids: Sequence[int]) -> list[int]:
        """Add a branch of one ROI and return the node of each token (see `TokenTree.add`)."""
        return self._tree.add(roi, ids)

    def extend(self, node: int, token: int) -> int:
        """Add one token after a node and return its node."""
        return self._tree.extend(node, token)

    def compute(self) -> None:
        """Run the network over all nodes added since the last call.

        Raises
        ------
        AssessmentStopped
            If `cancelled` says so.
        """
        tree, start, total = self._tree, self._done, len(self._tree)
        if start == total:
            return
        stop_if(self._cancelled)
        network, device = self._network, self._network.device
        ids = torch.tensor([tree.ids[start:]], device=device)
        hidden = network.model(
            inputs_embeds=network.embed(ids, rois=tree.roi_tokens(self._rois, network.config, start)),
            attention_mask=tree.visible(network.dtype, start).to(device),
            position_ids=torch.tensor([tree.positions(start)], device=device),
            cache=self._cache,
            use_cache=True,
        ).last_hidden_state[0]
        self._hidden.extend(hidden)
        self._done = total

    def next_tokens(self, nodes: Sequence[int]) -> list[int]:
        """The most probable token after each computed node."""
        best: list[int] = []
        for first in range(0, len(nodes), _LOGIT_ROWS):
            best.extend(self._logits(nodes[first : first + _LOGIT_ROWS]).argmax(-1).tolist())
        return best

    def log_probabilities(self, nodes: Sequence[int], tokens: Sequence[int]) -> list[float]:
        """Log-probability of ``tokens[i]`` straight after the computed node ``nodes[i]``, in float32."""
        distinct = sorted(set(nodes))
        row_of = {node: row for row, node in enumerate(distinct)}
        wanted: dict[int, list[int]] = {}
        for place, node in enumerate(nodes):
            wanted.setdefault(row_of[node] // _LOGIT_ROWS, []).append(place)
        values = [0.0] * len(nodes)
        for block, places in wanted.items():
            first = block * _LOGIT_ROWS
            table = self._logits(distinct[first : first + _LOGIT_ROWS]).log_softmax(-1)
            rows = [row_of[nodes[place]] - first for place in places]
            for place, value in zip(places, table[rows, [tokens[p] for p in places]].tolist(), strict=True):
                values[place] = value
        return values

    def _logits(self, nodes: Sequence[int]) -> torch.Tensor:
        logits: torch.Tensor = self._network.lm_head(
            torch.stack([self._hidden[node] for node in nodes])
        ).float()
        return logits
