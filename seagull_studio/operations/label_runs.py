"""Label runs: listed with what names them, compared, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.errors import NotFound
from annotation_db.labels import export_notes, label_changes, label_run_uses, labels
from annotation_db.labels.label_changes import Comparison, LabelChange
from annotation_db.labels.label_run_uses import Use
from annotation_db.pictures import images, rois
from annotation_db.rating.permissions import Action
from annotation_db.records import LabelRunRecord, RoiLabel
from seagull_studio.operations.acting import allow
from seagull_studio.operations.label_source import LabelSource

if TYPE_CHECKING:
    from annotation_db.exports.run import ExportReport


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run, and the exports and baselines that name it, newest first."""

    run: LabelRunRecord
    uses: tuple[Use, ...]

    def as_json(self) -> dict[str, Any]:
        """What ``labels --json`` prints of a run."""
        named = [{"kind": use.kind, "name": use.name, "at": use.at.isoformat()} for use in self.uses]
        return {
            "run": self.run.id,
            "uid": self.run.uid,
            "created_at": self.run.created_at.isoformat(),
            "created_by": self.run.created_by,
            "policy": asdict(self.run.policy),
            "labelled": self.run.labelled,
            "insufficient": self.run.insufficient,
            "named_by": named,
        }


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change with the names that people know its ROI by."""

    roi: str
    uid: str
    image: str
    change: LabelChange

    @property
    def levels(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """By scale, what each of the two labels says; nothing where there is none."""
        return label_changes.levels(self.change.before), label_changes.levels(self.change.after)

    def as_json(self) -> dict[str, Any]:
        """What ``labels compare --json`` prints of a ROI."""
        return {
            "roi": self.roi,
            "uid": self.uid,
            "image": self.image,
            "before": _side(self.change.before),
            "after": _side(self.change.after),
            "scales": list(self.change.scales),
            "why": list(self.change.why),
        }


@dataclass(frozen=True, slots=True)
class RunsCompared:
    """What two runs say differently, with names."""

    comparison: Comparison
    first: ListedRun
    second: ListedRun
    changes: tuple[NamedChange, ...]

    def as_json(self) -> dict[str, Any]:
        """What ``labels compare --json`` prints."""
        return {
            "first": self.first.as_json(),
            "second": self.second.as_json(),
            "same": self.comparison.same,
            "numbers_only": self.comparison.numbers_only,
            "changed": [one.as_json() for one in self.changes],
        }


def listing(store: Store) -> list[ListedRun]:
    """All label runs, newest first."""
    with store.read() as s:
        uses = label_run_uses.uses(s)
        return [ListedRun(run, tuple(uses.get(run.uid, ()))) for run in labels.runs(s)]


def document(store: Store, run: LabelRunRecord) -> dict[str, Any]:
    """The labels of a run as ``aggregate --json`` prints them; see `labels.as_json`."""
    allow(store, Action.REVIEW)
    with store.read() as s:
        return labels.as_json(s, labels.run_labels(s, run.id), run.policy)


def find(store: Store, named: str) -> ListedRun:
    """A run by its number or uid.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    wanted = named.strip()
    for one in listing(store):
        if wanted in (str(one.run.id), one.run.uid):
            return one
    raise NotFound(f"There is no label run {wanted} in this project; labels list names them.")


def compare(store: Store, first: int, second: int) -> RunsCompared:
    """What changed from one run to another, and why.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    allow(store, Action.REVIEW)
    with store.read() as s:
        found = label_changes.compare(s, first, second)
        uses = label_run_uses.uses(s)
        sides = [ListedRun(run, tuple(uses.get(run.uid, ()))) for run in (found.first, found.second)]
        return RunsCompared(found, sides[0], sides[1], tuple(_named(s, found)))


def delete(store: Store, run_id: int, who: str) -> LabelRunRecord:
    """Remove a run; see `label_run_uses.delete`."""
    allow(store, Action.LABEL)
    return label_run_uses.delete(store, run_id, who)


def exported(store: Store, source: LabelSource, report: ExportReport, who: str) -> None:
    """Remember an export, its test images, and the label run that it was made of, if it was of one.

    Parameters
    ----------
    source : LabelSource
        Where its labels are from.
    report : ExportReport
        What it wrote.
    who : str
        Who does it, for the audit trail.
    """
    if not store.read_only:
        transact(store, lambda s: export_notes.note(s, report.folder, report.test_images, who), who=who)
    if source.run_id is not None:
        with store.read() as s:
            uid = labels.get_run(s, source.run_id).uid
        label_run_uses.note_export(store, uid, report.folder, who)


def _named(s: Session, found: Comparison) -> list[NamedChange]:
    regions = rois.get_many(s, [change.roi_id for change in found.changes])
    pictures = images.get_many(s, {roi.image_id for roi in regions.values()})
    named = []
    for change in found.changes:
        roi = regions[change.roi_id]
        named.append(NamedChange(roi.external_id, roi.uid, pictures[roi.image_id].path, change))
    return named


def _side(label: RoiLabel | None) -> dict[str, Any] | None:
    if label is None:
        return None
    return {"status": label.status, "n": label.n, "levels": dict(label_changes.levels(label))}
