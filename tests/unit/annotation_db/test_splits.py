"""Training and test images: disjoint, exact, stratified, the same every time."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_db.errors import Refused
from annotation_db.labels.splits import folds_of, split_images
from annotation_db.pictures.split_wish import PARTS, Part, SplitWish
from annotation_db.records import ImageRecord


def image(number: int, source: str = "", id: int | None = None, group: str = "") -> ImageRecord:
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
        group=group,
    )


def test_eighty_percent_of_the_images_exactly() -> None:
    split = split_images([image(i) for i in range(100)])
    assert sum(part == "train" for part in split.values()) == 80


def test_row_order_and_row_ids_do_not_matter_but_the_seed_does() -> None:
    images = [image(i, source="ab"[i % 2]) for i in range(60)]
    split = {
        i.sha256: part
        for i, part in zip(images, split_images(images, SplitWish(seed=3)).values(), strict=True)
    }
    shuffled = [image(i, source="ab"[i % 2], id=1000 - i) for i in range(60)]
    random.Random(1).shuffle(shuffled)
    again = split_images(shuffled, SplitWish(seed=3))
    assert {i.sha256: again[i.id] for i in shuffled} == split
    other = split_images(images, SplitWish(seed=4))
    assert {i.sha256: other[i.id] for i in images} != split


def test_a_decimal_share_is_meant_as_written() -> None:
    split = split_images([image(i) for i in range(10)], SplitWish(0.7))
    assert sum(part == "train" for part in split.values()) == 7


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=6),
    st.integers(0, 100),
    st.integers(0, 5),
)
def test_every_source_gives_its_share_to_within_one_image(sizes: list[int], percent: int, seed: int) -> None:
    images = [image(100 * s + i, source=f"set {s}") for s, size in enumerate(sizes) for i in range(size)]
    split = split_images(images, SplitWish(percent / 100, seed=seed))
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
    assert sorted(split_images([image(1), image(2)], SplitWish(0.01)).values()) == ["test", "train"]
    assert list(split_images([image(1)]).values()) == ["train"]
    assert split_images([]) == {}


@pytest.mark.parametrize("train", [-0.1, 1.5, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(train: float) -> None:
    with pytest.raises(Refused, match="from 0 to 1"):
        split_images([image(1)], SplitWish(train))


GROUPED = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from("abc")), min_size=1, max_size=40
)  # size and source of each group; a group of one is an image in none


def grouped(sizes: list[tuple[int, str]]) -> list[ImageRecord]:
    return [
        image(1000 * g + k, source, group=f"g{g}" if size > 1 else "")
        for g, (size, source) in enumerate(sizes)
        for k in range(size)
    ]


def of_groups(images: list[ImageRecord], found: dict[int, object]) -> dict[str, set[object]]:
    kept: dict[str, set[object]] = {}
    for one in images:
        if one.group and one.id in found:
            kept.setdefault(one.group, set()).add(found[one.id])
    return kept


@given(GROUPED, st.integers(0, 100), st.integers(0, 50), st.integers(0, 3))
def test_no_group_is_cut_and_the_shares_are_near_the_wish(
    sizes: list[tuple[int, str]], percent: int, validates: int, seed: int
) -> None:
    wish = SplitWish(percent / 100, min(validates, 100 - percent) / 100, seed)
    images = grouped(sizes)
    split = split_images(images, wish)
    assert set(split) == {one.id for one in images}
    assert all(len(parts) == 1 for parts in of_groups(images, dict(split)).values())
    assert {part for part in PARTS if part in split.values()} <= set(wish.parts)
    largest, several = max(size for size, _ in sizes), len(sizes) >= 3
    for part, share in zip(PARTS, wish.shares, strict=True):
        got = sum(value == part for value in split.values())
        # A boundary is off by half a group, or by one that was given so that no part is empty.
        assert abs(got - float(share) * len(images)) <= 2 * largest + 1
        if several and share > 0:
            assert got > 0
    shuffled = random.Random(seed).sample(images, len(images))
    assert split_images(shuffled, wish) == split


def test_shares_of_many_groups_are_near_the_wish() -> None:
    images = grouped([(1 + n % 4, "ab"[n % 2]) for n in range(400)])
    split = split_images(images, SplitWish(0.7, 0.1))
    for part, share in (("train", 0.7), ("val", 0.1), ("test", 0.2)):
        assert abs(sum(value == part for value in split.values()) - share * len(images)) <= 4
        for source in "ab":
            mine = [one for one in images if one.source == source]
            assert abs(sum(split[one.id] == part for one in mine) - share * len(mine)) <= 4


@given(GROUPED, GROUPED, st.integers(0, 3), st.sampled_from([0.0, 0.15]))
def test_what_is_frozen_never_moves_and_new_images_join(
    sizes: list[tuple[int, str]], more: list[tuple[int, str]], seed: int, val: float
) -> None:
    wish = SplitWish(0.7, val, seed)
    first = grouped(sizes)
    frozen = split_images(first, wish)
    # The new ones: further groups, and one more image in each group that there was.
    late = [image(9_000_000 + n, group=one) for n, one in enumerate(sorted({i.group for i in first} - {""}))]
    new = [image(i.id + 500_000, i.source, group=i.group and f"new {i.group}") for i in grouped(more)] + late
    again = split_images(first + new, wish, frozen)
    assert {one: again[one] for one in frozen} == frozen
    assert all(len(parts) == 1 for parts in of_groups(first + new, dict(again)).values())
    # As far as what is frozen lets it, the whole is as wished.
    many = split_images(first + new + [image(10_000_000 + n) for n in range(500)], wish, frozen)
    assert abs(sum(part == "train" for part in many.values()) - 0.7 * len(many)) <= 14


def test_a_group_frozen_in_two_parts_is_refused() -> None:
    pair = [image(1, group="g"), image(2, group="g")]
    frozen: dict[int, Part] = {1: "train", 2: "test"}
    with pytest.raises(Refused, match="several frozen parts"):
        split_images(pair, frozen=frozen)


@given(GROUPED, st.integers(2, 5), st.integers(0, 3))
def test_folds_cut_no_group_and_are_of_one_size(sizes: list[tuple[int, str]], folds: int, seed: int) -> None:
    wish = SplitWish(1.0, seed=seed, folds=folds)
    images = grouped(sizes)
    split = split_images(images, wish)
    if len(sizes) < folds:
        with pytest.raises(Refused, match="fewer folds"):
            folds_of(images, split, wish)
        return
    found = folds_of(images, split, wish)
    assert set(found) == {one.id for one in images}
    assert all(len(of_group) == 1 for of_group in of_groups(images, dict(found)).values())
    counts = [list(found.values()).count(fold) for fold in range(1, folds + 1)]
    assert max(counts) - min(counts) <= max(size for size, _ in sizes)
    shuffled = random.Random(seed).sample(images, len(images))
    assert folds_of(shuffled, split, wish) == found
    frozen = dict(list(found.items())[::2])
    assert folds_of(images, split, wish, frozen).items() >= frozen.items()


def test_only_images_that_train_are_in_folds() -> None:
    images = [image(n) for n in range(40)]
    wish = SplitWish(0.5, 0.25, folds=4)
    split = split_images(images, wish)
    found = folds_of(images, split, wish)
    assert set(found) == {one for one, part in split.items() if part == "train"}
    assert folds_of(images, split, SplitWish(0.5, 0.25)) == {}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (SplitWish(0.8, 0.3), "more than all"),
        (SplitWish(0.8, -0.1), "validation"),
        (SplitWish(folds=1), "folds"),
    ],
)
def test_wishes_that_cannot_be_are_refused(wish: SplitWish, said: str) -> None:
    with pytest.raises(Refused, match=said):
        split_images([image(1)], wish)


def test_splits_of_images_without_groups_are_those_of_older_versions() -> None:
    split = split_images([image(n, "ab"[n % 2]) for n in range(10)], SplitWish(0.8, seed=1))
    assert [n for n, part in split.items() if part == "test"] == [5, 8]
