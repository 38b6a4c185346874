"""What the Review page shows. Qt-free; long columns are arrays, so that no row is made before it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

TargetKind = Literal["spread", "presence", "firm", "between", "toss", "votes", "confusion", "roi", "unrated"]
Order = Literal["stability", "spread", "bimodality", "distance"]


@dataclass(frozen=True, slots=True)
class Target:
    """The ROIs behind a bar, a dot or a cell: what one click on it leads to."""

    kind: TargetKind
    scale: str = ""
    numbers: tuple[int, ...] = ()
    """Of ``"votes"`` the least and the most; of ``"confusion"`` the annotator's id, the others' level and the
    own one; of ``"roi"`` its id."""


@dataclass(frozen=True, slots=True)
class AlphaMark:
    """One alpha with its interval."""

    value: float | None
    interval: tuple[float, float] | None
    said: str
    """All of it in words, why something is missing too."""
    target: Target


@dataclass(frozen=True, slots=True)
class AlphaRow:
    """One scale: alpha on its levels, and of a distortion on whether it is there."""

    title: str
    levels: AlphaMark
    presence: AlphaMark | None


@dataclass(frozen=True, slots=True)
class FirmRow:
    """How firm the labels of one scale are."""

    scale: str
    title: str
    firm: int
    between: int
    toss: int


@dataclass(frozen=True, slots=True)
class ReachRow:
    """What a perfect model could reach on one scale."""

    title: str
    value: float | None
    said: str
    target: Target


@dataclass(frozen=True, slots=True)
class PaceView:
    """Progress against the plan."""

    share: float
    """Of the ratings wanted, 0 .. 1."""
    headline: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BusyView:
    """What is being computed."""

    what: str = ""
    """"" for nothing."""
    share: float | None = None
    """0 .. 1; None where nobody knows."""
    remark: str = ""
    """Said while nothing is computed, such as that figures are of before."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the table of annotators; None where a figure does not exist (yet)."""

    id: int
    name: str
    role: str
    excluded: bool
    ratings: int
    bias: float | None
    """Mean over the scales, without its sign, in levels."""
    inconsistency: float | None
    """Mean over the scales, in levels."""
    spearman: float | None
    """With the others' mean, mean over the scales."""
    gain: float | None
    """What alpha gains without them, mean over the scales."""
    straight: float | None
    """Share of ratings with the most frequent pattern, 0 .. 1."""
    flags: int | None
    """Scales on which BT.500 flags them."""
    seconds: float | None


@dataclass(frozen=True, slots=True)
class ScaleDots:
    """One figure of one annotator beside everybody's."""

    scale: str
    title: str
    own: float | None
    others: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """The page of one annotator."""

    id: int
    name: str
    role: str
    excluded: bool
    facts: tuple[str, ...]
    checks: tuple[str, ...] = ()
    """What practice, gold and repeats say of them, a line each."""
    blocked: bool = False
    """They have not passed the test, and get no ROIs."""
    bias: tuple[ScaleDots, ...] = ()
    inconsistency: tuple[ScaleDots, ...] = ()
    simulated: bool = False
    """No person, who can be no lead."""


@dataclass(frozen=True, slots=True)
class DeviantRow:
    """A rating that lies far from the others."""

    roi_id: int
    name: str
    own: str
    residual: float


@dataclass(frozen=True, slots=True)
class PersonScaleView:
    """One annotator on one scale."""

    scale: str
    title: str
    annotator_id: int
    words: tuple[str, ...]
    residuals: NDArray[np.float64]
    """In the order in which the ratings were given, in levels."""
    confusion: NDArray[np.int64]
    """[others, own]: ROIs."""
    deviant: tuple[DeviantRow, ...]
    drift: str = ""
    """The mean residual by position in a session, in words; "" where no times are known."""


@dataclass(frozen=True, slots=True, eq=False)
class DisputeList:
    """ROIs, the most disputed first."""

    caption: str
    """Which they are."""
    everything: bool
    """Nothing was left out by a click elsewhere."""
    roi_ids: NDArray[np.int64]
    names: Sequence[str]
    votes: NDArray[np.int64]
    figures: NDArray[np.float64]
    """Shape (R, 4): stability, spread, bimodality, distance; NaN for none."""
    accepted: frozenset[int]


@dataclass(frozen=True, slots=True)
class VoteView:
    """One annotator's rating of a ROI."""

    rating_id: int
    caption: str
    """A letter, or the name where it was asked for."""
    levels: tuple[int, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class StripView:
    """One scale of a ROI: what its votes add up to."""

    title: str
    words: tuple[str, ...]
    level: int | None
    """That of the label; the last of six for "non-existent"."""
    stability: float | None
    is_toss: bool = False
    """So little that the label is a coin's toss."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """One ROI with everything that is said of it."""

    roi_id: int
    name: str
    place: str
    """Such as "3 of 47"."""
    said: str
    """How many ratings, and whether it is accepted."""
    accepted: bool
    votes: tuple[VoteView, ...]
    strips: tuple[StripView, ...]
    hidden: bool = False
    """Whoever looks rates first: votes and strips are left out."""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry of the audit trail."""

    id: int
    at: str
    who: str
    what: str
    subject: str
    why: str
    can_undo: bool
