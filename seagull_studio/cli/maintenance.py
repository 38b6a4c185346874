"""Commands that work on all of a project: embed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Failed, Output


def embed(output: Output, project: str, segmenter: str | None, weights: Path | None, device: str) -> None:
    """``embed``: encode what is not encoded yet; Ctrl-C stops after what is under way."""
    from seagull_studio.jobs import embed as operation
    from seagull_studio.operations import acting
    from seagull_studio.services.settings import Settings, weights_folders

    folders = weights_folders(str(weights) if weights else Settings().choices().weights_folder)
    with open_project(output, project) as store:
        acting.allow(store, acting.Action.MODELS)  # before any weights are looked for
        spec = operation.choose(folders, segmenter)
        with stopped_by_ctrl_c() as stopped, output.progress() as progress:
            report = operation.embed(store, spec, device=device, progress=progress, cancelled=stopped)
    document = {
        "segmenter": report.segmenter,
        "pictures": report.pictures,
        "encoded": report.encoded,
        "already": report.already,
        "failed": [{"file": path, "message": sentence} for path, sentence in report.failed],
        "stopped": report.stopped,
    }
    for path, sentence in report.failed:
        output.note(sentence if path in sentence else f"{path}: {sentence}")
    if report.stopped or report.failed:
        raise Failed(operation.sentence(report), **document)
    output.result(document)
    output.say(operation.sentence(report))


@contextmanager
def stopped_by_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Ask whether Ctrl-C was pressed; a second one interrupts at once."""
    asked = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        del number, frame
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
