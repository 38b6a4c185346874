"""What the pre-fill costs the rating flow: ``python -m tests.bench.prefill``.

Every figure is a median beside the same step without a pre-fill, in the same run. 1,000 pictures,
3,000 ROIs with a prediction each, 21,000 ratings.
"""

from __future__ import annotations

import tempfile
import time
from itertools import count
from pathlib import Path

import numpy as np

from annotation_db.database.store import Store
from annotation_db.labels import labels
from annotation_db.pictures import rois
from annotation_db.predictions import predictions, prefill, prefill_bias
from annotation_db.predictions.prediction_records import NewPrediction, PredictorInfo, Prefill
from annotation_db.rating import assignments, ratings
from annotation_db.records import NewRating
from annotation_db.vocabulary.scales import Votes
from tests.bench.database import compare, median_ms
from tests.bench.make_projects import large_project


def suggest(store: Store) -> None:
    """A prediction for every ROI, and every rating given again with what the project decides."""
    rng = np.random.default_rng(0)
    with store.write("bench") as s:
        model = predictions.register(s, PredictorInfo("bench", "plugin", "bench"), "bench")
        every = rois.list_all(s)
        said = rng.integers(0, 5, (len(every), 8)).tolist()
        new = [
            NewPrediction(roi.id, votes, [0.5] * 8, raw_text="The quality is good.")
            for roi, votes in zip(every, said, strict=True)
        ]
        began = time.perf_counter()
        predictions.store(s, model.id, new)
        print(f"{len(new)} predictions stored in {time.perf_counter() - began:.2f} s")
        prefill.set_policy(s, "bench", policy="prefill", predictor_id=model.id)
        number = {one.roi_id: one.id for one in predictions.of_predictor(s, model.id)}
        again = [
            NewRating(
                old.roi_id,
                old.annotator_id,
                Votes(*old.votes),
                prefill="control" if rng.random() < 0.2 else "shown",
                prediction_id=number[old.roi_id],
            )
            for group in ratings.counting(s).values()
            for old in group
        ]
        ratings.submit_many(s, again)


def bench(folder: Path) -> None:
    with large_project(folder) as store:
        suggest(store)
        turn = count()

        def rate(seen: Prefill) -> None:
            with store.write() as s:
                ratings.submit(
                    s,
                    NewRating(
                        roi_id=1,
                        annotator_id=1 + next(turn) % 24,
                        votes=(1,) * 8,
                        prefill=seen.mode,
                        prediction_id=seen.prediction_id,
                    ),
                )

        with store.read() as s:
            (first,) = (one.id for one in predictions.of_predictor(s, 1) if one.roi_id == 1)
            queue = ("the queue's next ROIs", lambda: assignments.next_entries(s, 1))
            compare(
                "what to show for a new ROI", lambda: prefill.decide(s, 24, 1 + next(turn) % 3000), *queue
            )
            compare("what to show for a rated ROI", lambda: prefill.decide(s, 1, 1), *queue)
        shown, nothing = Prefill("shown", None, first), Prefill("none")
        compare("a rating with a suggestion saved", lambda: rate(shown), "without", lambda: rate(nothing))
        with store.read() as s:
            paper, alone = labels.POLICIES["paper"], labels.POLICIES["paper-unassisted"]
            compare(
                "labels of unassisted votes",
                lambda: labels.compute(s, alone),
                "of all votes",
                lambda: labels.compute(s, paper),
            )
            print(
                f"{'bias report, 1,000 resamples':44s} {median_ms(lambda: prefill_bias.report(s), 3):8.1f} ms"
            )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        bench(Path(place) / "project")
