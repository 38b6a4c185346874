"""The main job from click to export, and on to a finetuned model, in the real window, each step said."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea

from annotation_db.database.store import Store
from annotation_db.exports.formats import FORMATS
from annotation_db.labels import labels
from annotation_db.pictures import images, rois
from annotation_db.rating import coverage
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES, eq1_level
from seagull_studio.bindings.annotate import AnnotateBinding
from seagull_studio.bindings.studio import Studio
from seagull_studio.operations import sample_project
from seagull_studio.services.settings import Settings
from seagull_studio.state.project_view import ExportChoices
from seagull_studio.unattended import driver
from seagull_studio.unattended.models_steps import ModelsSteps
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.dialogs import AnnotatorDialog, ResultDialog
from seagull_studio.views.project.project_page import ProjectPage

Say = Callable[[str], None]

BARE_PICTURE = "coins.png"
"""The one picture of the sample project without a ROI."""
COIN = (44.0, 55.0)
"""A point on a coin of that picture, in picture pixels."""
RATERS = 7
SCRIPTED = "scripted rater {number}"
VOTES = ("55455533", "55355522", "54455532", "55455533", "55455543", "45455533", "55555534")
"""The eight keys that each scripted rater presses for the new ROI; Enter is the ninth."""
ANY_VOTES = "55455532"


class Scenario:
    """One run of the main job; screenshots and outputs are left in `folder`."""

    def __init__(self, application: QApplication, folder: Path, say: Say) -> None:
        self.folder = folder
        self.say = say
        self.studio = Studio(application, Settings(folder / "settings.ini"))
        self.shots = folder / "screenshots"
        self._number = 0

    @property
    def project_folder(self) -> Path:
        return self.folder / "sample-project"

    @property
    def export_folder(self) -> Path:
        return self.folder / "export"

    @property
    def annotate(self) -> AnnotateBinding:
        if self.studio.annotate is None:
            raise driver.ScenarioFailed("No project is open.")
        return self.studio.annotate

    @property
    def page(self) -> AnnotatePage:
        return self._page(AnnotatePage)

    def run(self) -> None:
        """All of it.

        Raises
        ------
        GaveUp
            If a step did not do what it should.
        """
        try:
            self.make_project()
            self.start()
            roi_id = self.mark()
            self.rate_by_seven(roi_id)
            self.aggregate(roi_id)
            self.export(roi_id)
            ModelsSteps(self).run()
            self.suggest()
            self.after()
        finally:
            self.studio.close_project()
            self.studio.window.close()

    def after(self) -> None:
        """Something more to do with the project still open."""

    def shot(self, name: str) -> None:
        """Screenshot of the whole window."""
        self._number += 1
        path = driver.screenshot(self.studio.window, self.shots / f"{self._number:02d}-{name}.png")
        self.say(f"  screenshot {path}")

    def make_project(self) -> None:
        self.say("Making the sample project: real photographs, simulated annotators.")
        with sample_project.create(self.project_folder) as store, store.read() as session:
            count = len(images.list_all(session)), len(rois.list_all(session))
        self.say(f"  {count[0]} pictures with {count[1]} ROIs in {self.project_folder}")

    def start(self) -> None:
        self.say("Opening the window.")
        self.studio.show()
        self.studio.window.resize(1440, 920)  # whatever screen the window has fitted itself to
        self.shot("start")
        self.say("Opening the sample project; the first scripted rater signs in.")
        driver.answer(AnnotatorDialog, lambda dialog: self._sign_in(dialog, 1))
        self.studio.open_project(str(self.project_folder))
        driver.wait_until(self._roi_shown, "the first ROI is shown")
        self.shot("rate")

    def mark(self) -> int:
        """Mark a ROI by clicking; returns its id."""
        self.say("Marking a ROI: one click on a coin.")
        page, marking = self.page, self.annotate.marking
        driver.press(page.canvas, "m")
        driver.wait_until(lambda: marking.image is not None, "a picture is shown for marking")
        bare = next(image for image in marking.pictures if image.path.endswith(BARE_PICTURE))
        page.pictures.picture_chosen.emit(bare.id)
        driver.wait_until(lambda: self._picture_is(bare.id), "the picture is loaded")
        driver.click_picture(page.canvas, *COIN)
        driver.wait_until(
            lambda: marking.draft is not None and marking.draft.mask is not None, "a mask appears"
        )
        self.shot("mark-click")
        first = marking.draft.mask.area if marking.draft and marking.draft.mask else 0
        if marking.draft and len(marking.draft.hypotheses) > 1:
            self.say("Tab: the next of the segmenter's hypotheses; Ctrl+Z: back to the first.")
            driver.press_key(page.canvas, Qt.Key.Key_Tab)
            driver.press_key(page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        if not (marking.draft and marking.draft.mask and marking.draft.mask.area == first):
            raise driver.ScenarioFailed("Undo did not bring the first mask back.")
        self.say("Brush: a stroke is added; Ctrl+Z takes it away again.")
        driver.press(page.canvas, "r")
        driver.drag_picture(
            page.canvas, [(COIN[0], COIN[1]), (COIN[0] + 40, COIN[1]), (COIN[0] + 60, COIN[1] + 10)]
        )
        driver.wait_until(lambda: bool(marking.draft and marking.draft.edits), "the stroke is drawn")
        self.shot("mark-brush")
        driver.press_key(page.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        saved: list[int] = []
        marking.saved.connect(lambda roi: saved.append(roi.id))
        driver.press_key(page.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        driver.wait_until(lambda: bool(saved), "the ROI is saved")
        driver.pause(300)
        self.say(f"  saved as ROI {saved[0]}, {first} pixels")
        self.shot("mark-accepted")
        return saved[0]

    def rate_by_seven(self, roi_id: int) -> None:
        """Seven scripted raters rate by keyboard until each has rated the new ROI."""
        self.say(f"Rating by keyboard, nine keys a ROI: {RATERS} scripted raters, until each has rated it.")
        driver.press(self.page.canvas, "m")
        given = 0
        for number in range(1, RATERS + 1):
            if number > 1:
                self._change_rater(number)
            given += self._rate_until(roi_id, VOTES[number - 1], shoot=number == 1)
        self.say(f"  {given} ratings given and on disk")

    def aggregate(self, roi_id: int) -> None:
        self.say("Project mode, for the lead: coverage, then labels by the paper's rule (Eq. 1).")
        self._change_rater(1)  # the first one at a project leads it
        self.studio.show_mode("project")
        page = self._page(ProjectPage)
        self.see_project()
        self.shot("project")
        driver.button(page, "Aggregate").click()
        driver.wait_until(lambda: self._last_label(roi_id) is not None, "labels are computed")
        self.see_project()
        for area in page.findChildren(QScrollArea):
            area.ensureWidgetVisible(page.labels)
        driver.pause(100)
        self.shot("labels")
        label = self._last_label(roi_id)
        total = sum(int(votes[SCALE_NAMES.index("quality")]) for votes in VOTES)
        if label is None or label.quality is None or label.status != "labelled":
            raise driver.ScenarioFailed("The new ROI has no label although seven annotators rated it.")
        if (label.quality.sum, label.quality.level) != (total, eq1_level(total, RATERS)):
            raise driver.ScenarioFailed(f"The label of the new ROI is not what Eq. 1 gives: {label.quality}.")
        present = [name for name in DISTORTIONS if label.distortions[name].present]
        self.say(
            f"  the new ROI: quality level {label.quality.level} from {label.n} raters, with "
            f"{', '.join(present) or 'no distortion'}"
        )

    def see_project(self) -> None:
        """Wait until the Project page shows what the database holds."""
        page = self._page(ProjectPage)
        with Store.open(self.project_folder) as store, store.read() as session:
            held, runs = coverage.coverage(session), labels.runs(session)
        wanted = {
            name: f"{n:,}"
            for name, n in (
                ("images", held.images),
                ("rois", held.rois),
                ("ratings", held.ratings),
                ("annotators", held.annotators),
            )
        }
        driver.wait_until(lambda: page.figures() == wanted, f"the Project page shows {wanted}")
        if runs:
            counts = (f"{runs[0].labelled:,}", f"{runs[0].insufficient:,}")
            told = page.labels.result_text
            driver.wait_until(lambda: all(count in told() for count in counts), f"it shows {counts} labels")
        driver.pause(300)  # until it is painted

    def export(self, roi_id: int) -> None:
        self.say("Exporting: image-disjoint splits, SEAGULL, LLaVA, COCO and CSV.")
        if self.studio.project is None:
            raise driver.ScenarioFailed("No project is open.")
        written: list[object] = []
        self.studio.project.exports.exported.connect(written.append)
        driver.answer(ResultDialog, lambda dialog: dialog.accept())
        self.studio.project.exports.export(ExportChoices(self.export_folder, tuple(FORMATS), 0.8, 0, True))
        driver.wait_until(lambda: bool(written), "the export is written")
        driver.wait_until(lambda: driver.find_dialog(ResultDialog) is None, "the result is closed")
        self.read_back(roi_id)

    def suggest(self) -> None:
        """Another rater sees the finetuned model's suggestions."""
        self.say("The next rater sees what it suggests, in grey: a network that knows nothing.")
        self.studio.show_mode("annotate")
        self._change_rater(RATERS + 1)
        driver.press(self.page.panel, "5")
        driver.press_key(self.page.panel, Qt.Key.Key_Space)
        self.shot("rate-suggested")

    def read_back(self, roi_id: int) -> None:
        """Read the export with pycocotools and compare it with the project."""
        from pycocotools.coco import COCO

        splits = json.loads((self.export_folder / "splits.json").read_text(encoding="utf-8"))
        manifest = json.loads((self.export_folder / "manifest.json").read_text(encoding="utf-8"))
        found = 0
        with Store.open(self.project_folder) as store, store.read() as session:
            areas = {roi.uid: roi.area for roi in rois.list_all(session)}
        for file in sorted(self.export_folder.glob("coco*.json")):
            with redirect_stdout(StringIO()):
                coco = COCO(str(file))
            for annotation in coco.loadAnns(coco.getAnnIds()):
                found += 1
                if int(coco.annToMask(annotation).sum()) != annotation["area"]:
                    raise driver.ScenarioFailed(f"A mask of {file.name} does not read back.")
        if not found:
            raise driver.ScenarioFailed("The export holds no masks.")
        self.say(f"  read back with pycocotools: {found} masks of {len(areas)} ROIs, {self.export_folder}")
        self.say(f"  {len(manifest['files'])} files in the manifest, splits of {len(splits)} parts")

    # How the steps are done

    def _page(self, kind: type) -> object:
        found = self.studio.window.findChildren(kind)
        if not found:
            raise driver.ScenarioFailed(f"There is no {kind.__name__} in the window.")
        return found[-1]

    def _sign_in(self, dialog: AnnotatorDialog, number: int) -> None:
        dialog.name.setFocus()
        driver.press(dialog.name, SCRIPTED.format(number=number))
        if self.studio.annotate is None:  # whoever is the first
            self.shot_dialog(dialog, "who")
        driver.press_key(dialog, Qt.Key.Key_Return)

    def shot_dialog(self, dialog: QDialog, name: str) -> None:
        self._number += 1
        driver.screenshot(dialog, self.shots / f"{self._number:02d}-{name}.png")

    def _change_rater(self, number: int) -> None:
        before = self.studio.annotate
        driver.answer(AnnotatorDialog, lambda dialog: self._sign_in(dialog, number))
        self.page.header.annotator_clicked.emit()
        driver.wait_until(lambda: self.studio.annotate is not before, "another rater is signed in")
        driver.wait_until(self._roi_shown, "a ROI is shown to the next rater")

    def _roi_shown(self) -> bool:
        annotate = self.studio.annotate
        if annotate is None or annotate.rating.current is None:
            return False
        return self._picture_is(annotate.rating.current.entry.image.id) and self.page.panel.is_ready()

    def _picture_is(self, image_id: int) -> bool:
        picture = self.page.canvas.picture
        return picture is not None and picture.key == image_id and picture.complete

    def _rate_until(self, roi_id: int, votes: str, *, shoot: bool) -> int:
        given = 0
        while True:
            driver.wait_until(self._roi_shown, "a ROI is shown")
            shown = self.annotate.rating.current
            if shown is None:
                raise driver.ScenarioFailed("The queue ended before the new ROI came.")
            mine = shown.entry.roi.id == roi_id
            driver.press(self.page.panel, (votes if mine else ANY_VOTES)[:4])
            if shoot and given == 0:
                driver.pause(1500)  # as long as a person takes at least: the panel tells the pace
            if shoot and given == 1:
                self.shot("rate-half")
            driver.press(self.page.panel, (votes if mine else ANY_VOTES)[4:])
            driver.press_key(self.page.panel, Qt.Key.Key_Return)
            given += 1
            driver.wait_until(lambda: self.annotate.rating.saving.unsaved == 0, "the rating is on disk")
            if mine:
                return given

    def _last_label(self, roi_id: int) -> labels.RoiLabel | None:
        with Store.open(self.project_folder) as store, store.read() as session:
            runs = labels.runs(session)
            if not runs:
                return None
            found = labels.run_labels(session, max(run.id for run in runs))
        return next((label for label in found if label.roi_id == roi_id), None)
