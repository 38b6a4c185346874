"""Groups of pictures: scenes, or copies of one photograph. A split never cuts one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import audit
from annotation_db.database.schema import Image
from annotation_db.errors import NotFound, Refused
from annotation_db.names import shown
from annotation_db.pictures import frozen_splits, images
from annotation_db.records import ImageRecord


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What groups are to be, before anything is written.

    Attributes
    ----------
    images : tuple of ImageRecord
        All pictures of the project, by path.
    groups : mapping of int to str
        Image id -> its new group, "" for none; pictures that nothing is said of are not there.
    """

    images: tuple[ImageRecord, ...]
    groups: Mapping[int, str]

    @property
    def changed(self) -> tuple[ImageRecord, ...]:
        """The pictures whose group becomes another one."""
        return tuple(one for one in self.images if self.groups.get(one.id, one.group) != one.group)

    @property
    def untouched(self) -> tuple[ImageRecord, ...]:
        """The pictures that nothing is said of."""
        return tuple(one for one in self.images if one.id not in self.groups)

    def result(self) -> dict[str, tuple[ImageRecord, ...]]:
        """All groups as they will be, by name, those that stay too."""
        return members((image, self.groups.get(image.id, image.group)) for image in self.images)


def members(grouped: Iterable[tuple[ImageRecord, str]]) -> dict[str, tuple[ImageRecord, ...]]:
    """The pictures of each group, by its name; of pictures with their groups, "" for none."""
    found: dict[str, list[ImageRecord]] = {}
    for image, group in grouped:
        if group:
            found.setdefault(group, []).append(image)
    return {group: tuple(found[group]) for group in sorted(found)}


def by_pattern(pictures: Sequence[ImageRecord], pattern: str) -> GroupPlan:
    """Groups read off the pictures' names.

    Parameters
    ----------
    pattern : str
        With brackets it is a regular expression that is looked for in the path; the group is what its
        bracket named ``group``, or else the first one, holds. Without, it is a pattern such as
        ``*-*.png``: ``*`` stands for anything but a slash, ``?`` for one character, and the group is what
        the first ``*`` stands for, as little as can be. It must fit the whole file name, or the whole path
        if there is a slash in it.

    Raises
    ------
    Refused
        If it is no such pattern.
    """
    expression = _expression(pattern)
    whole = "(" not in pattern and "/" not in pattern
    found = {}
    for image in pictures:
        name = image.path.rpartition("/")[2] if whole else image.path
        fit = expression.search(name)
        group = fit and fit[_which(expression)]
        if group:
            found[image.id] = check_name(group)
    return GroupPlan(tuple(pictures), found)


def of_similar(pictures: Sequence[ImageRecord], similar: Iterable[Sequence[ImageRecord]]) -> GroupPlan:
    """Groups of pictures that look nearly the same; groups that there are grow, none is taken apart.

    Where similar pictures have groups, all of these become the one with the most pictures. Others are called
    by the shortest name of their files.

    Parameters
    ----------
    similar : iterable of sequence of ImageRecord
        Sets of pictures that belong together; no picture is in two of them.
    """
    sizes = {name: len(of_group) for name, of_group in members((one, one.group) for one in pictures).items()}
    taken = set(sizes)
    found: dict[int, str] = {}
    for together in similar:
        known = {found.get(one.id, one.group) for one in together} - {""}
        name = min(known, key=lambda group: (-sizes.get(group, 0), group), default="")
        name = name or _free_name(together, taken)
        taken.add(name)
        found |= {one.id: name for one in together}
        if len(known) > 1:
            found |= {one.id: name for one in pictures if found.get(one.id, one.group) in known}
    return GroupPlan(tuple(pictures), found)


def _free_name(together: Sequence[ImageRecord], taken: set[str]) -> str:
    stems = [PurePosixPath(image.path).stem for image in together]
    stem = min(stems, key=lambda stem: (len(stem), stem))[: names.MAX_LENGTH - 8]
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(name for name in chain([stem], numbered) if name not in taken)


def check_name(group: str) -> str:
    """A group's name as it is stored.

    Raises
    ------
    Refused
        If it is none.
    """
    name = names.normalised(group)
    if wrong := names.problem(name):
        raise Refused(f"A group cannot be called {shown(group)}, which {wrong}; choose another name.")
    return name


def plan(s: Session, groups: Mapping[int, str]) -> GroupPlan:
    """A plan of groups by image id, with the pictures as they are now."""
    return GroupPlan(tuple(images.list_all(s)), dict(groups))


def assign(s: Session, groups: Mapping[int, str], who: str) -> int:
    """Say which group pictures are in.

    Parameters
    ----------
    groups : mapping of int to str
        Image id -> group; "" takes a picture out of its group.

    Returns
    -------
    int
        How many pictures are in another group than before.

    Raises
    ------
    NotFound
        If there is no such picture.
    Refused
        If a name is none, or a group would have pictures in several parts or folds of the frozen split.
    """
    frozen_splits.lock(s)
    planned = plan(s, {image_id: check_name(name) if name else "" for image_id, name in groups.items()})
    known = {image.id for image in planned.images}
    for image_id in groups:
        if image_id not in known:
            raise NotFound(f"There is no picture number {image_id} in this project.")
    _refuse_cut(s, planned)
    changed = [{"image": image.id, "group": planned.groups[image.id]} for image in planned.changed]
    if changed:
        statement = update(Image).where(Image.id == bindparam("image")).values(group_key=bindparam("group"))
        s.connection().execute(statement, changed)
        s.expire_all()
        audit.record(s, who, "image.group", "project", {"images": _told(planned)})
    return len(changed)


def _told(planned: GroupPlan) -> dict[str, Any]:
    return {image.uid: planned.groups[image.id] for image in planned.changed}


def _refuse_cut(s: Session, planned: GroupPlan) -> None:
    frozen = frozen_splits.get(s)
    if frozen is None:
        return
    grouped = ((group, image.id) for group, of_group in planned.result().items() for image in of_group)
    if found := frozen_splits.cut(grouped, frozen.parts, frozen.folds):
        raise Refused(
            f"The group {shown(found[0])} would have pictures in {found[1]} of the frozen split; leave them "
            "apart, or thaw the split first (seagull-studio split --thaw)."
        )


def _expression(pattern: str) -> re.Pattern[str]:
    if "(" not in pattern:
        if "*" not in pattern:
            raise Refused(
                f"The pattern {shown(pattern)} says nothing of a group; write a * for it, as in *-*.png, or "
                "a regular expression with brackets."
            )
        return re.compile(_from_stars(pattern))
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise Refused(f"{shown(pattern)} is no regular expression ({error}); correct it.") from error
    if not expression.groups:
        raise Refused(f"The pattern {shown(pattern)} has no bracket that holds the group; add one.")
    return expression


def _from_stars(pattern: str) -> str:
    """The regular expression of a pattern with stars; its first bracket is the first star."""
    told = "".join({"*": "[^/]*?", "?": "[^/]"}.get(one, re.escape(one)) for one in pattern)
    return rf"\A{told.replace('[^/]*?', '([^/]*?)', 1)}\Z"


def _which(expression: re.Pattern[str]) -> str | int:
    return "group" if "group" in expression.groupindex else 1
