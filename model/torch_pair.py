"""Whether torch and torchvision fit each other: each torchvision is compiled for one torch."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

CPU_INDEX: Final = "https://download.pytorch.org/whl/cpu"
"""Where PyTorch's own builds for machines without a GPU are."""
_QUESTION: Final = (
    "import torch, torchvision; torchvision.ops.nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.ones(1), 0.5)"
)
_PATIENCE_S: Final = 300
_UNFIT: Final = re.compile(r"\btorchvision::|module 'torchvision'")
"""What a torchvision without its operators says: first of them, later of itself, left half imported."""


def mismatch() -> str | None:
    """Why one of torchvision's compiled operators does not run here; None if it does.

    Asked in a child process, because a pair that does not match may end the process that imports it.

    Returns
    -------
    str or None
        What the child process said last, a line without a full stop.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_PATIENCE_S} s"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"the process that asked was ended by signal {-done.returncode}"
    lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    return lines[-1].strip().rstrip(".")


def mending(*, gpu: bool) -> str:
    """The command that installs a matching pair for the Python that is running.

    Both are removed first: pip takes a torch that is there, of whatever build, for the one it would install.

    Parameters
    ----------
    gpu : bool
        Whether this machine has a GPU that torch could use.
    """
    pip = f"{shlex.quote(sys.executable)} -m pip"
    index = "" if gpu else f" --index-url {CPU_INDEX}"
    return f"{pip} uninstall --yes torch torchvision && {pip} install torch torchvision{index}"


@contextmanager
def imported_for(what: str, refused: Callable[[str], Exception]) -> Iterator[None]:
    """Import torchvision, or libraries that import it, in here.

    Parameters
    ----------
    what : str
        What the libraries are for, such as "SAM".
    refused : callable
        Makes the error that is raised, from one sentence.

    Raises
    ------
    Exception
        What `refused` makes, if a library is missing, or if torch and torchvision do not match.
    """
    try:
        yield
    except (ImportError, RuntimeError, AttributeError) as error:
        causes = list(_causes(error))
        if any(_UNFIT.search(str(cause)) for cause in causes):
            raise refused(
                f"{what} can not be started, because the installed torch and torchvision do not fit each "
                "other; seagull-studio doctor names the command that mends it."
            ) from error
        missing = [cause.name for cause in causes if isinstance(cause, ImportError) and cause.name]
        if not missing:
            raise
        raise refused(
            f"{what} needs the library {missing[-1]}, which is not installed; install seagull-studio again."
        ) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from: transformers wraps what it could not import."""
    while error is not None:
        yield error
        error = error.__cause__
