"""What a lead sets of a project: one record, its bounds checked in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from types import MappingProxyType
from typing import Any, Final, Literal

from annotation_db.errors import Refused
from annotation_db.records import MOST_RATERS, check_area, check_raters
from annotation_db.vocabulary.scales import SCALE_NAMES

Markers = Literal["everybody", "leads"]
MARKERS: Final[tuple[Markers, ...]] = ("everybody", "leads")
PREFILL_POLICIES: Final = ("off", "prefill", "reveal")
LONGEST_NAME: Final = 200
MOST_AREA: Final = 2**31 - 1
MOST_MINUTES: Final = 24 * 60
MOST_SHARE: Final = 0.5
"""Of repeats, and of gold: with more of them, annotators would rate little else."""
MOST_ATTEMPTS: Final = 20

BOUNDS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "raters_wanted": (1, MOST_RATERS),
        "min_roi_area": (1, MOST_AREA),
        "control_share": (0, 1),
        "reminder_minutes": (0, MOST_MINUTES),
        "idle_minutes": (0, MOST_MINUTES),
        "repeat_share": (0, MOST_SHARE),
        "gold_share": (0, MOST_SHARE),
        "qualification_attempts": (1, MOST_ATTEMPTS),
        **{f"pass_{name}": (0, 1) for name in SCALE_NAMES},
    }
)
"""By name, the least and the greatest value of each number."""

_YES: Final = frozenset({"yes", "true", "on", "1"})
_NO: Final = frozenset({"no", "false", "off", "0"})


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a lead sets of a project."""

    name: str
    raters_wanted: int = 7
    """How many annotators each ROI is handed to."""
    min_roi_area: int = 32 * 32
    """Smallest mask that is accepted, in pixels."""
    who_may_mark: Markers = "everybody"
    prefill_policy: Literal["off", "prefill", "reveal"] = "off"
    control_share: float = 0.2
    """Of each annotator's ROIs that stay without a suggestion, 0..1."""
    reminder_minutes: int = 30
    """Minutes of rating after which a pause is advised; 0 for never."""
    idle_minutes: int = 30
    """Minutes without a key or a click after which the window asks who sits there; 0 for never."""
    repeat_share: float = 0.0
    """Hidden repeats for each ROI that an annotator rates, 0..0.5."""
    gold_share: float = 0.0
    """Gold items for each ROI that an annotator rates, 0..0.5."""
    feedback: bool = False
    """Whether annotators may see where they and the label differ, once a ROI is done."""
    qualification: bool = False
    """Whether a new annotator must pass a test before the first ROI of the project."""
    qualification_attempts: int = 3
    """How often the test may be taken."""
    pass_blur: float = 0.7
    """Share of the test's items on which a vote must lie within one level of what is expected, 0..1."""
    pass_colorfulness: float = 0.7
    pass_compression: float = 0.7
    pass_contrast: float = 0.7
    pass_exposure: float = 0.7
    pass_noise: float = 0.7
    pass_quality: float = 0.7
    pass_importance: float = 0.7

    def changed(self, changes: Mapping[str, Any]) -> ProjectSettings:
        """These settings with some others, all within their bounds.

        Raises
        ------
        Refused
            If there is no such setting, or a value is out of its bounds or of another kind.
        """
        for name, value in changes.items():
            _check(name, value)
        new = replace(self, **changes)
        return replace(new, name=new.name.strip())

    def differences(self, before: ProjectSettings) -> dict[str, Any]:
        """What is another value than `before`, by name."""
        old = asdict(before)
        return {name: value for name, value in asdict(self).items() if value != old[name]}


NAMES: Final = tuple(field.name for field in fields(ProjectSettings))
_KINDS: Final = {field.name: str(field.type) for field in fields(ProjectSettings)}


def parsed(name: str, text: str) -> Any:
    """A setting's value as it is typed at the command line.

    Raises
    ------
    Refused
        If there is no such setting, or the text is no value of its kind.
    """
    kind = _kind(name)
    plain = text.strip()
    if kind == "bool":
        if plain.casefold() not in _YES | _NO:
            raise Refused(f"{name} is yes or no, not {text!r}.")
        return plain.casefold() in _YES
    if kind not in ("int", "float"):
        return plain
    try:
        return int(plain) if kind == "int" else float(plain)
    except ValueError:
        what = "a whole number" if kind == "int" else "a number"
        raise Refused(f"{name} is {what}, not {text!r}.") from None


def check_prefill_model(policy: str, predictor_id: int | None) -> None:
    """Refuse to show predictions while no model is chosen."""
    if policy != "off" and predictor_id is None:
        raise Refused("There is no model to show predictions of; choose one, or leave the pre-fill off.")


def _kind(name: str) -> str:
    if name not in _KINDS:
        raise Refused(f"There is no setting {name!r}; there are {', '.join(NAMES)}.")
    return _KINDS[name]


def _check(name: str, value: Any) -> None:
    kind = _kind(name)
    if kind == "bool":
        if not isinstance(value, bool):
            raise Refused(f"{name} is yes or no, not {value!r}.")
    elif name == "raters_wanted":
        check_raters(_number(name, value, whole=True))
    elif name == "min_roi_area":
        check_area(_number(name, value, whole=True))
        _check_bounds(name, value)
    elif name in BOUNDS:
        _check_bounds(name, _number(name, value, whole=kind == "int"))
    elif name == "name":
        _check_name(value)
    else:
        known = MARKERS if name == "who_may_mark" else PREFILL_POLICIES
        if value not in known:
            raise Refused(f"{name} is one of {', '.join(known)}, not {value!r}.")


def _number(name: str, value: Any, *, whole: bool) -> Any:
    fits = isinstance(value, int) if whole else isinstance(value, (int, float)) and isfinite(value)
    if isinstance(value, bool) or not fits:
        raise Refused(f"{name} is {'a whole number' if whole else 'a number'}, not {value!r}.")
    return value


def _check_bounds(name: str, value: float) -> None:
    least, most = BOUNDS[name]
    if not least <= value <= most:
        raise Refused(f"{name} is from {least:,} to {most:,}, not {value:,}.")


def _check_name(value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise Refused("A project needs a name; give one.")
    if len(value.strip()) > LONGEST_NAME:
        raise Refused(f"A project's name has at most {LONGEST_NAME} characters; give a shorter one.")
