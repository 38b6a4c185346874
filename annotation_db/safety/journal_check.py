"""The journals beside a database compared with it: what is missing is named, and put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import journal
from annotation_db.database.journal import Entry, JournalFile
from annotation_db.database.journal_entries import CHECK, RATING, ROI
from annotation_db.database.schema import Annotator, CheckAnswer, CheckItem, Image, Prediction, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.errors import NotFound, Refused
from annotation_db.pictures import rois
from annotation_db.pictures.masks import Rle
from annotation_db.rating import annotators, check_answers, ratings
from annotation_db.rating.check_answers import NewAnswer
from annotation_db.records import NewRating, PrefillMode, RatingKind, RatingRecord, RoiLevel
from annotation_db.vocabulary.check_turn import CheckKind
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes

_PORTION = 500


@dataclass(frozen=True, slots=True)
class JournalState:
    """How the journals stand to the database."""

    missing: tuple[Entry, ...]
    """Acknowledged as saved, and not in the database; oldest first."""
    differing: tuple[Entry, ...]
    """In the database with another content."""
    waiting: tuple[Entry, ...]
    """Given while the database could not be reached, by programs that have ended; not there yet."""
    unreadable: tuple[str, ...]
    """Journals with lines that cannot be read."""
    laid_aside: tuple[Entry, ...] = ()
    """Laid aside when the project refused them, and not in the database; `check` does not name them."""
    folded: int = 0
    """Journals removed because everything in them is in the database."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of the entries that the database did not have."""

    stored: int
    refused: tuple[str, ...]
    """A sentence for each that could not be stored; it stays in its journal."""
    against_rules: tuple[Entry, ...] = ()
    """Those of them that the project's rules refuse, for whoever wants to lay them aside."""


def look(store: Store, *, folder: Path | None = None, fold: bool = False) -> JournalState:
    """Compare all journals with the database.

    Parameters
    ----------
    folder : Path, optional
        The project folder with the journals, where it is another than the store's.
    fold : bool
        Remove the journals of ended programs of which everything was found.

    Returns
    -------
    JournalState
    """
    # Journals first: what they hold was committed before it was written there.
    files = journal.read_all(folder or store.folder)
    aside = journal.laid_aside(folder or store.folder)
    settled = {entry["uid"] for entry in aside}
    entries = [entry for file in files for entry in file.entries]
    with store.read() as s:
        there = _stored(s, [*entries, *aside])
        persons = annotators.by_name(s)
    missing: list[tuple[datetime, Entry]] = []
    differing: list[tuple[datetime, Entry]] = []
    waiting: list[tuple[datetime, Entry]] = []
    folded = 0
    for file in files:
        timed = list(_with_times(file))
        lacking = [(at, e) for at, e in timed if e["uid"] not in there and e["uid"] not in settled]
        other = [(at, e) for at, e in timed if e["uid"] in there and there[e["uid"]] != _content(e, persons)]
        missing += [(at, entry) for at, entry in lacking if entry["uid"] not in file.waiting]
        differing += other
        if not file.in_use:
            waiting += [(at, entry) for at, entry in lacking if entry["uid"] in file.waiting]
        if fold and not (lacking or other or file.unreadable or file.in_use or store.read_only):
            folded += journal.fold(file)
    return JournalState(
        _in_order(missing),
        _in_order(differing),
        _in_order(waiting),
        tuple(file.path.name for file in files if file.unreadable),
        tuple(entry for entry in aside if entry["uid"] not in there),
        folded,
    )


def put_back(store: Store, entries: Iterable[Entry], who: str) -> PutBack:
    """Store entries that the database does not have, one transaction each; what it has stays as it is.

    Raises
    ------
    Busy, Unreachable, DiskError
        If the database cannot be written now; what was stored until then stays, and doing it again is safe.
    """
    stored = 0
    refused: list[str] = []
    against_rules: list[Entry] = []
    for entry in entries:
        try:
            with store.write(who, patient=True) as s:
                store_entry(s, entry)
            stored += 1
        except (NotFound, Refused) as error:
            refused.append(f"{describe(entry)} cannot be stored: {error}")
            against_rules.append(entry)
        except (SQLAlchemyError, ValueError, TypeError, LookupError, OverflowError):
            refused.append(f"{describe(entry)} cannot be stored: its line in the journal is damaged.")
    return PutBack(stored, tuple(refused), tuple(against_rules))


def store_entry(s: Session, entry: Entry) -> None:
    """Store what one entry says, under its uid.

    Raises
    ------
    NotFound
        If its ROI, picture or annotator is not in this project.
    Refused
        If the project's rules refuse it.
    """
    if entry["kind"] == ROI:
        _store_roi(s, entry)
        return
    if entry["kind"] == CHECK:
        _store_check(s, entry)
        return
    roi_id = s.scalar(select(Roi.id).where(Roi.uid == entry["roi"]))
    if roi_id is None:
        raise NotFound("its ROI is not in this project.")
    person = _annotator(s, entry)
    prediction = None
    if entry["prediction"] is not None:
        prediction = s.scalar(select(Prediction.id).where(Prediction.uid == entry["prediction"]))
    kind = cast(RatingKind, entry["rating_kind"])
    newest = ratings.latest(s, roi_id, person, kind)
    stored = ratings.submit(
        s,
        NewRating(
            uid=entry["uid"],
            roi_id=roi_id,
            annotator_id=person,
            votes=Votes(*(entry["votes"][name] for name in SCALE_NAMES)),
            kind=kind,
            shown_at=_time(entry["shown_at"]),
            submitted_at=_time(entry["submitted_at"]),
            duration_ms=entry["duration_ms"],
            origin=entry["origin"],
            prefill=cast(PrefillMode, entry["prefill"]),
            prediction_id=prediction,
            outcomes=entry["outcomes"],
        ),
    )
    if newest is None or stored.revision <= newest.revision:
        return  # the first one, or there already
    if newest.submitted_at > stored.submitted_at:
        _say_again(s, newest)


def _say_again(s: Session, newest: RatingRecord) -> None:
    """An older vote was put back after a newer one, which would have lost its last word: it is said again."""
    ratings.submit(
        s,
        NewRating(
            roi_id=newest.roi_id,
            annotator_id=newest.annotator_id,
            votes=newest.votes,
            kind=newest.kind,
            shown_at=newest.shown_at,
            submitted_at=newest.submitted_at,
            duration_ms=newest.duration_ms,
            origin=newest.origin,
            prefill=newest.prefill,
            prediction_id=newest.prediction_id,
            outcomes=newest.outcomes,
        ),
    )


def describe(entry: Entry) -> str:
    """What an entry is, for a person."""
    if entry["kind"] == ROI:
        return f"The ROI {entry['external_id']} marked by {entry['created_by']} at {entry['at'][:19]}"
    if entry["kind"] == CHECK:
        return f"The answer by {entry['name']} of {entry['submitted_at'][:19]} (a check)"
    return f"The rating by {entry['name']} of {entry['submitted_at'][:19]} (ROI {entry['roi'][:8]})"


def _annotator(s: Session, entry: Entry) -> int:
    person = s.scalar(select(Annotator.id).where(Annotator.uid == entry["annotator"]))
    if person is None:
        person = s.scalar(select(Annotator.id).where(Annotator.name == entry.get("name")))
    if person is None:
        raise NotFound(f"its annotator {entry.get('name')} is not in this project.")
    return annotators.person(s, person)


def _store_check(s: Session, entry: Entry) -> None:
    kind = cast(CheckKind, entry["check"])
    what = Roi if kind == "repeat" else CheckItem
    target = s.scalar(select(what.id).where(what.uid == entry["target"]))
    if target is None:
        raise NotFound("what was answered is not in this project.")
    person = _annotator(s, entry)
    newest = check_answers.newest(s, person, kind, target, entry["attempt"])
    stored = check_answers.submit(
        s,
        NewAnswer(
            kind=kind,
            target_id=target,
            annotator_id=person,
            attempt=entry["attempt"],
            votes=Votes(*(entry["votes"][name] for name in SCALE_NAMES)),
            slot=entry["slot"],
            shown_at=_time(entry["shown_at"]),
            submitted_at=_time(entry["submitted_at"]),
            duration_ms=entry["duration_ms"],
            prefill=cast(PrefillMode, entry["prefill"]),
            uid=entry["uid"],
        ),
    )
    if newest is None or stored.id <= newest.id or newest.submitted_at <= stored.submitted_at:
        return
    check_answers.submit(  # as `_say_again`
        s,
        NewAnswer(
            kind=kind,
            target_id=target,
            annotator_id=person,
            attempt=newest.attempt,
            votes=Votes(*(getattr(newest, name) for name in SCALE_NAMES)),
            slot=newest.slot,
            shown_at=newest.shown_at,
            submitted_at=newest.submitted_at,
            duration_ms=newest.duration_ms,
            prefill=cast(PrefillMode, newest.prefill),
        ),
    )


def _store_roi(s: Session, entry: Entry) -> None:
    image = s.scalar(select(Image.id).where(Image.uid == entry["image"]))
    if image is None:
        image = s.scalar(select(Image.id).where(Image.sha256 == entry["sha256"]))
    if image is None:
        raise NotFound("its picture is not in this project.")
    wanted = entry["external_id"]
    taken = s.scalar(select(Roi.id).where(Roi.image_id == image, Roi.external_id == wanted))
    rois.add(
        s,
        uid=entry["uid"],
        image_id=image,
        mask=Rle((entry["size"][0], entry["size"][1]), entry["counts"]),
        level=cast(RoiLevel, entry["level"]),
        external_id=wanted if taken is None else None,
        prompts=entry["prompts"],
        segmenter=entry["segmenter"],
        predicted_iou=entry["predicted_iou"],
        who=entry["created_by"],
    )


def _stored(s: Session, entries: Sequence[Entry]) -> dict[str, tuple[Any, ...]]:
    """By uid, the content of those entries that the database has."""
    there: dict[str, tuple[Any, ...]] = {}
    for uids in _portions(entry["uid"] for entry in entries if entry["kind"] == RATING):
        columns = (getattr(Rating, name) for name in SCALE_NAMES)
        query = (
            select(Rating.uid, Roi.uid, Rating.annotator_id, *columns)
            .join(Roi, Roi.id == Rating.roi_id)
            .where(Rating.uid.in_(uids))
        )
        there.update((row[0], tuple(row[1:])) for row in s.execute(query))
    for uids in _portions(entry["uid"] for entry in entries if entry["kind"] == CHECK):
        given = (getattr(CheckAnswer, name) for name in SCALE_NAMES)
        query_checks = select(CheckAnswer.uid, CheckAnswer.kind, *given).where(CheckAnswer.uid.in_(uids))
        there.update((row[0], tuple(row[1:])) for row in s.execute(query_checks))
    for uids in _portions(entry["uid"] for entry in entries if entry["kind"] == ROI):
        query_rois = select(Roi.uid, Roi.mask_height, Roi.mask_width, Roi.counts).where(Roi.uid.in_(uids))
        there.update((row[0], tuple(row[1:])) for row in s.execute(query_rois))
    return there


def _content(entry: Entry, persons: Mapping[str, int]) -> tuple[Any, ...]:
    """What must be equal in journal and database; a name that was merged is the person's."""
    if entry["kind"] == ROI:
        return (*entry["size"], entry["counts"])
    if entry["kind"] == CHECK:
        return (entry["check"], *(entry["votes"][name] for name in SCALE_NAMES))
    return (
        entry["roi"],
        persons.get(names.normalised(str(entry["name"]))),
        *(entry["votes"][name] for name in SCALE_NAMES),
    )


def _portions(uids: Iterable[str]) -> Iterator[list[str]]:
    listed = list(uids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def _in_order(entries: list[tuple[datetime, Entry]]) -> tuple[Entry, ...]:
    return tuple(entry for _, entry in sorted(entries, key=lambda one: one[0]))


def _with_times(file: JournalFile) -> Iterator[tuple[datetime, Entry]]:
    """The entries of one journal, each at its time; a clock that was put back does not turn their order."""
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in file.entries:
        latest = max(latest, datetime.fromisoformat(entry["at"]))
        yield latest, entry


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
