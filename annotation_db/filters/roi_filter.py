"""A filter of ROIs: what it asks for, and that as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, cast

from annotation_db.errors import Refused
from annotation_db.names import shown
from annotation_db.records import RoiLevel
from annotation_db.vocabulary.scales import SCALES


@dataclass(frozen=True, slots=True)
class RoiFilter:
    """What ROIs must be to be taken; all of it at once. What is not asked for is empty or None.

    Attributes
    ----------
    sources, groups : tuple of str
        The picture is of one of these data sets; it is in one of these groups.
    level : "object", "component" or None
    rated_at_least, rated_fewer_than : int or None
        How many counting ratings it has, at least 0.
    labels : mapping of str to tuple of int
        Scale -> the levels that its label may have, 5 for a distortion that is not there.
    stability_below : float or None
        Its least stable scale is less stable at 14 raters than this, 0..1. Without a rating it has none.
    annotators : tuple of str
        One of these has rated it.
    model : str
        Name or signature of the model that `distance_at_least` is measured from.
    distance_at_least : float or None
        On its worst scale the mean vote is so many levels from what the model says, 0..5.
    """

    sources: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    level: RoiLevel | None = None
    rated_at_least: int | None = None
    rated_fewer_than: int | None = None
    labels: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    stability_below: float | None = None
    annotators: tuple[str, ...] = ()
    model: str = ""
    distance_at_least: float | None = None

    @property
    def takes_all(self) -> bool:
        """Whether it asks for nothing."""
        return self == RoiFilter()

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises
        ------
        Refused
            If a number is out of its range, a scale or level unknown, or a distance is from no model.
        """
        if self.level not in (None, "object", "component"):
            raise Refused(f"A ROI's level is object or component, not {shown(self.level)}.")
        for number in (self.rated_at_least, self.rated_fewer_than):
            if number is not None and number < 0:
                raise Refused(f"A ROI cannot have {number} ratings; give 0 or more.")
        for scale, levels in self.labels.items():
            if scale not in SCALES:
                raise Refused(f"There is no scale {shown(scale)}; choose from {', '.join(SCALES)}.")
            known = {level.value for level in SCALES[scale].levels}
            if wrong := sorted(set(levels) - known):
                raise Refused(
                    f"{scale} has no level {wrong[0]}; its levels are {min(known)} to {max(known)}."
                )
        if self.stability_below is not None and not 0 <= self.stability_below <= 1:
            raise Refused(f"Stability lies between 0 and 1, not at {self.stability_below:g}.")
        if self.distance_at_least is not None and not 0 <= self.distance_at_least <= 5:
            raise Refused(f"Distances from a model are 0 to 5 levels, not {self.distance_at_least:g}.")
        if (self.distance_at_least is None) != (not self.model):
            raise Refused("A distance needs the model that it is from, and the other way round; give both.")

    def as_json(self) -> dict[str, Any]:
        """What is asked for, as plain JSON values."""
        told: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "labels":
                value = {scale: sorted(levels) for scale, levels in value.items()}
            elif isinstance(value, tuple):
                value = list(value)
            if value not in (None, "", [], {}):
                told[each.name] = value
        return told


def from_json(told: object) -> RoiFilter:
    """The filter that `RoiFilter.as_json` told.

    Raises
    ------
    Refused
        If it is none, or asks for what this version does not know.
    """
    if not isinstance(told, Mapping):
        raise Refused("This is no filter of ROIs.")
    known = {each.name for each in fields(RoiFilter)}
    if unknown := sorted(str(name) for name in set(told) - known):
        raise Refused(
            f"The filter asks for {shown(unknown[0])}, which this version does not know; update it."
        )
    given: dict[str, Any] = dict(told)
    try:
        for name in ("sources", "groups", "annotators"):
            given[name] = tuple(str(one) for one in _list(given.get(name, ())))
        given["labels"] = {
            str(scale): tuple(int(level) for level in _list(levels))
            for scale, levels in cast("Mapping[str, Any]", given.get("labels", {})).items()
        }
        for name, kind in (("rated_at_least", int), ("rated_fewer_than", int)):
            given[name] = None if given.get(name) is None else kind(given[name])
        for name in ("stability_below", "distance_at_least"):
            given[name] = None if given.get(name) is None else float(given[name])
        made = RoiFilter(**given)
        made.check()
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused("This filter of ROIs is damaged; save it anew.") from error
    return made


def _list(told: object) -> Sequence[Any]:
    """A text is none, though it has letters one after another."""
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise TypeError("no list")
    return told
