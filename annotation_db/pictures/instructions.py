"""The lab's own page for annotators: Markdown in the database, with its pictures beside it.

Pictures are read by the one way in which all are read, made small and stored as PNG: what a window shows is
what this program wrote, and nothing is ever fetched from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from PIL import Image
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from annotation_db import names
from annotation_db.database import audit
from annotation_db.database.schema import InstructionPicture, Project
from annotation_db.errors import Refused
from annotation_db.files.set_aside import Damaged, read_plain
from annotation_db.pictures import picture_files

LONGEST_TEXT: Final = 100_000
"""Characters."""
MOST_PICTURES: Final = 40
LONGEST_SIDE: Final = 1200
"""Pixels; larger pictures are made smaller."""
_PICTURE: Final = re.compile(r"!\[[^\]]*\]\(\s*(?:<([^<>\n]+)>|([^)\s<>]+))")
"""As Markdown names them: in angle brackets where there are blanks in the name."""


@dataclass(frozen=True, slots=True)
class Instructions:
    """The page and its pictures."""

    text: str = ""
    """Markdown; "" where the lab wrote none."""
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """PNG files by the names that the page calls them by."""

    @property
    def digest(self) -> str:
        """Another one for another page: whoever has read this one need not see it again. "" for none."""
        if not self.text:
            return ""
        found = hashlib.sha256(self.text.encode())
        for name, data in sorted(self.pictures.items()):
            found.update(name.encode() + b"\0" + data)
        return found.hexdigest()[:32]


def get(s: Session) -> Instructions:
    """The page that annotators see."""
    rows = s.execute(select(InstructionPicture.name, InstructionPicture.data).order_by(InstructionPicture.id))
    return Instructions(
        s.scalars(select(Project.instructions)).one(),
        {row.name: base64.b64decode(row.data) for row in rows},
    )


def store(s: Session, new: Instructions, who: str) -> bool:
    """Store another page; pictures that its text does not name are left out. Whether it was another one.

    Raises
    ------
    Refused
        If it is too long, names too many pictures, or one that is not there.
    """
    text = new.text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(f"The instructions have {len(text):,} characters; {LONGEST_TEXT:,} are the most.")
    wanted = named_pictures(text)
    if len(wanted) > MOST_PICTURES:
        raise Refused(f"The instructions have {len(wanted)} pictures; {MOST_PICTURES} are the most.")
    for name in wanted:
        if name not in new.pictures:
            raise Refused(
                f"The instructions name the picture {names.shown(name)}, which is not among their pictures; "
                "insert it, or take it out of the text. Pictures elsewhere are never fetched."
            )
    kept = Instructions(text, {name: new.pictures[name] for name in wanted})
    if kept.digest == get(s).digest:
        return False
    s.get_one(Project, 1, with_for_update=True).instructions = text
    s.execute(delete(InstructionPicture))
    s.add_all(
        InstructionPicture(name=name, data=base64.b64encode(data).decode())
        for name, data in kept.pictures.items()
    )
    s.flush()
    audit.record(s, who, "instructions.set", "project", {"characters": len(text), "pictures": len(wanted)})
    return True


def named_pictures(text: str) -> tuple[str, ...]:
    """The pictures that a page names, each once, in their order."""
    return tuple(dict.fromkeys(unquote(one or other) for one, other in _PICTURE.findall(text)))


def read_picture(file: Path) -> bytes:
    """A picture file as PNG, at most `LONGEST_SIDE` on a side, without anything but its pixels.

    Raises
    ------
    PictureError
        If it cannot be read.
    """
    pixels = picture_files.open_rgb(file, max_side=LONGEST_SIDE)
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG")
    return made.getvalue()


def read_page(file: Path) -> Instructions:
    """A Markdown file with the pictures that it names, which lie beside or below it.

    Raises
    ------
    Refused
        If it is no UTF-8 text, or a picture lies elsewhere.
    PictureError
        If a picture cannot be read.
    """
    try:
        text = read_plain(file, 4 * LONGEST_TEXT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file} is no text in UTF-8; save it as one.") from None
    except Damaged:
        raise Refused(f"{file} is no file of text, or far too long; choose a Markdown file.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read ({error.strerror or error}); check its name.") from error
    pictures = {}
    for name in named_pictures(text):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name or "\\" in name:
            raise Refused(
                f"The picture {names.shown(name)} does not lie beside {file.name} or below it; put it there. "
                "Pictures elsewhere are never fetched."
            )
        pictures[name] = read_picture(file.parent / path)
    return Instructions(text, pictures)
