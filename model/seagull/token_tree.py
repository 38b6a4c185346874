"""Which token sees which: a picture's prefix, and after it ROIs, questions and answers as branches.

The branches form a tree of tokens. A token that several branches share is there once; each token stands at
the position it would have alone and sees the prefix, its own ancestors and itself, nothing else. So one pass
over one copy of the prefix does for all branches: in training (`model.training.supervision`), where the
prefix is in the pass, and at inference (`model.seagull.forks`), where its keys and values were computed
before.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from model.seagull.config import SeagullConfig
from model.seagull.network import RoiTokens


class TokenTree:
    """Branches after a prefix, as token ids; nothing is computed here.

    Parameters
    ----------
    prefix : int
        Length of the prefix in tokens.
    """

    def __init__(self, prefix: int) -> None:
        self.prefix = prefix
        self.ids: list[int] = []
        """The token of each node."""
        self._roi: list[int] = []
        self._path: list[tuple[int, ...]] = []
        self._child: dict[tuple[int, int], int] = {}

    def __len__(self) -> int:
        return len(self.ids)

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

    def positions(self, start: int = 0) -> list[int]:
        """The place in its own sequence of each node from `start` on."""
        return [self.prefix + len(path) - 1 for path in self._path[start:]]

    def roi_tokens(self, rois: RoiTokens, config: SeagullConfig, start: int = 0) -> RoiTokens:
        """The ROI tokens of the places among the nodes from `start` on, in their order.

        Parameters
        ----------
        rois : RoiTokens
            One row for each ROI that `add` refers to by number.
        config : SeagullConfig
            Knows the ids of the two words.
        start : int
        """
        new = list(zip(self.ids[start:], self._roi[start:], strict=True))
        return RoiTokens(
            rois.globals[[roi for token, roi in new if token == config.global_token_id]],
            rois.locals[[roi for token, roi in new if token == config.local_token_id]],
        )

    def visible(self, dtype: torch.dtype, start: int = 0, *, with_prefix: bool = False) -> torch.Tensor:
        """The additive mask of the nodes from `start` on.

        Parameters
        ----------
        dtype : torch.dtype
        start : int
        with_prefix : bool
            The prefix is in the same pass: its rows stand first, each sees what is before it and itself.

        Returns
        -------
        Tensor, shape (1, 1, rows, prefix + all nodes)
            0 where a row sees, the dtype's lowest number where it does not.
        """
        new = self._path[start:]
        first = self.prefix if with_prefix else 0
        mask = torch.full((first + len(new), self.prefix + len(self)), torch.finfo(dtype).min, dtype=dtype)
        if with_prefix:
            mask[:first, :first].triu_(1)
        mask[first:, : self.prefix] = 0
        rows = [first + row for row, path in enumerate(new) for _ in path]
        columns = [self.prefix + node for path in new for node in path]
        mask[rows, columns] = 0
        return mask[None, None]

    def _step(self, roi: int, parent: int, token: int) -> int:
        node = self._child.get((parent, token))
        if node is None:
            node = len(self.ids)
            self._child[parent, token] = node
            self.ids.append(token)
            self._roi.append(roi)
            self._path.append(((*self._path[parent], node)) if parent >= 0 else (node,))
        return node
