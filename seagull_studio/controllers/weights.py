"""Weights on this machine: found, checked name by name, and fetched when somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from annotation_db.errors import Cancelled, Refused
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.download import DownloadError, DownloadStopped
from model.registry import check, fetch, find_checkpoints, source_named
from model.sources import SOURCES, Source
from seagull_studio.controllers.long_work import run_long
from seagull_studio.controllers.person import Person
from seagull_studio.services.long_task import LongTasks
from seagull_studio.state.models_view import CheckpointRow, SourceRow
from seagull_studio.state.questions import Confirm

KINDS = {"sam": "SAM", "seagull": "SEAGULL", "baseline": "baseline"}


class WeightsController(QObject):
    """Looks through the folders of weights, and downloads into the first.

    Parameters
    ----------
    tasks : LongTasks
        Where looking and fetching happen.
    folders : sequence of Path
        Where weights are looked for.
    """

    checkpoints_changed = Signal(object)
    """List of `CheckpointRow`."""
    sources_changed = Signal(object)
    """List of `SourceRow`."""

    def __init__(self, tasks: LongTasks, folders: Sequence[Path], person: Person) -> None:
        super().__init__()
        self._tasks = tasks
        self._folders = list(folders)
        self._person = person
        self._looking = False

    def refresh(self) -> None:
        """Look through the folders again; large files are hashed once, off the window's thread."""
        if self._looking:
            return
        self._looking = True
        folders = list(self._folders)
        task = self._tasks.make(lambda _progress, cancelled: _look(folders, cancelled), owner=self)
        task.done.connect(self._found)
        task.failed.connect(self._person.refuse)
        task.finished.connect(self._looked)
        task.start()

    def download(self, name: str) -> None:
        """Fetch the weights of that name, if the person agrees to where they come from."""
        source = source_named(name)
        said = self.tr("{size} from {page}, license {license}. It goes to {folder}.").format(
            size=source.size_text, page=source.page, license=source.license, folder=self._folders[0]
        )
        title = self.tr("Download {title}?").format(title=source.title)
        if self._person.ask(Confirm(title, said, self.tr("Download"), danger=False)):
            run_long(
                self._person,
                self._tasks,
                self.tr("Downloading {title}").format(title=source.title),
                lambda progress, cancelled: _fetch(source, self._folders[0], progress, cancelled),
                lambda _: self.refresh(),
                owner=self,
            )

    def open_folder(self) -> None:
        """Show the folder that downloads go into."""
        self._folders[0].mkdir(parents=True, exist_ok=True)
        self._person.open(self._folders[0])

    def _looked(self) -> None:
        self._looking = False

    def _found(self, rows: list[CheckpointRow]) -> None:
        self.checkpoints_changed.emit(rows)
        present = {Path(row.path).name for row in rows if not row.problem}
        self.sources_changed.emit([_row(source, present) for source in SOURCES.values()])


def _look(folders: list[Path], cancelled: CancelCheck) -> list[CheckpointRow]:
    rows = []
    for found in find_checkpoints(folders):
        if cancelled():
            raise Cancelled("The weights are not looked at any further.")
        one = check(found)
        problem = "" if one.ok else one.sentence
        rows.append(CheckpointRow(str(found.path), found.name, KINDS[found.kind], problem, found.untrained))
    return rows


def _row(source: Source, present: set[str]) -> SourceRow:
    expected = source.folder or source.files[0].name
    return SourceRow(source.name, source.size_text, source.page, True, Path(expected).name in present)


def _fetch(source: Source, folder: Path, progress: Progress, cancelled: CancelCheck) -> Path:
    """Fetch, with bytes told in megabytes: a dialog's counter is too small for bytes."""
    try:
        return fetch(
            source,
            folder,
            progress=lambda done, total, what: progress(done // 1_000_000, total // 1_000_000, what),
            cancelled=cancelled,
        )
    except DownloadStopped as error:
        raise Cancelled(str(error)) from error
    except DownloadError as error:
        raise Refused(str(error)) from error
