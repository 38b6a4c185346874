"""What the programs of the campaign do. Each writes down what it was told is saved, in a file of its own."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import numpy as np

from annotation_db.database.store import Store
from annotation_db.errors import Refused, StudioError
from annotation_db.pictures import images, rois
from annotation_db.rating import annotators, ratings
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes
from seagull_studio.operations import marking, rating
from tests.campaign.watchdog import watch
from tests.e2e.projects import HEIGHT, WIDTH

ALLOWED = ("Another program", "Someone else", "withdrawn", "annotators enough")
"""Refusals that may happen while others work; any other is a fault of the program."""
OVERTAKEN = (
    *("is excluded already", "is not excluded", "is not withdrawn", "is merged"),
    *("is excluded and", "are one annotator", "no label run", "No picture of the project is missing"),
    *("not merged with anybody", "There is no annotator"),
)
"""Refusals of commands that somebody else has made pointless since they were drawn."""


@dataclass
class Told:
    """The file of one program: what it was told is saved, and what it was refused."""

    path: Path
    _file: IO[str] = field(init=False)

    def __post_init__(self) -> None:
        self._file = self.path.open("a", encoding="utf-8", buffering=1)

    def saved(self, kind: str, uid: str, content: object) -> None:
        self._file.write(json.dumps([kind, uid, content]) + "\n")

    def refused(self, sentence: str) -> None:
        if not any(word in sentence for word in ALLOWED):
            self._file.write(json.dumps(["refused", sentence, None]) + "\n")

    def done(self, what: str) -> None:
        self._file.write(json.dumps(["done", what, None]) + "\n")


def rate(folder: Path, told: Told, draw: random.Random) -> None:
    """An annotator without a window: the operations that the window uses, one rating after another.

    Now and then the same process opens the project a second time and closes it again, as Aggregate, Check,
    Export and the imports do from the window.
    """
    with Store.open(folder) as store:
        who = rating.sign_in(store, f"annotator {draw.randrange(12)}")
        image, cache = None, rating.QueueCache()
        while True:
            turn = rating.take_next(store, who.id, after_image=image, cache=cache)
            if turn.current is None:
                _mark_one(store, told, draw)
                continue
            entry = turn.current.entry
            votes = Votes(*(draw.randrange(5) for _ in SCALE_NAMES))
            try:
                made = rating.submit(store, rating.Submission(entry.roi.id, who.id, votes, _now(), 40))
                told.saved("rating", made.uid, [entry.roi.uid, who.uid, list(votes)])
            except StudioError as error:
                told.refused(str(error))
            image = entry.image.id
            if draw.random() < 0.1:
                with Store.open(folder) as second, second.read() as session:
                    ratings.all_latest(session)
            if draw.random() < 0.1:
                _mark_one(store, told, draw)


def _mark_one(store: Store, told: Told, draw: random.Random) -> None:
    with store.read() as session:
        image = draw.choice(images.list_all(session))
    mask = np.zeros((HEIGHT, WIDTH), bool)
    y, x = draw.randrange(HEIGHT - 60), draw.randrange(WIDTH - 60)
    mask[y : y + draw.randint(36, 60), x : x + draw.randint(36, 60)] = True
    try:
        roi = marking.accept(store, marking.NewRoi(image.id, mask, "object", {}, "manual", None), "marker")
        told.saved("roi", roi.uid, roi.area)
    except Refused as error:
        if "same mask" not in str(error):
            told.refused(str(error))
    except StudioError as error:
        told.refused(str(error))


def command(folder: Path, told: Told, draw: random.Random) -> None:
    """Commands, one after the other, as a person at a terminal gives them."""
    from seagull_studio.cli.commands import run_command

    out = folder.parent / "out"
    while True:
        name = draw.choice(list(COMMANDS))
        arguments = COMMANDS[name](folder, out, draw)
        said, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
            status = run_command(arguments)
        if status == 0:
            told.done(name)
            if name == "import":
                told.saved("import", Path(arguments[2]).name, _rows(Path(arguments[2])))
            if name == "import-rois":
                told.saved("rois", Path(arguments[2]).name, _uids(Path(arguments[2])))
        elif not any(word in complained.getvalue() for word in OVERTAKEN):
            told.refused(f"{name}: {complained.getvalue().strip()}")


COMMANDS: dict[str, Callable[[Path, Path, random.Random], list[str]]] = {
    "check": lambda folder, out, draw: ["check", str(folder)],
    "aggregate": lambda folder, out, draw: ["aggregate", str(folder), "--min-raters", "1", "--json"],
    "assign": lambda folder, out, draw: ["assign", str(folder)],
    "annotator": lambda folder, out, draw: ["annotator", "list", str(folder), "--json"],
    "export": lambda folder, out, draw: [
        *("export", str(folder), str(out / f"export-{draw.randrange(3)}")),
        *("--overwrite", "--min-raters", "1", "--policy", "paper"),
    ],
    "import": lambda folder, out, draw: [
        *("import", str(folder), str(_ratings_file(folder, out, draw)), "--kind", "ratings")
    ],
    "import-rois": lambda folder, out, draw: [
        *("import", str(folder), str(_rois_file(folder, out, draw)), "--kind", "rois")
    ],
    "exclude": lambda folder, out, draw: [
        *("exclude", str(folder), "--annotator", _imported(folder, draw), "--reason", "drawn")
    ],
    "readmit": lambda folder, out, draw: ["readmit", str(folder), "--annotator", _imported(folder, draw)],
    "merge": lambda folder, out, draw: [
        *("annotator", "merge", str(folder), _imported(folder, draw), _imported(folder, draw))
    ],
    "withdraw": lambda folder, out, draw: [
        *("picture", "withdraw", str(folder), _picture(folder, draw), "--reason", "drawn")
    ],
    "bring-back": lambda folder, out, draw: ["picture", "restore", str(folder), _picture(folder, draw)],
    "relocate": lambda folder, out, draw: ["relocate", str(folder), str(folder.parent)],
    "labels": lambda folder, out, draw: ["labels", "list", str(folder), "--json"],
    "forget": lambda folder, out, draw: ["labels", "delete", str(folder), str(draw.randint(1, 9)), "--yes"],
    "backup": lambda folder, out, draw: ["backup", str(folder)],
    "bias": lambda folder, out, draw: ["bias", str(folder), "--bootstrap", "100", "--json"],
}


def _ratings_file(folder: Path, out: Path, draw: random.Random) -> Path:
    """Ratings of somebody new, of the ROIs that there are."""
    with Store.open(folder) as store, store.read() as session:
        pictures = {image.id: image.path for image in images.list_all(session)}
        marked = rois.list_all(session)
        people = len(annotators.list_all(session))
    out.mkdir(exist_ok=True)
    file = out / f"ratings-{time.time_ns()}-{draw.randrange(10**9)}.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["image", "roi", "annotator", *SCALE_NAMES])
        for roi in draw.sample(marked, min(len(marked), 40)):
            votes = [draw.randrange(5) for _ in SCALE_NAMES]
            writer.writerow([pictures[roi.image_id], roi.external_id, f"{file.stem} of {people}", *votes])
    return file


def _rois_file(folder: Path, out: Path, draw: random.Random) -> Path:
    """Boxes with uids of their own on the pictures that there are."""
    with Store.open(folder) as store, store.read() as session:
        pictures = [image.path for image in images.list_all(session) if not image.withdrawn]
    out.mkdir(exist_ok=True)
    file = out / f"rois-{time.time_ns()}-{draw.randrange(10**9)}.json"
    entries = [
        {
            "img": draw.choice(pictures or ["p0.png"]),
            "points": [draw.randrange(WIDTH - 60), draw.randrange(HEIGHT - 60), 40 + at, 40],
            "uid": f"{draw.getrandbits(128):032x}",
        }
        for at in range(6)
    ]
    file.write_text(json.dumps(entries), encoding="utf-8")
    return file


def _uids(file: Path) -> list[str]:
    return [entry["uid"] for entry in json.loads(file.read_text(encoding="utf-8"))]


def _imported(folder: Path, draw: random.Random) -> str:
    """Somebody whose ratings were imported: nobody who rates now."""
    with Store.open(folder) as store, store.read() as session:
        names = [who.name for who in annotators.list_all(session) if who.name.startswith("ratings-")]
    return draw.choice(names or ["nobody yet"])


def _picture(folder: Path, draw: random.Random) -> str:
    """One of the first two: on the others there is always something to rate."""
    with Store.open(folder) as store, store.read() as session:
        return draw.choice(images.list_all(session)[:2]).path


def _rows(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines()) - 1


def job(folder: Path, told: Told, draw: random.Random) -> None:
    """Jobs as the window starts them: a folder each, a process that opens the project."""
    from seagull_studio.job import main
    from seagull_studio.jobs import jobs

    while True:
        made = jobs.prepare(folder / "jobs", "fit-baseline", str(folder), {})
        main(made)
        told.done("job")


def _now() -> datetime:
    return datetime.now(UTC)


ACTORS: dict[str, Callable[[Path, Told, random.Random], None]] = {
    "rate": rate,
    "command": command,
    "job": job,
}


def act(kind: str, folder: Path, told: Path, seed: int, fault: str) -> None:
    """The process of one actor; it works until it is killed."""
    book = Told(told)
    if fault == "header":
        put_back_the_header_check()
    else:
        watch(book.refused)
    try:
        ACTORS[kind](folder, book, random.Random(seed))
    except StudioError as error:
        book.refused(str(error))


def put_back_the_header_check() -> None:
    """The fault that once lost acknowledged ratings: to show that the campaign finds it."""
    from annotation_db.database import store as opening

    honest = opening.existing_folder

    def looking_at_the_header(location: Path) -> object:
        place = honest(location)
        with place.file.open("rb") as stream:
            stream.read(100)
        return place

    opening.existing_folder = looking_at_the_header  # type: ignore[assignment]
