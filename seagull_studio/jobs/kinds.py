"""The kinds of jobs: a new one is a module with a ``run_job``, and a line here.

The window shows the title in English until `controllers.jobs` has it in its other language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a process of its own can do."""

    name: str
    """As the files of a job say it."""
    title: str
    """For people, in English."""
    module: str
    """Whose ``run_job`` does it; imported by the job's process alone."""


KINDS: Final = {
    one.name: one
    for one in (
        JobKind("embed", "Prepare pictures for clicks", "seagull_studio.jobs.embed"),
        JobKind("predict", "Predict", "seagull_studio.jobs.predict_job"),
        JobKind("fit-baseline", "Fit the baseline", "seagull_studio.jobs.fit_baseline"),
        JobKind("finetune", "Finetune", "seagull_studio.jobs.finetune"),
    )
}
