"""Figures drawn in a process of its own, so that a window stays quick.

Loading matplotlib and drawing keep Python busy for seconds, and a thread that does it makes the window's own
thread wait for its turn. Whoever calls this waits too, but holds nobody up.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence

from annotation_db.errors import StudioError
from seagull_studio.figures.paper import Format
from seagull_studio.state.figure_view import AnyFigure


def as_files(views: Sequence[tuple[AnyFigure, Format]]) -> list[bytes]:
    """Draw them, as `draw.as_file` does.

    Raises
    ------
    StudioError
        If the process fails.
    """
    command = [sys.executable, "-m", "seagull_studio.figures"]
    done = subprocess.run(command, input=pickle.dumps(list(views)), capture_output=True, check=False)
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise StudioError(f"The figure could not be drawn ({last or done.returncode}); please report it.")
    files: list[bytes] = pickle.loads(done.stdout)
    return files
