"""The steps of the smoke job: ``python -P steps.py STEP FOLDER``, each a process of its own (see run.py)."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module, metadata
from pathlib import Path
from types import TracebackType
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("seagull_studio", "model", "annotation_db", "resources")
LIBRARIES = ("torch", "torchvision", "transformers", "timm", "segment-anything", "peft", "PySide6-Essentials")
COIN = (44.0, 55.0)
"""A point on a coin of the sample project's picture without ROIs, in picture pixels."""

FIRST_ANSWER_S = 600


class Failed(Exception):
    """A step did not do what it should; the text is one sentence."""


def installed(folder: Path) -> None:
    """The four packages come from this environment and not from a checkout."""
    del folder
    site = Path(sysconfig.get_path("purelib")).resolve()
    for name in PACKAGES:
        place = Path(str(import_module(name).__file__)).resolve()
        if not place.is_relative_to(site):
            raise Failed(f"{name} comes from {place.parent} and not from {site}; install with pip install .")
    say("seagull-studio", metadata.version("seagull-studio"), "in", site)
    say(", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES))


def pair(folder: Path) -> None:
    """The very question that doctor asks."""
    from model.torch_pair import mismatch

    del folder
    reason = mismatch()
    if reason is not None:
        raise Failed(f"torch and torchvision do not fit each other ({reason}).")


def commands(folder: Path) -> None:
    """Commands that a person gives first; the sample project is left for the other steps."""
    program("doctor", "--json")
    program("demo", project_in(folder))
    program("check", project_in(folder))


def weights(folder: Path) -> None:
    """Made here, so that the window's process imports what it needs by itself and in its own order."""
    tiny_sam, tiny = helper("tests.unit.model.tiny_sam"), helper("tests.unit.model.seagull_tiny")
    place = folder / "home" / "DATA" / "seagull-studio" / "weights"
    place.mkdir(parents=True)
    say(tiny_sam.save(tiny_sam.build(), place).name)
    checkpoint = tiny.publish(checkpoint_in(folder), tiny.published_weights(tiny.network()))
    (checkpoint / "card.json").write_text('{"untrained": true}', encoding="utf-8")
    say(", ".join(sorted(file.name for file in checkpoint.glob("pytorch_model*"))))


def sam(folder: Path) -> None:
    """One click on the picture, three masks of SAM's, one of them saved."""
    from PySide6.QtCore import Qt

    from seagull_studio.unattended import driver

    with window(folder) as desk:
        desk.open(project_in(folder), "smoke")
        desk.mark("coins.png")
        driver.click_picture(desk.page.canvas, *COIN)
        # The first click waits until torch is imported, which on a busy machine is a matter of minutes.
        driver.wait_until(lambda: not desk.draft.awaits_answer, "SAM answers the click", FIRST_ANSWER_S)
        masks = desk.draft.hypotheses
        if len(masks) != 3:
            raise Failed(f"SAM answered a click with {len(masks)} masks and not with 3.")
        largest = max(range(3), key=lambda at: masks[at].area)
        for _ in range(largest - desk.draft.chosen + 3):
            desk.key(Qt.Key.Key_Tab)
        roi = desk.accept()
    if not roi.segmenter.startswith("SAM ViT-B") or roi.area != masks[largest].area:
        raise Failed(f"The saved ROI is not SAM's mask: {roi.area} pixels by {roi.segmenter}.")
    say(f"a mask of {roi.area} pixels by {roi.segmenter}")


def seagull(folder: Path) -> None:
    """What a checkpoint says of the sample project's ROIs, as ghost values that a person confirms."""
    from PySide6.QtCore import Qt

    ratings_in = helper("tests.e2e.desk").ratings_in
    project, checkpoint = project_in(folder), checkpoint_in(folder)
    program("predict", project, "--model", checkpoint, "--limit", "1")  # in its own words
    say(program("predict", project, "--model", f"{checkpoint}?mode=given").strip())
    signature = given_signature(project)
    program("prefill", project, "--policy", "prefill", "--model", signature, "--control", "0")
    with window(folder) as desk:
        desk.open(project, "smoke")
        roi_id = desk.see_roi()
        shown = desk.annotate.rating.current.prefill.prediction
        ghosts = [row.suggestion for row in desk.page.panel.rows]
        if shown is None or [ghost and ghost.level for ghost in ghosts] != list(shown.votes):
            raise Failed("The rating panel does not show what the model said.")
        for _ in ghosts:
            desk.key(Qt.Key.Key_Space)
        desk.key(Qt.Key.Key_Return)
        desk.see_saved()
    saved = [each for each in ratings_in(project) if each.roi_id == roi_id and each.prefill == "shown"]
    if [tuple(each.votes) for each in saved] != [shown.votes]:
        raise Failed("The confirmed pre-fill is not what the project holds.")
    say("pre-fill shown, confirmed and saved:", shown.votes)


def project_in(folder: Path) -> Path:
    return folder / "sample project"


def checkpoint_in(folder: Path) -> Path:
    return folder / "SEAGULL-tiny"


def given_signature(project: Path) -> str:
    """The signature of the model that was asked for probabilities."""
    from annotation_db.database.store import Store
    from annotation_db.predictions import predictions

    with Store.open(project) as store, store.read() as session:
        models = predictions.predictors(session)
    return next(model.signature for model in models if model.card["answers"] == "given")


def program(*arguments: object) -> str:
    """Give a command; what it printed. Libraries must not be heard."""
    command = Path(sysconfig.get_path("scripts")) / "seagull-studio"
    done = subprocess.run(
        [str(command), *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    told = f"seagull-studio {arguments[0]}"
    if done.returncode:
        raise Failed(f"{told} ended with status {done.returncode}: {done.stderr.strip()}")
    if "Warning" in done.stderr or "deprecated" in done.stderr:
        raise Failed(f"{told} lets a person read warnings of libraries: {done.stderr.strip()}")
    say(told, "worked")
    return done.stdout


@contextmanager
def window(folder: Path) -> Iterator[Any]:
    """The window with a person at it; an error that it would only have logged is a failure."""
    from seagull_studio.app import make_application

    unexpected: list[BaseException] = []

    def take_down(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        unexpected.append(error)

    sys.excepthook = take_down
    desk = helper("tests.e2e.desk").Desk(make_application(["smoke"]), folder / "settings.ini")
    try:
        yield desk
    finally:
        desk.close()
    if unexpected:
        raise Failed(f"{len(unexpected)} unexpected errors were raised in the window.")


def helper(name: str) -> Any:
    """A module of the checkout's tests. Only `tests` is found there: the packages are the installed ones."""
    if "tests" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "tests", CHECKOUT / "tests" / "__init__.py", submodule_search_locations=[str(CHECKOUT / "tests")]
        )
        if spec is None or spec.loader is None:
            raise Failed(f"There are no tests in {CHECKOUT}.")
        sys.modules["tests"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["tests"])
    return import_module(name)


def say(*words: object) -> None:
    print(" ", *words, flush=True)


STEPS: dict[str, Callable[[Path], None]] = {
    step.__name__: step for step in (installed, pair, weights, commands, sam, seagull)
}


def main(step: str, folder: str) -> int:
    """Exit status 1, with a sentence, if the step did not do what it should."""
    try:
        STEPS[step](Path(folder))
    except Failed as error:
        print(f"  {error}", flush=True)
        return 1
    except BaseException as error:
        traceback.print_exc()
        print(f"  {type(error).__name__}: {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
