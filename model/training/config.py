"""Everything that decides what a finetuning run does: one frozen record, three presets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, get_args, get_type_hints

from model.training.errors import TrainingError

Targets = Literal["one-hot", "votes", "mixture"]
Preset = Literal["paper", "tuned", "stage-1"]
MODE: Final = "given"
"""How a run's network is asked about held-out and test images: level words are weighed in the answer that it
was trained on. No answer of its own is read, so none can be unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """One run. The defaults are the preset "tuned"; `PRESETS` says where the others differ."""

    preset: Preset = "tuned"
    # what is asked, and what is answered
    targets: Targets = "mixture"
    """What a level word is trained towards (`model.training.targets`)."""
    denials: Literal["bare", "corrected"] = "bare"
    """Whether a No is followed by the right answer."""
    judgements: bool = True
    """Whether the questions answered by Yes or No are asked at all."""
    presence: Literal["all", "balanced"] = "all"
    """Which distortions are asked about: all six, whose share of votes is their target, or as many absent as
    present ones (one where none is present)."""
    questions: Literal["fixed", "random"] = "fixed"
    """The same questions in each epoch (stage 2), or some drawn anew (stage 1)."""
    questions_per_roi: int = 4
    """How many are drawn where they are random."""
    other_tokens: float = 0.05
    """Weight of the answer's other tokens beside the level word, in answers on quality and importance."""
    # what it is trained on
    votes: Literal["unassisted", "all"] = "unassisted"
    """Which votes count; "all" takes those too that were given with a model's suggestion in view."""
    min_votes: int | None = None
    """Fewest votes of a ROI; by default the minimum of the export's label policy."""
    validation_share: float = 0.1
    """Of the training images, by group, where the export has no validation part of its own."""
    # what is trained
    rank: int = 128
    alpha: float = 256.0
    dropout: float = 0.05
    encoder_lora: bool = False
    """LoRA on the image encoder too, which is frozen otherwise."""
    with_global_token: bool = True
    with_local_token: bool = True
    # how
    lora_rate: float | None = None
    """None: chosen by short runs on the held-out ROIs (`model.training.rates`)."""
    extractor_rate: float = 2e-5
    """Of the mask extractor and the projector."""
    epochs: int = 5
    batch_answers: int = 32
    """Answers per step of the optimiser; the last batch of an epoch may be smaller."""
    tokens_per_pass: int = 4096
    """Most tokens that one pass of the network takes, the prefix included."""
    warmup: float = 0.03
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    keep: Literal["best", "last"] = "best"
    """Which epoch becomes the result: the best by validation SROCC, or the last."""
    seed: int = 0
    # with what
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the base; what is trained is float32 in any case."""
    quantised: Literal["4bit"] | None = None
    gradient_checkpointing: bool = False
    checkpoint_minutes: float = 15.0
    """A checkpoint besides those at the end of each epoch."""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @property
    def deciding(self) -> dict[str, Any]:
        """The entries that decide the result: a run is only resumed where they are the same."""
        return {name: value for name, value in asdict(self).items() if name not in _OF_THE_MACHINE}


_OF_THE_MACHINE: Final = frozenset({"device", "checkpoint_minutes", "gradient_checkpointing"})
_PAPER: Final[Mapping[str, Any]] = {
    "targets": "one-hot",
    "other_tokens": 1.0,
    "presence": "balanced",
    "lora_rate": 1e-5,
    "extractor_rate": 1e-5,
    "keep": "last",
}
PRESETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "tuned": {},
    "paper": _PAPER,
    "stage-1": {**_PAPER, "lora_rate": 4e-5, "extractor_rate": 4e-5, "epochs": 1, "questions": "random"},
}
"""Where a preset differs from the defaults. SEAGULL (arXiv 2411.10161), Sec. 5.1: "paper" is stage 2, on
people's labels, "stage-1" what comes before it, on many pictures of known distortions."""
_BOUNDS: Final = {
    "questions_per_roi": (1, 64), "other_tokens": (0.0, 1.0), "min_votes": (1, 10_000),
    "validation_share": (0.0, 0.5), "rank": (1, 4096), "alpha": (1e-6, 1e6), "dropout": (0.0, 0.9),
    "lora_rate": (0.0, 1.0), "extractor_rate": (0.0, 1.0), "epochs": (1, 1000), "batch_answers": (1, 100_000),
    "tokens_per_pass": (64, 1_000_000), "warmup": (0.0, 0.9), "weight_decay": (0.0, 1.0),
    "max_grad_norm": (1e-6, 1e6), "seed": (0, 2**31 - 1), "checkpoint_minutes": (0.0, 1e6),
}  # fmt: skip


def resolve(preset: str = "tuned", changes: Mapping[str, Any] | None = None) -> TrainingConfig:
    """A preset with changes.

    Parameters
    ----------
    preset : {"tuned", "paper", "stage-1"}
    changes : mapping, optional
        By names of `TrainingConfig`'s entries, of the right kind.

    Raises
    ------
    TrainingError
        If there is no such preset or entry, or a value is of another kind or out of its bounds.
    """
    if preset not in PRESETS:
        raise TrainingError(f"There is no preset {preset!r}; choose {' or '.join(PRESETS)}.")
    entries = {**PRESETS[preset], **(changes or {}), "preset": preset}
    known = get_type_hints(TrainingConfig)
    for name, value in entries.items():
        if name not in known:
            raise TrainingError(f"There is no setting {name!r}; there are {', '.join(known)}.")
        entries[name] = _checked(name, value, known[name])
    return TrainingConfig(**entries)


def read_assignment(text: str) -> tuple[str, Any]:
    """``key=value`` of a command line: the value is JSON where it can be read so, else the text itself.

    Raises
    ------
    TrainingError
        If there is no "=" in it.
    """
    name, found, value = text.partition("=")
    if not found:
        raise TrainingError(f"{text!r} sets nothing; write key=value, such as epochs=3.")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value.strip()


def _checked(name: str, value: Any, kind: Any) -> Any:
    allowed = _choices(kind)
    if allowed:
        if value not in allowed or isinstance(value, bool | int | float):
            told = ", ".join("null" if one is None else str(one) for one in allowed)
            raise TrainingError(f"{name} is one of {told}, not {value!r}.")
        return value
    if kind is bool or kind is str:
        if not isinstance(value, kind):
            raise TrainingError(f"{name} is {'true or false' if kind is bool else 'a text'}, not {value!r}.")
        return value
    if value is None and type(None) in get_args(kind):
        return None
    whole = float not in (kind, *get_args(kind))
    low, high = _BOUNDS[name]
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise TrainingError(f"{name} is a {'whole ' if whole else ''}number, not {value!r}.")
    if not low <= value <= high:
        raise TrainingError(f"{name} is from {low:g} to {high:g}, not {value!r}.")
    return value if whole else float(value)


def _choices(kind: Any) -> tuple[Any, ...]:
    """What a Literal (or a Literal or None) allows; nothing for other kinds."""
    members = get_args(kind)
    if members and all(isinstance(one, str) for one in members):
        return members
    nested = tuple(value for one in members for value in _choices(one))
    return (*nested, None) if nested and type(None) in members else nested


NAMES: Final = tuple(one.name for one in fields(TrainingConfig))
"""All entries, in their order."""
