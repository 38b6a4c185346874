"""What annotators are called in an export."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from random import Random

from annotation_db.records import AnnotatorRecord


def display_names(
    people: Sequence[AnnotatorRecord], *, pseudonyms: bool, draw: Random | None = None
) -> dict[int, str]:
    """By id, their names, or ``rater-01``, ``rater-02`` ... in an order that is drawn and kept nowhere.

    A pseudonym computed from a name could be found out by trying names, even with the project's uid; one that
    two exports share would tell more with each of them. So every export draws anew.

    Parameters
    ----------
    draw : random.Random, optional
        What draws; the system's where it is left out. See `repeatable_draw`.
    """
    if not pseudonyms:
        return {person.id: person.name for person in people}
    ids = sorted(person.id for person in people)
    (draw or secrets.SystemRandom()).shuffle(ids)
    width = max(2, len(str(len(ids))))
    return {person_id: f"rater-{number:0{width}}" for number, person_id in enumerate(ids, start=1)}


def repeatable_draw(people: Sequence[AnnotatorRecord], seed: int) -> Random:
    """Draws the same order for the same people and seed, for a document that can be made again.

    It draws from the uids of the annotators, which are random themselves: who knows all names, but not the
    database, cannot draw again. No file with pseudonyms holds these uids. Another seed, or one more
    annotator, is another order.
    """
    told = "/".join([str(seed), *sorted(person.uid for person in people)])
    return Random(int.from_bytes(sha256(told.encode()).digest(), "big"))
