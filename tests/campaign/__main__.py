"""Run a campaign and tell its figures: ``python -m tests.campaign --kills 1000``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import machine
from tests.campaign import director


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fault", choices=["", "header"], default="", help="put a fault of the past back")
    parser.add_argument("--only", action="append", help="kinds of programs: rate, command, job, window")
    given = parser.parse_args()
    print(machine.line())
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        found = director.run(
            Path(folder),
            kills=given.kills,
            seconds=given.seconds,
            seed=given.seed,
            fault=given.fault,
            mix=tuple(given.only) if given.only else director.MIX,
        )
    print(f"{sum(found.kills.values())} kills in {found.seconds:.0f} s: {dict(found.kills)}")
    print(f"acknowledged: {dict(found.acknowledged)}")
    print(f"wrong: {len(found.wrong)}")
    for line in found.wrong[:20]:
        print(f"  {line}")
    return min(len(found.wrong), 1)


if __name__ == "__main__":
    sys.exit(main())
