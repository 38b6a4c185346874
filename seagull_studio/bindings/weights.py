"""Weights on this machine: found, checked name by name, and fetched when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from annotation_db.errors import Cancelled, Refused
from annotation_db.vocabulary.callbacks import CancelCheck, Progress
from model.download import DownloadError, DownloadStopped
from model.registry import check, fetch, find_checkpoints, source_named
from model.sources import SOURCES, Source
from seagull_studio.bindings.work import run_long
from seagull_studio.services.long_task import LongTasks
from seagull_studio.state.models_view import CheckpointRow, SourceRow
from seagull_studio.views.dialogs import confirm
from seagull_studio.views.models.models_page import ModelsPage

KINDS = {"sam": "SAM", "seagull": "SEAGULL", "baseline": "baseline"}


class WeightsBinding(QObject):
    """Wires the weights card of a `ModelsPage`.

    Parameters
    ----------
    tasks : LongTasks
        Where looking and fetching happen.
    folders : sequence of Path
        Where weights are looked for; downloads go into the first.
    """

    fetched = Signal()
    """New weights are there."""

    def __init__(
        self, page: ModelsPage, tasks: LongTasks, folders: Sequence[Path], refuse: Callable[[str], None]
    ) -> None:
        super().__init__(page)
        self._page = page
        self._tasks = tasks
        self._folders = list(folders)
        self._refuse = refuse
        self._looking = False
        page.download_requested.connect(self._download)
        page.open_weights_folder_requested.connect(self._open_folder)

    def refresh(self) -> None:
        """Look through the folders again; large files are hashed once, off the window's thread."""
        if self._looking:
            return
        self._looking = True
        folders = list(self._folders)
        task = self._tasks.make(lambda _progress, cancelled: _look(folders, cancelled), owner=self)
        task.done.connect(self._show)
        task.failed.connect(self._refuse)
        task.finished.connect(self._looked)
        task.start()

    def _looked(self) -> None:
        self._looking = False

    def _show(self, rows: list[CheckpointRow]) -> None:
        self._page.set_checkpoints(rows)
        present = {Path(row.path).name for row in rows if not row.problem}
        self._page.set_sources([_row(source, present) for source in SOURCES.values()])

    def _download(self, name: str) -> None:
        source = source_named(name)
        if not confirm(
            self._page,
            self.tr("Download {title}?").format(title=source.title),
            self.tr("{size} from {page}, license {license}. It goes to {folder}.").format(
                size=source.size_text, page=source.page, license=source.license, folder=self._folders[0]
            ),
            self.tr("Download"),
            danger=False,
        ):
            return
        run_long(
            self._tasks,
            self._page,
            self.tr("Downloading {title}").format(title=source.title),
            lambda progress, cancelled: _fetch(source, self._folders[0], progress, cancelled),
            lambda _: self._fetched(),
            self._refuse,
        )

    def _fetched(self) -> None:
        self.refresh()
        self.fetched.emit()

    def _open_folder(self) -> None:
        self._folders[0].mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folders[0])))


def _look(folders: list[Path], cancelled: CancelCheck) -> list[CheckpointRow]:
    rows = []
    for found in find_checkpoints(folders):
        if cancelled():
            raise Cancelled("The weights are not looked at any further.")
        one = check(found)
        rows.append(
            CheckpointRow(str(found.path), found.name, KINDS[found.kind], "" if one.ok else one.sentence)
        )
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
