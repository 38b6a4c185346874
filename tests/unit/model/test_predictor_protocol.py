"""What a prediction suggests, its way through JSON, and finding predictors by specification."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from model.predictors import factory
from model.predictors.protocol import (
    DistortionProbabilities,
    NotAssessable,
    PredictorError,
    RoiPrediction,
    as_json,
    from_json,
)
from model.predictors.pyiqa_metric import PyiqaMetric

SAID = RoiPrediction(
    quality=(0.0, 0.1, 0.2, 0.6, 0.1),
    importance=None,
    distortions={
        "blur": DistortionProbabilities(0.8, (0.0, 0.0, 0.75, 0.25, 0.0)),
        "noise": DistortionProbabilities(0.2, None),
        "exposure": DistortionProbabilities(0.9, None),
    },
    raw_text="The quality is good.",
    unreadable=("exposure", "importance"),
)


def test_votes_are_never_guessed() -> None:
    # absent by majority; there with a known severity; there with an unknown one; not told at all
    assert SAID.votes == (2, None, None, None, None, 5, 3, None)
    assert SAID.confidences == pytest.approx((0.6, None, None, None, None, 0.8, 0.6, None))
    assert SAID.quality_score == pytest.approx(2.7) and SAID.importance_score is None
    assert SAID.distortions["blur"].value == pytest.approx(0.2 * 5 + 0.8 * 2.25)
    assert SAID.distortions["noise"].value is None
    number = RoiPrediction(quality_value=2.5)
    assert number.votes[6] == 3 and number.confidences[6] is None and number.quality_score == 2.5


def test_json_and_back() -> None:
    assert from_json(json.loads(json.dumps(as_json(SAID)))) == SAID
    with pytest.raises(KeyError):
        from_json({})


def test_naming_predictors_imports_no_torch() -> None:
    program = (
        "import sys; from model.predictors import factory, baseline_fit, protocol; "
        "print(factory.find_predictors());"
        "assert not {'torch', 'scipy', 'cv2', 'transformers'} & set(sys.modules), 'heavy'"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("seagull", "baseline", "metric"))


def plugin(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """An installed package whose entry point `mine` is the function `make`."""
    facts = folder / "mine-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[seagull_studio.predictors]\nmine = mine_predictor:make\n")
    module = types.ModuleType("mine_predictor")
    exec(body, module.__dict__)
    monkeypatch.setitem(sys.modules, "mine_predictor", module)
    monkeypatch.syspath_prepend(str(folder))


def test_a_plugin_is_found_and_its_faults_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plugin(monkeypatch, tmp_path, "def make(rest, device): return {'a': 1}[rest]")
    assert factory.find_predictors()["mine"] == "mine_predictor:make"
    with pytest.raises(
        PredictorError, match=r"mine \(mine_predictor:make\) is no predictor; ask its authors"
    ):
        factory.load_predictor("mine:a")
    with pytest.raises(PredictorError, match=r"could not be loaded \(KeyError"):
        factory.load_predictor("mine:b")


class Metric:
    """What pyiqa's metric objects have, with a number that is easily checked: the mean of the crop."""

    lower_better = True
    score_range = "~0, 2"

    def __call__(self, batch: object) -> object:
        assert batch.shape[1] == 3 and min(batch.shape[2:]) >= 32  # type: ignore[attr-defined]
        return batch.mean()  # type: ignore[attr-defined]


def test_a_metric_is_asked_about_the_crop_and_says_quality_only() -> None:
    rgb = np.zeros((80, 140, 3), np.uint8)
    rgb[10:60, 20:70] = 255
    mask = np.zeros((80, 140), np.bool_)
    mask[10:60, 20:70] = True
    metric = PyiqaMetric(Metric(), "mean", "1")
    small = np.zeros_like(mask)
    small[0, 139] = True
    white, corner = metric.predict(rgb, [mask, small])
    assert white.quality_score == pytest.approx(2.0) and corner.quality_score == pytest.approx(4.0)
    assert white.votes == (*[None] * 6, 2, None) and white.unreadable == ()
    assert metric.card["range_is_exact"] is False and "quality only" in metric.card["says"]
    with pytest.raises(NotAssessable):
        metric.predict(rgb, [np.zeros_like(mask)])


def test_a_metric_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyiqa", None)
    with pytest.raises(
        PredictorError, match=r"not installed; install it with: pip install seagull-studio\[metrics\]"
    ):
        factory.load_predictor("metric:niqe")
