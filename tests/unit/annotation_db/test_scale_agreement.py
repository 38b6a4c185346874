"""Alpha on every scale: published numbers, and the package `krippendorff` in a loop."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation_db.agreement import scale_agreement
from annotation_db.agreement.alpha import (
    added_coincidences,
    coincidences,
    nominal_alpha,
    ordinal_alpha,
    presence,
)
from annotation_db.agreement.resampling import image_counts, image_weights, percentile95, weighted
from annotation_db.agreement.scale_agreement import scale_agreements
from annotation_db.vocabulary.scales import DISTORTIONS, SCALE_NAMES
from tests.unit.annotation_db.vote_tables import columns, drawn, krippendorff_votes

tables_of_counts = st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=12).map(
    lambda rows: np.array(rows, dtype=np.int64)
)


def test_krippendorffs_example() -> None:
    counts = columns(krippendorff_votes()).counts("quality")
    assert scale_agreement.point_alpha(counts, "nominal") == pytest.approx(0.743, abs=5e-4)
    assert scale_agreement.point_alpha(counts, "ordinal") == pytest.approx(0.815, abs=5e-4)
    added = coincidences(counts).sum(axis=0)
    assert float(nominal_alpha(added)) == pytest.approx(0.743, abs=5e-4)
    assert float(ordinal_alpha(added)) == pytest.approx(0.815, abs=5e-4)


@settings(max_examples=60)
@given(tables_of_counts)
def test_ours_is_the_packages(counts: np.ndarray) -> None:
    added = coincidences(counts).sum(axis=0)
    assert added_coincidences(counts) == pytest.approx(added)
    for metric, ours in (("ordinal", ordinal_alpha), ("nominal", nominal_alpha)):
        point = scale_agreement.point_alpha(counts, metric)
        if point is None:
            assert np.isnan(ours(added))
        else:
            assert float(ours(added)) == pytest.approx(point, abs=1e-12)


@settings(max_examples=30)
@given(tables_of_counts)
def test_presence_is_of_two_values(counts: np.ndarray) -> None:
    two = np.stack([counts[:, :-1].sum(axis=1), counts[:, -1]], axis=1)
    assert presence(coincidences(counts)) == pytest.approx(coincidences(two))


def test_resamples_are_those_of_the_package_in_a_loop() -> None:
    votes = drawn(8, 60, 4, levels=6)
    table = columns(votes, scale="blur", rois_per_image=3)
    images = image_counts(20, 40, 7)
    resampled = weighted(images, np.zeros((20, 1)))
    assert resampled.shape == (40, 1)
    levels, there = scale_agreements(table, images)
    loop = []
    for row in images:
        units = np.concatenate(
            [np.tile(votes[:, 3 * i : 3 * i + 3], times) for i, times in enumerate(row)], 1
        )
        loop.append(
            krippendorff.alpha(
                reliability_data=units, value_domain=np.arange(6.0), level_of_measurement="ordinal"
            )
        )
    low, high = np.percentile(loop, (2.5, 97.5))
    assert levels["blur"].ci95 == pytest.approx((low, high), abs=1e-12)
    whole = krippendorff.alpha(reliability_data=votes, level_of_measurement="ordinal")
    assert levels["blur"].alpha == pytest.approx(whole, abs=1e-12)
    both = np.where(np.isnan(votes), np.nan, votes == 5)
    assert there["blur"].alpha == pytest.approx(
        krippendorff.alpha(reliability_data=both, level_of_measurement="nominal"), abs=1e-12
    )
    assert (levels["blur"].rois, levels["blur"].ratings) == (60, 240)
    assert set(there) == set(DISTORTIONS) and set(levels) == set(SCALE_NAMES)


def test_percent_agreement_by_hand() -> None:
    table = columns(np.array([[0, 1, 4], [0, 2, np.nan], [3, 2, np.nan]], dtype=np.float64))
    assert scale_agreement.percent_agreement(table.counts("quality")) == pytest.approx(2 / 6)


def test_what_does_not_exist_says_why() -> None:
    same = columns(np.full((3, 12), 2.0))
    levels, there = scale_agreements(same, image_counts(12, 50, 0))
    assert levels["quality"].alpha is None and levels["quality"].percent_agreement == 1
    assert levels["quality"].undefined["alpha"].startswith("no variation")
    assert there["blur"].undefined["ci95"].startswith("no variation")
    few = columns(drawn(5, 9, 4))
    levels, _ = scale_agreements(few, image_counts(9, 50, 0))
    assert levels["quality"].alpha is not None and levels["quality"].ci95 is None
    assert "9 images are too few" in levels["quality"].undefined["ci95"]
    nothing = columns(np.full((1, 1), np.nan))
    levels, _ = scale_agreements(nothing, image_counts(0, 50, 0))
    assert levels["quality"].undefined["percent_agreement"] == scale_agreement.NO_PAIRS
    assert (levels["quality"].rois, levels["quality"].alpha) == (0, None)


def test_resamples_without_a_figure_are_counted() -> None:
    votes = np.full((2, 12), 2.0)
    votes[:, 0] = (0, 1)
    levels, _ = scale_agreements(columns(votes), image_counts(12, 400, 1))
    found = levels["quality"]
    assert found.alpha is not None and found.ci95 is None
    assert found.left_out > 20 and "of 400 resamples" in found.undefined["ci95"]
    whole = percentile95(np.array([np.nan, *np.linspace(0, 1, 99)]), 10)
    assert whole.left_out == 1 and whole.ci95 == pytest.approx((0.025, 0.975))


def test_weights_are_seeded_and_add_up() -> None:
    drawn_images = image_counts(30, 20, 5)
    assert (drawn_images.sum(axis=1) == 30).all()
    assert (drawn_images == image_counts(30, 20, 5)).all()
    assert (drawn_images != image_counts(30, 20, 6)).any()
    assert image_weights(0, 3, 0).shape == (3, 0)
    some = np.random.default_rng(0).normal(size=(30, 4))
    assert weighted(drawn_images, some) == pytest.approx(drawn_images.astype(float) @ some)
