"""The real window, driven without a display: how long people wait for it.

    python -m tests.bench.window [--labelme PYTHON] [--runs 7] [--only start|rate|mark|large]

``--labelme`` names the Python of an environment that has labelme, to start it in turns with our window (make
one with ``python -m venv DIR && DIR/bin/pip install labelme``); without it a bare QMainWindow with a picture
in it is what remains to compare with. Each part runs in processes of its own. SAM's weights are random, in
the published layout: they take the same time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from annotation_db import project
from annotation_db.database.store import Store
from annotation_db.pictures import images, masks, rois
from seagull_studio.operations.sample import photographs
from seagull_studio.services.settings import Settings
from tests.bench import machine, pictures, window_start
from tests.bench.make_projects import large_project
from tests.bench.photographs import COLOURED, hundred_megapixels, write_jpeg
from tests.bench.pictures import line

PATIENCE_S = 900


def project_of(folder: Path, sizes: Sequence[tuple[int, int]], *, rois_each: int) -> Path:
    """A project of mosaics of these sizes (the 100-megapixel one included), with elliptic ROIs on each."""
    (folder / "images").mkdir(parents=True)
    for number, (width, height) in enumerate(sizes):
        path = folder / "images" / f"{number}.jpg"
        if width > 10_000:
            hundred_megapixels(path)
        else:
            write_jpeg(path, width, height, seed=number)
    scan = images.scan_folder(folder / "images")
    with Store.create(folder, "Bench", seed=0) as store, store.write("bench") as session:
        images.add(session, scan, project_folder=folder, source="bench", who="bench")
        for image in images.list_all(session):
            y, x = np.ogrid[: image.height, : image.width]
            for number in range(rois_each):
                middle = image.width * (number + 1) / (rois_each + 1)
                inside = ((x - middle) / (0.1 * image.width)) ** 2 + ((y / image.height - 0.5) / 0.2) ** 2 < 1
                rois.add(session, image_id=image.id, mask=masks.encode(inside), who="bench")
    return folder


def part(name: str, where: Path, scratch: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.window_parts", name, str(where), str(scratch)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=environment, timeout=PATIENCE_S
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def start(folder: Path, labelme: str | None, runs: int) -> None:
    with large_project(folder / "thousand", ratings_each=3) as store, store.read() as session:
        uid = project.get(session).uid
    three = folder / "three"
    three.mkdir()
    for name in COLOURED[:3]:
        Image.fromarray(photographs.load(name)).save(three / f"{name}.jpg", quality=90)
    home = folder / "home"
    (home / "config" / "seagull-studio").mkdir(parents=True)
    settings = Settings(home / "config" / "seagull-studio" / "settings.ini")
    settings.remember_annotator(uid, "Bench")
    settings.sync()
    programs = {
        "ours": (sys.executable, window_start.OURS, folder / "thousand"),
        "a bare QMainWindow": (sys.executable, window_start.BARE, three),
    }
    if labelme:
        programs["labelme"] = (labelme, window_start.LABELME, three)
    found = window_start.compare(programs, home, runs)
    print("From the start of the process to a ROI that can be rated, 1,000 pictures, 3,000 ROIs")
    ours = found.pop("ours")
    for name, other in found.items():
        about = f"{name}, three photographs" if name == "labelme" else f"{name}, one photograph"
        line("elapsed", ours.seconds, other.seconds, "s", about)
        line("processor time", ours.processor_seconds, other.processor_seconds, "s", about)
        line("peak memory", ours.mib, other.mib, "MiB", about)
    print(f"  heavy libraries imported: {', '.join(ours.heavy) or 'none (no torch)'}")


def rate(folder: Path) -> None:
    where = project_of(folder / "rate", [(4000, 3000)] * 4, rois_each=3)
    ours = part("rate", where, folder)
    for name, source in (("a", "0"), ("b", "1")):
        shutil.copy(where / "images" / f"{source}.jpg", folder / f"{name}.jpg")
    plain = pictures.run("next_plain", str(folder))
    print("A rating submitted, 12-megapixel photographs, neighbours preloaded")
    print(f"  the window is held by the key that submits     {ours['held_ms']:9.1f} ms, longest (wanted: 20)")
    print(f"  the rating is on disk and said to be saved     {ours['saved_ms']:9.1f} ms")
    line("next ROI on the screen (wanted: 150 ms)", ours["shown_ms"], plain["ms"], "ms", "plain Qt")
    line("the same, longest", ours["shown_worst_ms"], plain["ms"], "ms", "plain Qt")


def mark(folder: Path) -> None:
    where = project_of(folder / "mark", [(1800, 1200), (4000, 3000)], rois_each=1)
    code = "import sys; from tests.bench.sam import write_weights as w; w('vit_b', sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder / "sam_vit_b.pth")], check=True)
    ours = part("mark", where, folder)
    print(f"A click, embedding present: {ours['segmenter']}")
    sizes = [key for key in ours if " x " in key]
    for size in sizes:
        found = ours[size]
        baseline = "SamPredictor.predict, nothing painted"
        line(f"to the painted mask, {size}", found["ours_ms"], found["plain_ms"], "ms", baseline)
    print("Longest gap of the event loop (wanted: 50 ms)")
    idle = ours["gap_idle_ms"]
    line("while SAM is loaded", ours["gap_loading_ms"], idle, "ms", "nothing done")
    line("while two pictures are encoded", ours["gap_encoding_ms"], idle, "ms", "nothing done")
    for size in sizes:
        line(f"at a click (median), {size}", ours[size]["gap_ms"], idle, "ms", "nothing done")


def large(folder: Path) -> None:
    where = project_of(folder / "large", [(11648, 8736)], rois_each=1)
    ours = part("large", where, folder)
    shutil.copy(where / "images" / "0.jpg", folder / "large.jpg")
    plain = pictures.run("large_plain", str(folder))
    print("A project with a JPEG of 102 megapixels (wanted: first full view in 1.6 s, below 800 MB)")
    line("first full view", ours["first_s"], plain["first_s"], "s", "plain Qt, no window around it")
    line("full resolution", ours["full_s"], plain["first_s"], "s", "plain Qt, no window around it")
    line("peak memory of the process", ours["peak_mib"], plain["peak_mib"], "MiB", "plain Qt")
    line("longest gap of the event loop", ours["gap_ms"], plain["gap_ms"], "ms", "plain Qt")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--labelme", metavar="PYTHON")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--only", choices=["start", "rate", "mark", "large"])
    given = parser.parse_args()
    print(machine.line(), flush=True)
    for name, run in {"rate": rate, "mark": mark, "large": large}.items():
        if given.only in (None, "start") and name == "rate":
            with tempfile.TemporaryDirectory() as folder:
                start(Path(folder), given.labelme, given.runs)
        if given.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                run(Path(folder))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
