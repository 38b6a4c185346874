"""A person at the real window: what they look at, press and click, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget

from annotation_db.database.store import Store
from annotation_db.pictures import rois
from annotation_db.rating import ratings
from annotation_db.records import RatingRecord, RoiRecord
from seagull_studio.bindings.annotate import AnnotateBinding
from seagull_studio.bindings.studio import Studio
from seagull_studio.controllers.marking import MarkingController
from seagull_studio.controllers.project import ProjectController
from seagull_studio.services.settings import Settings
from seagull_studio.state.draft import Draft
from seagull_studio.state.session_view import SavedState
from seagull_studio.unattended import driver
from seagull_studio.views.annotate.annotate_page import AnnotatePage
from seagull_studio.views.dialogs import AnnotatorDialog, ErrorDialog
from seagull_studio.views.project.project_page import ProjectPage

VOTES = "55355324"
"""Eight keys; Enter is the ninth."""
CONTROL = Qt.KeyboardModifier.ControlModifier
W = TypeVar("W", bound=QWidget)


class Desk:
    """One window of the program with its settings file.

    Parameters
    ----------
    settings : Path
        What is remembered between starts; two desks with the same file are one person's.
    """

    def __init__(self, application: QApplication, settings: Path) -> None:
        self.closed = False
        self.studio = Studio(application, Settings(settings))
        self.studio.window.resize(1280, 800)
        self.studio.show()

    @property
    def annotate(self) -> AnnotateBinding:
        assert self.studio.annotate is not None, "no project is open"
        return self.studio.annotate

    @property
    def marking(self) -> MarkingController:
        return self.annotate.marking

    @property
    def project(self) -> ProjectController:
        assert self.studio.project is not None, "no project is open"
        return self.studio.project

    @property
    def page(self) -> AnnotatePage:
        return self._newest(AnnotatePage)

    @property
    def project_page(self) -> ProjectPage:
        return self._newest(ProjectPage)

    @property
    def draft(self) -> Draft:
        draft = self.marking.draft
        assert draft is not None, "no picture is open for marking"
        return draft

    @property
    def area(self) -> int:
        """Pixels of the draft's mask, 0 while there is none."""
        return self.draft.mask.area if self.draft.mask else 0

    # Coming and going

    def open(self, project: Path, annotator: str = "") -> None:
        """Open a project and wait for its pages."""
        before = self.studio.annotate
        self.studio.open_project(str(project), annotator)
        driver.wait_until(lambda: self.studio.annotate not in (None, before), "the project is open")
        self.settle()

    def sign_in(self, name: str) -> None:
        """Let somebody else rate, by the dialog."""
        before = self.studio.annotate

        def type_name(dialog: AnnotatorDialog) -> None:
            dialog.name.setText(name)
            press_default(dialog)

        driver.answer(AnnotatorDialog, type_name)
        self.page.header.annotator_clicked.emit()
        driver.wait_until(lambda: self.studio.annotate not in (None, before), f"{name} is signed in")
        self.settle()

    def close(self) -> None:
        """Close the window as its close button does."""
        window = self.studio.window
        window.close()
        assert not window.isVisible(), "the window did not close"
        self.closed = True
        window.deleteLater()
        self.studio.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def settle(self) -> None:
        """Wait until the database has answered everything."""
        driver.wait_until(
            lambda: self.studio.session is None or self.studio.session.database.pending == 0,
            "the database has answered",
        )

    # Rating

    def see_roi(self) -> int:
        """Wait for a ROI with its picture, ready to be rated; its id."""
        driver.wait_until(self._roi_is_ready, "a ROI is shown")
        shown = self.annotate.rating.current
        assert shown is not None
        return shown.entry.roi.id

    def rate(self, votes: str = VOTES, *, saved: bool = True) -> int:
        """Press nine keys; the id of the ROI that was rated."""
        roi_id = self.see_roi()
        driver.press(self.page.panel, votes)
        self.key(Qt.Key.Key_Return)
        if saved:
            self.see_saved()
        return roi_id

    def see_saved(self) -> None:
        driver.wait_until(lambda: self.saved is SavedState.SAVED, "the window says saved")

    @property
    def saved(self) -> SavedState:
        """What the saved mark says."""
        return self.page.header.saved_mark.state

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is in this activity."""
        page = self.page
        driver.press_key(page.panel if page.activity == "rate" else page.canvas, key, modifier)

    def undo(self) -> None:
        self.key(Qt.Key.Key_Z, CONTROL)

    def redo(self) -> None:
        self.key(Qt.Key.Key_Y, CONTROL)

    def _roi_is_ready(self) -> bool:
        if self.studio.annotate is None or (shown := self.annotate.rating.current) is None:
            return False
        picture = self.page.canvas.picture
        return picture is not None and picture.key == shown.entry.image.id and self.page.panel.is_ready()

    # Marking

    def mark(self, name: str) -> None:
        """Go over to marking, on the picture of that name."""
        if not self.page.isVisible():
            self.studio.show_mode("annotate")
        if self.page.activity == "rate":
            driver.press(self.page.panel, "m")
        driver.wait_until(lambda: bool(self.marking.pictures), "the pictures are listed")
        image = next(image for image in self.marking.pictures if Path(image.path).name == name)
        self.page.pictures.picture_chosen.emit(image.id)
        driver.wait_until(lambda: self._marks_on(image.id), f"{name} is on the canvas")
        self.settle()

    def _marks_on(self, image_id: int) -> bool:
        picture, image = self.page.canvas.picture, self.marking.image
        whole = picture is not None and picture.key == image_id and picture.complete
        return whole and image is not None and image.id == image_id

    def take(self, key: str) -> None:
        """Take the tool of that key."""
        driver.press(self.page.canvas, key)

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Click the picture and wait for the segmenter's answer."""
        clicks = len(self.draft.clicks)
        driver.click_picture(self.page.canvas, x, y, button)
        assert len(self.draft.clicks) == clicks + 1
        self.see_answer()

    def see_answer(self) -> None:
        driver.wait_until(lambda: not self.draft.awaits_answer, "the segmenter has answered")

    def accept(self) -> RoiRecord:
        """Accept the draft and wait until the window says that it is saved."""
        saved: list[RoiRecord] = []
        self.marking.saved.connect(saved.append)
        self.key(Qt.Key.Key_Return, CONTROL)
        driver.wait_until(lambda: bool(saved), "the ROI is saved")
        self.marking.saved.disconnect(saved.append)
        self.settle()
        return saved[0]

    # The window's widgets

    def _newest(self, kind: type[W]) -> W:
        return self.studio.window.findChildren(kind)[-1]


def say_of(dialog: QWidget) -> str:
    """The sentences of a dialog, without its heading."""
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
    return "\n".join(text for text in texts if text != dialog.windowTitle())


@contextmanager
def error_dialog() -> Iterator[list[str]]:
    """Within the block an error dialog comes up, is read, and closed; the list then holds what it said."""
    said: list[str] = []

    def read(dialog: ErrorDialog) -> None:
        said.append(say_of(dialog))
        dialog.accept()

    driver.answer(ErrorDialog, read)
    yield said
    driver.wait_until(lambda: bool(said), "an error dialog comes up")
    driver.wait_until(lambda: driver.find_dialog(ErrorDialog) is None, "the error dialog is closed")


def is_plain(said: str) -> bool:
    """One sentence first, with no trace of the machinery in any of it."""
    first = said.splitlines()[0]
    tell_tale = ("Traceback", "Error:", "sqlite3.", "sqlalchemy", "Errno", "unexpected")
    return first.endswith(".") and first.count(". ") == 0 and not any(word in said for word in tell_tale)


def default_of(dialog: QDialog) -> QPushButton:
    """The button that answers to Enter."""
    return next(button for button in dialog.findChildren(QPushButton) if button.isDefault())


def press_default(dialog: QDialog) -> None:
    default_of(dialog).click()


def ratings_in(project: Path) -> list[RatingRecord]:
    """Latest revisions in the project's database."""
    with Store.open(project) as store, store.read() as session:
        return ratings.all_latest(session)


def rois_in(project: Path, *, withdrawn: bool = False) -> list[RoiRecord]:
    with Store.open(project) as store, store.read() as session:
        return list(rois.list_all(session, withdrawn=withdrawn))
