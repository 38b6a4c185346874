"""Commands about training: finetune, merge."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from seagull_studio.cli.maintenance import stopped_by_ctrl_c
from seagull_studio.cli.runner import Output


def finetune(
    output: Output,
    export: Path,
    base: Path,
    out: Path,
    preset: str,
    config: Path | None,
    settings: list[str],
    resume: bool,
) -> None:
    """``finetune``: Ctrl-C writes a checkpoint and stops."""
    from seagull_studio.jobs import finetune as operation
    from seagull_studio.operations.finetuning import spec_of

    changes = operation.settings_of(config, settings)
    with stopped_by_ctrl_c() as stopped, output.progress() as progress:
        report = operation.run(
            export,
            base,
            out,
            preset=preset,
            changes=changes,
            resume=resume,
            say=output.say,
            progress=progress,
            cancelled=stopped,
        )
    if not report.speaks:  # another process of the same run does
        sys.exit(0)
    output.result(report.as_json())
    output.say(operation.sentence(report))
    model = shlex.quote(spec_of(report.out / "adapter"))
    output.say(f"Use it with: seagull-studio predict PROJECT --model {model}")


def merge(output: Output, adapter: Path, out: Path, base: Path | None) -> None:
    """``merge``: an adapter and its base as one folder."""
    from seagull_studio.jobs import finetune as operation

    report = operation.merge(adapter, out, base)
    output.result(report.as_json())
    output.say(
        f"Merged {adapter} and {report.base} into {report.folder}; the probabilities of the levels of two "
        f"ROIs differ by at most {report.difference:.1e} from the adapter's."
    )
