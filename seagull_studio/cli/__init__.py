"""The command line: everything the window does to data, and the way into the window."""

from __future__ import annotations

import json
import sys
from typing import Final

from seagull_studio.library_warnings import keep_from_users

BY_SIGINT: Final = 130
"""What the command parser returns when Ctrl-C stopped it."""
STOPPED: Final = "Stopped before anything was begun."


def main() -> None:
    """Run the program with the arguments of this process; never returns."""
    keep_from_users()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the program.

    Returns
    -------
    int
        0 done, 1 refused with one sentence, 2 wrong usage.
    """
    try:
        status = _run(arguments)
    except KeyboardInterrupt:
        status = BY_SIGINT
    if status != BY_SIGINT:
        return status
    # Stopped while the program was still being loaded: nothing had begun.
    print(STOPPED, file=sys.stderr)
    if "--json" in arguments:
        print(json.dumps({"error": STOPPED}))
    return 1


def _run(arguments: list[str]) -> int:
    from seagull_studio.cli.runner import execute, settle_streams

    settle_streams()
    # The window must be quick: no parser of commands is loaded on the way to it.
    if not arguments or (arguments[0] == "open" and len(arguments) == 2 and arguments[1][:1] != "-"):
        from seagull_studio.cli.window import show

        return execute(False, lambda output: show(output, *arguments[1:]))
    from seagull_studio.cli.commands import run_command

    return run_command(arguments)
