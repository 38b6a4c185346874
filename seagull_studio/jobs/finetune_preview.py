"""What a training would be trained on and what memory it would take, before anything of it begins.

That is computed in a process of its own: loading torch and running a pass on paper keep Python busy for
seconds, and a thread that does it makes the window wait.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotation_db.errors import Cancelled, Refused, StudioError
from annotation_db.vocabulary.callbacks import CancelCheck
from annotation_db.vocabulary.scales import OVERALL

_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done with what."""

    counts: dict[str, Any]
    """By part and by scale, as `model.training.dataset.Dataset.counts` has them."""
    firm: dict[str, int]
    """By scale, how many labels of the training ROIs are firm."""
    simulated: bool
    """Some of the votes are not people's."""
    untrained: bool
    """The base's weights are random."""
    memory: str
    """One sentence."""
    short: str
    """Why there is not memory enough and what to change; "" where there is."""
    device: str


def apart(
    export: Path,
    base: Path,
    preset: str,
    settings: Mapping[str, Any],
    cancelled: CancelCheck | None = None,
) -> Preview:
    """Compute it in a process of its own.

    Parameters
    ----------
    export, base : Path
        Folders.
    preset : str
    settings : mapping
        What differs from the preset.
    cancelled : callable, optional
        Asked now and then; then the process is ended.

    Raises
    ------
    Refused
        With the sentence why it could not be trained.
    Cancelled
        If `cancelled` said so.
    """
    order = json.dumps(
        {"export": str(export), "base": str(base), "preset": preset, "settings": dict(settings)}
    )
    command = [sys.executable, "-m", "seagull_studio.jobs.finetune_preview", order]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while True:
            try:
                out, err = process.communicate(timeout=_LOOK_S)
                break
            except subprocess.TimeoutExpired:
                if cancelled is not None and cancelled():
                    process.kill()
                    raise Cancelled("The training is not looked at any further.") from None
    try:
        told = json.loads(out)
    except ValueError:
        last = err.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise StudioError(
            f"What the training would take could not be computed ({last or process.returncode}); please "
            "report it."
        ) from None
    if "refused" in told:
        raise Refused(told["refused"])
    return Preview(**told)


def preview(export: Path, base: Path, preset: str, settings: Mapping[str, Any]) -> Preview:
    """Compute it here.

    Parameters
    ----------
    export, base, preset, settings
        As in `apart`.

    Raises
    ------
    Refused
        As `apart`.
    """
    from annotation_db.labels.firmness import FIRM
    from model.training import looking
    from seagull_studio.jobs.finetune import told_as_ours

    with told_as_ours():
        found = looking.look(export, base, preset, settings)
    firm = {scale: sum(one >= FIRM for one in found.stability[scale]) for scale in OVERALL}
    return Preview(
        found.counts, firm, found.simulated, found.untrained, found.memory, found.short, found.device
    )


def main(order: Mapping[str, Any]) -> None:
    """The process: prints one JSON object."""
    # Standard output carries our words only; what libraries print goes beside it.
    words = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    told: dict[str, Any]
    try:
        told = asdict(preview(Path(order["export"]), Path(order["base"]), order["preset"], order["settings"]))
    except StudioError as error:
        told = {"refused": str(error)}
    with words:
        json.dump(told, words)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
