"""The baseline: its measures move as they should, its fit is right, and too few labels are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import spearmanr
from skimage import data

from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from model import distortions
from model.evaluation.metrics import auc, plcc, srocc
from model.predictors import features, ordinal
from model.predictors.baseline import Baseline
from model.predictors.baseline_fit import LabelledRoi, TooFewLabels, fit_scales, is_predicted, tally
from model.predictors.protocol import NotAssessable, Predictor, PredictorError


def measures(rgb: np.ndarray, mask: np.ndarray | None = None) -> dict[str, float]:
    mask = np.ones(rgb.shape[:2], np.bool_) if mask is None else mask
    return dict(zip(features.NAMES, features.measure(rgb, [mask])[0].tolist(), strict=True))


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    return data.astronaut()[40:296, 100:356].copy()


@pytest.mark.parametrize(
    ("name", "variant", "measure", "sign"),
    [
        ("blur", "gaussian", "log_laplacian_variance", -1),
        ("blur", "gaussian", "reblur_loss", -1),
        ("noise", "gaussian", "log_noise_median", 1),
        ("noise", "gaussian", "log_chroma_noise", 1),
        ("compression", "jpeg", "blocking_across", 1),
        ("contrast", "low", "rms_contrast", -1),
        ("contrast", "high", "rms_contrast", 1),
        ("colorfulness", "under", "colourfulness", -1),
        ("colorfulness", "over", "colourfulness", 1),
        ("exposure", "under", "mean_luma", -1),
        ("exposure", "over", "clipped_bright", 1),
    ],
)
def test_a_measure_follows_its_distortion(
    photograph: np.ndarray, name: str, variant: str, measure: str, sign: int
) -> None:
    found = [measures(photograph)[measure]]
    for severity in (3, 2, 1):
        distorted = distortions.apply(name, photograph, severity, variant=variant)
        found.append(measures(distorted)[measure])
    assert all(sign * step > 0 for step in np.diff(found)), found


def test_only_pixels_inside_count(photograph: np.ndarray) -> None:
    mask = np.zeros(photograph.shape[:2], np.bool_)
    mask[60:180, 60:180] = True
    changed = photograph.copy()
    changed[:50] = 0
    before, after = measures(photograph, mask), measures(changed, mask)
    for name in features.NAMES[:27]:
        assert after[name] == pytest.approx(before[name], abs=1e-6), name


def test_colours_and_noise_are_what_their_papers_say() -> None:
    rng = np.random.default_rng(0)
    noisy = np.clip(128 + rng.normal(0, 10, (200, 200, 1)), 0, 255).repeat(3, 2).round().astype(np.uint8)
    found = measures(noisy)
    assert np.exp(found["log_noise"]) == pytest.approx(10, rel=0.03)
    assert np.exp(found["log_noise_median"]) == pytest.approx(10, rel=0.05)
    assert found["rms_contrast"] * 128 == pytest.approx(10, rel=0.03)
    assert found["colourfulness"] == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (16, 16), (3000, 40)])
def test_any_size_gives_finite_measures(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    corner = np.zeros(shape, np.bool_)
    corner[-1, -1] = True
    found = features.measure(rgb, [np.ones(shape, np.bool_), corner])
    assert found.shape == (2, len(features.NAMES)) and np.isfinite(found).all()


def test_tiles_stand_for_a_large_roi() -> None:
    rgb = np.tile(data.astronaut()[:128, 128:256], (16, 16, 1))
    small, large = measures(rgb[:512, :512]), measures(rgb)
    for name in ("log_laplacian_variance", "log_noise_median", "colourfulness", "rms_contrast"):
        assert large[name] == pytest.approx(small[name], rel=0.1, abs=0.05), name


def test_what_can_not_be_measured_is_said(photograph: np.ndarray) -> None:
    with pytest.raises(NotAssessable, match="The mask is empty"):
        features.measure(photograph, [np.zeros(photograph.shape[:2], np.bool_)])
    with pytest.raises(NotAssessable, match="does not fit a picture"):
        features.measure(photograph, [np.ones((3, 3), np.bool_)])
    with pytest.raises(NotAssessable, match="8-bit RGB"):
        features.measure(photograph[..., 0], [])


def test_ordinal_regression_finds_what_made_the_votes() -> None:
    rng = np.random.default_rng(0)
    x, w, cuts = rng.normal(size=(800, 3)), np.array([1.5, -0.8, 0.0]), np.array([-2.0, -0.5, 0.7, 2.0])
    latent = (x @ w)[:, None] + rng.logistic(size=(800, 15))
    votes = np.stack([(np.searchsorted(cuts, latent) == level).sum(1) for level in range(5)], 1)
    model = ordinal.fit(x, votes.astype(float), 1e-6)
    assert model.weights == pytest.approx(w, abs=0.08) and model.thresholds == pytest.approx(cuts, abs=0.1)
    p = model.probabilities(x)
    assert p.min() >= 0 and p.sum(1) == pytest.approx(1)
    # At the maximum the log-likelihood is flat in every direction.
    share = votes / votes.sum(1, keepdims=True)

    def loss(theta: np.ndarray) -> float:
        moved = ordinal.OrdinalModel(theta[:3], theta[3:])
        return -float((share * np.log(moved.probabilities(x))).sum()) / len(x)

    slope = approx_fprime(np.concatenate([model.weights, model.thresholds]), loss, 1e-6)
    assert np.abs(slope).max() < 2e-3


def test_metrics() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 5, 60), rng.normal(size=60)
    assert srocc(x, y) == pytest.approx(spearmanr(x, y).statistic)
    assert plcc(x, y) == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert srocc([1, 1, 1], [1, 2, 3]) is None and plcc([1.0], [2.0]) is None
    assert auc([0.1, 0.4, 0.4, 0.9], [False, False, True, True]) == 0.875
    assert auc([1, 2], [True, True]) is None


def labelled(photograph: np.ndarray, images: int = 12, each: int = 3) -> list[LabelledRoi]:
    """ROIs on pictures with noise or blur of known severity, each rated by seven who nearly agree."""
    rng = np.random.default_rng(1)
    found = []
    for image in range(images):
        name, severity = ("noise", "blur")[image % 2], image // 2 % 5
        rgb = distortions.apply(name, photograph, severity, seed=image)
        for n in range(each):
            mask = np.zeros(rgb.shape[:2], np.bool_)
            mask[20 + 60 * n : 90 + 60 * n, 20:200] = True
            truth = [5.0] * 6 + [severity * 0.8, float(n)]
            truth[SCALE_NAMES.index(name)] = severity
            votes = np.clip(np.rint(truth + rng.normal(0, 0.3, (7, 8))), 0, [5] * 6 + [4] * 2).astype(int)
            found.append(LabelledRoi(f"p{image}", features.measure(rgb, [mask])[0], tally(votes.tolist())))
    return found


@pytest.fixture(scope="module")
def rois(photograph: np.ndarray) -> list[LabelledRoi]:
    return labelled(photograph)


@pytest.fixture(scope="module")
def baseline(rois: list[LabelledRoi]) -> Baseline:
    return Baseline.fit(rois, card={"project": "test"})


def test_a_fit_is_cross_validated_and_says_so(baseline: Baseline) -> None:
    card = baseline.card
    assert (card["rois"], card["images"], card["votes"], card["project"]) == (36, 12, 252, "test")
    scales = card["cross_validation"]["scales"]
    assert list(scales) == list(SCALE_NAMES) and card["cross_validation"]["by"] == "picture"
    assert scales["noise"]["auc"] > 0.95 and scales["noise"]["srocc"] > 0.6 and scales["blur"]["auc"] > 0.9
    assert scales["contrast"]["auc"] is None and scales["noise"]["skill"] > 0.3
    assert isinstance(baseline, Predictor) and baseline.name.startswith("baseline ")
    json.dumps(card, allow_nan=False)


def test_predictions_add_up(baseline: Baseline, photograph: np.ndarray) -> None:
    mask = np.zeros(photograph.shape[:2], np.bool_)
    mask[30:200, 30:200] = True
    noisy = distortions.apply("noise", photograph, 0)
    clean, bad = baseline.predict(photograph, [mask])[0], baseline.predict(noisy, [mask])[0]
    for said in (clean, bad):
        assert said.quality is not None and sum(said.quality) == pytest.approx(1)
        assert {"blur", "noise"} <= set(said.distortions) <= set(DISTORTIONS) and said.unreadable == ()
        for one in said.distortions.values():
            assert 0 <= one.presence <= 1 and sum(one.severity or ()) == pytest.approx(1)
            assert one.value is not None and 0 <= one.value <= 5
        for vote, confidence in zip(said.votes, said.confidences, strict=True):
            assert (vote is None) == (confidence is None) and 0 < (
                1 if confidence is None else confidence
            ) <= 1
    assert bad.distortions["noise"].presence > 0.9 and bad.votes[5] in (0, 1)
    assert baseline.predict(photograph, []) == []


def test_what_it_can_not_tell_it_leaves_out(rois: list[LabelledRoi], photograph: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    shuffled = [roi.votes for roi in rois]
    rng.shuffle(shuffled)  # type: ignore[arg-type]
    made = Baseline.fit([replace(roi, votes=v) for roi, v in zip(rois, shuffled, strict=True)])
    scales = made.card["cross_validation"]["scales"]
    said = made.predict(photograph, [np.ones(photograph.shape[:2], np.bool_)])[0]
    for name, vote in zip(SCALE_NAMES, said.votes, strict=True):
        assert (vote is not None) == (name in made.predicted) == (scales[name]["chance"] <= 0.05)
    assert made.predicted == set() and said.unreadable == ()


def test_saved_and_loaded_it_says_the_same(
    baseline: Baseline, rois: list[LabelledRoi], tmp_path: Path
) -> None:
    file = baseline.save(tmp_path / "models")
    again = Baseline.load(tmp_path / "models")
    assert again.signature == baseline.signature == Baseline.fit(rois).signature
    assert (again.name, again.card) == (baseline.name, baseline.card)
    rgb = data.astronaut()
    mask = [np.ones(rgb.shape[:2], np.bool_)]
    assert again.predict(rgb, mask) == baseline.predict(rgb, mask)
    fewer = Baseline.fit(rois[:33])
    assert fewer.signature != baseline.signature
    content = json.loads(file.read_text())
    for damage in (
        "not json",
        "[" * 100_000,
        json.dumps({**content, "scales": {}}),
        json.dumps({**content, "card": {**content["card"], "votes": float("nan")}}),
        file.read_text().replace('"votes": 252', '"votes": 1e999'),
        json.dumps({**content, "card": {**content["card"], "cross_validation": 3}}),
        json.dumps({**content, "scales": {**content["scales"], "blur": content["scales"]["noise"]}}),
    ):
        file.write_text(damage)
        with pytest.raises(PredictorError, match=r"can not be read \(.*\); fit the baseline again"):
            Baseline.load(file)
    file.write_text(json.dumps({**content, "measures": 0}))
    with pytest.raises(PredictorError, match="another version"):
        Baseline.load(file)


def test_too_few_labels_are_refused(rois: list[LabelledRoi]) -> None:
    with pytest.raises(TooFewLabels, match=r"30 labelled ROIs on 10 pictures, and there are 29 on 10"):
        Baseline.fit(rois[:29])
    with pytest.raises(TooFewLabels, match="on 9"):
        Baseline.fit([LabelledRoi(f"p{n % 9}", roi.measures, roi.votes) for n, roi in enumerate(rois)])


def test_votes_that_say_nothing_are_not_told_however_alike_they_are() -> None:
    """Also where nearly all are alike, where frequencies smoothed otherwise would pass for skill."""
    rng = np.random.default_rng(2)
    made = []
    for n in range(36):
        votes = np.array([[5] * 6 + [2, 2]] * 7)
        votes[0, n % 6] = rng.integers(4, 6)
        made.append(LabelledRoi(f"p{n % 12}", rng.normal(size=len(features.NAMES)), tally(votes.tolist())))
    _, validation = fit_scales(made)
    assert not any(map(is_predicted, validation.values())), validation
    assert all(0 <= value["chance"] <= 1 for value in validation.values())
