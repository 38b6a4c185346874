"""The process behind "predict this ROI": a model kept warm that answers JSON lines with JSON lines.

    -> {"roi": 3, "picture": "/pictures/a.jpg", "size": [480, 640], "counts": "..."}
    <- {"ready": {"name", "kind", "signature", "card", "untrained"}}   once, when the model is loaded
    <- {"roi": 3, "prediction": {...}}     or {"roi": 3, "failed": "one sentence"}
    <- {"failed": "one sentence"}          the model can not be used at all

Started as ``python -m seagull_studio.jobs.predict_serve SPEC DEVICE``; it ends when its input ends. It
never opens the project: the window stores what it is told.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from annotation_db.errors import StudioError
from annotation_db.pictures import masks
from annotation_db.pictures.picture_files import open_rgb
from model.predictors.factory import card_of, load_predictor
from model.predictors.protocol import Predictor, PredictorError, as_json

log = logging.getLogger(__name__)


class _Server:
    """Answers requests, with the last picture kept for the next ROI on it."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._picture: tuple[str, npt.NDArray[np.uint8]] | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        roi = request["roi"]
        try:
            rgb = self._open(str(request["picture"]))
            height, width = request["size"]
            mask = masks.decode(masks.checked(masks.Rle((int(height), int(width)), str(request["counts"]))))
            (said,) = self._predictor.predict(rgb, [mask])
        except (StudioError, PredictorError) as error:
            return {"roi": roi, "failed": str(error)}
        except Exception as error:
            log.exception("predicting a ROI")
            return {
                "roi": roi,
                "failed": f"The model failed on this ROI ({type(error).__name__}); the log file says more.",
            }
        return {"roi": roi, "prediction": as_json(said)}

    def _open(self, path: str) -> npt.NDArray[np.uint8]:
        if self._picture is None or self._picture[0] != path:
            self._picture = None
            self._picture = (path, open_rgb(path))
        return self._picture[1]


def serve(spec: str, device: str, requests: TextIO, answers: TextIO) -> int:
    """Answer until the requests end; 1 if the model can not be used.

    Parameters
    ----------
    spec : str
        Folder of the checkpoint.
    device : str
        As torch names it.
    requests, answers : TextIO
        One JSON document a line.
    """

    def say(word: dict[str, Any]) -> None:
        answers.write(json.dumps(word) + "\n")
        answers.flush()

    try:
        predictor = load_predictor(spec, device)
    except PredictorError as error:
        say({"failed": str(error)})
        return 1
    say(
        {
            "ready": {
                "name": predictor.name,
                "kind": predictor.kind,
                "signature": predictor.signature,
                "card": card_of(predictor, spec),
                "untrained": predictor.untrained,
            }
        }
    )
    server = _Server(predictor)
    for line in requests:
        say(server.answer(json.loads(line)))
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Standard output is for answers only; what libraries print goes to the log.
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.exit(serve(sys.argv[1], sys.argv[2], sys.stdin, own))
