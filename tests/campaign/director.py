"""Starts the programs, kills them at drawn moments, and looks afterwards whether everything is there."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from annotation_db.database import place_changes
from annotation_db.database.schema import Annotator, Rating, Roi
from annotation_db.database.store import Store
from annotation_db.errors import ProjectError
from annotation_db.pictures import rois
from annotation_db.safety import integrity
from annotation_db.vocabulary.scales import SCALE_NAMES
from tests import forked
from tests.campaign import window
from tests.campaign.actors import act
from tests.e2e import projects

ROOT = Path(__file__).parents[2]
TOGETHER = 4
"""Programs on the project at a time."""
LONGEST_S = 15.0
"""How long a program may take for the work that is waited for, on a busy machine."""
EVERY = 25
"""Kills between two looks at the project."""
MIX = ("rate",) * 6 + ("command",) * 3 + ("job",) + ("window",) * 2


@dataclass
class Findings:
    """What a campaign came to."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Program:
    """One process on the project; `kill` ends it without a word."""

    def __init__(self, kind: str, folder: Path, told: Path, seed: int, fault: str) -> None:
        self.kind = kind
        self._told = told
        if kind == "window":
            complaints = told.with_suffix(".stderr")
            self._process = forked.start(window.main, folder, told, seed, fault, complaints=complaints)
        else:
            self._process = forked.start(act, kind, folder, told, seed, fault)
        assert self._process.pid is not None
        self._pid = self._process.pid

    def let_work(self, goal: int) -> None:
        """Wait until the program was told so many things, or for a while: by work done, not by the clock."""
        goal = min(goal, 2) if self.kind in ("command", "job") else goal
        end = time.monotonic() + LONGEST_S
        while time.monotonic() < end:
            told = self._told.read_bytes() if self._told.exists() else b""
            if told.count(b"\n") >= goal:
                return
            time.sleep(0.01)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._process.join(30)


def run(
    folder: Path,
    *,
    kills: int = 0,
    seconds: float = 0.0,
    seed: int = 0,
    fault: str = "",
    mix: tuple[str, ...] = MIX,
    every: int = EVERY,
) -> Findings:
    """Run a campaign in an empty folder.

    Parameters
    ----------
    kills : int
        How many programs are killed; 0 goes by `seconds`.
    seconds : float
        At least so long, and at least `EVERY` kills.
    fault : {"", "header"}
        A fault of the past, put back: the campaign has to find it.
    every : int
        Kills between two looks at the project.
    """
    draw = random.Random(seed)
    project = projects.make(folder, pictures=8, rois_each=8, raters_wanted=7)
    told = folder / "told"
    told.mkdir()
    found = Findings()
    began = time.monotonic()
    running: list[Program] = []
    number = 0
    try:
        while not found.wrong and (
            sum(found.kills.values()) < kills
            if kills
            else time.monotonic() - began < seconds or sum(found.kills.values()) < EVERY
        ):
            while len(running) < TOGETHER:
                kind = draw.choice(mix)
                number += 1
                running.append(
                    Program(kind, project, told / f"{number:05d}-{kind}.jsonl", draw.randrange(2**31), fault)
                )
            victim = running.pop(draw.randrange(len(running)))
            victim.let_work(draw.choice((0, 1, 3, 8, 20)))
            time.sleep(draw.uniform(0, 0.03))  # the kill may come at any moment of a write
            victim.kill()
            found.kills[victim.kind] += 1
            if sum(found.kills.values()) % every == 0:
                # All of them, so that the last one to leave is a killed one too.
                for program in running:
                    program.kill()
                    found.kills[program.kind] += 1
                running.clear()
                look(project, told, found)
    finally:
        for program in running:
            program.kill()
    look(project, told, found)
    found.seconds = time.monotonic() - began
    return found


def look(project: Path, told: Path, found: Findings) -> None:
    """Compare the project with everything that any program was told."""
    acknowledged: Counter[str] = Counter()
    said: list[tuple[str, str, Any]] = []
    for file in sorted(told.glob("*.jsonl")):
        content = file.read_text(encoding="utf-8")
        for line in content[: content.rfind("\n") + 1].splitlines():
            kind, uid, more = json.loads(line)
            acknowledged[kind] += 1
            if kind == "refused":
                found.wrong.append(f"{file.name} was refused: {uid}")
            else:
                said.append((kind, uid, more))
    for trouble in told.glob("*.stderr"):
        if "Traceback" in (words := trouble.read_text(encoding="utf-8", errors="replace")):
            found.wrong.append(f"{trouble.name}: {words[-600:]}")
    found.acknowledged = acknowledged
    try:
        opened = Store.open(project)
    except ProjectError as error:
        found.wrong.append(f"what was told as saved cannot be looked at: {error}")
        return
    with opened as store:
        with store.read() as s:
            rows = s.execute(
                select(
                    Rating.uid,
                    Roi.uid,
                    Annotator.uid,
                    Rating.origin,
                    *(getattr(Rating, name) for name in SCALE_NAMES),
                )
                .join(Roi, Roi.id == Rating.roi_id)
                .join(Annotator, Annotator.id == Rating.annotator_id)
            ).all()
            areas = {roi.uid: roi.area for roi in rois.list_all(s, withdrawn=True)}
            imported = rois.by_uid(s, [uid for kind, _, uids in said if kind == "rois" for uid in uids])
            triggers = set(s.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
        findings = integrity.check(store)
    ratings = {row[0]: [row[1], row[2], list(row[4:])] for row in rows}
    origins = Counter(row[3] for row in rows)
    if len(ratings) != len(rows):
        found.wrong.append("one rating is there twice")
    for kind, uid, content in said:
        if kind == "rating" and ratings.get(uid) != content:
            found.wrong.append(f"rating {uid} was told as saved with {content}, there is {ratings.get(uid)}")
        elif kind == "roi" and areas.get(uid) != content:
            found.wrong.append(
                f"ROI {uid} was told as saved with {content} pixels, there is {areas.get(uid)}"
            )
        elif kind == "import" and origins[f"import:{uid}"] != content:
            found.wrong.append(
                f"{uid} was imported with {content} rows, there are {origins[f'import:{uid}']}"
            )
        elif kind == "rois" and not imported.keys() >= set(content):
            found.wrong.append(f"{uid} was imported, and not all of its ROIs are there")
    if len(triggers) != len(place_changes.triggers("sqlite")):
        found.wrong.append(f"of what notes changed places only {sorted(triggers)} is there")
    for origin, count in origins.items():
        if origin.startswith("import:") and count != 40:
            found.wrong.append(f"{origin} is there in part: {count} rows")
    found.wrong += [f"check: {finding.message}" for finding in findings]
