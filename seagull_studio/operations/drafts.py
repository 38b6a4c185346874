"""Regions that were begun and not accepted, on this computer: a file for each picture and annotator."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
import zlib
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final, cast

from annotation_db.files.json_text import NotJson, read
from annotation_db.vocabulary.whole_files import replace_file
from seagull_studio.state.draft import Box, Click, Draft, Edit
from seagull_studio.state.packed_mask import PackedMask

FORMAT: Final = 1
_LARGEST: Final = 64_000_000
"""Bytes of a file that is looked at."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft, and what its picture was."""

    sha256: str
    draft: Draft


class DraftFiles:
    """The files of one annotator in one project; several threads may use it.

    Parameters
    ----------
    project : Path
        The project's folder; of one on a server its folder on this computer.
    annotator : str
        Their name.
    """

    def __init__(self, project: Path, annotator: str) -> None:
        name = hashlib.sha256(annotator.encode()).hexdigest()[:16]
        self.folder = project / "drafts" / name
        self._annotator = annotator
        self._noted: dict[str, KeptDraft] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def note(self, image_uid: str, kept: KeptDraft) -> None:
        """Remember what is to be written next; an empty draft's file goes."""
        with self._lock:
            self._noted[image_uid] = kept

    def flush(self) -> None:
        """Write what was noted: each file whole, the newest last.

        Raises
        ------
        OSError
            If one cannot be written; it stays noted.
        """
        with self._writing:
            with self._lock:
                noted, self._noted = self._noted, {}
            for uid in list(noted):
                try:
                    self._write(uid, noted[uid])
                except OSError:
                    with self._lock:
                        self._noted = noted | self._noted
                    raise
                del noted[uid]

    def load(self) -> tuple[dict[str, KeptDraft], list[str]]:
        """What was kept, by the uid of its picture; and a sentence for each file that cannot be read."""
        found: dict[str, KeptDraft] = {}
        refused = []
        try:
            files = sorted(self.folder.glob("*.json"))
        except OSError:
            return {}, []
        for file in files:
            try:
                if file.stat().st_size > _LARGEST:
                    raise ValueError("too large")
                found[file.stem] = _from_json(read(file.read_text(encoding="utf-8")))
            except (OSError, NotJson, ValueError, KeyError, TypeError, binascii.Error, zlib.error):
                refused.append(f"A region that was begun cannot be read and is left out: {file}.")
        return found, refused

    def _write(self, uid: str, kept: KeptDraft) -> None:
        file = self.folder / f"{uid}.json"
        if kept.draft.is_empty:
            file.unlink(missing_ok=True)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        document = {"format": FORMAT, "annotator": self._annotator, "picture": uid, **_as_json(kept)}
        replace_file(file, json.dumps(document).encode())


def _as_json(kept: KeptDraft) -> dict[str, Any]:
    draft = kept.draft
    return {
        "sha256": kept.sha256,
        "size": list(draft.size),
        "prompt": _prompt_json((draft.clicks, draft.box)),
        "answered": None if draft.answers is None else _prompt_json(draft.answers),
        "hypotheses": [_mask_json(mask) for mask in draft.hypotheses],
        "ious": list(draft.ious),
        "chosen": draft.chosen,
        "edits": [
            {"kind": edit.kind, "points": edit.points, "radius": edit.radius, "adding": edit.adding}
            for edit in draft.edits
        ],
    }


def _prompt_json(prompt: tuple[tuple[Click, ...], Box | None]) -> dict[str, Any]:
    clicks, box = prompt
    return {"clicks": [[one.x, one.y, one.positive] for one in clicks], "box": box and list(box)}


def _mask_json(mask: PackedMask) -> dict[str, Any]:
    bits = base64.b64encode(zlib.compress(mask.bits, 1)).decode()
    return {"box": list(mask.bbox), "bits": bits}


def _from_json(told: Any) -> KeptDraft:
    """Raises ValueError, KeyError or TypeError where it is no draft."""
    if told["format"] != FORMAT:
        raise ValueError("another format")
    size = _whole(told["size"], 2)
    clicks, box = _prompt(told["prompt"])
    edits = tuple(
        Edit(
            _kind(one["kind"]),
            tuple(_point(p) for p in one["points"]),
            _number(one["radius"]),
            bool(one["adding"]),
        )
        for one in told["edits"]
    )
    hypotheses = tuple(_mask(one, cast("tuple[int, int]", size)) for one in told["hypotheses"])
    ious = tuple(None if one is None else _number(one) for one in told["ious"])
    chosen = int(told["chosen"])
    if len(ious) != len(hypotheses) or not 0 <= chosen < max(1, len(hypotheses)):
        raise ValueError("hypotheses that are none")
    draft = Draft(
        cast("tuple[int, int]", size),
        clicks,
        box,
        hypotheses,
        ious,
        chosen,
        None if told["answered"] is None else _prompt(told["answered"]),
        edits,
    )
    return KeptDraft(str(told["sha256"]), draft.composed())


def _prompt(told: Any) -> tuple[tuple[Click, ...], Box | None]:
    clicks = tuple(Click(*_point(one[:2]), bool(one[2])) for one in told["clicks"])
    box = told["box"]
    return clicks, None if box is None else (*_point(box[:2]), *_point(box[2:]))


def _mask(told: Any, size: tuple[int, int]) -> PackedMask:
    x, y, width, height = _whole(told["box"], 4)
    if x + width > size[1] or y + height > size[0]:
        raise ValueError("a mask outside the picture")
    room = (width * height + 7) // 8
    reader = zlib.decompressobj()
    bits = reader.decompress(base64.b64decode(told["bits"], validate=True), room + 1)
    if len(bits) != room:
        raise ValueError("a mask of another size")
    area = PackedMask(size, x, y, width, height, bits, 0)
    return PackedMask(size, x, y, width, height, bits, int(area.crop().sum()))


def _whole(told: Any, count: int) -> tuple[int, ...]:
    values = tuple(int(one) for one in told)
    if len(values) != count or min(values) < 0 or max(values) > 1 << 20:
        raise ValueError("no such numbers")
    return values


def _number(told: Any) -> float:
    value = float(told)
    if not isfinite(value) or abs(value) > 1 << 20:
        raise ValueError("no such number")
    return value


def _point(told: Any) -> tuple[float, float]:
    x, y = told
    return _number(x), _number(y)


def _kind(told: Any) -> Any:
    if told not in ("stroke", "polygon"):
        raise ValueError("no such edit")
    return told
