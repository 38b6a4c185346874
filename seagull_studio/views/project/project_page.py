"""The project page: what is in the project, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from seagull_studio.state.project_view import (
    BackupView,
    CoverageView,
    LabelSummary,
    PolicyView,
    ProjectView,
)
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.views.kit import style
from seagull_studio.views.kit.elided_label import ElidedLabel
from seagull_studio.views.kit.flow_layout import FlowLayout
from seagull_studio.views.kit.icons import ActionButton
from seagull_studio.views.kit.tables import NumberTable
from seagull_studio.views.project.annotators_card import AnnotatorsCard
from seagull_studio.views.project.backup_line import BackupLine
from seagull_studio.views.project.coverage_chart import CoverageChart, bar_names
from seagull_studio.views.project.label_card import LabelCard


class ProjectPage(QWidget):
    """Shows what it is told, emits what is asked for."""

    import_images_requested = Signal()
    import_rois_requested = Signal()
    import_ratings_requested = Signal()
    assign_requested = Signal()
    aggregate_requested = Signal(str, int)
    """Name of the policy, and the least number of raters."""
    label_runs_requested = Signal()
    export_requested = Signal()
    check_requested = Signal()
    relocate_requested = Signal()
    """Pictures moved: ask where to."""
    withdrawn_requested = Signal()
    groups_requested = Signal()
    backup_requested = Signal()
    settings_requested = Signal()

    def __init__(self, form: RatingForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.surface(self, "window")
        body = QWidget()
        body.setMaximumWidth(1080)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(16)
        layout.addLayout(self._make_head())
        layout.addLayout(self._make_actions())
        layout.addLayout(self._make_totals())
        layout.addWidget(self._make_coverage())
        self.annotators = AnnotatorsCard()
        layout.addWidget(self.annotators)
        self.labels = LabelCard(form)
        self.labels.aggregate_requested.connect(self.aggregate_requested)
        self.labels.runs_requested.connect(self.label_runs_requested)
        layout.addWidget(self.labels)
        layout.addStretch(1)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(body, 100)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidget(centre)
        area.setWidgetResizable(True)
        area.viewport().setAutoFillBackground(False)
        centre.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def set_project(self, project: ProjectView) -> None:
        """Show name, place and totals."""
        self._name.setText(project.name)
        self._where.setText(project.location)
        self._tag.setVisible(project.simulated)
        for key in ("images", "rois", "ratings", "annotators"):
            self._numbers[key].setText(f"{getattr(project, key):,}")
        without = self.tr("{count} without ROI").format(count=project.images_without_roi)
        self._notes["images"].setText(without if project.images_without_roi else "")
        wanted = self.tr("{count} ratings wanted each").format(count=project.raters_wanted)
        self._notes["rois"].setText(wanted)
        self.labels.set_raters(project.raters_wanted)

    def figures(self) -> dict[str, str]:
        """The totals as they are shown, by name."""
        return {key: number.text() for key, number in self._numbers.items()}

    def set_backup(self, backup: BackupView) -> None:
        """Show when the newest backup was made."""
        self.backup.set_backup(backup)

    def set_coverage(self, coverage: CoverageView) -> None:
        """Show how many ROIs have how many ratings."""
        self._chart.set_coverage(coverage)
        total = max(1, sum(coverage.histogram))
        rows = [
            [name, f"{count:,}", f"{100 * count / total:.0f} %"]
            for name, count in zip(bar_names(coverage), coverage.histogram, strict=True)
        ]
        self._coverage_table.set_rows(rows)
        full = sum(coverage.histogram[coverage.raters_wanted :])
        text = self.tr("{full} of {total} ROIs have {wanted} or more ratings.")
        self._coverage_said.setText(
            text.format(full=f"{full:,}", total=f"{sum(coverage.histogram):,}", wanted=coverage.raters_wanted)
        )

    def set_policies(self, policies: Sequence[PolicyView]) -> None:
        """Offer these label policies, the first as the default."""
        self.labels.set_policies(policies)

    def set_label_summary(self, summary: LabelSummary | None) -> None:
        """Show what the last label run gave; None before the first."""
        self.labels.set_summary(summary)

    def coverage_rows(self) -> list[list[str]]:
        """The table beside the chart."""
        return self._coverage_table.texts()

    def annotator_rows(self) -> list[list[str]]:
        """The table of annotators."""
        return self.annotators.texts()

    def simulated_shown(self) -> bool:
        """Whether the page says that the annotators are simulated."""
        return not self._tag.isHidden()

    def _make_head(self) -> QVBoxLayout:
        self._name = ElidedLabel("", "display")
        self._tag = style.label(self.tr("simulated"), "tag")
        self._tag.hide()
        self._where = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle)
        named = QHBoxLayout()
        named.setSpacing(12)
        named.addWidget(self._name)
        named.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignVCenter)
        named.addStretch(1)
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addLayout(named)
        head.addWidget(self._where)
        self.backup = BackupLine()
        self.backup.requested.connect(self.backup_requested)
        moved = ActionButton("open", self.tr("Pictures moved…"))
        moved.setToolTip(self.tr("Find pictures again that were moved or renamed, by what they hold"))
        moved.clicked.connect(self.relocate_requested)
        withdrawn = ActionButton("discard", self.tr("Withdrawn pictures…"))
        withdrawn.setToolTip(self.tr("Pictures that were withdrawn, and why; bring them back"))
        withdrawn.clicked.connect(self.withdrawn_requested)
        settings = ActionButton("settings", self.tr("Project settings…"))
        settings.setToolTip(
            self.tr("Name, ratings wanted, who may mark, reminders, the lab's instructions, the lead role")
        )
        settings.clicked.connect(self.settings_requested)
        kept = FlowLayout()
        kept.addWidget(self.backup)
        kept.addWidget(moved)
        kept.addWidget(withdrawn)
        kept.addWidget(settings)
        head.addSpacing(8)
        head.addLayout(kept)
        return head

    def _make_actions(self) -> FlowLayout:
        row = FlowLayout(spacing=6)
        for name, text, signal in (
            ("import", self.tr("Import images…"), self.import_images_requested),
            ("import", self.tr("Import ROIs…"), self.import_rois_requested),
            ("import", self.tr("Import ratings…"), self.import_ratings_requested),
            ("sample", self.tr("Groups…"), self.groups_requested),
            ("assign", self.tr("Assign…"), self.assign_requested),
            ("check", self.tr("Check project"), self.check_requested),
            ("export", self.tr("Export…"), self.export_requested),
        ):
            made = ActionButton(name, text, "primary" if signal is self.export_requested else "")
            made.clicked.connect(signal)
            if name == "sample":
                made.setToolTip(
                    self.tr("Copies of one photograph, or views of one scene: no split cuts a group")
                )
            row.addWidget(made)
        return row

    def _make_totals(self) -> QHBoxLayout:
        self._numbers: dict[str, QLabel] = {}
        self._notes: dict[str, QLabel] = {}
        row = QHBoxLayout()
        row.setSpacing(16)
        for key, title in (
            ("images", self.tr("Images")),
            ("rois", self.tr("ROIs")),
            ("ratings", self.tr("Ratings")),
            ("annotators", self.tr("Annotators")),
        ):
            frame = style.card()
            column = QVBoxLayout(frame)
            column.setContentsMargins(16, 12, 16, 12)
            column.setSpacing(0)
            number, note = style.label("…", "number"), style.label("", "small")
            number.setFont(style.tabular(number.font()))
            column.addWidget(style.label(title, "muted"))
            column.addWidget(number)
            column.addWidget(note)
            self._numbers[key], self._notes[key] = number, note
            row.addWidget(frame, 1)
        return row

    def _make_coverage(self) -> QFrame:
        frame = style.card()
        self._coverage_said = style.label("", "muted")
        self._chart = CoverageChart()
        self._coverage_table = NumberTable([self.tr("Ratings"), self.tr("ROIs"), self.tr("Share")])
        self._coverage_table.setFixedWidth(260)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._chart, 1)
        row.addWidget(self._coverage_table)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(style.label(self.tr("Coverage"), "heading"))
        layout.addWidget(self._coverage_said)
        layout.addLayout(row)
        return frame
