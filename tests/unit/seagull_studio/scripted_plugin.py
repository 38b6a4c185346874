"""A predictor of somebody else's, without torch, for what real ones only do on a bad day."""

from __future__ import annotations

import os
import resource
import signal
import warnings
from collections.abc import Sequence

from model.predictors.protocol import (
    DistortionProbabilities,
    Mask,
    NotAssessable,
    OutOfMemory,
    Rgb,
    RoiPrediction,
)


class Scripted:
    """A predictor of somebody else's, with trouble where it is told to have some."""

    kind = "plugin"
    untrained = True

    def __init__(self, rest: str) -> None:
        self.trouble, _, self.signature = rest.partition("/")
        self.signature = self.signature or "scripted-1"
        self.name = "scripted"
        self.card = {"trouble": self.trouble}
        self.calls: list[int] = []

    def predict(self, rgb: Rgb, masks: Sequence[Mask]) -> list[RoiPrediction]:
        self.calls.append(len(masks))
        if self.trouble == "old":
            for kind in (DeprecationWarning, FutureWarning, UserWarning):
                warnings.warn("This way is deprecated.", kind, stacklevel=2)
            warnings.warn("This one matters.", UserWarning, stacklevel=2)
        second = [bool(mask[:, 70:].any()) for mask in masks]
        if self.trouble == "second" and any(second):
            raise NotAssessable("This one can not be assessed.")
        if self.trouble == "memory" and len(self.calls) > 1:
            raise OutOfMemory("The device has too little memory; use another device.")
        if self.trouble == "full" and len(self.calls) > 1:
            # As on a full disk, from the second picture on; what reads may go on.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        if self.trouble == "kill" and len(self.calls) > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        said = RoiPrediction(
            quality=(0.1, 0.1, 0.1, 0.6, 0.1),
            distortions={"blur": DistortionProbabilities(0.8, (0.0, 0.0, 0.9, 0.1, 0.0))},
            raw_text="The quality is good.",
        )
        return [said] * len(masks)


def scripted(rest: str, device: str) -> Scripted:
    """The entry point ``scripted``."""
    del device
    return Scripted(rest)
