"""Training and test images: disjoint, exact, stratified, the same every time."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_db.errors import Refused
from annotation_db.labels.splits import split_images
from annotation_db.records import ImageRecord


def image(number: int, source: str = "", id: int | None = None) -> ImageRecord:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return ImageRecord(
        id=number if id is None else id,
        uid=digest[:32],
        root="/pictures",
        path=f"{number}.jpg",
        sha256=digest,
        byte_size=1,
        width=8,
        height=8,
        exif_orientation=1,
        format="JPEG",
        mode="RGB",
        source=source,
        note="",
        added_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_eighty_percent_of_the_images_exactly() -> None:
    split = split_images([image(i) for i in range(100)])
    assert sum(part == "train" for part in split.values()) == 80


def test_row_order_and_row_ids_do_not_matter_but_the_seed_does() -> None:
    images = [image(i, source="ab"[i % 2]) for i in range(60)]
    split = {i.sha256: part for i, part in zip(images, split_images(images, seed=3).values(), strict=True)}
    shuffled = [image(i, source="ab"[i % 2], id=1000 - i) for i in range(60)]
    random.Random(1).shuffle(shuffled)
    again = split_images(shuffled, seed=3)
    assert {i.sha256: again[i.id] for i in shuffled} == split
    other = split_images(images, seed=4)
    assert {i.sha256: other[i.id] for i in images} != split


def test_a_decimal_share_is_meant_as_written() -> None:
    split = split_images([image(i) for i in range(10)], train=0.7)
    assert sum(part == "train" for part in split.values()) == 7


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.integers(0, 100),
    st.integers(0, 5),
)
def test_every_source_gives_its_share_to_within_one_image(sizes: list[int], percent: int, seed: int) -> None:
    images = [image(100 * s + i, source=f"set {s}") for s, size in enumerate(sizes) for i in range(size)]
    split = split_images(images, train=percent / 100, seed=seed)
    assert set(split) == {i.id for i in images}
    whole = len(images)
    train = sum(part == "train" for part in split.values())
    expected = min(max(percent * whole / 100, 1), whole - 1) if whole > 1 and 0 < percent < 100 else None
    assert abs(train - (percent * whole / 100 if expected is None else expected)) <= 0.5
    for s, size in enumerate(sizes):
        got = sum(split[i.id] == "train" for i in images if i.source == f"set {s}")
        assert abs(got - percent * size / 100) <= 1


def test_both_parts_get_an_image() -> None:
    assert sorted(split_images([image(1), image(2)]).values()) == ["test", "train"]
    assert sorted(split_images([image(1), image(2)], train=0.01).values()) == ["test", "train"]
    assert list(split_images([image(1)]).values()) == ["train"]
    assert split_images([]) == {}


@pytest.mark.parametrize("train", [-0.1, 1.5, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(train: float) -> None:
    with pytest.raises(Refused, match="from 0 to 1"):
        split_images([image(1)], train=train)
