"""A thousand kills: ``python -m tests.bench.campaign [--kills N] [--seed N]``; see `tests.campaign`."""

from __future__ import annotations

import sys

from tests.campaign.__main__ import main

if __name__ == "__main__":
    if not any(argument.startswith("--kills") for argument in sys.argv):
        sys.argv += ["--kills", "1000"]
    sys.exit(main())
