"""The figures of the whole project in words and marks."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from annotation_db.agreement.report import AgreementReport
from annotation_db.agreement.scale_agreement import Agreement
from annotation_db.labels.firmness import FIRM, TOSS, firmness
from annotation_db.vocabulary.scales import SCALE_NAMES
from seagull_studio.operations.review import Material
from seagull_studio.state.project_view import CoverageView
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.review_view import AlphaMark, AlphaRow, FirmRow, PaceView, ReachRow, Target


class ReviewOverviewController(QObject):
    """Says what the Overview shows; it asks nothing of anybody."""

    coverage_changed = Signal(object)
    """`CoverageView`."""
    firm_changed = Signal(object)
    """Tuple of `FirmRow`."""
    firm_said = Signal(str)
    """What the parts of its bars mean."""
    pace_changed = Signal(object)
    """`PaceView`."""
    alphas_changed = Signal(object)
    """Tuple of `AlphaRow`."""
    reach_changed = Signal(object)
    """Tuple of `ReachRow`."""

    def __init__(self, form: RatingForm) -> None:
        super().__init__()
        self._titles = {row.name: row.title for row in form.rows}

    def show(self, material: Material) -> None:
        """Say what is known as soon as the ratings are read."""
        self.coverage_changed.emit(CoverageView(material.coverage, material.raters_wanted))
        rows = []
        for number, scale in enumerate(SCALE_NAMES):
            found = firmness(material.disputes.stability[:, number])
            rows.append(FirmRow(scale, self._titles[scale], found.firm, found.between, found.toss))
        self.firm_changed.emit(tuple(rows))
        said = self.tr(
            "How likely a label stays as it is with 14 raters: firm from {firm:.0f} % on, a coin's toss "
            "below {toss:.0f} %."
        )
        self.firm_said.emit(said.format(firm=100 * FIRM, toss=100 * TOSS))
        self.pace_changed.emit(self._pace(material))

    def show_report(self, report: AgreementReport) -> None:
        """Say how far annotators agree."""
        rows = []
        for scale in SCALE_NAMES:
            presence = report.presence.get(scale)
            rows.append(
                AlphaRow(
                    self._titles[scale],
                    self._mark(report.levels[scale], Target("spread", scale)),
                    None if presence is None else self._mark(presence, Target("presence", scale)),
                )
            )
        self.alphas_changed.emit(tuple(rows))
        reach = []
        for scale in SCALE_NAMES:
            panel = report.panel[scale]
            value = panel.attainable_plcc
            said = f"{value:.2f}" if value is not None else panel.undefined.get("attainable.plcc", "")
            reach.append(ReachRow(self._titles[scale], value, said, Target("spread", scale)))
        self.reach_changed.emit(tuple(reach))

    def _mark(self, one: Agreement, target: Target) -> AlphaMark:
        if one.metric == "ordinal":
            named = self.tr("{scale}, levels (ordinal alpha)")
        else:
            named = self.tr("{scale}, presence (nominal alpha)")
        parts = [named.format(scale=self._titles[target.scale])]
        if one.alpha is None:
            parts.append(one.undefined.get("alpha", ""))
        else:
            parts.append(f"α = {one.alpha:.3f}")
            if one.ci95 is not None:
                parts.append(
                    self.tr("95 %: {low:.3f} to {high:.3f}").format(low=one.ci95[0], high=one.ci95[1])
                )
            else:
                parts.append(one.undefined.get("ci95", ""))
            if one.percent_agreement is not None:
                parts.append(self.tr("equal pairs: {share:.0f} %").format(share=100 * one.percent_agreement))
        parts.append(self.tr("{rois:,} ROIs, {ratings:,} ratings").format(rois=one.rois, ratings=one.ratings))
        return AlphaMark(one.alpha, one.ci95, "\n".join(part for part in parts if part), target)

    def _pace(self, material: Material) -> PaceView:
        pace = material.pace
        given = pace.wanted - pace.missing
        share = given / pace.wanted if pace.wanted else 0.0
        headline = self.tr("{given:,} of {wanted:,} wanted ratings").format(given=given, wanted=pace.wanted)
        if not pace.wanted:
            said = self.tr("There is no ROI yet.")
        elif not pace.missing:
            said = self.tr("Every ROI has its {n} ratings.").format(n=material.raters_wanted)
        elif pace.done_at is None:
            said = self.tr("{missing:,} are missing, and nobody has rated in the last seven days.")
            said = said.format(missing=pace.missing)
        else:
            said = self.tr("{missing:,} are missing; at {per_day:,.0f} a day they are there on {day}.")
            day = _day(pace.done_at)
            said = said.format(missing=pace.missing, per_day=pace.per_day, day=day)
        return PaceView(share, headline, said)


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d")
