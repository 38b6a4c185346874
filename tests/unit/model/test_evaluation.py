"""Every figure of an evaluation against cases made by hand, and against scipy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from model.evaluation import label_file, prediction_file
from model.evaluation.calibration import emd, js_divergence
from model.evaluation.evaluate import Evaluation, evaluate
from tests.unit.model.evaluation_files import label, said, write_labels, write_predictions


def held(
    folder: Path,
    labels: list[dict[str, Any] | None],
    lines: list[dict[str, Any]],
    other: list[dict[str, Any]] | None = None,
    each: int = 1,
    **options: Any,
) -> Evaluation:
    read = prediction_file.read
    against = None if other is None else read(write_predictions(folder / "other.jsonl", other, each))
    return evaluate(
        label_file.read(write_labels(folder / "rois_test.json", labels, each)),
        read(write_predictions(folder / "model.jsonl", lines, each)),
        against,
        **{"bootstrap": 50, **options},
    )


def noisy(count: int = 60, seed: int = 0) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    truth = np.round(rng.uniform(0, 4, count) * 7) / 7
    near = np.clip(truth + rng.normal(0, 0.5, count), 0, 4)
    return truth, near, np.clip(truth + rng.normal(0, 1.5, count), 0, 4)


def test_srocc_plcc_and_the_logistic_fit_are_those_of_scipy(tmp_path: Path) -> None:
    truth, near, far = noisy()
    near[:9] = near[0]  # ties
    told = held(
        tmp_path,
        [label(float(y), float(y)) for y in truth],
        [said(float(x), float(z)) for x, z in zip(near, far, strict=True)],
    ).document
    for name, x in (("quality", near), ("importance", far)):
        assert told[name]["srocc"] == pytest.approx(stats.spearmanr(x, truth).statistic, abs=1e-12)
        assert told[name]["plcc"] == pytest.approx(stats.pearsonr(x, truth).statistic, abs=1e-12)

        def curve(v: Any, a: float, b: float, c: float, d: float) -> Any:
            return b + (a - b) / (1 + np.exp(-(v - c) / np.abs(d)))

        start = [truth.max(), truth.min(), x.mean(), x.std() / 4]
        found, _ = optimize.curve_fit(curve, x, truth, start, maxfev=10_000)
        expected = stats.pearsonr(curve(x, *found), truth).statistic
        assert told[name]["plcc_logistic"] == pytest.approx(expected, abs=1e-6)
        low, high = told[name]["ci95"]["srocc"]
        assert low < told[name]["srocc"] < high and told[name]["undefined"] is None


def test_intervals_are_percentiles_over_images_and_repeat(tmp_path: Path) -> None:
    truth, near, _ = noisy(40)
    labels = [label(float(y)) for y in truth]
    lines = [said(float(x), float(x)) for x in near]
    one = held(tmp_path, labels, lines, each=2, bootstrap=300, seed=7).document
    assert one == held(tmp_path, labels, lines, each=2, bootstrap=300, seed=7).document
    assert one != held(tmp_path, labels, lines, each=2, bootstrap=300, seed=8).document
    assert (one["rois"], one["images"]) == (40, 20)
    assert one["bootstrap"] == {"resamples": 300, "seed": 7, "unit": "image", "method": "percentile"}
    # The same drawn by hand: whole images.
    from annotation_db.agreement.resampling import image_counts

    values = []
    for counts in image_counts(20, 300, 7):
        rois = np.concatenate([np.repeat([2 * n, 2 * n + 1], c) for n, c in enumerate(counts)]).astype(int)
        values.append(stats.spearmanr(near[rois], truth[rois]).statistic)
    assert one["quality"]["ci95"]["srocc"] == pytest.approx(np.percentile(values, (2.5, 97.5)), abs=1e-9)
    # Constant labels, so nothing of importance.
    assert one["importance"]["srocc"] is None and "do not vary" in one["importance"]["undefined"]["srocc"]
    assert one["importance"]["ci95"] == {"srocc": None, "plcc": None}
    assert one["importance"]["plcc_logistic"] is None


def test_sets_are_counted_roi_by_roi(tmp_path: Path) -> None:
    told = held(
        tmp_path,
        [label(blur=1, noise=3), label(), label(exposure=0), label(), label(contrast=2)],
        [
            said(blur=1, noise=2, contrast=4),  # types P 2/3, R 1, F1 4/5; severities 1/3, 1/2, 2/5
            said(),  # clean, both 1
            said(),  # says clean: 0
            said(blur=0),  # 0
            said(contrast=None, blur=2),  # unreadable: 0
        ],
    ).document
    assert told["types"]["precision"] == pytest.approx((2 / 3 + 1) / 5)
    assert told["types"]["recall"] == pytest.approx((1 + 1) / 5)
    assert told["types"]["f1"] == pytest.approx((4 / 5 + 1) / 5)
    assert told["severity"]["precision"] == pytest.approx((1 / 3 + 1) / 5)
    assert told["severity"]["recall"] == pytest.approx((1 / 2 + 1) / 5)
    assert told["severity"]["f1"] == pytest.approx((2 / 5 + 1) / 5)
    columns = told["per_distortion_f1"]
    # An unreadable answer predicts nothing: not blur, nor clean.
    assert columns["blur"] == pytest.approx(2 / 3) and columns["noise"] == 1
    assert columns["contrast"] == 0 and columns["exposure"] == 0
    assert columns["colorfulness"] is None and columns["compression"] is None
    assert columns["clean"] == pytest.approx(2 * 1 / (2 * 1 + 1 + 1))
    assert columns["average"] == pytest.approx((2 / 3 + 1 + 0 + 0 + 1 / 2) / 5)
    assert set(columns["undefined"]) >= {"colorfulness", "compression"}
    assert told["unreadable"] == pytest.approx(1 / 15)
    assert told["presence"]["contrast"] == {
        "both": 0, "label_only": 0, "prediction_only": 1, "neither": 3, "unreadable": 1,
    }  # fmt: skip
    assert told["types"]["ci95"]["f1"] is None and "too few" in told["types"]["undefined"]["ci95.f1"]


def test_a_perfect_and_an_unreadable_model(tmp_path: Path) -> None:
    truth, *_ = noisy(30)
    labels = [label(float(y), float(4 - y), blur=n % 5) for n, y in enumerate(truth)]
    perfect = [said(float(y), float(4 - y), blur=n % 5) for n, y in enumerate(truth)]
    silent = [said(None, None, noise=None) for _ in truth]
    told = held(tmp_path, labels, perfect, silent).document
    for name in ("quality", "importance"):
        assert told[name]["srocc"] == pytest.approx(1) and told[name]["plcc"] == pytest.approx(1)
    assert told["types"]["f1"] == told["severity"]["f1"] == told["per_distortion_f1"]["average"] == 1
    assert told["unreadable"] == 0 and told["against"]["unreadable"] == 1
    against = told["against"]
    assert against["severity"]["f1"]["difference"] == 1 and against["severity"]["f1"]["ci95"] == [1, 1]
    assert against["quality"]["srocc"]["difference"] is None and against["quality"]["rois"] == 0
    assert "no score could be read" in against["quality"]["srocc"]["undefined"]["difference"]
    lost = held(tmp_path, labels, silent).document
    assert lost["quality"]["srocc"] is None and lost["quality"]["read"] == 0
    assert lost["per_distortion_f1"]["blur"] == 0 and lost["per_distortion_f1"]["clean"] is None
    assert lost["against"] is None and lost["undefined"]["against"] == "no other model was given"


def test_the_difference_is_paired_and_over_rois_that_both_could_be_read_of(tmp_path: Path) -> None:
    truth, near, far = noisy()
    labels = [label(float(y)) for y in truth]
    lines = [said(float(x), 1.0 + n % 2) for n, x in enumerate(near)]
    other = [said(None if n < 5 else float(x), 1.0 + n % 2) for n, x in enumerate(far)]
    told = held(tmp_path, labels, lines, other, bootstrap=400).document
    one = told["against"]["quality"]["srocc"]
    own, theirs = (stats.spearmanr(x[5:], truth[5:]).statistic for x in (near, far))
    assert one["difference"] == pytest.approx(own - theirs) and told["against"]["quality"]["rois"] == 55
    assert one["own"] == pytest.approx(own) and one["other"] == pytest.approx(theirs)
    assert 0 < one["ci95"][0] < one["difference"] < one["ci95"][1] and one["undefined"] is None
    same = held(tmp_path, labels, lines, lines).document["against"]
    for name in ("quality", "types", "severity"):
        assert all(
            figure["difference"] == 0 and figure["ci95"] == [0, 0]
            for figure in same[name].values()
            if isinstance(figure, dict)
        )


def test_few_rois_constant_scores_and_a_fit_that_does_not_converge(tmp_path: Path) -> None:
    one = held(tmp_path, [label(1.0), None], [said(2.0), said(3.0)]).document
    assert (one["rois"], one["left_out"]) == (1, 1)
    assert one["quality"]["srocc"] is None and "one ROI" in one["quality"]["undefined"]["srocc"]
    three = held(tmp_path, [label(float(n)) for n in range(3)], [said(n / 2) for n in range(3)]).document
    assert three["quality"]["plcc"] == pytest.approx(1) and three["quality"]["plcc_logistic"] is None
    assert "needs 4" in three["quality"]["undefined"]["plcc_logistic"]
    flat = held(tmp_path, [label(float(n % 5)) for n in range(12)], [said(2.5)] * 12).document
    assert flat["quality"]["plcc"] is None and "scores do not vary" in flat["quality"]["undefined"]["plcc"]


def votes(**counts: list[int]) -> dict[str, list[int]]:
    """Seven votes on every scale; "good" and "important" and nothing there where not named."""
    fives = {name: [0, 0, 0, 0, 0, 7] for name in DISTORTIONS}
    return {**fives, "quality": [0, 0, 0, 7, 0], "importance": [0, 0, 0, 7, 0], **counts}


def test_divergences_by_hand() -> None:
    a, b = np.array([[1.0, 0, 0]]), np.array([[0, 0, 1.0]])
    assert js_divergence(a, b) == 1 and js_divergence(a, a) == 0
    assert emd(a, b) == 2 and emd(a, np.array([[0.5, 0.5, 0]])) == 0.5
    half = np.array([[0.5, 0.5, 0]])
    by_hand = 0.5 * np.log2(1 / 0.75) + 0.5 * (0.5 * np.log2(0.5 / 0.75) + 0.5 * np.log2(0.5 / 0.25))
    assert js_divergence(a, half) == pytest.approx(by_hand)


def test_probabilities_are_held_against_the_votes(tmp_path: Path) -> None:
    spread = [0, 0, 2, 5, 0]
    labels = [label(3.0, counts=votes(quality=spread)) for _ in range(12)]
    exact = {**said(), "quality": {"score": 2.7, "probabilities": [n / 7 for n in spread]}}
    sure = {
        **said(),
        "quality": {"score": 0, "probabilities": [1, 0, 0, 0, 0]},
        "distortion_probabilities": {"blur": [1, 0, 0, 0, 0, 0]},
    }
    told = held(tmp_path, labels, [exact] * 12).document["calibration"]
    assert set(told) == {"quality"} and told["quality"]["js"] == 0 and told["quality"]["emd"] == 0
    assert told["quality"]["reliability_gap"] == pytest.approx(0) and told["quality"]["rois"] == 12
    assert sum(one["pairs"] for one in told["quality"]["reliability"]) == 60
    wrong = held(tmp_path, labels, [sure] * 12).document["calibration"]
    assert wrong["quality"]["js"] == pytest.approx(1)
    assert wrong["quality"]["emd"] == pytest.approx(2 * 2 / 7 + 3 * 5 / 7)
    assert wrong["blur"]["emd"] == 5 and wrong["blur"]["ci95"]["emd"] == [5, 5]
    none = held(tmp_path, labels, [said()] * 12).document
    assert none["calibration"] is None and "no probabilities" in none["undefined"]["calibration"]


def test_panels_are_those_of_the_agreement_report(tmp_path: Path) -> None:
    """On one scale it makes no difference who gave which vote, so both ways agree but for what is drawn."""
    from annotation_db.agreement.panels import panels
    from annotation_db.agreement.resampling import image_counts
    from annotation_db.agreement.vote_columns import VoteColumns

    rng = np.random.default_rng(3)
    rois, n = 80, 7
    given = (
        np.clip(rng.uniform(0, 4, (rois, 1, 8)) + rng.normal(0, 1, (rois, n, 8)), 0, 4)
        .round()
        .astype(np.int8)
    )
    labels = []
    for one in given:
        counted = {
            name: np.bincount(one[:, place], minlength=6 if name in DISTORTIONS else 5).tolist()
            for place, name in enumerate(SCALE_NAMES)
        }
        labels.append(label(float(one[:, 6].mean()), counts=counted, **dict.fromkeys(DISTORTIONS, 2)))
    told = held(tmp_path, labels, [said()] * rois).document["panel"]
    assert told["rois"] == rois and set(told["scales"]) == set(SCALE_NAMES)
    rows = np.arange(rois * n)
    people = VoteColumns(
        given.reshape(-1, 8), rows // n, rows % n, np.arange(rois), np.full(rois * n, np.nan),
        np.zeros(rois * n, dtype=np.int64), np.arange(rois), np.arange(n), np.arange(rois),
    )  # fmt: skip
    expected = panels(people, image_counts(rois, 50, 0))
    for scale, one in told["scales"].items():
        assert one["panel_halves"]["plcc"] == pytest.approx(expected[scale].values["plcc"], abs=0.02)
        assert one["attainable"]["plcc"] == pytest.approx(expected[scale].attainable_plcc, abs=0.02)
        assert one["panel_full"]["plcc"] > one["panel_halves"]["plcc"]
    assert held(tmp_path, [label()] * 3, [said()] * 3).document["panel"]["rois"] == 0


def test_the_worst_come_first_and_levels_meet_in_the_confusion(tmp_path: Path) -> None:
    labels = [label(0.8, 2.0), label(4.0, 2.0, blur=1), label(2.0, 2.0)]
    lines = [said(0.8, 2.0), said(0.0, None, noise=None), said(2.5, 2.0)]
    told = held(tmp_path, labels, lines).document
    assert [(one["img"], one["error"]) for one in told["worst"]] == [
        ("p001.png", pytest.approx(1.0)),
        ("p002.png", pytest.approx(0.125 / 3)),
        ("p000.png", pytest.approx(0.0)),
    ]
    assert told["confusion"]["quality"][0][0] == 1 and told["confusion"]["quality"][4][0] == 1
    assert told["confusion"]["quality"][2][3] == 1 and np.sum(told["confusion"]["importance"]) == 2
