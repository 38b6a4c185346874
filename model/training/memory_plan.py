"""How much memory a run takes, before anything is loaded: forward and backward on paper.

The largest pass is run twice with tensors that have shapes and no numbers: the real modules, LoRA, losses,
autocast and gradient checkpointing, while every tensor that is made or let go of is counted. The second pass
meets the gradients of the first, as the passes of one step do. Only attention is replaced, by one that keeps
what the kernels without a score matrix keep (queries, keys, values, output). Decoder layers are all alike, so
two networks of few layers tell what one of many takes. Weights and the optimiser's two moments are added by
their numbers.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only
from torch.utils.weak import WeakIdKeyDictionary
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from model.seagull.config import SeagullConfig
from model.seagull.devices import torch_dtype
from model.seagull.memory_needs import DRIVER_ROOM, PREFIX_TEXT, Precision, gigabytes, meta_network, parts
from model.seagull.network import SeagullForCausalLM
from model.training.config import TrainingConfig
from model.training.trainable import Trained, in_its_precision, make_trainable, trainable

TOKENS_PER_ANSWER: Final = 30
"""Of a branch that shares its ROI's tokens; a generous estimate."""
ROWS_PER_ANSWER: Final = 10
"""Tokens that are predicted."""
ANSWERS_PER_ROI: Final = 13
_ATTENTION: Final = "on_paper"
_LAYERS: Final = (2, 3)
_FEW_TOKENS: Final = 2048
_LEAST: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class PassSize:
    """The largest pass of a run."""

    prefix: int
    tokens: int
    """Prefix included."""
    rows: int
    """Places at which logits are computed."""
    rois: int


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Bytes on the device."""

    weights: int
    """Of the base, in its precision."""
    trained: int
    """LoRA, and the float32 copies of what is trained in full."""
    optimiser: int
    working: int
    """The most that gradients, activations and what is between them take at one time."""

    @property
    def peak(self) -> int:
        """All together."""
        return self.weights + self.trained + self.optimiser + self.working

    def as_json(self) -> dict[str, int]:
        """For ``run.json`` and ``--json``."""
        names = ("weights", "trained", "optimiser", "working", "peak")
        return {name: getattr(self, name) for name in names}

    def sentence(self, free: int | None, device_type: str) -> str:
        """For people."""
        there = "" if free is None else f", of {gigabytes(free)} that the {device_type} device has free"
        return (
            f"This training will take about {_size(self.peak)}{there}: {_size(self.weights)} for the "
            f"base, {_size(self.trained)} for what is trained, {_size(self.optimiser)} for the "
            f"optimiser, {_size(self.working)} for a pass."
        )


def _size(count: int) -> str:
    """Bytes for people, of small networks too."""
    return gigabytes(count) if count >= _LEAST else f"{count / 1e6:.1f} MB"


def largest_pass(network: SeagullForCausalLM, config: TrainingConfig) -> PassSize:
    """What the budget of tokens and the answers of a step allow at most."""
    prefix = network.image_tokens + PREFIX_TEXT
    most = min(config.tokens_per_pass, prefix + config.batch_answers * TOKENS_PER_ANSWER + PREFIX_TEXT)
    tokens = max(most, prefix + TOKENS_PER_ANSWER + PREFIX_TEXT)
    answers = max(1, (tokens - prefix) // TOKENS_PER_ANSWER)
    return PassSize(prefix, tokens, ROWS_PER_ANSWER * answers, -(-answers // ANSWERS_PER_ROI))


def plan(settings: SeagullConfig, config: TrainingConfig, size: PassSize | None = None) -> MemoryPlan:
    """Compute what a run takes.

    Parameters
    ----------
    settings : SeagullConfig
        Of the base.
    config : TrainingConfig
        With a precision that is not "auto".
    size : PassSize, optional
        The largest pass, by default `largest_pass`.
    """
    precision: Precision = config.quantised or _resolved(config)
    network = meta_network(settings).to(torch_dtype(_resolved(config)))
    found = parts(network).values()
    weights = sum(part.bytes(precision) for part in found)
    unpacked = max((n for part in found for n in part.packable), default=0)
    size = size or largest_pass(network, config)
    # All decoder layers are alike: what each adds is known from two small networks.
    few, some = (measured(_with_layers(settings, layers), config, size) for layers in _LAYERS)
    each = [(b - a) // (_LAYERS[1] - _LAYERS[0]) for a, b in zip(few, some, strict=True)]
    more = settings.num_hidden_layers - _LAYERS[0]
    taken, working = (a + more * step for a, step in zip(few, each, strict=True))
    # A packed layer is unpacked for each use, one at a time.
    extra = 2 * unpacked if config.quantised else 0
    return MemoryPlan(weights, taken, 2 * taken, working + extra)


def _with_layers(settings: SeagullConfig, layers: int) -> SeagullConfig:
    changed = deepcopy(settings)
    changed.num_hidden_layers = layers
    return changed


def measured(settings: SeagullConfig, config: TrainingConfig, size: PassSize) -> tuple[int, int]:
    """Bytes of what is trained, and the most that two passes take."""
    network = meta_network(settings).to(torch_dtype(_resolved(config)))
    trained = make_trainable(network, config, "")
    network.config._attn_implementation = _ATTENTION
    if config.gradient_checkpointing:
        network.activation_checkpointing_enable()
    trained.adapted.train()
    taken = sum(parameter.nbytes for _, parameter in trainable(trained))
    with _attention_on_paper():
        if network.dtype == torch.float32:
            return taken, _peak(trained.adapted.parameters(), lambda: _one(trained, size, config))
        # Tensors that have a device, for autocast, and no memory; they are slower.
        with FakeTensorMode(allow_non_fake_inputs=True):
            trained.adapted.to_empty(device="cpu")
            return taken, _peak(trained.adapted.parameters(), lambda: _one(trained, size, config))


def shortage(
    settings: SeagullConfig,
    config: TrainingConfig,
    free: int,
    device_type: str,
    found: MemoryPlan | None = None,
) -> str | None:
    """Say before loading that a run does not fit, and what would.

    Parameters
    ----------
    settings, config
        As in `plan`.
    free : int
        Bytes free on the device.
    device_type : str
    found : MemoryPlan, optional
        Of these settings, where it is known.

    Returns
    -------
    str or None
        One sentence; None where there is room.
    """
    room = free - (DRIVER_ROOM if device_type != "cpu" else 0)
    needed = (found or plan(settings, config)).peak
    if needed <= room:
        return None
    choice = "use a device with more memory"
    changed: dict[str, Any] = {}
    for change in _savings(config, device_type):
        changed |= change
        if plan(settings, replace(config, **changed)).peak <= room:
            told = " and ".join(f"{name}={_as_set(value)}" for name, value in changed.items())
            choice = f"set {told}, or {choice}"
            break
    return (
        f"This training needs about {gigabytes(needed + free - room)}, and the {device_type} device has "
        f"{gigabytes(free)} free; {choice}."
    )


def _savings(config: TrainingConfig, device_type: str) -> Iterator[dict[str, Any]]:
    """What takes less memory, the cheapest first; each is added to those before it."""
    if not config.gradient_checkpointing:
        yield {"gradient_checkpointing": True}
    if device_type == "cuda" and config.quantised is None:
        if config.precision == "float32":
            yield {"precision": "bfloat16"}
        yield {"quantised": "4bit"}
    if config.tokens_per_pass > _FEW_TOKENS:
        yield {"tokens_per_pass": _FEW_TOKENS}


def _as_set(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _resolved(config: TrainingConfig) -> Any:
    return "float32" if config.precision == "auto" else config.precision


def _one(trained: Trained, size: PassSize, config: TrainingConfig) -> None:
    with in_its_precision(trained.network):
        loss = _pass(trained, size, config)
    torch.autograd.backward(loss)


def _pass(trained: Trained, size: PassSize, config: TrainingConfig) -> torch.Tensor:
    """One pass as `model.training.passes.packed_losses` makes it, with places in place of tokens."""
    network = trained.network
    settings, dtype, device = network.config, network.dtype, network.device
    side, encoder = settings.picture_side, network.model.vision_tower
    if config.encoder_lora:
        levels = list(network.encode_levels(torch.empty(1, 3, side, side, device=device)))
    else:
        levels = [
            torch.empty(1, channels, side // stride, side // stride, dtype=dtype, device=device)
            for channels, stride in zip(encoder.widths, encoder.strides, strict=True)
        ]
    features = network.features_of(levels)[0]
    rois = network.roi_tokens(
        features,
        torch.empty(size.rois, side, side, dtype=torch.bool, device=device),
        torch.empty(size.rois, 3, side, side, device=device),
    )
    text = torch.empty(
        size.tokens - len(features.image_tokens), settings.hidden_size, dtype=dtype, device=device
    )
    both = torch.cat([rois.globals, rois.locals]).to(dtype)
    branches = torch.cat([text[: len(text) - len(both)], both])
    mask = torch.empty(1, 1, size.tokens, size.tokens, dtype=dtype, device=device)
    hidden = network.model(
        inputs_embeds=torch.cat([features.image_tokens.to(dtype), branches])[None],
        attention_mask=mask,
        position_ids=torch.empty(1, size.tokens, dtype=torch.long, device=device),
        use_cache=False,
    ).last_hidden_state[0]
    rows = torch.empty(size.rows, dtype=torch.long, device=device)
    table: torch.Tensor = network.lm_head(hidden.index_select(0, rows)).float().log_softmax(-1)
    return table.flatten().index_select(0, rows).sum()


class _Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that live."""

    def __init__(self, known: Iterable[torch.Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.live = self.peak = 0
        self._known = WeakIdKeyDictionary()
        for tensor in known:
            self._known[tensor.untyped_storage()] = True

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        tree_map_only(torch.Tensor, self._see, made)
        return made

    def _see(self, tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage not in self._known:
            size = storage.nbytes()
            self._known[storage] = True
            self.live += size
            self.peak = max(self.peak, self.live)
            weakref.finalize(storage, self._gone, size)
        return tensor

    def _gone(self, size: int) -> None:
        self.live -= size


def _peak(known: Iterable[torch.Tensor], work: Callable[[], None]) -> int:
    with _Counting(known) as counting:
        work()
        work()
    return int(counting.peak)


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        made = torch.empty_like(query)
        ctx.save_for_backward(query, key, value, made)
        return made

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        query, key, value, _ = ctx.saved_tensors
        return torch.empty_like(query), torch.empty_like(key), torch.empty_like(value)


def _on_paper(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *rest: Any, **more: Any
) -> tuple[torch.Tensor, None]:
    made: torch.Tensor = _Attention.apply(query, key, value)
    return made.transpose(1, 2).contiguous(), None


@contextmanager
def _attention_on_paper() -> Iterator[None]:
    ALL_ATTENTION_FUNCTIONS[_ATTENTION] = _on_paper
    try:
        yield
    finally:
        del ALL_ATTENTION_FUNCTIONS[_ATTENTION]
