"""Annotators and their roles, and who is one person under several names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import audit, plain_rows
from annotation_db.database.plain_rows import PlainRows
from annotation_db.database.schema import Annotator, AnnotatorMerge, Project
from annotation_db.database.standing import exclusion_stands
from annotation_db.errors import NotFound, Refused
from annotation_db.names import shown
from annotation_db.records import AnnotatorRecord, Role

ROLE_GIVEN: Final = "annotator.role"
"""Action of a change of role in the audit trail (see `set_role`)."""


def is_excluded() -> ColumnElement[bool]:
    """SQL: an exclusion of this annotator stands."""
    return exclusion_stands("annotator", Annotator.id)


def is_merged() -> ColumnElement[bool]:
    """SQL: this annotator is somebody else's second name (see `merging`)."""
    return exists().where(AnnotatorMerge.other_id == Annotator.id, AnnotatorMerge.undone_at.is_(None))


def merged_with() -> ScalarSelect[int]:
    """SQL: whose second name this annotator is; null for a person."""
    kept = select(AnnotatorMerge.kept_id)
    return kept.where(
        AnnotatorMerge.other_id == Annotator.id, AnnotatorMerge.undone_at.is_(None)
    ).scalar_subquery()


def persons(s: Session, annotator_ids: Iterable[int]) -> dict[int, int]:
    """Whose ratings those of each annotator are: their own, or those of whom they were merged with."""
    merges = select(AnnotatorMerge.other_id, AnnotatorMerge.kept_id).where(AnnotatorMerge.undone_at.is_(None))
    kept = {row[0]: row[1] for row in s.execute(merges)}
    found = {}
    for annotator_id in annotator_ids:
        person = annotator_id
        while person in kept:
            person = kept[person]
        found[annotator_id] = person
    return found


def person(s: Session, annotator_id: int) -> int:
    """The id under which this annotator's ratings are stored (see `persons`)."""
    return persons(s, [annotator_id])[annotator_id]


def by_name(s: Session) -> dict[str, int]:
    """All names of the project, merged ones too -> the person; old projects may hold names not composed."""
    rows = [(row[0], names.normalised(row[1])) for row in s.execute(select(Annotator.id, Annotator.name))]
    found = persons(s, [annotator_id for annotator_id, _ in rows])
    return {name: found[annotator_id] for annotator_id, name in rows}


def like(s: Session, name: str) -> list[AnnotatorRecord]:
    """The annotators whose name is nearly this one (see `names.folded`); empty if one has this very name."""
    plain, known = names.normalised(name), by_name(s)
    if plain in known:
        return []
    folded = names.folded(plain)
    near = {annotator_id for other, annotator_id in known.items() if names.folded(other) == folded}
    return [get(s, annotator_id) for annotator_id in sorted(near)]


def add(
    s: Session,
    name: str,
    *,
    role: Role = "annotator",
    simulated: bool = False,
    annotator_id: int | None = None,
    distinct: bool = False,
    who: str,
) -> AnnotatorRecord:
    """Add an annotator.

    Parameters
    ----------
    annotator_id : int, optional
        An id that was set apart for this annotator (see `row_ids.reserve`).
    distinct : bool
        It is said that they are another person than whoever has nearly the same name.

    Raises
    ------
    Refused
        If the name is blank, taken or no name (see `names.problem`), nearly somebody else's and not said to
        be another person's, or the role unknown.
    """
    plain = names.normalised(name)
    # What can be no name is not asked for: databases fail on some of it.
    taken = select(Annotator.id).where(Annotator.name == plain)
    if names.problem(plain) is None and s.scalar(taken) is not None:
        raise Refused(f"There is an annotator called {plain} already; give another name.")
    return _new(s, plain, role, simulated, who, distinct, annotator_id)


def get(s: Session, annotator_id: int) -> AnnotatorRecord:
    """One annotator.

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    row = s.execute(_ONE, {"annotator": annotator_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")
    return _record(row[0], row[1])


def current(s: Session, annotator_id: int) -> AnnotatorRecord:
    """The person of this id: the annotator, or whom they were merged with (see `persons`).

    Raises
    ------
    NotFound
        If there is none of this id.
    """
    return current_and(s, annotator_id, CURRENT)[0]


def current_and(
    s: Session, annotator_id: int, statement: Select[*tuple[Any, ...]]
) -> tuple[AnnotatorRecord, Sequence[Any]]:
    """As `current`, and what `statement`, which is `CURRENT` with columns added, says in these."""
    row = plain_rows.run(s, statement, {"annotator": annotator_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")
    end = len(_ROWS)
    excluded, merged, *more = row[end:]
    if merged is not None:
        return get(s, person(s, annotator_id)), more
    return _record(_ROWS.made(row[:end]), excluded), more


def find(s: Session, name: str) -> AnnotatorRecord:
    """The annotator of this name; of a merged one, the person whose second name it is.

    Raises
    ------
    NotFound
        If there is none.
    """
    return get(s, person(s, named(s, name).id))


def named(s: Session, name: str) -> AnnotatorRecord:
    """The annotator of this very name, a merged one too.

    Raises
    ------
    NotFound
        If there is none.
    """
    name = names.normalised(name)
    # What can be no name is not asked for: databases fail on some of it.
    found = None
    if names.problem(name) is None:
        found = s.scalar(select(Annotator.id).where(Annotator.name == name))
    if found is None:
        near = like(s, name)
        advice = f"write {_told(near)} as it is written there" if near else "check the name, or add them"
        raise NotFound(f"There is no annotator called {shown(name)} in this project; {advice}.")
    return get(s, found)


def get_or_add(
    s: Session,
    name: str,
    *,
    role: Role = "annotator",
    simulated: bool = False,
    distinct: bool = False,
    who: str,
) -> AnnotatorRecord:
    """The annotator of this name, added if new; `role`, `simulated`, `distinct` are for a new one only.

    Parameters
    ----------
    name : str
    role : {"annotator", "lead"}
    simulated : bool
    distinct : bool
        They are another person than whoever has nearly the same name.
    who : str
        For the audit trail.
    """
    try:
        return find(s, name)
    except NotFound:
        # Not by `add`: whoever was added at this very moment is no reason to refuse.
        return _new(s, names.normalised(name), role, simulated, who, distinct)


def roles(s: Session) -> dict[int, Role]:
    """By annotator id, of all names."""
    return {row[0]: cast(Role, row[1]) for row in s.execute(select(Annotator.id, Annotator.role))}


def list_all(s: Session) -> list[AnnotatorRecord]:
    """All annotators in the order they were added, excluded ones too; second names of others are none."""
    return [_record(row[0], row[1]) for row in s.execute(_query().where(~is_merged()).order_by(Annotator.id))]


def set_role(s: Session, annotator_id: int, role: Role, who: str) -> AnnotatorRecord:
    """Make someone a lead, or an annotator again.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If the role is unknown, the last lead would be no lead any more, or a simulated annotator one.
    """
    _check_role(role)
    # All rows of leads at once, in one order: two leads who unmake each other wait for one another.
    leads = s.scalars(
        select(Annotator.id)
        .where(Annotator.role == "lead", ~Annotator.simulated, ~is_merged())
        .order_by(Annotator.id)
        .with_for_update()
    ).all()
    # Asked again: a merge that was waited for may have taken one of them away, and changes no row of theirs.
    leads = s.scalars(select(Annotator.id).where(Annotator.id.in_(leads), ~is_merged())).all()
    row = s.get(Annotator, annotator_id, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")
    if role == row.role:
        return get(s, annotator_id)
    if role == "lead" and row.simulated:
        raise Refused(f"{row.name} is simulated; a lead is a person.")
    if role == "annotator" and list(leads) == [annotator_id]:
        raise Refused(f"{row.name} is the last lead of this project; make somebody else a lead first.")
    was, row.role = row.role, role
    s.flush()
    audit.record(s, who, ROLE_GIVEN, f"annotator {annotator_id}", {"role": role, "was": was})
    return get(s, annotator_id)


def _new(
    s: Session,
    name: str,
    role: Role,
    simulated: bool,
    who: str,
    distinct: bool,
    annotator_id: int | None = None,
) -> AnnotatorRecord:
    if not name:
        raise Refused("An annotator needs a name; give one.")
    problem = names.problem(name)
    if problem is not None:
        raise Refused(f"The name {shown(name)} {problem}; give another name.")
    _check_role(role)
    near = [] if distinct else like(s, name)
    if near:
        raise Refused(
            f"The name {shown(name)} is nearly that of {_told(near)}; write it as it is written there, or "
            "say that this is another person."
        )
    seed = _order_seed(s, name)
    row = Annotator(id=annotator_id, name=name, role=role, simulated=simulated, order_seed=seed)
    s.add(row)
    s.flush()
    audit.record(s, who, "annotator.add", f"annotator {row.id}", {"name": name, "role": role})
    return _record(row, False)


def _check_role(role: str) -> None:
    if role not in ("annotator", "lead"):
        raise Refused(f"A role is annotator or lead, not {role!r}.")


def _told(people: Sequence[AnnotatorRecord]) -> str:
    return " or ".join(shown(one.name) for one in people)


def _order_seed(s: Session, name: str) -> int:
    """Seed of an annotator's order, 0 .. 2**31 - 1: the same name in the same project, the same order."""
    seed = s.scalars(select(Project.seed)).one()
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _query() -> Select[Annotator, bool]:
    return select(Annotator, is_excluded())


_ONE = _query().where(Annotator.id == bindparam("annotator"))
_ROWS = PlainRows(Annotator)
CURRENT = select(*_ROWS.columns, is_excluded(), merged_with()).where(Annotator.id == bindparam("annotator"))
"""Built once: every turn of an annotator asks this."""


def _record(row: Annotator, excluded: bool) -> AnnotatorRecord:
    return AnnotatorRecord(
        id=row.id,
        uid=row.uid,
        name=row.name,
        role=cast(Role, row.role),
        simulated=row.simulated,
        order_seed=row.order_seed,
        created_at=row.created_at,
        excluded=bool(excluded),
    )
