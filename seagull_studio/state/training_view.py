"""What is shown of a finetuning: what it would be trained on, its curves, and what it came to. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seagull_studio.state.project_view import SplitView

FinetuneAction = Literal["look", "start"]


@dataclass(frozen=True, slots=True)
class FinetuneFields:
    """What a person says of a training."""

    run: int = 0
    """Id of the label run."""
    base: str = ""
    """Folder of the checkpoint that it begins from."""
    preset: str = "tuned"
    epochs: int = 5
    train: int = 80
    """Percent of the images; not asked where the split is frozen."""
    val: int = 0
    """Percent."""
    seed: int = 0
    less_memory: bool = False
    """Activations are computed twice instead of kept."""
    four_bit: bool = False
    """The base in 4 bits, on a CUDA device."""


@dataclass(frozen=True, slots=True)
class FinetuneLook:
    """What a training would be, looked at before it begins."""

    parts: tuple[tuple[str, ...], ...]
    """Rows: part of the split, pictures, groups, ROIs, votes."""
    levels: tuple[str, ...]
    """A sentence for each scale: how many labels have which level, and how many of them are firm."""
    sentences: tuple[str, ...]
    """What memory it takes, and what else is to be known."""
    alarm: str = ""
    """Why it cannot begin, or what makes its result mean nothing; "" for neither."""
    can_start: bool = True


@dataclass(frozen=True, slots=True)
class FinetuneView:
    """What can be chosen, and what was looked at."""

    runs: tuple[tuple[int, str], ...]
    """Id and name of each label run, newest first."""
    bases: tuple[tuple[str, str], ...]
    """Folder and name of each checkpoint that was found."""
    split: SplitView
    fields: FinetuneFields
    look: FinetuneLook | None = None


@dataclass(frozen=True, slots=True)
class FinetuneAnswer:
    """What a person wants next."""

    action: FinetuneAction
    fields: FinetuneFields


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line of a chart."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the steps of a training."""

    title: str
    curves: tuple[Curve, ...] = ()
    levels: tuple[Level, ...] = ()
    low: float | None = None
    """Where its axis begins at the latest; None: at the least value."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure on the test images, beside the present model's."""

    name: str
    own: str
    present: str
    attainable: str


@dataclass(frozen=True, slots=True)
class TrainingView:
    """One finetuning, by what its folder says."""

    charts: tuple[Chart, ...] = ()
    warning: str = ""
    """That its base was untrained, or its votes simulated; "" for neither."""
    now: str = ""
    """Speed and memory, in words."""
    present: str = ""
    """Name of the model that the figures stand beside; "" for none."""
    figures: tuple[FigureRow, ...] = ()
    """On the test images; empty before it is done."""
    note: str = ""
    """Why there are no figures, or none of the present model."""
    report: str = ""
    """The report's file, "" before there is one."""
    adapter: str = ""
    """The finished model's folder, "" before there is one."""
    predicted: bool = field(default=False)
    """It is a model of this project already."""
