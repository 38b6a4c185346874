"""What the paper prints of SEAGULL (arXiv 2411.10161, Tables 1 and 2), on SEAGULL-3k's test set."""

from __future__ import annotations

from typing import Any, Final

PUBLISHED: Final[dict[str, Any]] = {
    "model": "SEAGULL (7B), pre-trained on SEAGULL-100w",
    "source": "arXiv 2411.10161, Tables 1 and 2",
    "note": "Of ANOTHER data set: the test set of SEAGULL-3k, whose labels were never published. The figures "
    "depend on the pictures, the raters and the number of votes, so they are no baseline for these.",
    "quality": {"srocc": 0.7452, "plcc": 0.7465},
    "importance": {"srocc": 0.8603, "plcc": 0.8468},
    "severity": {"precision": 0.2950, "recall": 0.3251, "f1": 0.2903},
    "types": {"precision": 0.5990, "recall": 0.6687, "f1": 0.5908},
    "per_distortion_f1": {
        "blur": 0.8333,
        "colorfulness": 0.3948,
        "compression": 0.2500,
        "contrast": 0.2400,
        "exposure": 0.5194,
        "noise": 0.5220,
        "clean": 0.5258,
        "average": 0.4693,
    },
}
"""Set figures on 0 .. 1, where the paper prints per cent."""
