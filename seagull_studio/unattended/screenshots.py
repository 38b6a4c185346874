"""Screenshots of every screen and dialog, for the documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from annotation_db.exports.formats import FORMATS
from seagull_studio.state.filter_view import FilterFields, FilterView
from seagull_studio.state.project_view import ComplaintRow, ImportReport
from seagull_studio.state.rating_view import rating_form
from seagull_studio.state.settings_view import Settings
from seagull_studio.unattended import driver
from seagull_studio.unattended.scenario import Scenario
from seagull_studio.views.dialogs import (
    AboutDialog,
    ErrorDialog,
    ExportDialog,
    ImportReportDialog,
    NewProjectDialog,
    ProgressDialog,
    SettingsDialog,
    ShortcutsDialog,
)
from seagull_studio.views.dialogs.filter_field import FilterField
from seagull_studio.views.models.models_page import ModelsPage
from seagull_studio.views.review.review_page import ReviewPage


class Screenshots(Scenario):
    """The scenario, and after it the screens that it does not pass."""

    def shot(self, name: str) -> None:
        driver.screenshot(self.studio.window, self.shots / f"{name}.png")

    def shot_dialog(self, dialog: QDialog, name: str) -> None:
        driver.screenshot(dialog, self.shots / f"{name}.png")

    def after(self) -> None:
        """Dialogs, the close-up, and the dark chrome."""
        self._without_suggestions()
        self._close_up()
        for name, make in self._dialogs().items():
            dialog = make()
            dialog.open()
            driver.wait_until(dialog.isVisible, f"the dialog {name} is shown")
            self.shot_dialog(dialog, name)
            dialog.done(0)
            dialog.deleteLater()
        self._models()
        self._review()
        self.studio.set_theme("dark")
        self.studio.show_mode("annotate")
        driver.wait_until(self._roi_shown, "a ROI is shown")
        self.shot("rate-dark")
        self.studio.show_mode("project")
        self.see_project()
        self.shot("project-dark")
        self.studio.set_theme("light")

    def _without_suggestions(self) -> None:
        """As most projects are: the pre-fill is off."""
        self._change_rater(1)  # who leads
        self.studio.show_mode("models")
        page, models = self._page(ModelsPage), self.studio.models
        driver.wait_until(lambda: models is not None and len(models.keys) == 2, "both models are listed")
        page.prefill_changed.emit("off", models.keys[0] if models else "", 0.0)
        driver.wait_until(lambda: page.prefill.choice()[0] == "off", "the pre-fill is off")
        self.studio.show_mode("annotate")

    def _models(self) -> None:
        """A ROI with the suggestions of the baseline, which has learned something."""
        self._change_rater(1)  # who leads
        self.studio.show_mode("models")
        page, models = self._page(ModelsPage), self.studio.models
        driver.wait_until(lambda: models is not None and len(models.keys) == 2, "both models are listed")
        key = models.keys[-1] if models else ""
        page.prefill_changed.emit("prefill", key, 0.0)
        driver.wait_until(lambda: page.prefill.choice() == ("prefill", key, 0.0), "the pre-fill is on")
        self.studio.show_mode("annotate")
        self._change_rater(10)
        driver.press(self.page.panel, "5")
        driver.press_key(self.page.panel, Qt.Key.Key_Space)
        self.shot("rate-prefill")

    def _review(self) -> None:
        """Every tab of the Review page, with a page of one annotator and a dispute by the model."""
        self._change_rater(1)
        self.studio.show_mode("review")
        page, controller = self._page(ReviewPage), self.studio.review
        driver.wait_until(lambda: controller is not None and controller.report is not None, "figures", 180)
        driver.wait_until(lambda: controller is not None and not controller.is_computing, "figures", 180)
        self.shot("review")
        page.show_tab("annotators")
        at = next(at for at, row in enumerate(page.annotators.table.texts()) if row[0] == "sim-reversed")
        page.annotators.table.selectRow(at)
        driver.wait_until(lambda: page.annotators.person.name() == "sim-reversed", "their page is shown")
        self.shot("review-annotators")
        page.show_tab("disputes")
        canvas = page.disputes.canvas
        driver.wait_until(lambda: canvas.picture is not None and canvas.is_refined, "its picture is shown")
        driver.press_key(page.disputes, Qt.Key.Key_Right)
        self.shot("review-disputes")
        page.show_tab("audit")
        driver.wait_until(lambda: bool(page.audit.table.texts()), "the trail is read")
        self.shot("review-audit")
        page.show_tab("overview")

    def _close_up(self) -> None:
        """Another annotator's view of a ROI at one picture pixel on one device pixel."""
        self._change_rater(9)
        driver.press(self.page.panel, "55")
        driver.press_key(self.page.panel, Qt.Key.Key_Z)
        driver.pause(500)
        self.shot("rate-one-to-one")
        driver.press_key(self.page.panel, Qt.Key.Key_Z)

    def _dialogs(self) -> dict[str, Callable[[], QDialog]]:
        window = self.studio.window
        report = ImportReport(
            "ratings.csv",
            "118 new ratings on 17 images",
            False,
            (
                ComplaintRow(7, "blur takes a whole number from 0 to 5, not 6"),
                ComplaintRow(31, "coffee.png has no ROI called handel"),
                ComplaintRow(54, "ann-03 rated astronaut.png, face twice (first in line 12)"),
            ),
            ("New annotators: ann-07",),
        )

        def progress() -> QDialog:
            dialog = ProgressDialog("Importing pictures", window)
            dialog.set_progress(412, 1000, "IMG_0412.jpg")
            return dialog

        return {
            "dialog-new": lambda: NewProjectDialog(Path("/home/lab"), window),
            "dialog-export": lambda: ExportDialog(
                Path("/home/lab/export"),
                {one.name: one.title for one in FORMATS.values()},
                FilterField(rating_form(), FilterView(), FilterFields(), alone=True),
                window,
            ),
            "dialog-import": lambda: ImportReportDialog(report, window),
            "dialog-progress": progress,
            "dialog-error": lambda: ErrorDialog(
                "The disk is full, so nothing was changed; make room and try again.", "", window
            ),
            "dialog-settings": lambda: SettingsDialog(Settings(), window),
            "dialog-keys": lambda: ShortcutsDialog(window),
            "dialog-about": lambda: AboutDialog("0.1.0", window),
        }
