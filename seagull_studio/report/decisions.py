"""What leads decided, under pseudonyms: exclusions, readmissions, acceptances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db.database.schema import Acceptance, Audit, Exclusion, FrozenSplit, Image, Rating, Roi
from annotation_db.exports.hidden_names import HiddenNames
from annotation_db.rating import merging
from annotation_db.records import AnnotatorRecord, MergeRecord
from seagull_studio.jobs import fit_baseline, predict
from seagull_studio.operations import sample_project

A_LEAD: Final = "a lead"
"""Stands for whoever decided and is no annotator."""
PROGRAMS: Final = frozenset({sample_project.WHO, predict.WHO, fit_baseline.WHO})
"""Parts of this program that stand behind what they did; they are nobody's names."""
_PORTION: Final = 5_000
"""Ids of one statement: databases limit the number of parameters."""
_NAMED: Final = 8
"""Things that are named of one decision; of more it is said how many."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, or several of one kind, day and reason."""

    what: str
    count: int
    things: tuple[str, ...]
    """The first ones."""
    reason: str
    by: str
    on: str
    lifted_on: str
    """"" while it stands."""


def who_decides(s: Session) -> set[str]:
    """The names that stand behind anything: annotators' and others', such as those of a machine's users."""
    columns = (Exclusion.by, Exclusion.lifted_by, Acceptance.by, Acceptance.lifted_by, Audit.who)
    found = {
        name for column in (*columns, FrozenSplit.frozen_by) for name in s.scalars(select(column).distinct())
    }
    return {name for name in found - PROGRAMS if name}


def hidden_names(s: Session, people: Iterable[AnnotatorRecord], pseudonyms: Mapping[int, str]) -> HiddenNames:
    """Every name that the project knows of people, second names of one person too."""
    simulated = {person.name: pseudonyms[person.id] for person in people if person.simulated}
    called = dict.fromkeys(sorted(who_decides(s) - simulated.keys()), A_LEAD)
    called |= {person.name: pseudonyms[person.id] for person in people if not person.simulated}
    merges = merging.standing(s)
    for merge in merges:
        called[merge.other.name] = pseudonyms[_person(merge.kept.id, merges)]
    return HiddenNames(called, simulated)


def exclusions(s: Session, pseudonyms: Mapping[int, str], hidden: HiddenNames) -> list[Decision]:
    """All exclusions, those that were lifted too, oldest first."""
    rows = list(s.scalars(select(Exclusion).order_by(Exclusion.id)))
    called = _Things(s, rows, pseudonyms, hidden)
    words = {
        "annotator": "annotator",
        "rating": "rating",
        "roi": "ROI withdrawn",
        "image": "picture withdrawn",
    }
    return _together(
        Decision(
            words[row.kind],
            1,
            (called.of(row.kind, row.target_id),),
            hidden.hide(row.reason),
            hidden.hide(row.by) or A_LEAD,
            day(row.at),
            "" if row.lifted_at is None else day(row.lifted_at),
        )
        for row in rows
    )


def accepted(s: Session, hidden: HiddenNames) -> list[Decision]:
    """All labels that a lead took as they are, those that were lifted too, oldest first."""
    columns = select(Acceptance, Image.path, Roi.external_id).join(Roi, Roi.id == Acceptance.roi_id)
    query = columns.join(Image, Image.id == Roi.image_id).order_by(Acceptance.id)
    return _together(
        Decision(
            "label accepted",
            1,
            (hidden.hide(f"{path}#{roi}"),),
            hidden.hide(row.note),
            hidden.hide(row.by) or A_LEAD,
            day(row.at),
            "" if row.lifted_at is None else day(row.lifted_at),
        )
        for row, path, roi in s.execute(query)
    )


def day(moment: datetime) -> str:
    """A date of UTC."""
    return moment.strftime("%Y-%m-%d")


class _Things:
    """What is excluded, by names that tell nobody who it was."""

    def __init__(
        self, s: Session, rows: list[Exclusion], pseudonyms: Mapping[int, str], hidden: HiddenNames
    ) -> None:
        wanted: dict[str, list[int]] = {}
        for row in rows:
            wanted.setdefault(row.kind, []).append(row.target_id)
        self._found: dict[tuple[str, int], str] = {
            ("annotator", one): pseudonyms.get(one, "an annotator") for one in wanted.get("annotator", ())
        }
        place = select(Rating.id, Rating.annotator_id, Image.path, Roi.external_id)
        place = place.join(Roi, Roi.id == Rating.roi_id).join(Image, Image.id == Roi.image_id)
        regions = select(Roi.id, Image.path, Roi.external_id).join(Image, Image.id == Roi.image_id)
        for some in _portions(wanted.get("rating", ())):
            for number, person, path, roi in s.execute(place.where(Rating.id.in_(some))):
                name = pseudonyms.get(person, "an annotator")
                self._found["rating", number] = f"{name} on {hidden.hide(path)}#{hidden.hide(roi)}"
        for some in _portions(wanted.get("roi", ())):
            for number, path, roi in s.execute(regions.where(Roi.id.in_(some))):
                self._found["roi", number] = hidden.hide(f"{path}#{roi}")
        for some in _portions(wanted.get("image", ())):
            for number, path in s.execute(select(Image.id, Image.path).where(Image.id.in_(some))):
                self._found["image", number] = hidden.hide(path)

    def of(self, kind: str, number: int) -> str:
        return self._found.get((kind, number), f"{kind} {number}")


def _portions(ids: Iterable[int]) -> Iterable[list[int]]:
    listed = sorted(ids)
    return (listed[start : start + _PORTION] for start in range(0, len(listed), _PORTION))


def _person(annotator_id: int, merges: list[MergeRecord]) -> int:
    """Whom an annotator is a second name of, in the end."""
    kept = {merge.other.id: merge.kept.id for merge in merges}
    while annotator_id in kept:
        annotator_id = kept[annotator_id]
    return annotator_id


def _together(decisions: Iterable[Decision]) -> list[Decision]:
    """Neighbours that differ by nothing but what they are about, as one."""
    found: list[Decision] = []
    for one in decisions:
        last = found[-1] if found else None
        alike = last is not None and all(
            getattr(last, name) == getattr(one, name) for name in ("what", "reason", "by", "on", "lifted_on")
        )
        if last is None or not alike:
            found.append(one)
            continue
        things = last.things if len(last.things) >= _NAMED else (*last.things, *one.things)
        found[-1] = Decision(one.what, last.count + 1, things, one.reason, one.by, one.on, one.lifted_on)
    return found
