"""The process of one job: ``python -m seagull_studio.job FOLDER``."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from annotation_db.errors import Cancelled, StudioError
from annotation_db.files.set_aside import Damaged
from annotation_db.vocabulary.callbacks import Progress
from seagull_studio.jobs import jobs
from seagull_studio.jobs.job_reading import Config, read_config
from seagull_studio.jobs.kinds import KINDS
from seagull_studio.operations.access import open_project

REPORT_EVERY_SECONDS = 0.2

log = logging.getLogger(__name__)


def main(folder: Path) -> int:
    """Do the job of `folder`; 0 done, 1 failed or cancelled."""
    try:
        config = read_config(folder)
        with jobs.lock_folder(folder):
            jobs.append_event(folder, "started")
            event, message = _do(folder, config)
            jobs.append_event(folder, event, message=message)
    except (Damaged, OSError) as error:
        # Nothing more can be said in the folder; whoever looks sees that the process has ended.
        log.error("the folder of the job cannot be used (%s: %s)", type(error).__name__, error)
        return 1
    return 0 if event == "done" else 1


def _do(folder: Path, config: Config) -> tuple[str, str]:
    """The last word, and its sentence."""
    try:
        run: Callable[..., str] = import_module(KINDS[config.kind].module).run_job
        with open_project(config.project) as store:
            message = run(
                store,
                config.options,
                progress=_reporter(folder),
                cancelled=lambda: jobs.is_cancelled(folder),
            )
    except Cancelled as error:
        return "cancelled", str(error)
    except StudioError as error:
        return "failed", str(error)
    except Exception as error:
        log.exception("the job failed")
        return "failed", f"{type(error).__name__}: {error} (its log file says more)"
    return "done", message


def _reporter(folder: Path) -> Progress:
    last: dict[str, Any] = {"at": 0.0, "total": 0}

    def report(done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - last["at"] >= REPORT_EVERY_SECONDS or done >= total or total != last["total"]:
            last.update(at=now, total=total)
            with suppress(Damaged, OSError):  # a disk that is full stops the work where that has to write
                jobs.append_event(folder, "progress", done=done, total=total, what=what)

    return report


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.exit(main(Path(sys.argv[1])))
