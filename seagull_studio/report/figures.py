"""The figures of the report, from the same rows that the Review page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotation_db.agreement.report import AgreementReport
from annotation_db.agreement.scale_agreement import Agreement
from annotation_db.labels.firmness import Firmness
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.figures import apart, draw, paper
from seagull_studio.figures.words import title
from seagull_studio.operations.review import Material
from seagull_studio.report.facts import Facts
from seagull_studio.state.figure_view import (
    AlphaFigure,
    AnyFigure,
    CoverageFigure,
    DotsFigure,
    FirmFigure,
    LevelRow,
    LevelsFigure,
    ReachFigure,
)
from seagull_studio.state.project_view import CoverageView
from seagull_studio.state.review_view import AlphaMark, AlphaRow, FirmRow, ReachRow, ScaleDots, Target


def drawn(
    material: Material,
    found: AgreementReport,
    facts: Facts,
    stable: dict[str, Firmness],
    step: Callable[[str], None],
    *,
    beside: bool,
) -> dict[str, str]:
    """All figures as ``<svg>`` elements, by the name that the page knows them by.

    Parameters
    ----------
    step : callable
        Told what is drawn next.
    beside : bool
        In a process of its own, since a window is in this one.
    """
    views = list(_views(material, found, facts, stable))
    if beside:
        step("figures")
        files = apart.as_files([(view, "svg") for view, _ in views])
    else:
        files = []
        for view, _ in views:
            step(f"figure: {view.stem}")
            files.append(draw.as_file(view, "svg"))
    return {
        view.stem: paper.inline(svg, view.stem, said) for (view, said), svg in zip(views, files, strict=True)
    }


def _views(
    material: Material, found: AgreementReport, facts: Facts, stable: dict[str, Firmness]
) -> Iterator[tuple[AnyFigure, str]]:
    alphas = tuple(
        AlphaRow(
            title(scale),
            _mark(found.levels[scale], scale),
            _mark(found.presence[scale], scale) if scale in found.presence else None,
        )
        for scale in SCALE_NAMES
    )
    yield AlphaFigure(alphas), "Krippendorff's alpha of each scale with its 95 % interval"
    yield (
        CoverageFigure(CoverageView(material.coverage, material.raters_wanted)),
        "ROIs by their number of counting ratings",
    )
    levels = tuple(LevelRow(scale, facts.levels[scale]) for scale in SCALE_NAMES)
    yield LevelsFigure(levels), "Labels of each scale by level"
    firm = tuple(FirmRow(s, title(s), one.firm, one.between, one.toss) for s, one in stable.items())
    yield FirmFigure(firm), "Labels of each scale that are firm, may still change, or are a coin's toss"
    reach = tuple(
        ReachRow(title(scale), found.panel[scale].attainable_plcc, "", Target("spread", scale))
        for scale in SCALE_NAMES
    )
    yield ReachFigure(reach), "What correlation a perfect model could reach, by scale"
    if not found.annotators:
        return
    yield DotsFigure("bias", _dots(found, "bias")), "Bias of each annotator by scale"
    yield (
        DotsFigure("inconsistency", _dots(found, "inconsistency")),
        "Inconsistency of each annotator by scale",
    )


def _mark(one: Agreement, scale: str) -> AlphaMark:
    return AlphaMark(one.alpha, one.ci95, "", Target("spread", scale))


def _dots(found: AgreementReport, figure: str) -> tuple[ScaleDots, ...]:
    return tuple(
        ScaleDots(
            scale,
            title(scale),
            None,
            tuple(sorted(getattr(one.scales[scale], figure) for one in found.annotators)),
        )
        for scale in SCALE_NAMES
    )
