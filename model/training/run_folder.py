"""The folder of a run: who may work in it, and what it may hold when a run begins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from annotation_db.vocabulary.whole_files import is_unfinished, replace_file
from model.plain_files import FileRefused, read_object
from model.seagull.weight_files import find_weights
from model.training.errors import TrainingError

RUN: Final = "run.json"
RESULT: Final = "result.json"
ADAPTER: Final = "adapter"
_ANEW: Final = "begin in a new folder"


def alone(out: Path) -> FileLock:
    """The lock of a run's folder, held.

    Raises
    ------
    TrainingError
        If another process holds it, or the folder can not be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / "lock")
        lock.acquire(blocking=False)
    except Timeout:
        raise TrainingError(
            f"Another training is at work in {out}; wait for its end, or choose another folder."
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TrainingError(f"{out} can not be used ({reason}); choose another folder.") from error
    return lock


def hash_of_base(folder: Path) -> str:
    """One hash of a checkpoint's configuration, tokenizer and weights.

    Raises
    ------
    model.seagull.errors.CheckpointError
        If weights are missing.
    """
    names = ("config.json", "tokenizer.json", "tokenizer.model")
    files = [*(folder / name for name in names), *find_weights(folder)]
    total = hashlib.sha256()
    for path in files:
        if path.is_file():
            with path.open("rb") as file:
                total.update(f"{path.name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()


def check_place(out: Path, resume: bool) -> None:
    """Refuse a folder that a run can not begin in, or not go on in.

    Raises
    ------
    TrainingError
        If it holds a finished model, an unfinished run, or something else.
    """
    # What a killed run was about to write is nobody's work, and must not keep the run from going on.
    others = [path.name for path in out.iterdir() if path.name != "lock" and not is_unfinished(path.name)]
    if resume:
        if others and not (out / RUN).is_file():
            raise TrainingError(f"{out} holds no run ({others[0]} is there); choose the folder of a run.")
        return
    if (out / RESULT).is_file() or (out / ADAPTER).exists():
        raise TrainingError(f"{out} holds a finished model, which is not overwritten; choose another folder.")
    if (out / RUN).is_file():
        raise TrainingError(f"{out} holds an unfinished run; go on with --resume, or choose another.")
    if others:
        raise TrainingError(f"{out} is not empty ({others[0]}); choose a new folder.")


def refuse_another(out: Path, deciding: Mapping[str, Any]) -> None:
    """See that the run in a folder was begun with just this.

    Parameters
    ----------
    out : Path
    deciding : mapping
        What ``run.json`` calls so; the hash of the base may be left out.

    Raises
    ------
    TrainingError
        If it was begun with something else, or its ``run.json`` is damaged.
    """
    known = read_own(out / RUN, _ANEW).get("deciding")
    if not isinstance(known, dict) or not isinstance(known.get("config"), dict):
        raise TrainingError(f"{out / RUN} is damaged (it does not say what decided the run); {_ANEW}.")
    for name, what in (("export", "the export"), ("base", "the base")):
        if name in deciding and known.get(name) != deciding[name]:
            raise TrainingError(
                f"The run in {out} was begun with another state of {what}; give the same one, or begin in a "
                "new folder."
            )
    settings = deciding["config"]
    changed = [key for key, value in settings.items() if known["config"].get(key) != value]
    if changed:
        raise TrainingError(
            f"The run in {out} was begun with another {changed[0]} "
            f"({known['config'].get(changed[0])!r}, not {settings[changed[0]]!r}); give the same settings, "
            "or begin in a new folder."
        )


def read_own(path: Path, remedy: str) -> dict[str, Any]:
    """A JSON object that a run wrote.

    Parameters
    ----------
    path : Path
    remedy : str
        What to do where it is damaged: the end of the sentence.

    Raises
    ------
    TrainingError
        If it is gone or damaged.
    """
    try:
        return read_object(path)
    except (OSError, ValueError, FileRefused) as error:
        raise TrainingError(f"{path} is damaged ({error}); {remedy}.") from error


def threads_of(out: Path) -> int | None:
    """How many threads of the CPU a run was begun with; None where ``run.json`` does not say it."""
    found = read_own(out / RUN, _ANEW).get("threads")
    return found if type(found) is int and found > 0 else None


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file whole."""
    replace_file(path, as_bytes(value))


def as_bytes(value: Any) -> bytes:
    """A value as a JSON file for people."""
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
