"""The process that `seagull_studio.figures.apart` starts: reads what to draw, writes the files."""

from __future__ import annotations

import pickle
import sys

from seagull_studio.figures import draw


def main() -> None:
    """From standard input to standard output; both are this program's own."""
    views = pickle.load(sys.stdin.buffer)
    pickle.dump([draw.as_file(view, kind) for view, kind in views], sys.stdout.buffer)


if __name__ == "__main__":
    main()
