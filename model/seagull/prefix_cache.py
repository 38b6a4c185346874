"""A key-value cache that keeps a picture's prefix and writes what follows over and over."""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin


class _Layer(CacheLayerMixin):  # type: ignore[misc]
    """Keys and values of one decoder layer in a buffer with room, so that appending copies nothing twice."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.keys: torch.Tensor
        self.values: torch.Tensor
        self.room = room
        self.length = 0

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self._grow(key_states, value_states)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        end = self.length + key_states.shape[-2]
        if not self.is_initialized or end > self.keys.shape[-2]:
            self._grow(key_states, value_states)
        self.keys[..., self.length : end, :] = key_states
        self.values[..., self.length : end, :] = value_states
        self.length = end
        return self.keys[..., :end, :], self.values[..., :end, :]

    def _grow(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        capacity = self.length + key_states.shape[-2] + self.room
        # Both are made before either is kept: the second may find no memory.
        keys, values = (
            states.new_empty((*states.shape[:-2], capacity, states.shape[-1]))
            for states in (key_states, value_states)
        )
        if self.length:
            keys[..., : self.length, :] = self.keys[..., : self.length, :]
            values[..., : self.length, :] = self.values[..., : self.length, :]
        self.keys, self.values = keys, values
        self.is_initialized = True

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        return self.length + query_length, 0

    def get_seq_length(self) -> int:
        return self.length

    def get_max_length(self) -> int:
        return -1

    def get_max_cache_shape(self) -> int:
        return -1


class PrefixCache(Cache):  # type: ignore[misc]
    """One sequence's keys and values; everything after the prefix can be taken back at no cost.

    Parameters
    ----------
    layers : int
        Decoder layers of the network.
    room : int
        Tokens to reserve beyond what is needed, each time the buffers are made anew.
    """

    def __init__(self, layers: int, room: int) -> None:
        super().__init__(layers=[_Layer(room) for _ in range(layers)])

    def rewind(self, length: int) -> None:
        """Forget everything after the first `length` tokens."""
        for layer in self.layers:
            layer.length = min(layer.length, length)
