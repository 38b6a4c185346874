"""Doing one command: what goes to which stream, what the exit status is, where tracebacks go."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from annotation_db.errors import ImportRefused, Refused, StudioError
from annotation_db.names import escaped

if TYPE_CHECKING:
    from rich.console import Console

    from annotation_db.vocabulary.callbacks import Progress

DONE, REFUSED, USAGE = 0, 1, 2


class Failed(StudioError):
    """A refusal that has more to say in JSON than its sentence."""

    def __init__(self, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.more = more


class Output:
    """Where one command writes.

    With ``--json`` standard output is for one document, and everything else goes to standard error.
    """

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.document: Any = None

    def result(self, document: Any) -> None:
        """Set the document that ``--json`` prints."""
        self.document = document

    def console(self) -> Console:
        """For results that people read: standard output, or standard error beside ``--json``."""
        from rich.console import Console

        return Console(stderr=self.as_json, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """Tell a result, as written but for what would steer a terminal."""
        print(_fit(text), file=sys.stderr if self.as_json else sys.stdout)

    def note(self, text: str) -> None:
        """Tell something beside the result, on standard error."""
        print(_fit(text), file=sys.stderr)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar with the time left, on standard error; nothing where that is no terminal."""
        if not sys.stderr.isatty():
            yield lambda done, total, what: None
            return
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total, what: bar.update(
                task, completed=done, total=total, description=escape(escaped(what))[:60]
            )


def execute(as_json: bool, work: Callable[[Output], int | None]) -> int:
    """Do a command and turn whatever happens into an exit status and one sentence.

    Parameters
    ----------
    as_json : bool
        ``--json`` was given.
    work : callable
        The command; may return an exit status of its own.

    Returns
    -------
    int
        Exit status.
    """
    output = Output(as_json)
    stdout = sys.stdout
    quiet = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
    try:
        with quiet:
            status = work(output)
        if as_json:
            _print(stdout, output.document)
        stdout.flush()
        return DONE if status is None else status
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not complain of it at its end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return REFUSED
    except KeyboardInterrupt:
        return _refuse(stdout, as_json, "Stopped; nothing was changed by the step that was under way.", {})
    except StudioError as error:
        more = error.more if isinstance(error, Failed) else {}
        if isinstance(error, ImportRefused) and error.complaints:
            more = {"complaints": [{"line": c.line, "message": c.message} for c in error.complaints]}
        return _refuse(stdout, as_json, str(error), more)
    except Exception as error:
        return _refuse(stdout, as_json, _unexpected(error), {})


def confirmed(output: Output, what: str, question: str, nothing: str) -> None:
    """Ask the person before something large.

    Parameters
    ----------
    what : str
        What is going to be done.
    question : str
        Such as ``"Fetch it?"``.
    nothing : str
        What a refusal begins with, such as ``"Nothing was fetched"``.

    Raises
    ------
    Refused
        If the person says no, or nobody can be asked.
    """
    output.note(what)
    if output.as_json or not sys.stdin.isatty():
        raise Refused(f"{nothing}, because nobody could be asked; add --yes if it shall be done.")
    if input(f"{question} [y/N] ").strip().casefold() not in ("y", "yes"):
        raise Refused(f"{nothing}.")


def settle_streams() -> None:
    """Never fail because a terminal cannot show a character of a file name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _fit(text: str) -> str:
    return escaped(text, keep="\n\t")


def _refuse(stdout: Any, as_json: bool, sentence: str, more: dict[str, Any]) -> int:
    print(_fit(sentence), file=sys.stderr)
    if as_json:
        _print(stdout, {"error": sentence, **more})
    return REFUSED


def _print(stdout: Any, document: Any) -> None:
    # ASCII only, so that any terminal and any pipe takes it.
    stdout.write(json.dumps(document, indent=1, allow_nan=False) + "\n")


def _unexpected(error: Exception) -> str:
    told = f"Something unexpected happened ({type(error).__name__})"
    try:
        from seagull_studio.log import add_traceback  # late: it knows SQLAlchemy

        path = add_traceback(error)
    except OSError:
        return f"{told} and could not be logged; please report it."
    return f"{told}; what exactly is in {path}, please report it."
