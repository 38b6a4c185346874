"""What the start page, the project page and their dialogs show and hand back. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from seagull_studio.state.filter_view import FilterFields


@dataclass(frozen=True, slots=True)
class RecentProject:
    """One line of the start page."""

    location: str
    """Project folder or database URL."""
    name: str
    detail: str = ""
    """Such as "1,000 images, opened yesterday"."""
    missing: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class NewProject:
    """What the new-project dialog hands back."""

    folder: Path
    images_folder: Path | None
    source: str
    name: str
    raters_wanted: int


@dataclass(frozen=True, slots=True)
class ProjectView:
    """The head of the project page."""

    name: str
    location: str
    simulated: bool
    images: int
    images_without_roi: int
    rois: int
    annotators: int
    ratings: int
    raters_wanted: int


@dataclass(frozen=True, slots=True)
class BackupView:
    """What there is of backups."""

    made_at: str = ""
    """When the newest was made, as it is shown; "" where there is none."""
    making: bool = False
    """Whether one is being made."""


@dataclass(frozen=True, slots=True)
class CoverageView:
    """ROIs by their number of counting ratings."""

    histogram: tuple[int, ...]
    """histogram[k] = ROIs with k ratings; the last bar is "or more"."""
    raters_wanted: int


def bar_names(coverage: CoverageView) -> list[str]:
    """The name of each bar: 0, 1 ... and "7+" for the last."""
    last = len(coverage.histogram) - 1
    return [f"{k}+" if k == last and last > 0 else str(k) for k in range(last + 1)]


@dataclass(frozen=True, slots=True)
class AnnotatorRow:
    """One line of the annotator table."""

    name: str
    role: str
    """``"annotator"`` or ``"lead"``."""
    ratings: int
    open: int
    simulated: bool = False
    excluded: bool = False
    also: tuple[str, ...] = ()
    """Other names of the same person."""


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """A picture that was withdrawn."""

    id: int
    picture: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One way to turn ratings into labels."""

    name: str
    """The name that is stored, such as ``paper``."""
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """What one label run gave."""

    policy: str
    min_raters: int
    created_at: str
    labelled: int
    insufficient: int
    quality_levels: tuple[int, int, int, int, int]
    """Labelled ROIs per quality level, bad to excellent."""
    importance_levels: tuple[int, int, int, int, int]
    present: dict[str, int] = field(default_factory=dict)
    """Distortion -> labelled ROIs that have it."""
    ties: dict[str, int] = field(default_factory=dict)
    """Distortion -> ROIs with exactly half of the votes non-existent."""
    thin: dict[str, int] = field(default_factory=dict)
    """Distortion -> severities that rest on fewer than three votes."""


@dataclass(frozen=True, slots=True)
class LabelRunRow:
    """One stored label run."""

    id: int
    created_at: str
    created_by: str
    policy: str
    min_raters: int
    labelled: int
    insufficient: int
    named_by: tuple[str, ...] = ()
    """Exports and models, newest first."""


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One thing wrong in a file."""

    line: int | None
    """1-based line or entry; None when it concerns the whole file."""
    message: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import would do (dry run) or did."""

    file: str
    found: str
    """What would be imported, such as "120 ratings of 12 annotators"."""
    can_apply: bool
    complaints: tuple[ComplaintRow, ...] = ()
    notes: tuple[str, ...] = ()
    """Things to know that are not wrong, such as new annotators."""
    already: int | None = None
    """Entries that the project has already; None where that was not counted."""
    ask_names: bool = False
    """Names are nearly the same: whether they are one person is to be said."""


@dataclass(frozen=True, slots=True)
class ExportChoices:
    """What the export dialog hands back."""

    folder: Path
    formats: tuple[str, ...]
    train: float | None
    """Share of images in the training split, 0..1; None for that of the frozen split."""
    seed: int | None
    """Likewise."""
    copy_images: bool
    pseudonyms: bool = False
    val: float | None = 0.0
    """Share of images that validate, 0..1; likewise."""
    folds: int | None = 0
    """Of the training images, 0 for none; likewise."""
    freeze: bool = False
    among: FilterFields = field(default_factory=FilterFields)
    """Only ROIs that it takes: a saved filter, or other fields."""
    thaw: bool = False
    """Nothing is exported: the frozen split is to be forgotten."""


@dataclass(frozen=True, slots=True)
class SplitView:
    """What the next export's split can be."""

    frozen: str = ""
    """Since when a split is frozen, and how many images; "" where none is."""
    train: int = 80
    """Percent."""
    val: int = 0
    """Percent."""
    seed: int = 0
    folds: int = 0


@dataclass(frozen=True, slots=True)
class AnnotatorChoice:
    """Who is rating."""

    name: str
    role: str
    is_new: bool
