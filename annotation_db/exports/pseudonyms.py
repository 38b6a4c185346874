"""What annotators are called in an export."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from annotation_db.records import AnnotatorRecord


def display_names(people: Sequence[AnnotatorRecord], *, pseudonyms: bool) -> dict[int, str]:
    """By id, their names, or ``rater-01``, ``rater-02`` ... in an order that is drawn and kept nowhere.

    A pseudonym computed from a name could be found out by trying names, even with the project's uid; one that
    two exports share would tell more with each of them. So every export draws anew.
    """
    if not pseudonyms:
        return {person.id: person.name for person in people}
    ids = [person.id for person in people]
    secrets.SystemRandom().shuffle(ids)
    width = max(2, len(str(len(ids))))
    return {person_id: f"rater-{number:0{width}}" for number, person_id in enumerate(ids, start=1)}
