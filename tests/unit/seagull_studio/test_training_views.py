"""What is said of a training before it begins."""

from __future__ import annotations

from annotation_db.vocabulary.scales import OVERALL
from seagull_studio.controllers.training_views import look_of
from seagull_studio.jobs.finetune_preview import Preview

PART = {"images": 5, "groups": 3, "rois": 12, "votes": 84}


def preview(device: str) -> Preview:
    counts = {
        **dict.fromkeys(("train", "validation", "test"), PART),
        "levels": {scale: {"good": 12} for scale in OVERALL},
        "left_out": 0,
        "min_votes": 7,
    }
    firm = dict.fromkeys(OVERALL, 4)
    return Preview(counts, firm, False, False, "It takes 20.1 GB of 80.0 GB.", "", device)


def test_memory_that_the_window_itself_has_taken_of_the_gpu_is_told() -> None:
    (told,) = [said for said in look_of(preview("cuda:0"), 2_100_000_000).sentences if "SAM" in said]
    assert told.startswith("SAM of this window holds 2.1 GB of this GPU")
    for device, held in (("cuda:0", 0), ("cpu", 2_100_000_000)):
        assert not any("SAM" in said for said in look_of(preview(device), held).sentences)
