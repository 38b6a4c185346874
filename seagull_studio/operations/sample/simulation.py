"""The simulated ratings of the sample project: who rated which ROI, how, when; and the truth behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import SCALE_NAMES, Votes
from seagull_studio.operations import simulated_raters
from seagull_studio.operations.sample.photographs import SampleRoi
from seagull_studio.operations.sample.pictures import ENOUGH, PICTURES
from seagull_studio.operations.sample.truth import ABSENT, LOSS, true_values

GAP: Final = timedelta(milliseconds=600)
"""Between one rating and the next ROI on the screen."""
SESSION: Final = timedelta(minutes=30)
PAUSE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RatedRoi:
    """A ROI of a picture with its latent true values."""

    image: str
    roi: str
    truth: Mapping[str, float]
    wanted: int
    """Ratings it gets, 0 and up."""


def rated_rois(drawn: Mapping[str, Mapping[str, SampleRoi]]) -> list[RatedRoi]:
    """Return every ROI of every picture, in the order of `PICTURES`."""
    found = []
    for picture in PICTURES:
        here = drawn.get(picture.photograph, {})
        for name in picture.rois:
            truth = true_values(picture, here[name], here)
            found.append(RatedRoi(picture.file, name, truth, picture.ratings.get(name, ENOUGH)))
    return found


@dataclass(frozen=True, slots=True)
class Simulation:
    """All simulated ratings of one project."""

    seed: int
    annotators: tuple[simulated_raters.SimulatedAnnotator, ...]
    rois: tuple[RatedRoi, ...]

    def ratings(
        self, roi_ids: Sequence[int], annotator_ids: Sequence[int], first_day: datetime
    ) -> Iterator[NewRating]:
        """Yield the ratings as they are stored.

        Parameters
        ----------
        roi_ids, annotator_ids : sequence of int
            Ids in the database, in the order of `rois` and of `annotators`.
        first_day : datetime
            When the first annotator sat down; each later one sat down a day later.
        """
        truth = np.array([[roi.truth[name] for name in SCALE_NAMES] for roi in self.rois])
        votes = simulated_raters.simulate(truth, self.annotators, self.seed)
        times = simulated_raters.durations_ms(self.annotators, len(self.rois), self.seed)
        chosen = simulated_raters.allocate([roi.wanted for roi in self.rois], len(self.annotators), self.seed)
        rng = np.random.default_rng([self.seed, 5])
        for i, annotator_id in enumerate(annotator_ids):
            clock = sat_down = first_day + timedelta(days=i)
            for j in rng.permutation(np.flatnonzero(chosen[i])):
                if clock - sat_down > SESSION:
                    clock = sat_down = clock + PAUSE
                done = clock + timedelta(milliseconds=int(times[i, j]))
                yield NewRating(
                    roi_id=roi_ids[j],
                    annotator_id=annotator_id,
                    votes=Votes(*votes[i, j].tolist()),
                    shown_at=clock,
                    submitted_at=done,
                    duration_ms=int(times[i, j]),
                    origin="simulated",
                )
                clock = done + GAP

    def as_json(self) -> dict[str, Any]:
        """Everything the ratings were made from, for the file simulation.json."""
        return {
            "simulated": True,
            "seed": self.seed,
            "model": simulated_raters.__doc__,
            "scales": list(SCALE_NAMES),
            "absent": ABSENT,
            "quality_lost_per_step_of_severity": dict(LOSS),
            "pull": 0.0,
            "annotators": [annotator.as_json() for annotator in self.annotators],
            "rois": [
                {"image": roi.image, "roi": roi.roi, "ratings": roi.wanted, "truth": dict(roi.truth)}
                for roi in self.rois
            ],
        }
