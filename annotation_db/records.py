"""Frozen records that the database hands out. Rows never leave this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from annotation_db.errors import Refused
from annotation_db.vocabulary.check_turn import CheckTurn
from annotation_db.vocabulary.scales import Votes

RoiLevel = Literal["object", "component"]
Role = Literal["annotator", "lead"]
RatingKind = Literal["rating", "practice"]
ExclusionKind = Literal["rating", "annotator", "roi", "image"]
PrefillMode = Literal["none", "control", "revealed", "shown"]
"""What an annotator saw of a model's prediction: nothing; nothing, because this ROI was drawn into the
control share; the prediction after submitting; the prediction in the rating panel beforehand."""
Outcome = Literal["given", "confirmed", "changed"]
"""What became of one row of the panel: no suggestion stood there, it was left as suggested, or not."""
VotesUsed = Literal["all", "unassisted"]
"""Which votes a label is made of; unassisted ones were given before any prediction was seen."""
Interval = Literal["clopper-pearson", "student-t"]
"""How the interval of a mean is made; Student's by older versions only."""
MOST_RATERS: Final = 1_000
"""More raters per ROI than anybody has (each is a row of each ROI); larger numbers are slips."""


def check_raters(wanted: int) -> None:
    """Refuse a number of raters per ROI that is below 1 or above `MOST_RATERS`; raises `Refused`."""
    if wanted < 1:
        raise Refused(f"At least 1 rater is needed per ROI, not {wanted:,}.")
    if wanted > MOST_RATERS:
        raise Refused(f"At most {MOST_RATERS:,} raters can be wanted per ROI, not {wanted:,}.")


def check_area(smallest: int) -> None:
    """Refuse a smallest area of ROIs that is below 1 pixel; raises `Refused`."""
    if smallest < 1:
        raise Refused(f"The smallest ROI area is at least 1 pixel, not {smallest:,}.")


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """The project's own facts."""

    uid: str
    name: str
    created_at: datetime
    raters_wanted: int
    """How many annotators each ROI is handed to (default 7, the paper's minimum)."""
    min_roi_area: int
    """Smallest mask, in pixels, that is accepted (default 32 * 32 = 1024, as in the paper)."""
    seed: int
    simulated: bool
    """True for a sample project: its annotators are simulated, and every screen says so."""


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One picture. Width and height are those of the *displayed* picture (EXIF orientation applied)."""

    id: int
    uid: str
    root: str
    """Folder that `path` is relative to, absolute."""
    path: str
    """POSIX path relative to `root`; unique in the project."""
    sha256: str
    byte_size: int
    width: int
    height: int
    exif_orientation: int
    """EXIF tag 274, 1..8; 1 where the file has none."""
    format: str
    """Pillow's name: JPEG, PNG, TIFF, WEBP, BMP."""
    mode: str
    """Pillow's mode of the file: RGB, L, CMYK, I;16, P, RGBA ..."""
    source: str
    """Data set the picture came from; splits are stratified by it. "" when not said."""
    note: str
    """Free text shown with the picture, such as the distortion the sample project applied."""
    added_at: datetime
    withdrawn: bool = False
    group: str = ""
    """Scene or photograph that it shares with others of the group: a split never cuts one. "" for none."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the pictures of a folder. Paths are relative to it."""

    added: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    """(path, path of the same bytes already in the project or earlier in the folder)."""
    refused: tuple[tuple[str, str], ...]
    """(path, one sentence)."""


@dataclass(frozen=True, slots=True)
class RoiRecord:
    """One frozen mask on one image."""

    id: int
    uid: str
    image_id: int
    external_id: str
    """The id the ROI file gave it, or a short id of ours; unique within its image."""
    level: RoiLevel
    size: tuple[int, int]
    """(height, width) of the mask, equal to the displayed picture's."""
    counts: str
    """COCO compressed RLE counts (pycocotools, column-major)."""
    area: int
    """Pixels inside the mask."""
    bbox: tuple[int, int, int, int]
    """x, y, width, height in pixels; the box contains every mask pixel."""
    prompts: dict[str, Any]
    """The clicks, boxes and strokes the mask came from (JSON; {} for imported masks)."""
    segmenter: str
    """Name of the segmenter, such as ``sam_vit_b 01ec64``, ``classical``, ``imported``, ``manual``."""
    predicted_iou: float | None
    created_by: str
    created_at: datetime
    withdrawn: bool = False
    """True while an exclusion of this ROI stands."""


@dataclass(frozen=True, slots=True)
class AnnotatorRecord:
    """One person who rates; who is merged with another has that one's record."""

    id: int
    uid: str
    name: str
    role: Role
    simulated: bool
    order_seed: int
    created_at: datetime
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Whom a program acts for; `annotation_db.rating.permissions` says what they may do."""

    name: str
    annotator_id: int | None = None
    """None for the command line, which acts as a lead where no annotator is named."""
    proof: str = field(default="", repr=False)
    """What the lead's passphrase was found right against; "" where none was given."""
    ask: Callable[[], str | None] | None = field(default=None, repr=False, compare=False)
    """Asks for the lead's passphrase when it is needed; None where it is asked for elsewhere."""


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """Two annotators who are one person."""

    id: int
    kept: AnnotatorRecord
    other: AnnotatorRecord
    by: str
    at: datetime
    shared: int
    """ROIs that were rated under both names: the newest vote is the person's."""


@dataclass(frozen=True, slots=True)
class RatingRecord:
    """The eight integers one annotator gave one ROI, with a revision number."""

    id: int
    uid: str
    roi_id: int
    annotator_id: int
    revision: int
    """1 for the first; a correction is a new revision, nothing is overwritten."""
    votes: Votes
    kind: RatingKind
    shown_at: datetime | None
    submitted_at: datetime
    duration_ms: int | None
    """Time the ROI was in front of the annotator, in milliseconds."""
    origin: str
    """``window``, ``import:<file name>``, ``simulated``, ``bundle:<uid>``."""
    excluded: bool = False
    prefill: PrefillMode = "none"
    """The most that was shown up to this revision: an assisted rating stays assisted."""
    prediction_id: int | None = None
    """The prediction that was shown or withheld."""
    outcomes: tuple[Outcome | None, ...] | None = None
    """One per scale, in the order of `scales.SCALE_NAMES`; None where nothing was shown."""

    @property
    def unassisted(self) -> bool:
        """Whether these votes were given before any prediction for this ROI was seen."""
        return self.prefill in ("none", "control") or (self.prefill == "revealed" and self.revision == 1)


@dataclass(frozen=True, slots=True)
class NewRating:
    """One rating to be stored."""

    roi_id: int
    annotator_id: int
    votes: Votes
    kind: RatingKind = "rating"
    shown_at: datetime | None = None
    duration_ms: int | None = None
    origin: str = "window"
    submitted_at: datetime | None = None
    """Now, where not given."""
    prefill: PrefillMode = "none"
    prediction_id: int | None = None
    outcomes: Sequence[Outcome | None] | None = None
    """Taken from votes and prediction where a prediction was shown and this is None."""
    uid: str = ""
    """Drawn where not given; giving a rating of the same uid twice stores it once."""


@dataclass(frozen=True, slots=True)
class ExclusionRecord:
    """Something that does not count, why, and since when; lifted ones stay."""

    id: int
    kind: ExclusionKind
    target_id: int
    reason: str
    by: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True)
class AcceptanceRecord:
    """A disputed ROI whose label a lead takes as it is; lifted ones stay."""

    id: int
    roi_id: int
    note: str
    by: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """What a lead told an annotator."""

    id: int
    annotator_id: int
    """The person, also where it was written to another name of theirs."""
    text: str
    by: str
    at: datetime
    read_at: datetime | None
    """None until they have said that they read it."""
    read_by: str | None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One entry of the audit trail."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AssignReport:
    """What handing out ROIs came to."""

    assigned: int
    """New assignments."""
    rois: int
    """ROIs considered: all that are not withdrawn, or that were asked for."""
    short: int
    """ROIs that still have fewer annotators than wanted, because there are too few."""
    per_annotator: dict[int, int]
    """Annotator id -> new assignments."""
    touched: int
    """ROIs that were handed to anybody."""
    loaded: int
    """ROIs of `short` that somebody could have had but for the limit of what each may have open."""
    left: int
    """ROIs that want annotators and were left for another time, because so many were handed out."""
    open: dict[int, int]
    """Annotator id -> ROIs handed to them and not rated, the new ones too."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A ROI that an annotator is to rate."""

    roi: RoiRecord
    image: ImageRecord
    place_id: int | None
    """None while the ROI is only open to this annotator and not yet handed to them."""
    lease_until: datetime | None = None
    """How long a claimed place is kept for them; None where it does not expire."""
    check: CheckTurn | None = None
    """Where this is no rating; ids of ROI and, of an item, picture are then below 0."""


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How far one annotator is."""

    done: int
    open: int
    """Assigned to them and not yet rated."""
    available: int
    """Not assigned to them, and still wanting raters."""


@dataclass(frozen=True, slots=True)
class MeanLabel:
    """A mean over n votes with what Eq. 1 makes of it."""

    sum: int
    n: int
    mean: float
    sd: float | None
    """Sample standard deviation (ddof 1); None below two votes."""
    ci95: tuple[float, float] | None = field(compare=False)
    """As the policy's `interval` says; Student's does not exist below two votes."""
    level: int
    overdispersed: bool | None = field(default=None, compare=False)
    """Votes are split more than the interval allows for: it is too narrow. None in runs of older versions."""
    counts: tuple[int, ...] | None = field(default=None, compare=False)
    """Votes on each value from 0 on, to 4, or to 5 where non-existent ones entered; None as above."""


@dataclass(frozen=True, slots=True)
class DistortionLabel:
    """Whether a distortion is present by majority, and its mean severity if so."""

    present: bool
    """False iff more than half of the votes are non-existent."""
    non_existent: int
    n: int
    tie: bool
    """Exactly half of the votes are non-existent (then it counts as present)."""
    severity: MeanLabel | None
    """None when not present."""
    thin: bool
    """The severity rests on fewer than three votes."""
    counts: tuple[int, ...] | None = field(default=None, compare=False)
    """Votes on each value, non-existent ones last; None in runs of older versions."""


@dataclass(frozen=True, slots=True)
class RoiLabel:
    """What the ratings of one ROI add up to."""

    roi_id: int
    n: int
    status: Literal["labelled", "insufficient"]
    quality: MeanLabel | None = None
    importance: MeanLabel | None = None
    distortions: dict[str, DistortionLabel] = field(default_factory=dict)
    rating_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelPolicy:
    """How ratings become labels. Every stored run names its policy."""

    name: str
    min_raters: int = 7
    include_non_existent: bool = False
    """If True, non-existent votes enter a severity's mean as 5; Eq. 1 then takes a mean above 4 as 4."""
    votes: VotesUsed = "all"
    interval: Interval = field(default="clopper-pearson", compare=False)
    """How the intervals of means are made; not part of what a label says."""


@dataclass(frozen=True, slots=True)
class LabelRunRecord:
    """One stored label run, without its labels."""

    id: int
    uid: str
    created_at: datetime
    created_by: str
    policy: LabelPolicy
    labelled: int
    insufficient: int
