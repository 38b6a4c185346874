"""What the Review page shows: read in one moment, computed apart from the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.agreement.report import AgreementReport, report
from annotation_db.agreement.vote_columns import VoteColumns
from annotation_db.database import changes
from annotation_db.database.changes import Kind
from annotation_db.database.schema import Image, Roi
from annotation_db.database.store import Store
from annotation_db.labels import export_notes
from annotation_db.labels.disputes import Disputes, disputes
from annotation_db.labels.more_raters import Aim, MorePlan, plan
from annotation_db.pictures import frozen_splits, images
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.said import said
from annotation_db.rating import acceptances, annotators, check_answers, counting_columns, requests
from annotation_db.rating.check_answers import Pairs
from annotation_db.rating.pace import Pace, pace
from annotation_db.rating.permissions import Action
from annotation_db.records import AcceptanceRecord, AnnotatorRecord
from annotation_db.safety import integrity
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from seagull_studio.operations import qualify
from seagull_studio.operations.acting import allow
from seagull_studio.operations.agreement import BOOTSTRAP
from seagull_studio.operations.qualify import Checked


@dataclass(frozen=True, slots=True)
class RoiName:
    """What a ROI is called, and which picture it lies on."""

    image_id: int
    picture: str
    """Path of the picture."""
    roi: str
    """Its id within the picture."""

    @property
    def text(self) -> str:
        """As exclusions and commands name it."""
        return f"{self.picture}#{self.roi}"


@dataclass(frozen=True, slots=True)
class Material:
    """What the figures are computed from, of one moment."""

    at: datetime
    counters: Mapping[Kind, int]
    """How often what was changed until then."""
    table: VoteColumns
    people: tuple[AnnotatorRecord, ...]
    """Excluded ones too."""
    rois: Mapping[int, RoiName]
    """By id, all that are not withdrawn, also those without a rating."""
    raters_wanted: int
    accepted: Mapping[int, AcceptanceRecord]
    """By ROI id."""
    waiting: Mapping[int, int]
    """By ROI id, ratings that are wanted and not given yet."""
    test_images: frozenset[int]
    """Of the last export, and of the split that is frozen."""
    disputes: Disputes
    model: str
    """Whose predictions the votes are compared with; "" for none."""
    pace: Pace
    repeats: Mapping[int, Pairs]
    """By annotator id, their votes on ROIs that they were shown again."""
    checked: Mapping[int, Checked]
    """By annotator id, what checks say of them."""

    @property
    def names(self) -> dict[int, str]:
        """Annotator id -> name."""
        return {person.id: person.name for person in self.people}

    @property
    def coverage(self) -> tuple[int, ...]:
        """ROIs by number of counting ratings, from none on.

        The last number is of those that have as many as wanted, or more.
        """
        found = np.bincount(
            np.minimum(self.table.per_roi, self.raters_wanted), minlength=self.raters_wanted + 1
        )
        return (len(self.rois) - len(self.table.roi_ids), *found[1:].tolist())

    @property
    def in_test(self) -> NDArray[np.bool_]:
        """Which ROIs of the table lie on a test image, shape (R,)."""
        there = np.isin(self.table.image_ids, sorted(self.test_images))
        return np.asarray(there[self.table.image_of_roi], dtype=np.bool_)


def counters(store: Store) -> dict[Kind, int]:
    """How often each kind of thing was changed: whether figures are still of today."""
    with store.read() as s:
        return changes.counters(s)


def read(store: Store, progress: Progress | None = None, cancelled: CancelCheck | None = None) -> Material:
    """Read everything, and what is quickly computed of it.

    Raises
    ------
    ProjectError
        If the database is damaged.
    Cancelled
        If `cancelled` said so.
    """
    allow(store, Action.REVIEW)
    with store.read() as s:
        return gather(s, progress, cancelled)


def gather(s: Session, progress: Progress | None = None, cancelled: CancelCheck | None = None) -> Material:
    """What `read` reads, for whoever reads more at the same moment."""
    integrity.refuse_damaged(s)
    counted = changes.counters(s)
    wanted = project.get(s).raters_wanted
    table = counting_columns.read(s, progress=progress, cancelled=cancelled)
    people = tuple(annotators.list_all(s))
    columns = select(Roi.id, Roi.image_id, Image.path, Roi.external_id, Roi.raters_more)
    query = columns.join(Image, Image.id == Roi.image_id).where(~is_withdrawn()).order_by(Roi.id)
    rows = s.execute(query).all()
    rois = {row[0]: RoiName(row[1], row[2], row[3]) for row in rows}
    more = np.array([row[4] for row in rows], dtype=np.int64)
    models = [one for one in predictions.predictors(s) if not one.untrained]
    chosen = prefill.policy(s).predictor or (models[0] if models else None)
    told = None if chosen is None else said(s, chosen.id, table.roi_ids)
    accepted = acceptances.standing(s)
    waiting = requests.waiting(s)
    test_images = export_notes.test_images(s)
    if (frozen := frozen_splits.get(s)) is not None:
        parts = frozen.parts_with_groups(images.list_all(s))
        test_images |= {image_id for image_id, part in parts.items() if part == "test"}
    repeats = check_answers.repeats(s)
    checked = qualify.checked(s, list(people))
    at = datetime.now(UTC)
    per_roi = dict(zip(table.roi_ids.tolist(), table.per_roi.tolist(), strict=True))
    there = np.array([per_roi.get(roi_id, 0) for roi_id in rois], dtype=np.int64)
    return Material(
        at=at,
        counters=counted,
        table=table,
        people=people,
        rois=rois,
        raters_wanted=wanted,
        accepted=accepted,
        waiting=waiting,
        test_images=test_images,
        disputes=disputes(table, told),
        model="" if chosen is None else chosen.name,
        pace=pace(there, wanted + more, table.at, at),
        repeats=repeats,
        checked=checked,
    )


def measure(
    material: Material,
    *,
    bootstrap: int = BOOTSTRAP,
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> AgreementReport:
    """All figures of agreement; see `annotation_db.agreement.report`.

    Parameters
    ----------
    material : Material
        What `read` gave.
    bootstrap : int
        Resamples of images for each interval.
    progress : callable, optional
        Called with what is done, how much there is, and what is being done.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    return report(
        material.table,
        bootstrap=bootstrap,
        seed=seed,
        repeats=material.repeats,
        progress=progress,
        cancelled=cancelled,
    )


def more_raters(material: Material, aim: Aim) -> MorePlan:
    """Which ROIs to ask one rating more of, and what that costs."""
    table = material.table
    return plan(
        aim,
        table.roi_ids,
        table.per_roi,
        material.disputes.stability,
        seconds=table.seconds,
        in_test=material.in_test,
        waiting=material.waiting,
        accepted=frozenset(material.accepted),
    )
