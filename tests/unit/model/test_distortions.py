"""The six distortions: stronger is stronger, shapes stay, nothing outside a mask changes."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from annotation_db.vocabulary.scales import DISTORTIONS
from model import distortions

CASES = [(name, variant) for name in DISTORTIONS for variant in distortions.variants(name)]
SEVERITIES = range(5)


@pytest.fixture(scope="module")
def photograph() -> np.ndarray:
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[20:180, 140:300])


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return 10 * np.log10(255**2 / np.mean((a.astype(float) - b) ** 2))


def luma(rgb: np.ndarray) -> np.ndarray:
    return rgb @ np.array([0.299, 0.587, 0.114])


def sharpness(rgb: np.ndarray) -> float:
    return float(np.abs(np.diff(luma(rgb), axis=1)).mean())


def chroma(rgb: np.ndarray) -> float:
    return float(np.abs(rgb - luma(rgb)[..., None]).mean())


def five(photograph: np.ndarray, name: str, variant: str) -> list[np.ndarray]:
    return [distortions.apply(name, photograph, s, 3, variant=variant) for s in SEVERITIES]


def rising(values: list[float]) -> bool:
    return all(a < b for a, b in pairwise(values))


def test_the_names_are_those_of_the_scales() -> None:
    assert tuple(distortions.STRENGTHS) == DISTORTIONS


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_shape_and_type_stay_and_the_input_is_not_changed(photograph, name, variant) -> None:
    before = photograph.copy()
    for distorted in five(photograph, name, variant):
        assert distorted.shape == photograph.shape
        assert distorted.dtype == np.uint8
        assert not np.shares_memory(distorted, photograph)
    assert np.array_equal(photograph, before)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_fidelity_rises_from_extreme_to_trivial(photograph, name, variant) -> None:
    assert rising([psnr(distorted, photograph) for distorted in five(photograph, name, variant)])


@pytest.mark.parametrize(
    ("name", "variant", "measure", "sign"),
    [
        ("blur", "gaussian", sharpness, 1),
        ("blur", "defocus", sharpness, 1),
        ("blur", "motion", sharpness, 1),
        ("colorfulness", "under", chroma, 1),
        ("colorfulness", "over", chroma, -1),
        ("contrast", "low", lambda rgb: luma(rgb).std(), 1),
        ("contrast", "high", lambda rgb: luma(rgb).std(), -1),
        ("exposure", "under", lambda rgb: luma(rgb).mean(), 1),
        ("exposure", "over", lambda rgb: luma(rgb).mean(), -1),
        ("noise", "gaussian", sharpness, -1),
        ("noise", "shot", sharpness, -1),
    ],
)
def test_what_it_is_named_after_changes_in_order(photograph, name, variant, measure, sign) -> None:
    """Severity by severity, and the undistorted photograph at the trivial end."""
    pictures = [*five(photograph, name, variant), photograph]
    assert rising([sign * float(measure(picture)) for picture in pictures])


@pytest.mark.parametrize("variant", distortions.variants("compression"))
def test_compression_makes_fewer_details(photograph, variant) -> None:
    sizes = []
    for picture in five(photograph, "compression", variant):
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, "PNG")
        sizes.append(buffer.tell())
    assert rising(sizes)


@pytest.mark.parametrize(("name", "variant"), CASES)
def test_a_mask_confines_it_and_its_edge_fades(photograph, name, variant) -> None:
    yy, xx = np.mgrid[:160, :160]
    mask = np.hypot(yy - 80, xx - 80) < 50
    whole = distortions.apply(name, photograph, 0, 5, variant=variant)
    inside = distortions.apply(name, photograph, 0, 5, variant=variant, mask=mask, feather=6)
    assert np.array_equal(inside[~mask], photograph[~mask])
    core = np.hypot(yy - 80, xx - 80) < 42
    assert np.array_equal(inside[core], whole[core])
    rim = mask & ~core
    change = np.abs(inside.astype(int) - photograph)[rim].mean()
    assert 0 < change < np.abs(whole.astype(int) - photograph)[rim].mean()


def test_full_and_empty_masks(photograph) -> None:
    whole = distortions.apply("noise", photograph, 1)
    full = np.ones(photograph.shape[:2], dtype=bool)
    assert np.array_equal(distortions.apply("noise", photograph, 1, mask=full), whole)
    assert np.array_equal(distortions.apply("noise", photograph, 1, mask=~full), photograph)


@pytest.mark.parametrize(("name", "variant"), [("noise", "gaussian"), ("noise", "shot"), ("blur", "motion")])
def test_the_seed_decides(photograph, name, variant) -> None:
    first, again, other = (
        distortions.apply(name, photograph, 1, seed, variant=variant) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_known_strengths_are_physical() -> None:
    grey = np.full((64, 64, 3), 128, dtype=np.uint8)
    noisy = distortions.apply("noise", grey, 2)
    assert noisy.std() == pytest.approx(distortions.strength("noise", 2), rel=0.03)
    # sRGB 128 is 0.2159 in linear light; 1.2 stops less are 0.0940, which is sRGB 86.
    assert distortions.apply("exposure", grey, 3)[0, 0, 0] == 86
    edge = np.zeros((64, 64, 3), dtype=np.uint8)
    edge[:, 32:] = 255
    spread = np.diff(distortions.apply("blur", edge, 1)[32, :, 0].astype(float)) / 255
    place = np.arange(63) + 0.5
    sigma = np.sqrt((spread * (place - (spread * place).sum()) ** 2).sum())
    assert sigma == pytest.approx(distortions.strength("blur", 1), rel=0.05)


def test_described_in_words() -> None:
    assert distortions.describe("blur", 1) == "severe blur (Gaussian, sigma 4.5 px)"
    assert distortions.describe("exposure", 0, "over") == "extreme exposure (3.4 EV)"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("haze", 2), "no distortion"),
        (("blur", 5), "a severity is"),
        (("blur", -1), "a severity is"),
        (("blur", True), "a severity is"),
        (("blur", 2, "square"), "no variant"),
    ],
)
def test_unknown_ones_are_refused(arguments, complaint) -> None:
    with pytest.raises(ValueError, match=complaint):
        distortions.strength(*arguments)


def test_wrong_pictures_and_masks_are_refused(photograph) -> None:
    for wrong in (photograph[..., 0], photograph.astype(float), photograph[:0]):
        with pytest.raises(ValueError, match="a picture is"):
            distortions.apply("blur", wrong, 2)
    with pytest.raises(ValueError, match="the mask is"):
        distortions.apply("blur", photograph, 2, mask=np.ones((3, 3), dtype=bool))
    with pytest.raises(ValueError, match="the mask is"):
        distortions.apply("blur", photograph, 2, mask=np.ones((160, 160), dtype=np.uint8))


@settings(max_examples=25, deadline=None)
@given(
    case=st.sampled_from(CASES),
    severity=st.sampled_from(SEVERITIES),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 2**31),
)
def test_any_size_down_to_one_pixel(case, severity, height, width, seed) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    name, variant = case
    distorted = distortions.apply(name, rgb, severity, seed, variant=variant)
    assert distorted.shape == rgb.shape


def test_importing_it_loads_neither_scipy_nor_torch() -> None:
    code = "import sys, model.distortions; print({'scipy', 'skimage', 'torch', 'cv2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
