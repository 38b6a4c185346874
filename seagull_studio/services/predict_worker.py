"""A model in a process of its own, kept warm for "predict this ROI"; the window outlives its death."""

from __future__ import annotations

import json
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from model.predictors.protocol import from_json

_END_MS = 2000
_MODULE = "seagull_studio.jobs.predict_serve"


@dataclass(frozen=True, slots=True)
class RoiToPredict:
    """What the process needs of a ROI."""

    roi_id: int
    picture: str
    """Absolute path."""
    size: tuple[int, int]
    """(height, width)."""
    counts: str
    """COCO compressed RLE."""

    def line(self) -> bytes:
        """The request as one line of JSON, for the standard input of `seagull_studio.jobs.predict_serve`."""
        values = {"roi": self.roi_id, "picture": self.picture, "size": self.size, "counts": self.counts}
        return json.dumps(values).encode() + b"\n"


class PredictWorker(QObject):
    """Asks a model about ROIs, one answer for each question.

    The process is started with the first question and stays. When it dies, of memory or by a signal, each ROI
    that it still owed an answer fails with one sentence, and the next question starts it anew.

    Parameters
    ----------
    log : Path, optional
        File that takes what the process prints; nowhere if not given.
    """

    ready = Signal(object)
    """The model is loaded: dict with name, kind, signature, card and untrained. Comes before any answer."""
    predicted = Signal(int, object)
    """ROI id, `RoiPrediction`."""
    failed = Signal(int, str)
    """ROI id, one sentence."""
    busy_changed = Signal(bool)
    """Whether an answer is owed."""

    def __init__(self, log: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._spec, self._device = "", "auto"
        self._process: QProcess | None = None
        self._owed: deque[int] = deque()
        self._about: dict[str, Any] = {}
        self._sentence = ""
        self._rest = b""

    @property
    def about(self) -> dict[str, Any]:
        """Of the model that answers, as `ready` tells it; empty before it is loaded."""
        return self._about

    @property
    def model(self) -> str:
        """The specification of the model in use; "" before one was set."""
        return self._spec

    @property
    def busy(self) -> bool:
        return bool(self._owed)

    def set_model(self, spec: str, device: str = "auto") -> None:
        """Use another model from the next question on; what is owed by the old one fails."""
        if (spec, device) != (self._spec, self._device):
            self._end("Another model was chosen; ask again.")
            self._spec, self._device = spec, device

    def ask(self, roi: RoiToPredict) -> None:
        """Ask about a ROI; answered by `predicted` or `failed`, in the order of the questions."""
        if not self._spec:
            self.failed.emit(roi.roi_id, "No model was chosen; choose one on the Models page.")
            return
        process = self._process or self._start()
        was_busy = self.busy
        self._owed.append(roi.roi_id)
        process.write(roi.line())
        if not was_busy:
            self.busy_changed.emit(True)

    def close(self) -> None:
        """End the process; no signal comes after this."""
        self.blockSignals(True)
        self._end("")

    def _start(self) -> QProcess:
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(["-m", _MODULE, self._spec, self._device])
        if self._log is None:
            process.setStandardErrorFile(QProcess.nullDevice())
        else:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            process.setStandardErrorFile(str(self._log), QProcess.OpenModeFlag.Append)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._could_not_start)
        self._process, self._about, self._sentence, self._rest = process, {}, "", b""
        process.start()
        return process

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, word: dict[str, Any]) -> None:
        if "ready" in word:
            self._about = word["ready"]
            self.ready.emit(self._about)
        elif "roi" not in word:
            # It ends after this; whoever is owed an answer gets the sentence then.
            self._sentence = str(word["failed"])
        else:
            if self._owed and self._owed[0] == word["roi"]:
                self._owed.popleft()
            if "prediction" in word:
                self.predicted.emit(word["roi"], from_json(word["prediction"]))
            else:
                self.failed.emit(word["roi"], str(word["failed"]))
            if not self._owed:
                self.busy_changed.emit(False)

    def _could_not_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._sentence = "The model's process could not be started; look at the memory that is free."
            self._finished()

    def _finished(self, *_: object) -> None:
        self._read()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._give_up(
            self._sentence
            or "The model's process ended, perhaps for want of memory; ask again, or use a smaller model or "
            "the CPU."
        )

    def _give_up(self, sentence: str) -> None:
        owed, self._owed = list(self._owed), deque()
        for roi_id in owed:
            self.failed.emit(roi_id, sentence)
        if owed:
            self.busy_changed.emit(False)

    def _end(self, sentence: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._read)
            process.finished.disconnect(self._finished)
            process.errorOccurred.disconnect(self._could_not_start)
            process.kill()
            process.waitForFinished(_END_MS)
            process.deleteLater()
        self._give_up(sentence)
