"""The smoke job: does the program work as it was installed, without any pinned version?

    PYTHON -P tests/smoke/run.py

with the Python of an environment that it was installed into. Each step is a process of its own, in an empty
folder and with a home of its own: what runs is what is installed, and a step whose process is ended is told
like any other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEPS = {
    "installed": "The installed packages are the ones that run.",
    "pair": "torchvision's operators run with the installed torch.",
    "weights": "Small random weights, in the layouts that SAM and SEAGULL were published in.",
    "commands": "doctor, demo and check, by the installed command.",
    "sam": "SAM in the window: from a click to a mask to a saved ROI.",
    "seagull": "SEAGULL: from predict to the pre-fill in the window to a saved rating.",
}
_STEP_S = 900


def main() -> int:
    """Do all steps; exit status 0 only if each of them did what it should."""
    print(f"Smoke job with {sys.executable}, Python {sys.version.split()[0]}.", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="seagull-smoke-") as name:
        folder = Path(name)
        for number, (step, what) in enumerate(STEPS.items(), 1):
            print(f"Step {number} of {len(STEPS)}: {what}", flush=True)
            began = time.monotonic()
            trouble = _do(step, folder)
            if trouble:
                failed += 1
                print(f"  It did not work: {trouble}", flush=True)
            else:
                print(f"  done in {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(STEPS) - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _do(step: str, folder: Path) -> str:
    """One step in a process of its own; what went wrong, or nothing."""
    empty = folder / f"{step}-starts-here"
    empty.mkdir()
    script = Path(__file__).with_name("steps.py")
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(script), step, str(folder)],
            cwd=empty,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            timeout=_STEP_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it was not over after {_STEP_S} s."
    if done.returncode < 0:
        return f"its process was ended by signal {-done.returncode}."
    return "" if done.returncode == 0 else "what went wrong stands above."


def _environment(folder: Path) -> dict[str, str]:
    """This process's, without paths to other packages, and with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    homes = {f"XDG_{kind}_HOME": str(folder / "home" / kind) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    return {
        **kept,
        **homes,
        "HOME": str(folder / "home"),
        "PYTHONNOUSERSITE": "1",
        "PYTHONFAULTHANDLER": "1",
        "QT_QPA_PLATFORM": "offscreen",
        # The offscreen platform has no window manager to tell sizes to, and says so at every dialog.
        "QT_LOGGING_RULES": "qt.qpa.*=false",
        "HF_HUB_OFFLINE": "1",
    }


if __name__ == "__main__":
    sys.exit(main())
