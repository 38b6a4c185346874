"""Everything that belongs to one open project and is closed with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from annotation_db.database.engines import is_url
from annotation_db.database.store import Store
from annotation_db.records import Actor
from seagull_studio.operations.access import open_project
from seagull_studio.operations.project import Opening
from seagull_studio.services.backups import BackupService
from seagull_studio.services.changes import ChangeWatch
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.decoder import DecoderService
from seagull_studio.services.encoder import EncoderService
from seagull_studio.services.jobs import JobService
from seagull_studio.services.long_task import LongTasks
from seagull_studio.services.pictures import PictureService
from seagull_studio.services.worker_pool import WorkerPool

if TYPE_CHECKING:
    from seagull_studio.services.hints import HintService
    from seagull_studio.services.predict_worker import PredictWorker


class Service(Protocol):
    """Something with a thread of its own."""

    @property
    def is_working(self) -> bool: ...

    def leave(self) -> None: ...

    def close(self) -> None: ...


class Session(QObject):
    """The threads and services of one project."""

    def __init__(self, opening: Opening, database: DatabaseService) -> None:
        super().__init__()
        location, folder, password = opening.location, opening.folder, opening.password
        self.location = location
        self.folder = folder
        self.project = opening.project
        self.read_only = opening.read_only
        self.acting: Actor | None = None
        """Whom further connections act for: whoever is signed in."""
        self._seen: dict[int, set[int]] = {}
        self._password = password
        self.database = database
        self.changes = ChangeWatch(database, self)
        self.tasks = LongTasks(self)
        self.tasks.ended.connect(self.changes.look)
        self.workers = WorkerPool(self)
        self.pictures = PictureService(self)
        self.encoder = EncoderService(folder / "cache" / "embeddings", parent=self)
        self.decoder = DecoderService(self.encoder, parent=self)
        self.jobs = JobService(folder / "jobs", password, self)
        self.backups = BackupService(location, folder, password, self)
        self.hints: HintService | None = None
        if is_url(location):
            from seagull_studio.services.hints import HintService

            self.hints = HintService(location, password, self)
            self.hints.heard.connect(self.changes.look)
        self._predict_worker: PredictWorker | None = None

    def predict_worker(self) -> PredictWorker:
        """The process that answers for a model; made when it is first asked."""
        if self._predict_worker is None:
            from seagull_studio.services.predict_worker import PredictWorker

            self._predict_worker = PredictWorker(self.folder / "jobs" / "predict-worker.txt", self)
        return self._predict_worker

    def note_seen(self, roi_ids: Iterable[int]) -> None:
        """Whoever is signed in has been shown others' votes of these ROIs."""
        if self.acting is not None and self.acting.annotator_id is not None:
            self._seen.setdefault(self.acting.annotator_id, set()).update(roi_ids)

    def has_seen(self, roi_id: int) -> bool:
        """Whether this window has shown others' votes of a ROI to whoever is signed in."""
        who = None if self.acting is None else self.acting.annotator_id
        return who is not None and roi_id in self._seen.get(who, ())

    def open_store(self) -> Store:
        """The project once more, for a thread of its own.

        Raises
        ------
        StudioError
            As `seagull_studio.operations.access.open_project`.
        """
        store = open_project(self.location, self._password)
        store.acting = self.acting
        return store

    @property
    def is_working(self) -> bool:
        """Whether any of the threads is still at something."""
        return any(service.is_working for service in self._services())

    def leave(self) -> None:
        """Answer nobody any more; the threads finish what is being written and end."""
        if self._predict_worker is not None:
            self._predict_worker.close()
        for service in self._services():
            service.leave()

    def close(self) -> None:
        """Leave, and join the threads."""
        self.leave()
        for service in self._services():
            service.close()

    def _services(self) -> tuple[Service, ...]:
        """Those with threads, in the order in which they are closed."""
        return (
            *((self.hints,) if self.hints is not None else ()),
            self.tasks,
            self.backups,
            self.jobs,
            self.decoder,
            self.encoder,
            self.pictures,
            self.workers,
            self.database,
        )
