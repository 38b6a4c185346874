"""Run the benches, each in a process of its own: ``python -m tests.bench [--list] [NAME ...]``.

Without names all of them: a quarter of an hour on two cores, and learning beside, which takes longer. Every
figure stands beside a baseline that is named and was measured in the same run. Options of one bench are given
to it alone: ``python -m tests.bench.NAME --help``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.bench import machine

BENCHES = {
    "window": "the real window: start, a rating, a click to its mask, 100 megapixels",
    "pictures": "pictures on the canvas, against plain Qt",
    "database": "large projects and picture files, against plain ways",
    "damage": "looking for damage in a million ratings, and a backup of them",
    "million": "a million ratings: the next ROI, a rating, the Project page, label runs",
    "agreement": "alphas with intervals, against krippendorff in a loop; the whole report",
    "imports": "ratings beside imports and label runs, against one transaction for all",
    "exports": "an export of many ratings, and an import of many ROIs: time, memory, statements, lock",
    "classical": "the segmenter without weights, against plain GrabCut",
    "sam": "SAM, against SamPredictor",
    "seagull": "SEAGULL with shared prefixes, against the authors' manner",
    "training": "packed training, against one question per sequence",
    "learning": "a tiny network finetuned on distorted photographs, against untrained, shuffled, baseline",
    "campaign": "several programs on one project, killed a thousand times: what each was told is there",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--list", action="store_true", help="only say which there are")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench called {unknown[0]}; there are: {', '.join(BENCHES)}")
    if given.list:
        for name, about in BENCHES.items():
            print(f"{name:10s} {about}")
        return 0
    print(machine.line())
    failed = []
    for name in given.names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        began = time.perf_counter()
        if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False).returncode:
            failed.append(name)
        print(f"({time.perf_counter() - began:.0f} s)", flush=True)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
