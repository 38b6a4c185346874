"""SEAGULL as a predictor: a checkpoint folder, read by `model.seagull`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

from annotation_db.vocabulary.scales import DISTORTIONS
from model.predictors.protocol import (
    DistortionProbabilities,
    Mask,
    NotAssessable,
    OutOfMemory,
    PredictorError,
    PredictorKind,
    Rgb,
    RoiPrediction,
)
from model.seagull import checkpoint, questions
from model.seagull.adapter import base_of, is_adapter
from model.seagull.assessment import Assessment, LevelReading
from model.seagull.assessor import Assessor, Mode, OpenPicture
from model.seagull.devices import DtypeName
from model.seagull.errors import MemoryShortError, RoiError, SeagullError
from model.seagull.four_bit import QuantisedName
from model.seagull.preset_names import CARD
from model.seagull.weight_files import read_json
from model.segmenters.protocol import SegmenterError
from model.segmenters.weights import verified_sha256

VERSION: Final = 1
"""Of the way from the network's answers to a prediction; part of the signature."""
_SIGNED: Final = (
    "config.json",
    "adapter_config.json",
    "*.safetensors",
    "pytorch_model*.bin",
    "open_clip_pytorch_model.bin",
    "vision_tower.bin",
    "tokenizer.json",
    "tokenizer.model",
    "added_tokens.json",
)


class SeagullPredictor:
    """What a SEAGULL network says of ROIs. Make one with `load`.

    Parameters
    ----------
    assessor : Assessor
    name : str
    signature : str
        See `protocol.Predictor`.
    card : mapping
        JSON values.
    """

    kind: PredictorKind = "seagull"

    def __init__(self, assessor: Assessor, name: str, signature: str, card: Mapping[str, Any]) -> None:
        self._assessor = assessor
        self._name, self._signature, self._card = name, signature, dict(card)
        self._opened: OpenPicture | None = None

    @classmethod
    def load(
        cls,
        folder: str | Path,
        *,
        device: str = "auto",
        dtype: DtypeName = "auto",
        mode: Mode = "own",
        max_new_tokens: int = 64,
        base: str | Path | None = None,
        quantised: QuantisedName | None = None,
    ) -> Self:
        """Load a checkpoint folder.

        Parameters
        ----------
        folder, device, dtype, base, quantised
            As in `model.seagull.checkpoint.load`.
        mode, max_new_tokens
            As in `model.seagull.assessor.Assessor`.

        Raises
        ------
        PredictorError
            With one sentence: what is wrong with the folder or the device.
        """
        place = Path(folder)
        try:
            loaded = checkpoint.load(place, device=device, dtype=dtype, base=base, quantised=quantised)
            assessor = Assessor(loaded.network, loaded.tokenizer, mode=mode, max_new_tokens=max_new_tokens)
            told = read_json(place / CARD) if (place / CARD).is_file() else {}
            tokens = max_new_tokens if mode == "own" else 0
            based = [base_of(place, base)] if is_adapter(place) else []
            signature = sign([place, *based], f"{mode} {tokens} {quantised or ''}")
        except MemoryShortError as error:
            raise OutOfMemory(str(error)) from error
        except (SeagullError, SegmenterError) as error:
            raise PredictorError(str(error)) from error
        card = {**told, "checkpoint": str(place.absolute()), "answers": mode}
        if quantised is not None:
            card["quantised"] = quantised
        return cls(assessor, str(told.get("name") or place.absolute().name), signature, card)

    @property
    def name(self) -> str:
        return self._name

    @property
    def signature(self) -> str:
        return self._signature

    @property
    def card(self) -> Mapping[str, Any]:
        return self._card

    @property
    def untrained(self) -> bool:
        return self._card.get("untrained") is True

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        """See `protocol.Predictor`. A picture given again (the same array) is not encoded again."""
        if not masks:
            return []
        try:
            if self._opened is None or self._opened.image is not rgb:
                self._opened = None  # frees the last picture's memory first
                self._opened = self._open(rgb)
            return [prediction(found) for found in self._assessor.assess_rois(self._opened, masks)]
        except RoiError as error:
            raise NotAssessable(str(error)) from error
        except (MemoryShortError, MemoryError) as error:
            self._opened = None
            raise OutOfMemory(str(error) or "The machine has no memory left.") from error
        except SeagullError as error:
            raise PredictorError(str(error)) from error

    def _open(self, rgb: Rgb) -> OpenPicture:
        from model.seagull.inputs import check_picture

        check_picture(rgb)
        return self._assessor.open_picture(rgb)


def prediction(found: Assessment) -> RoiPrediction:
    """What an assessment comes to as a prediction."""
    distortions = {
        name: DistortionProbabilities(
            min(max(reading.presence, 0.0), 1.0),
            None if reading.severity is None else reading.severity.probabilities,
        )
        for name, reading in found.distortions.items()
    }
    unreadable = [
        name
        for name, reading in (("quality", found.quality), ("importance", found.importance))
        if reading is None
    ]
    # Present by the judgement question, with a severity that its own answer does not tell.
    silent = [name for name in DISTORTIONS if distortions[name].vote()[0] is None]
    return RoiPrediction(
        quality=_probabilities(found.quality),
        importance=_probabilities(found.importance),
        distortions=distortions,
        raw_text="\n".join(found.replies[q] for q in questions.ANALYSES if q in found.replies),
        unreadable=(*silent, *unreadable),
        note=found.note,
    )


def sign(folders: Sequence[Path], how: str) -> str:
    """The signature of checkpoint folders: weights, tokenizer, configuration, and how they are asked.

    Files hashed before and unchanged since are not read again.

    Raises
    ------
    SegmenterError
        If a file can not be read.
    """
    digest = hashlib.sha256(f"{VERSION} {how}".encode())
    for folder in folders:
        for path in sorted({path for pattern in _SIGNED for path in folder.glob(pattern)}):
            digest.update(f"{path.name} {verified_sha256(path)}\n".encode())
    return f"seagull-{digest.hexdigest()[:16]}"


def _probabilities(reading: LevelReading | None) -> tuple[float, ...] | None:
    return None if reading is None else reading.probabilities
