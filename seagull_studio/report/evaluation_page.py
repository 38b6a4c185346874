"""The report of an evaluation as one HTML page: what comes from files is escaped, nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from annotation_db.version import program_version
from annotation_db.vocabulary.scales import DISTORTIONS, OVERALL
from model.evaluation.evaluate import Evaluation
from seagull_studio.figures.words import title
from seagull_studio.report import evaluation_figures, worst_rois
from seagull_studio.report.templates import environment


def page(found: Evaluation, remarks: Sequence[str], images: Path, made_at: datetime) -> str:
    """Make it.

    Parameters
    ----------
    remarks : sequence of str
        What whoever reads the figures must know, in sentences.
    images : Path
        The folder that picture names are relative to.
    made_at : datetime
        The only thing that differs between two reports of the same files and seed.
    """
    told = found.document
    return str(
        environment()
        .get_template("evaluation.html.j2")
        .render(
            told=told,
            remarks=remarks,
            title=title,
            overall=OVERALL,
            columns=(*DISTORTIONS, "clean", "average"),
            distortions=DISTORTIONS,
            figures=evaluation_figures.drawn(found),
            worst=worst_rois.told(found, images),
            version=program_version(),
            made_at=made_at.strftime("%Y-%m-%d %H:%M UTC"),
        )
    )
