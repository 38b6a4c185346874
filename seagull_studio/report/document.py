"""The report as one HTML page: what comes from a project is escaped, nothing is fetched, nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import numpy as np

from annotation_db.agreement.report import AgreementReport
from annotation_db.agreement.report_json import as_json
from annotation_db.agreement.sessions import PAUSE
from annotation_db.labels.firmness import FIRM, TOSS, Firmness, firmness
from annotation_db.version import program_version
from annotation_db.vocabulary.scales import SCALE_NAMES, SCALES
from seagull_studio.figures.words import title
from seagull_studio.operations.review import Material
from seagull_studio.report import figures
from seagull_studio.report.facts import Facts
from seagull_studio.report.templates import environment

_PER_SCALE: Final = (
    ("bias", "Bias, in levels", "Above 0: gives higher levels than the others.", 2, True),
    (
        "inconsistency",
        "Inconsistency, in levels",
        "How much their votes vary about score and bias.",
        2,
        False,
    ),
    ("spearman_others", "Spearman's ρ with the mean of the others", "", 2, False),
    ("alpha_without", "Ordinal α of the scale without them", "", 3, False),
)
"""Key, caption, what it means, digits, whether the sign is always told."""


def page(
    material: Material,
    found: AgreementReport,
    facts: Facts,
    made_at: datetime,
    step: Callable[[str], None],
    *,
    beside: bool,
) -> str:
    """Make it.

    Parameters
    ----------
    made_at : datetime
        The only thing that differs between two reports of the same database and seed: it stands in one line.
    step : callable
        Told what is done next.
    beside : bool
        Whether a window is in this process: then figures are drawn in another one.
    """
    stable = stability(material)
    elements = figures.drawn(material, found, facts, stable, step, beside=beside)
    step("page")
    template = environment().get_template("report.html.j2")
    return template.render(
        facts=facts,
        title=title,
        scales=SCALES,
        agreement=as_json(found, facts.pseudonyms),
        people=_people(facts),
        some_simulated=any(person.simulated for person in facts.people),
        per_scale=_PER_SCALE,
        stable=stable,
        firm=FIRM,
        toss=TOSS,
        coverage=material.coverage,
        raters_wanted=material.raters_wanted,
        first_last=_first_last(material),
        session_minutes=PAUSE // 60_000_000,
        figures=elements,
        version=program_version(),
        made_at=made_at.strftime("%Y-%m-%d %H:%M UTC"),
    )


def stability(material: Material) -> dict[str, Firmness]:
    """By scale, how many labels are firm."""
    stable = material.disputes.stability
    return {scale: firmness(stable[:, number]) for number, scale in enumerate(SCALE_NAMES)}


def _people(facts: Facts) -> Mapping[str, str]:
    """What is said of each annotator beside their figures, by pseudonym."""
    told = {}
    for person in facts.people:
        words = [
            word for word, true in (("simulated", person.simulated), ("excluded", person.excluded)) if true
        ]
        told[facts.pseudonyms[person.id]] = ", ".join(words)
    return dict(sorted(told.items()))


def _first_last(material: Material) -> tuple[str, str] | None:
    at = material.table.at
    if not len(at):
        return None
    first, last = (
        str(np.datetime64(int(moment), "us").astype("datetime64[D]")) for moment in (at.min(), at.max())
    )
    return first, last
