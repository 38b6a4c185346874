"""Checks as an annotator meets them: a test before the first ROI, later gold and repeats among real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from annotation_db.database import journal_entries
from annotation_db.database.journal import Entry
from annotation_db.database.schema import now
from annotation_db.database.store import Store
from annotation_db.database.transactions import transact
from annotation_db.pictures import images, masks, rois
from annotation_db.pictures.masks import Rle
from annotation_db.rating import check_answers, check_items, check_turns, qualification
from annotation_db.rating.check_answers import Answer, NewAnswer
from annotation_db.rating.check_items import Item
from annotation_db.rating.check_turns import Slots, turn_id
from annotation_db.rating.qualification import Qualification
from annotation_db.rating.queue_order import mix64
from annotation_db.records import (
    AnnotatorRecord,
    ImageRecord,
    QueueEntry,
    QueueProgress,
    RoiRecord,
)
from annotation_db.vocabulary.check_turn import CheckTurn
from seagull_studio.operations.check_pictures import on_disk

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Turns:
    """An annotator's next turns, checks among them."""

    entries: list[QueueEntry]
    progress: QueueProgress
    """What the window shows: it moves on alike after a check and after a rating."""
    qualification: Qualification | None = None


def among(
    store: Store,
    s: Session,
    who: AnnotatorRecord,
    real: Sequence[QueueEntry],
    progress: QueueProgress,
    keep: int | None,
    skipped: frozenset[int],
    after_image: int | None = None,
) -> Turns:
    """Put the checks that are due among the next real ROIs, in a project that has any.

    Parameters
    ----------
    store : Store
        Where pictures of items are kept as files.
    real : sequence of QueueEntry
        The next ROIs, as far as is looked ahead.
    progress : QueueProgress
        Of real ROIs.
    keep : int or None
        Id of what is in front already.
    skipped : frozenset of int
        Ids of what was put off.
    after_image : int or None
        Image of the ROI rated last.
    """
    stands = qualification.look(s, who)
    if stands.state in ("under way", "failed"):
        return _test(store, s, who, stands, keep, skipped, max(len(real), 4))
    told = stands if stands.attempts and not progress.done else None
    known = check_turns.look(s, who)
    if known.idle:
        return Turns(list(real), check_turns.shown_progress(progress, known, 0), told)
    left = progress.open + progress.available
    slots = Slots(s, who, known, progress.done, left)
    entries: list[QueueEntry] = []
    for number, one in enumerate(real):
        before = real[number - 1].image.id if number else after_image or -1
        # What is in front already is not pushed aside.
        if number or one.roi.id != keep:
            # Once what was put off comes round, so do checks that were.
            left_out = frozenset() if one.roi.id in skipped else skipped
            due = slots.due(progress.done + number, {before, one.image.id}, left_out, keep)
            if due is not None and (shown := entry(store, s, due)) is not None:
                entries.append(shown)
        entries.append(one)
    while not real and (asked := slots.asked(progress.done, skipped)) is not None:
        if (shown := entry(store, s, asked)) is not None:
            entries.append(shown)
    shown_progress = check_turns.shown_progress(progress, known, slots.count())
    return Turns(entries[: max(len(real), 4)], shown_progress, told)


def progress(s: Session, who: AnnotatorRecord, real: QueueProgress) -> QueueProgress:
    """How far an annotator is, checks among it, in a project that has any."""
    stands = qualification.look(s, who)
    if stands.state in ("under way", "failed"):
        return _test_progress(s, who, stands)
    known = check_turns.look(s, who)
    ahead = 0 if known.idle else Slots(s, who, known, real.done, real.open + real.available).count()
    return check_turns.shown_progress(real, known, ahead)


def submit(store: Store, answer: NewAnswer) -> Answer:
    """Store an answer, or a new revision of it. On return it is on disk."""
    return transact(store, lambda s: check_answers.submit(s, answer), repeatable=True, patient=True)


def journal_entry(check: CheckTurn, answer: NewAnswer, annotator_uid: str, name: str) -> Entry:
    """An answer as it stands in the journal while the database cannot be reached.

    Parameters
    ----------
    check : CheckTurn
        The turn.
    answer : NewAnswer
        What was given.
    annotator_uid, name : str
        Whose it is.
    """
    return {
        "kind": journal_entries.CHECK,
        "uid": answer.uid,
        "check": check.kind,
        "target": check.target_uid,
        "annotator": annotator_uid,
        "name": name,
        "attempt": answer.attempt,
        "slot": answer.slot,
        "votes": answer.votes._asdict(),
        "shown_at": None if answer.shown_at is None else answer.shown_at.isoformat(),
        "submitted_at": now().isoformat(),
        "duration_ms": answer.duration_ms,
        "prefill": answer.prefill,
    }


def _test(
    store: Store,
    s: Session,
    who: AnnotatorRecord,
    stands: Qualification,
    keep: int | None,
    skipped: frozenset[int],
    limit: int,
) -> Turns:
    """The turns of somebody who has not passed: no real ROI is among them."""
    shown = _test_progress(s, who, stands)
    if stands.state == "failed":
        return Turns([], shown, stands)
    attempt, left, _ = qualification.under_way(s, who, stands)
    all_items = check_items.standing(s, "practice", "graded")
    numbers = {}
    for kind in ("practice", "graded"):
        of_kind = [item for item in all_items if item.kind == kind]
        if kind == "graded":  # another order in each attempt
            of_kind.sort(key=lambda item: mix64(who.order_seed ^ mix64(item.id) ^ mix64(attempt)))
        numbers.update({item.id: (number, len(of_kind)) for number, item in enumerate(of_kind, 1)})
    turns = []
    for item in left:
        number, count = numbers[item.id]
        told = item.expected if item.kind == "practice" else None
        turn = CheckTurn(item.kind, item.id, item.uid, attempt, None, number, count, told)
        front = turn_id(turn) != keep
        turns.append((item.kind == "graded", front, turn_id(turn) in skipped, number, turn, item))
    turns.sort(key=lambda one: one[:4])
    entries = [_item_entry(store, s, item, turn) for *_, turn, item in turns[:limit]]
    return Turns([one for one in entries if one is not None], shown, stands)


def _test_progress(s: Session, who: AnnotatorRecord, stands: Qualification) -> QueueProgress:
    if stands.state == "failed":
        return QueueProgress(0, 0, 0)
    _, left, count = qualification.under_way(s, who, stands)
    return QueueProgress(count - len(left), len(left), 0)


def entry(store: Store, s: Session, check: CheckTurn) -> QueueEntry | None:
    """A check as its annotator meets it; None where its picture cannot be put on the disk."""
    if check.kind != "repeat":
        return _item_entry(store, s, check_items.get(s, check.target_id), check)
    roi = rois.get(s, check.target_id)
    return QueueEntry(replace(roi, id=turn_id(check)), images.get(s, roi.image_id), None, check=check)


def _item_entry(store: Store, s: Session, item: Item, check: CheckTurn) -> QueueEntry | None:
    """An item as if it were a ROI on a picture; None where its picture cannot be put on the disk."""
    file = on_disk(store, item, lambda: check_items.picture(s, item.id))
    if file is None:
        return None
    height, width = item.size
    mask = Rle(item.size, item.counts)
    picture = ImageRecord(
        id=-item.id,
        uid=item.uid,
        root=str(file.parent),
        path=file.name,
        sha256=item.sha256,
        byte_size=item.byte_size,
        width=width,
        height=height,
        exif_orientation=1,
        format="PNG",
        mode="RGB",
        source="",
        note="",
        added_at=_LONG_AGO,
    )
    region = RoiRecord(
        id=turn_id(check),
        uid=item.uid,
        image_id=-item.id,
        external_id=item.name,
        level=item.level,
        size=item.size,
        counts=item.counts,
        area=masks.area(mask),
        bbox=masks.bbox(mask),
        prompts={},
        segmenter="",
        predicted_iou=None,
        created_by="",
        created_at=_LONG_AGO,
    )
    return QueueEntry(region, picture, None, check=check)
