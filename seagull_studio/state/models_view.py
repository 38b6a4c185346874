"""What the Models & jobs page shows. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model whose predictions this project has, or could have."""

    key: str
    """What `predict_requested` and the others hand back."""
    name: str
    kind: str
    """``"seagull"``, ``"baseline"`` or ``"plugin"``; a baseline is called so wherever it shows."""
    detail: str
    """What it was trained on, in a sentence or two."""
    untrained: bool = False
    predicted: int = 0
    """ROIs that have its prediction."""
    missing: int = 0
    """ROIs that have none yet."""
    predicting: bool = False
    """A job is at it now."""
    for_prefill: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    """Name and value, such as ("SROCC of quality, cross-validated", "0.71")."""


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """Weights found on this machine."""

    path: str
    name: str
    kind: str
    """``"SAM"`` or ``"SEAGULL"``."""
    problem: str = ""
    """What exactly is missing or wrong, in a sentence; "" when it can be used."""
    untrained: bool = False


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Weights that can be had, and from where."""

    name: str
    size: str
    """Such as "375 MB", or "unknown"."""
    where: str
    """Address, or what to do where nothing can be downloaded directly."""
    can_download: bool
    present: bool = False


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job."""

    id: str
    title: str
    status: str
    """``"waiting"``, ``"running"``, ``"done"``, ``"failed"``, ``"cancelled"`` or ``"lost"``."""
    done: int
    total: int
    what: str
    seconds_left: float | None
    started: str
    log_path: str

    @property
    def is_over(self) -> bool:
        return self.status not in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class PrefillView:
    """How suggestions are given in this project."""

    policy: str
    """``"off"``, ``"prefill"`` or ``"reveal"``."""
    model: str
    """Key of the model, "" for none."""
    control_share: float
    """Share of each annotator's ROIs that stay without, 0..1."""
    models: tuple[tuple[str, str], ...] = ()
    """Key and name of the models to choose from."""


@dataclass(frozen=True, slots=True)
class BiasRow:
    """What suggestions did to one scale."""

    scale: str
    shown: int
    control: int
    acceptance_rate: str
    """Share of suggestions left as they were, with its interval, or "–"."""
    weight_of_advice: str
    """Mean share of the way to the suggestion, with its 95 % interval, or "–"."""
    agreement_with: str
    agreement_without: str
    note: str = ""
    """Why a figure is undefined."""


@dataclass(frozen=True, slots=True)
class BiasView:
    """The bias report."""

    rows: tuple[BiasRow, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = field(default=())
