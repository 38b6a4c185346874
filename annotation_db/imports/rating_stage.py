"""Where the lines of a ratings import wait until all are checked, and how they become ratings at once.

An import writes some thousand rows at a time, so that raters come between; one last, short transaction
turns them into ratings. A killed import leaves rows here and nowhere else; the next import removes them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from annotation_db.database import place_changes
from annotation_db.database.schema import AnnotatorMerge, Prediction, Rating, RatingStage, Roi, new_uid, now
from annotation_db.database.store import Store
from annotation_db.errors import StudioError
from annotation_db.files.json_text import encoded
from annotation_db.imports.project_rows import suggested_now, suggested_text
from annotation_db.imports.ratings_check import Planned
from annotation_db.imports.ratings_csv import CsvRating
from annotation_db.pictures.withdrawal import withdrawn_rois
from annotation_db.rating import exclusions, place_balance, ratings
from annotation_db.records import NewRating, Outcome, PrefillMode
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

if TYPE_CHECKING:
    from filelock import FileLock

PORTION: Final = 2000
"""Rows written in one transaction: it holds the lock for some hundredths of a second."""
PAUSE_S: Final = 0.01
"""Seconds that a transaction leaves to raters before the next one."""
_ABANDONED: Final = timedelta(hours=1)
"""After this long without a row, an import on another machine has died."""
_CACHE_KIB: Final = 192 * 1024
"""Of SQLite's pages while rows become ratings: with its usual 2 MiB that takes twice as long."""
_STAGE: Final = RatingStage.metadata.tables[RatingStage.__tablename__]
_RATING: Final = Rating.metadata.tables[Rating.__tablename__]
_COLUMNS: Final = [column.name for column in _RATING.columns if column.name != "id"]


@contextmanager
def opened(store: Store) -> Iterator[str]:
    """A stage of one's own for the block, empty afterwards whatever happens; its uid.

    What killed imports left is removed first. The stage's lock file says that this process lives.
    """
    uid = new_uid()
    lock = _lock(store, uid)
    try:
        with lock:
            _remove_abandoned(store)
            try:
                yield uid
            finally:
                with suppress(StudioError):  # what cannot be removed now is removed by the next import
                    _clear(store, uid)
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)


def row(uid: str, one: Planned, annotator_id: int, origin: str) -> dict[str, Any]:
    """The columns of a line's row, all that its rating will have among them.

    Parameters
    ----------
    uid : str
        Of the import.
    one : Planned
    annotator_id : int
    origin : str
        Where the rating comes from, such as ``import:votes.csv``.
    """
    line = one.source
    new = NewRating(
        roi_id=one.roi_id,
        annotator_id=annotator_id,
        votes=line.votes,
        duration_ms=line.duration_ms,
        origin=origin,
        submitted_at=line.submitted_at,
        prefill=line.prefill,
        prediction_id=one.prediction_id,
        outcomes=line.outcomes,
        # One after the other: the index of uids grows at one place, and not at a hundred thousand.
        uid=f"{uid[:20]}{line.line:012x}",
    )
    suggested = one.suggested
    votes = {} if suggested is None else {cast(int, one.seen.prediction_id): suggested}
    given = {
        "image": line.image,
        "roi": line.roi,
        "roi_uid": line.roi_uid,
        "annotator": line.annotator,
        "simulated": line.simulated,
        "prefill": line.prefill,
        "prediction": line.prediction,
        "outcomes": line.outcomes,
    }
    return {
        "import_uid": uid,
        "line": line.line,
        "given": encoded(given),
        "excluded": line.excluded,
        "suggested": None if suggested is None else suggested_text(suggested),
        **ratings.row_values(new, one.revision, one.seen, votes),
    }


def fill(s: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows that `row` made to the stage."""
    if rows:
        s.execute(insert(_STAGE), list(rows))


def drop(s: Session, uid: str, lines: Sequence[int]) -> list[int]:
    """Remove the rows of some lines; their revisions."""
    mine = and_(RatingStage.import_uid == uid, RatingStage.line.in_(lines))
    revisions = list(s.scalars(select(RatingStage.revision).where(mine)))
    if revisions:
        s.execute(delete(RatingStage).where(mine))
    return revisions


def hold_rois(s: Session, uid: str) -> None:
    """Let nobody rate or withdraw the ROIs of a stage until the transaction ends.

    SQLite's transactions do so anyway; on a server the ROIs' rows are the lock under which revisions
    are numbered (see `ratings.submit_many`).
    """
    if s.get_bind().dialect.name != "sqlite":
        mine = select(RatingStage.roi_id).where(RatingStage.import_uid == uid)
        s.execute(select(Roi.id).where(Roi.id.in_(mine)).order_by(Roi.id).with_for_update()).all()


def overtaken(s: Session, uid: str, outdated_ids: Sequence[int]) -> list[int]:
    """The lines that must be checked again, because the project changed since they were.

    Votes came in for the same ROI and annotator, the ROI was withdrawn, the prediction that was in
    view is another one, or the annotator has another id or was merged with another one.
    """
    later = exists().where(
        Rating.roi_id == RatingStage.roi_id,
        Rating.annotator_id == RatingStage.annotator_id,
        Rating.kind == RatingStage.kind,
        Rating.revision >= RatingStage.revision,
    )
    withdrawn = RatingStage.roi_id.in_(withdrawn_rois())
    merged = exists().where(
        AnnotatorMerge.other_id == RatingStage.annotator_id, AnnotatorMerge.undone_at.is_(None)
    )
    same = exists().where(
        Prediction.id == RatingStage.prediction_id, suggested_now() == RatingStage.suggested
    )
    changed: list[ColumnElement[bool]] = [
        later,
        withdrawn,
        merged,
        and_(RatingStage.suggested.is_not(None), ~same),
        RatingStage.annotator_id.in_(outdated_ids),
    ]
    query = select(RatingStage.line).where(RatingStage.import_uid == uid, or_(*changed))
    return list(s.scalars(query.order_by(RatingStage.line)))


def lines(s: Session, uid: str, numbers: Sequence[int]) -> list[CsvRating]:
    """What the file said in some lines, in their order."""
    query = select(RatingStage).where(RatingStage.import_uid == uid, RatingStage.line.in_(numbers))
    return [_line(row) for row in s.scalars(query.order_by(RatingStage.line))]


def deliver(s: Session, uid: str, who: str) -> int:
    """Turn all rows of a stage into ratings, in the order of the file, with what belongs to them.

    Returns
    -------
    int
        How many these are.
    """
    mine = RatingStage.import_uid == uid
    staged = [getattr(RatingStage, name) for name in _COLUMNS]
    if s.get_bind().dialect.name == "sqlite":
        s.connection().exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
    roi_ids = set(s.scalars(select(RatingStage.roi_id).where(mine).distinct()))
    with place_changes.in_bulk(s, len(roi_ids)):
        return _delivered(s, mine, staged, roi_ids, who)


def _delivered(s: Session, mine: ColumnElement[bool], staged: list[Any], roi_ids: set[int], who: str) -> int:
    rows = select(*staged).where(mine).order_by(RatingStage.line)
    # Counted by the statement itself: on a server others may write to the stage meanwhile.
    into = insert(_RATING).from_select(_COLUMNS, rows).execution_options(preserve_rowcount=True)
    stored = cast(Any, s.execute(into)).rowcount
    reasons = select(Rating.id, RatingStage.excluded).join(RatingStage, RatingStage.uid == Rating.uid)
    apart = s.execute(reasons.where(mine, RatingStage.excluded.is_not(None)).order_by(Rating.id))
    exclusions.exclude_new_ratings(s, {row[0]: str(row[1]) for row in apart}, who=who)
    first = select(RatingStage.roi_id, RatingStage.annotator_id, RatingStage.line)
    place_balance.rebalance(
        s,
        roi_ids,
        entered=first.where(mine, RatingStage.revision == 1),
    )
    return int(stored)


def _line(row: RatingStage) -> CsvRating:
    given = row.given
    outcomes = given["outcomes"]
    return CsvRating(
        line=row.line,
        image=given["image"],
        roi=given["roi"],
        roi_uid=given["roi_uid"],
        annotator=given["annotator"],
        votes=Votes(*(getattr(row, name) for name in SCALE_NAMES)),
        submitted_at=row.submitted_at,
        duration_ms=row.duration_ms,
        simulated=given["simulated"],
        excluded=row.excluded,
        prefill=cast(PrefillMode, given["prefill"]),
        prediction=given["prediction"],
        outcomes=None if outcomes is None else cast(tuple[Outcome | None, ...], tuple(outcomes)),
    )


def _lock(store: Store, uid: str) -> FileLock:
    from filelock import FileLock

    return FileLock(store.folder / "cache" / f"import-{uid}.lock", timeout=0)


def _remove_abandoned(store: Store) -> None:
    with store.read() as s:
        query = select(RatingStage.import_uid, func.max(RatingStage.staged_at))
        found = [(row[0], row[1]) for row in s.execute(query.group_by(RatingStage.import_uid))]
        elsewhere = s.get_bind().dialect.name != "sqlite"
    for uid, at in found:
        here = Path(_lock(store, uid).lock_file).exists()
        # On a server the lock file of a living import may be on another machine.
        if here or not elsewhere or now() - at > _ABANDONED:
            _remove_if_dead(store, uid)
    for file in (store.folder / "cache").glob("import-*.lock"):
        _remove_if_dead(store, file.stem.removeprefix("import-"))


def _remove_if_dead(store: Store, uid: str) -> None:
    from filelock import Timeout

    lock = _lock(store, uid)
    try:
        with lock:
            _clear(store, uid)
    except Timeout:
        return  # its process lives
    Path(lock.lock_file).unlink(missing_ok=True)


def _clear(store: Store, uid: str) -> None:
    some = select(RatingStage.id).where(RatingStage.import_uid == uid).limit(PORTION)
    while True:
        with store.write() as s:
            gone = s.execute(delete(RatingStage).where(RatingStage.id.in_(some)))
        if cast(Any, gone).rowcount < PORTION:
            return
        time.sleep(PAUSE_S)
