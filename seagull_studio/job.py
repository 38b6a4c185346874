"""The process of one job: ``python -m seagull_studio.job FOLDER``."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from annotation_db.errors import Cancelled, StudioError
from annotation_db.store import Store
from seagull_studio.operations import jobs

KINDS = {
    "embed": "seagull_studio.operations.embed",
    "predict": "seagull_studio.operations.predict",
    "fit-baseline": "seagull_studio.operations.fit_baseline",
}
"""Kind of job -> the module whose ``run_job`` does it."""

Progress = Callable[[int, int, str], None]
REPORT_EVERY_SECONDS = 0.2

log = logging.getLogger(__name__)


def main(folder: Path) -> int:
    """Do the job of `folder`; 0 done, 1 failed or cancelled."""
    config = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    with jobs.hold(folder):
        jobs.say(folder, "started")
        try:
            run: Callable[..., str] = import_module(KINDS[config["kind"]]).run_job
            with Store.open(config["project"]) as store:
                message = run(
                    store,
                    config["options"],
                    progress=_reporter(folder),
                    cancelled=lambda: jobs.is_cancelled(folder),
                )
        except Cancelled as error:
            jobs.say(folder, "cancelled", message=str(error))
            return 1
        except StudioError as error:
            jobs.say(folder, "failed", message=str(error))
            return 1
        except Exception as error:
            log.exception("the job failed")
            jobs.say(folder, "failed", message=f"{type(error).__name__}: {error} (its log file says more)")
            return 1
        jobs.say(folder, "done", message=message)
    return 0


def _reporter(folder: Path) -> Progress:
    last: dict[str, Any] = {"at": 0.0}

    def report(done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - last["at"] >= REPORT_EVERY_SECONDS or done >= total:
            last["at"] = now
            jobs.say(folder, "progress", done=done, total=total, what=what)

    return report


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    sys.exit(main(Path(sys.argv[1])))
