"""Annotators and their roles."""

from __future__ import annotations

import hashlib
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from annotation_db import audit, names
from annotation_db.errors import NotFound, Refused
from annotation_db.imports.files import shown
from annotation_db.records import AnnotatorRecord, Role
from annotation_db.schema import Annotator, Exclusion, Project


def is_excluded() -> ColumnElement[bool]:
    """SQL: an exclusion of this annotator stands."""
    return exists().where(
        and_(
            Exclusion.kind == "annotator",
            Exclusion.target_id == Annotator.id,
            Exclusion.lifted_at.is_(None),
        )
    )


def add(
    s: Session,
    name: str,
    *,
    role: Role = "annotator",
    simulated: bool = False,
    annotator_id: int | None = None,
    who: str,
) -> AnnotatorRecord:
    """Add an annotator.

    Parameters
    ----------
    annotator_id : int, optional
        An id that was set apart for this annotator (see `row_ids.reserve`).

    Raises
    ------
    Refused
        If the name is blank, taken or no name (see `names.problem`), or the role unknown.
    """
    plain = names.plain(name)
    # What can be no name is not asked for: databases fail on some of it.
    taken = select(Annotator.id).where(Annotator.name == plain)
    if names.problem(plain) is None and s.scalar(taken) is not None:
        raise Refused(f"There is an annotator called {plain} already; give another name.")
    return _new(s, plain, role, simulated, who, annotator_id)


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


def find(s: Session, name: str) -> AnnotatorRecord:
    """The annotator of this name.

    Raises
    ------
    NotFound
        If there is none.
    """
    name = names.plain(name)
    # What can be no name is not asked for: databases fail on some of it.
    row = None
    if names.problem(name) is None:
        row = s.execute(_query().where(Annotator.name == name)).one_or_none()
    if row is None:
        raise NotFound(
            f"There is no annotator called {shown(name)} in this project; check the name, or add them."
        )
    return _record(row[0], row[1])


def get_or_add(
    s: Session, name: str, *, role: Role = "annotator", simulated: bool = False, who: str
) -> AnnotatorRecord:
    """The annotator of this name, added if new; `role` and `simulated` are for a new one only."""
    try:
        return find(s, name)
    except NotFound:
        # Not by `add`: whoever was added at this very moment is no reason to refuse.
        return _new(s, names.plain(name), role, simulated, who)


def list_all(s: Session) -> list[AnnotatorRecord]:
    """All annotators in the order they were added, excluded ones too."""
    return [_record(row[0], row[1]) for row in s.execute(_query().order_by(Annotator.id))]


def set_role(s: Session, annotator_id: int, role: Role, who: str) -> AnnotatorRecord:
    """Make someone a lead, or an annotator again.

    Raises
    ------
    NotFound
        If there is no such annotator.
    Refused
        If the role is unknown.
    """
    if role not in ("annotator", "lead"):
        raise Refused(f"A role is annotator or lead, not {role!r}.")
    row = s.get(Annotator, annotator_id)
    if row is None:
        raise NotFound(f"There is no annotator number {annotator_id} in this project.")
    row.role = role
    s.flush()
    audit.record(s, who, "annotator.role", f"annotator {annotator_id}", {"role": role})
    return get(s, annotator_id)


def _new(
    s: Session, name: str, role: Role, simulated: bool, who: str, annotator_id: int | None = None
) -> AnnotatorRecord:
    if not name:
        raise Refused("An annotator needs a name; give one.")
    problem = names.problem(name)
    if problem is not None:
        raise Refused(f"The name {shown(name)} {problem}; give another name.")
    if role not in ("annotator", "lead"):
        raise Refused(f"A role is annotator or lead, not {role!r}.")
    seed = _order_seed(s, name)
    row = Annotator(id=annotator_id, name=name, role=role, simulated=simulated, order_seed=seed)
    s.add(row)
    s.flush()
    audit.record(s, who, "annotator.add", f"annotator {row.id}", {"name": name, "role": role})
    return _record(row, False)


def _order_seed(s: Session, name: str) -> int:
    """Seed of an annotator's order, 0 .. 2**31 - 1: the same name in the same project, the same order."""
    seed = s.scalars(select(Project.seed)).one()
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _query() -> Select[Annotator, bool]:
    return select(Annotator, is_excluded())


_ONE = _query().where(Annotator.id == bindparam("annotator"))
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
