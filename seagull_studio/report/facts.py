"""What the report tells of a project beside the figures of agreement, read at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from annotation_db import project
from annotation_db.database import migrations
from annotation_db.database.schema import Rating, Roi
from annotation_db.exports.hidden_names import HiddenNames
from annotation_db.exports.pseudonyms import display_names, repeatable_draw
from annotation_db.labels import label_counts, labels
from annotation_db.pictures import frozen_splits, groups, images
from annotation_db.pictures.withdrawal import is_withdrawn
from annotation_db.predictions import predictions, prefill
from annotation_db.predictions.prediction_records import PrefillPolicy
from annotation_db.rating import annotators, merging
from annotation_db.rating.assistance import is_unassisted
from annotation_db.rating.rating_rules import is_counting
from annotation_db.records import AnnotatorRecord, LabelPolicy, ProjectRecord
from seagull_studio.report import decisions
from seagull_studio.report.decisions import Decision


@dataclass(frozen=True, slots=True)
class SplitFacts:
    """The split that is frozen."""

    images: Mapping[str, int]
    """By part."""
    folds: int
    seed: int
    on: str
    by: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it; whatever people wrote is without their names."""

    project: ProjectRecord
    title: str
    """The project's name."""
    people: tuple[AnnotatorRecord, ...]
    pseudonyms: Mapping[int, str]
    images: int
    images_withdrawn: int
    rois: Mapping[str, int]
    """By level, without those that are withdrawn."""
    rois_withdrawn: int
    sources: Mapping[str, int]
    """Pictures by the data set they come from; "" where nobody said."""
    segmenters: Mapping[str, int]
    """ROIs by what made their masks."""
    revisions: int
    """All ratings that were ever given, corrections too."""
    practice: int
    counting: Mapping[str, int]
    """Counting ratings by what was shown of a prediction."""
    assisted: int
    """Counting ratings that were given after a prediction was seen."""
    policy: LabelPolicy
    labelled: int
    insufficient: int
    levels: Mapping[str, tuple[int, ...]]
    """By scale, labels by level."""
    ties: int
    thin: int
    exclusions: list[Decision]
    acceptances: list[Decision]
    merged: int
    """Second names of people."""
    prefill: PrefillPolicy
    shown_model: str
    """The model whose predictions are shown; "" for none."""
    models: tuple[tuple[str, bool], ...]
    """Name, and whether it is untrained."""
    split: SplitFacts | None
    groups: tuple[int, ...]
    """Pictures of each group."""
    revision: str
    """Of the database's tables."""
    engine: str


def read(s: Session, seed: int) -> Facts:
    """Read them.

    Parameters
    ----------
    seed : int
        Of the pseudonyms.
    """
    record = project.get(s)
    people = tuple(annotators.list_all(s))
    pseudonyms = display_names(people, pseudonyms=True, draw=repeatable_draw(people, seed))
    hidden = decisions.hidden_names(s, people, pseudonyms)
    everything = images.list_all(s)
    pictures = [image for image in everything if not image.withdrawn]
    regions = list(s.execute(select(Roi.level, Roi.segmenter, is_withdrawn())))
    there = [(level, segmenter) for level, segmenter, withdrawn in regions if not withdrawn]
    newest = next(iter(labels.runs(s)), None)
    policy = labels.POLICIES["paper"] if newest is None else newest.policy
    found = labels.compute(s, policy)
    counts = label_counts.count_labels(found)
    labelled = sum(label.status == "labelled" for label in found)
    counting = dict(
        s.execute(select(Rating.prefill, func.count()).where(is_counting()).group_by(Rating.prefill)).all()
    )
    shown = prefill.policy(s)
    return Facts(
        project=record,
        title=hidden.hide(record.name),
        people=people,
        pseudonyms=pseudonyms,
        images=len(pictures),
        images_withdrawn=len(everything) - len(pictures),
        rois=_counted(level for level, _ in there),
        rois_withdrawn=len(regions) - len(there),
        sources=_counted(hidden.hide(image.source) for image in pictures),
        segmenters=_counted(hidden.hide(segmenter) for _, segmenter in there),
        revisions=_ratings(s, Rating.kind == "rating"),
        practice=_ratings(s, Rating.kind == "practice"),
        counting=counting,
        assisted=_ratings(s, is_counting() & ~is_unassisted()),
        policy=policy,
        labelled=labelled,
        insufficient=len(found) - labelled,
        levels=label_counts.levels(found),
        ties=sum(counts.ties.values()),
        thin=sum(counts.thin.values()),
        exclusions=decisions.exclusions(s, pseudonyms, hidden),
        acceptances=decisions.accepted(s, hidden),
        merged=len(merging.standing(s)),
        prefill=shown,
        shown_model="" if shown.predictor is None else hidden.hide(shown.predictor.name),
        models=tuple((hidden.hide(one.name), one.untrained) for one in predictions.predictors(s)),
        split=_split(s, hidden),
        groups=tuple(len(of) for of in groups.members((one, one.group) for one in pictures).values()),
        revision=migrations.version_of(s.connection()) or "",
        engine=_engine(s),
    )


def _counted(words: Iterable[str]) -> dict[str, int]:
    """How often each comes, the most frequent first."""
    found = Counter(words)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _ratings(s: Session, which: ColumnElement[bool]) -> int:
    return s.scalar(select(func.count()).select_from(Rating).where(which)) or 0


def _split(s: Session, hidden: HiddenNames) -> SplitFacts | None:
    frozen = frozen_splits.get(s)
    if frozen is None:
        return None
    by = hidden.hide(frozen.by) or decisions.A_LEAD
    images_of = _counted(frozen.parts.values())
    return SplitFacts(images_of, frozen.wish.folds, frozen.wish.seed, decisions.day(frozen.at), by)


def _engine(s: Session) -> str:
    dialect = s.connection().dialect
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(dialect.name, dialect.name)
    return " ".join([name, ".".join(map(str, dialect.server_version_info or ()))]).strip()
