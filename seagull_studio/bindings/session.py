"""Everything that belongs to one open project and is closed with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotation_db.records import ProjectRecord
from seagull_studio.services.backups import BackupService
from seagull_studio.services.database import DatabaseService
from seagull_studio.services.decoder import DecoderService
from seagull_studio.services.encoder import EncoderService
from seagull_studio.services.jobs import JobService
from seagull_studio.services.pictures import PictureService

if TYPE_CHECKING:
    from seagull_studio.services.predict_worker import PredictWorker


class Session(QObject):
    """The threads and services of one project."""

    def __init__(
        self, location: str, folder: Path, project: ProjectRecord, database: DatabaseService
    ) -> None:
        super().__init__()
        self.location = location
        self.folder = folder
        self.project = project
        self.database = database
        self.pictures = PictureService(self)
        self.encoder = EncoderService(folder / "cache" / "embeddings", parent=self)
        self.decoder = DecoderService(self.encoder, parent=self)
        self.jobs = JobService(folder / "jobs", self)
        self.backups = BackupService(location, folder, self)
        self._predict_worker: PredictWorker | None = None

    def predict_worker(self) -> PredictWorker:
        """The process that answers for a model; made when it is first asked."""
        if self._predict_worker is None:
            from seagull_studio.services.predict_worker import PredictWorker

            self._predict_worker = PredictWorker(self.folder / "jobs" / "predict-worker.txt", self)
        return self._predict_worker

    def close(self) -> None:
        """Finish what is being written, stop the threads."""
        if self._predict_worker is not None:
            self._predict_worker.close()
        self.backups.close()
        self.decoder.close()
        self.encoder.close()
        self.pictures.close()
        self.database.close()
