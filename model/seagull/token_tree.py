"""The branches of one picture: ROIs, their questions, their answers, computed together after one prefix.

The branches form a tree of tokens. A token that several branches share is computed once; each token stands
at the position it would have alone and sees the prefix, its own ancestors and itself, nothing else. So one
forward pass with one copy of the prefix's keys and values does for all branches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from model.seagull.errors import stop_if
from model.seagull.network import RoiTokens, SeagullForCausalLM
from model.seagull.prefix_cache import PrefixCache

_LOGIT_ROWS = 256
"""Rows of logits held at once: 32 MB at 32,000 words."""


class TokenTree:
    """Branches after a prefix.

    Parameters
    ----------
    network : SeagullForCausalLM
    cache : PrefixCache
        Holds the prefix; what an earlier `TokenTree` wrote after it is overwritten.
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
        self._prefix = prefix
        self._rois = rois
        self._cancelled = cancelled
        self._ids: list[int] = []
        self._roi: list[int] = []
        self._path: list[tuple[int, ...]] = []
        self._child: dict[tuple[int, int], int] = {}
        self._hidden: list[torch.Tensor] = []
        self._done = 0

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, roi: int, ids: Sequence[int]) -> list[int]:
        """Add a branch of one ROI; what it shares with earlier branches is not added again.

        Parameters
        ----------
        roi : int
        ids : sequence of int
            Token ids after the prefix.

        Returns
        -------
        list of int
            The node of each token.
        """
        nodes: list[int] = []
        parent = -1 - roi
        for token in ids:
            parent = self._step(roi, parent, token)
            nodes.append(parent)
        return nodes

    def extend(self, node: int, token: int) -> int:
        """Add one token after a node and return its node."""
        return self._step(self._roi[node], node, token)

    def compute(self) -> None:
        """Run the network over all nodes added since the last call.

        Raises
        ------
        AssessmentStopped
            If `cancelled` says so.
        """
        start, total = self._done, len(self._ids)
        if start == total:
            return
        stop_if(self._cancelled)
        network, device = self._network, self._network.device
        ids = torch.tensor([self._ids[start:]], device=device)
        positions = torch.tensor(
            [[self._prefix + len(path) - 1 for path in self._path[start:]]], device=device
        )
        hidden = network.model(
            inputs_embeds=network.embed(ids, rois=self._roi_rows(start)),
            attention_mask=self._visible(start, network.dtype, device),
            position_ids=positions,
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

    def _step(self, roi: int, parent: int, token: int) -> int:
        node = self._child.get((parent, token))
        if node is None:
            node = len(self._ids)
            self._child[parent, token] = node
            self._ids.append(token)
            self._roi.append(roi)
            self._path.append(((*self._path[parent], node)) if parent >= 0 else (node,))
        return node

    def _roi_rows(self, start: int) -> RoiTokens:
        """The ROI tokens of the places among the new nodes, in their order."""
        config = self._network.config
        new = list(zip(self._ids[start:], self._roi[start:], strict=True))
        return RoiTokens(
            self._rois.globals[[roi for token, roi in new if token == config.global_token_id]],
            self._rois.locals[[roi for token, roi in new if token == config.local_token_id]],
        )

    def _visible(self, start: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
        """Additive mask (1, 1, new nodes, prefix + all nodes)."""
        new = self._path[start:]
        mask = torch.full((len(new), self._prefix + len(self._ids)), torch.finfo(dtype).min, dtype=dtype)
        mask[:, : self._prefix] = 0
        rows = [row for row, path in enumerate(new) for _ in path]
        columns = [self._prefix + node for path in new for node in path]
        mask[rows, columns] = 0
        return mask[None, None].to(device)
