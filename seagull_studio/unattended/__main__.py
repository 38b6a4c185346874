"""``python -m seagull_studio.unattended --auto FOLDER``: the main job, with or without a display."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
import traceback
from pathlib import Path

from seagull_studio.library_warnings import keep_from_users


def has_display() -> bool:
    """Whether a window could be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 only if all of it worked."""
    parser = argparse.ArgumentParser(prog="python -m seagull_studio.unattended", description=__doc__)
    parser.add_argument("folder", type=Path, help="where screenshots and outputs are left")
    parser.add_argument(
        "--auto", action="store_true", help="open the window for a person where there is a display"
    )
    parser.add_argument(
        "--screenshots", action="store_true", help="every screen at 1x and 2x, for the documentation"
    )
    parser.add_argument("--gallery", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    folder: Path = given.folder.absolute()
    if given.auto and has_display():
        return _for_a_person(folder)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # The offscreen platform has no window manager to tell sizes to, and says so at every dialog.
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
    if given.auto:
        print("There is no display: the same windows are driven unattended, from click to export and on.")
    if given.screenshots:
        from seagull_studio.unattended.publishing import publish

        return publish(folder)
    return _unattended(folder, every_screen=given.gallery)


def _for_a_person(folder: Path) -> int:
    from annotation_db.database.store import Store
    from seagull_studio.app import run
    from seagull_studio.operations import sample_project

    project = folder / "sample-project"
    if not Store.is_project(project):
        print(f"Making the sample project in {project}")
        folder.mkdir(parents=True, exist_ok=True)
        sample_project.create(project).close()
    print("Opening the window on the sample project.")
    return run(str(project))


def _unattended(folder: Path, *, every_screen: bool) -> int:
    from seagull_studio.app import make_application
    from seagull_studio.unattended.driver import ScenarioFailed
    from seagull_studio.unattended.scenario import Scenario
    from seagull_studio.unattended.screenshots import Screenshots

    for made in ("sample-project", "export", "screenshots", "tiny-untrained"):
        shutil.rmtree(folder / made, ignore_errors=True)
    (folder / "settings.ini").unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    unexpected: list[BaseException] = []
    sys.excepthook = lambda kind, error, trace: (
        unexpected.append(error),
        traceback.print_exception(kind, error, trace),
    )
    try:
        kind = Screenshots if every_screen else Scenario
        kind(make_application(), folder, lambda line: print(line, flush=True)).run()
        if unexpected:
            raise ScenarioFailed(f"{len(unexpected)} unexpected errors were raised in the window.")
    except ScenarioFailed as error:
        print(f"It did not work. {error}", file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    print(f"All of it worked, in {time.monotonic() - began:.0f} s. Screenshots and outputs: {folder}")
    return 0


if __name__ == "__main__":
    keep_from_users()
    sys.exit(main())
