"""Groups of pictures: by name, by table, by what they look like; never cut by a frozen split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from sqlalchemy import delete

from annotation_db.database import audit
from annotation_db.database.schema import FrozenSplit
from annotation_db.database.store import Store
from annotation_db.errors import Cancelled, ImportRefused, NotFound, Refused
from annotation_db.filters import saved
from annotation_db.filters.roi_filter import RoiFilter
from annotation_db.imports import groups_csv
from annotation_db.pictures import frozen_splits, groups, images, near_duplicates
from annotation_db.pictures.split_wish import SplitWish
from annotation_db.records import ImageRecord
from annotation_db.safety.restoring import restore
from annotation_db.safety.salvage import rescue
from tests.unit.annotation_db.conftest import Filled, save_picture
from tests.unit.annotation_db.test_splits import image


def named(*paths: str) -> list[ImageRecord]:
    from dataclasses import replace

    return [replace(image(n), path=path) for n, path in enumerate(paths)]


def told(plan: groups.GroupPlan) -> dict[str, list[str]]:
    return {name: [one.path for one in of_group] for name, of_group in plan.result().items()}


CUPS = named("a/cup-dark.png", "a/cup.png", "b/cat-a-b.png", "b/cat-red.png")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*-*.png", {"cup": ["a/cup-dark.png"], "cat": ["b/cat-a-b.png", "b/cat-red.png"]}),
        ("*/*.png", {"a": ["a/cup-dark.png", "a/cup.png"], "b": ["b/cat-a-b.png", "b/cat-red.png"]}),
        ("cu*-????.png", {"p": ["a/cup-dark.png"]}),
        (
            r"([a-z]+)[^/]*\.png$",
            {"cup": ["a/cup-dark.png", "a/cup.png"], "cat": ["b/cat-a-b.png", "b/cat-red.png"]},
        ),
        (r"(b)/(?P<group>\w+)", {"cat": ["b/cat-a-b.png", "b/cat-red.png"]}),
    ],
)
def test_groups_are_read_off_names(pattern: str, found: dict[str, list[str]]) -> None:
    plan = groups.by_pattern(CUPS, pattern)
    assert told(plan) == found
    grouped = {path for paths in found.values() for path in paths}
    assert {one.path for one in plan.untouched} == {one.path for one in CUPS} - grouped


@pytest.mark.parametrize("pattern", ["cup.png", "(", r"(?:a)b", ""])
def test_patterns_that_give_no_group_are_refused(pattern: str) -> None:
    with pytest.raises(Refused):
        groups.by_pattern(CUPS, pattern)


def test_groups_are_stored_and_taken_back(any_filled: Filled) -> None:
    one, two, three = any_filled.images
    with any_filled.store.write("Lea") as s:
        assert groups.assign(s, {one.id: "  scene 1 ", two.id: "scene 1"}, "Lea") == 2
        assert groups.assign(s, {one.id: "scene 1"}, "Lea") == 0
        with pytest.raises(NotFound):
            groups.assign(s, {999: "x"}, "Lea")
        with pytest.raises(Refused, match="control"):
            groups.assign(s, {one.id: "a\nb"}, "Lea")
    with any_filled.store.read() as s:
        assert [image.group for image in images.list_all(s)] == ["scene 1", "scene 1", ""]
        assert audit.list_all(s, 1)[0].action == "image.group"
    with any_filled.store.write("Lea") as s:
        assert groups.assign(s, {two.id: "", three.id: ""}, "Lea") == 1
        assert told(groups.plan(s, {})) == {"scene 1": [one.path]}


def test_a_group_is_not_cut_by_what_is_frozen(any_filled: Filled) -> None:
    one, two, three = any_filled.images
    wish = SplitWish(0.5, folds=2)
    with any_filled.store.write("Lea") as s:
        split = {one.id: "train", two.id: "test"}
        assert frozen_splits.freeze(s, wish, split, {one.id: 2}, known=None, who="Lea") == 2  # type: ignore[arg-type]
    with any_filled.store.write("Lea") as s:
        with pytest.raises(Refused, match="train"):
            groups.assign(s, {one.id: "g", two.id: "g"}, "Lea")
        groups.assign(s, {one.id: "g", three.id: "g"}, "Lea")
        frozen = frozen_splits.get(s)
        assert frozen is not None and (frozen.wish, frozen.by, frozen.parts) == (wish, "Lea", split)
        pictures = images.list_all(s)
        assert frozen.parts_with_groups(pictures) == {**split, three.id: "train"}
        assert frozen.folds_with_groups(pictures) == {one.id: 2, three.id: 2}
        with pytest.raises(Refused, match="just now"):
            frozen_splits.freeze(s, wish, {}, {}, known=None, who="Lea")
        joined = {**split, three.id: "train"}
        assert frozen_splits.freeze(s, wish, joined, {three.id: 2}, known=frozen, who="Bo") == 1  # type: ignore[arg-type]
    with any_filled.store.write("Lea") as s:
        s.execute(delete(FrozenSplit))  # as a rescue leaves it that could not read this row
    with any_filled.store.write("Lea") as s:
        joined = {three.id: "train"}
        assert frozen_splits.freeze(s, wish, joined, {}, known=None, who="Lea") == 1  # type: ignore[arg-type]
        assert frozen_splits.freeze(s, wish, split, {}, known=frozen_splits.get(s), who="Lea") == 2  # type: ignore[arg-type]
    with any_filled.store.write("Lea") as s:
        assert frozen_splits.thaw(s, "Lea") == 3
        assert frozen_splits.get(s) is None
        entry = audit.list_all(s, 1)[0]
        assert entry.action == "split.thaw" and len(entry.detail["parts"]) == 3
        with pytest.raises(Refused, match="not frozen"):
            frozen_splits.thaw(s, "Lea")
        groups.assign(s, {one.id: "g", two.id: "g"}, "Lea")


def test_a_group_made_while_an_export_was_written_is_not_cut(any_filled: Filled) -> None:
    one, two, three = any_filled.images
    split = {one.id: "train", two.id: "test", three.id: "train"}  # drawn while nothing was grouped
    with any_filled.store.write("Lea") as s:
        groups.assign(s, {one.id: "g", two.id: "g"}, "Bo")
        with pytest.raises(Refused, match="pictures of test and train into the group g just now"):
            frozen_splits.freeze(s, SplitWish(0.5), split, {}, known=None, who="Lea")  # type: ignore[arg-type]
        assert frozen_splits.get(s) is None
        groups.assign(s, {two.id: "", three.id: "g"}, "Bo")
        folds = {one.id: 1, three.id: 2}
        with pytest.raises(Refused, match="pictures of folds 1 and 2 into"):
            frozen_splits.freeze(s, SplitWish(0.5, folds=2), split, folds, known=None, who="Lea")  # type: ignore[arg-type]


def test_what_is_asked_of_a_frozen_split_must_be_what_it_is() -> None:
    from datetime import UTC, datetime

    frozen = frozen_splits.Frozen(SplitWish(0.7, 0.1, 5), "Lea", datetime.now(UTC), {}, {})
    assert frozen_splits.wish_of(frozen, {"train": None, "seed": 5}) == frozen.wish
    assert frozen_splits.wish_of(None, {"train": 0.6, "val": None}) == SplitWish(0.6)
    with pytest.raises(Refused, match=r"frozen with val 0\.1"):
        frozen_splits.wish_of(frozen, {"val": 0.2})


def test_a_table_names_pictures_and_groups(tmp_path: Path) -> None:
    file = tmp_path / "groups.csv"
    file.write_text("Group;note;IMAGE\nmug;x;cup.png\nmug;;a/cup-dark.png\n;;cat-red.png\n", encoding="utf-8")
    assert groups_csv.read(file, CUPS) == {1: "mug", 0: "mug", 3: ""}
    file.write_text("image,group\ncup.png,a\ncup.png,b\nnowhere.png,c\n", encoding="utf-8")
    with pytest.raises(ImportRefused) as refusal:
        groups_csv.read(file, CUPS)
    assert [one.line for one in refusal.value.complaints] == [3, 4]
    file.write_text("image,roi\ncup.png,a\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="no column group"):
        groups_csv.read(file, CUPS)


def test_copies_that_look_alike_are_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("one", "two"):
        drawn = rng.integers(0, 255, (12, 16, 3), dtype=np.uint8)
        picture = Pillow.fromarray(drawn).resize((160, 120), Pillow.Resampling.BICUBIC)
        picture.save(tmp_path / f"{name}.png")
        picture.point(lambda value: value // 2).save(tmp_path / f"{name}-dark.png")
        picture.save(tmp_path / f"{name}-poor.jpg", quality=10)
    save_picture(tmp_path / "alone.png", 7)
    pictures = [
        type(one)(**{**{k: getattr(one, k) for k in one.__slots__}, "root": str(tmp_path)})
        for one in named(*sorted(path.name for path in tmp_path.iterdir()), "gone.png")
    ]
    told_of: list[tuple[int, int]] = []
    found = near_duplicates.find(pictures, progress=lambda done, total, _: told_of.append((done, total)))
    assert [[one.path for one in of_group] for of_group in found.groups] == [
        ["one-dark.png", "one-poor.jpg", "one.png"],
        ["two-dark.png", "two-poor.jpg", "two.png"],
    ]
    assert len(found.unreadable) == 1 and "gone.png" in found.unreadable[0]
    assert told_of[-1] == (8, 8)
    assert list(told(groups.of_similar(pictures, found.groups))) == ["one", "two"]
    with pytest.raises(Cancelled):
        near_duplicates.find(pictures, cancelled=lambda: True)
    with pytest.raises(Refused):
        near_duplicates.find(pictures, 40)


def test_similar_pictures_join_the_groups_that_there_are() -> None:
    from dataclasses import replace

    pictures = [
        replace(one, group=group) for one, group in zip(CUPS, ("mugs", "", "mugs", "pets"), strict=True)
    ]
    plan = groups.of_similar(pictures, [pictures[1:3]])
    assert told(plan) == {"mugs": ["a/cup-dark.png", "a/cup.png", "b/cat-a-b.png"], "pets": ["b/cat-red.png"]}
    plan = groups.of_similar(pictures, [pictures[2:]])
    assert told(plan) == {"mugs": ["a/cup-dark.png", "b/cat-a-b.png", "b/cat-red.png"]}


def test_hashes_hang_together_by_steps() -> None:
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 1 << 63, 100, dtype=np.uint64)
    hashes[50] = hashes[10] ^ np.uint64(0b111)
    hashes[99] = hashes[50] ^ np.uint64(0b111 << 60)
    assert near_duplicates.linked(hashes, 3) == [[10, 50, 99]]
    assert near_duplicates.linked(hashes, 2) == []
    for value in (0, 1, 2**64 - 1, 0x8000000000000001):
        counted = near_duplicates._bits_of(np.array([value], dtype=np.uint64))
        assert counted[0] == value.bit_count()


def written(store: Store) -> None:
    with store.write("Lea") as s:
        one, two, _ = images.list_all(s)
        groups.assign(s, {one.id: "scene"}, "Lea")
        frozen_splits.freeze(s, SplitWish(0.5), {one.id: "train", two.id: "test"}, {}, known=None, who="Lea")
        saved.save(s, "few", RoiFilter(rated_fewer_than=3), "Lea")


def kept(store: Store) -> object:
    with store.read() as s:
        frozen = frozen_splits.get(s)
        assert frozen is not None
        filters = [(one.name, one.wanted, one.by) for one in saved.list_all(s)]
        return [image.group for image in images.list_all(s)], frozen, filters


def test_what_is_rescued_has_groups_frozen_split_and_filters(filled: Filled, tmp_path: Path) -> None:
    written(filled.store)
    before = kept(filled.store)
    filled.store.close()
    assert rescue(tmp_path / "project", tmp_path / "saved", "Lea").whole
    with Store.open(tmp_path / "saved") as store:
        assert kept(store) == before


def test_a_backup_has_groups_frozen_split_and_filters(any_filled: Filled) -> None:
    written(any_filled.store)
    before = kept(any_filled.store)
    backup = any_filled.store.backup("test")
    with any_filled.store.write("Lea") as s:
        frozen_splits.thaw(s, "Lea")
        groups.assign(s, dict.fromkeys((image.id for image in images.list_all(s)), ""), "Lea")
        saved.remove(s, "few", "Lea")
    location = any_filled.store.location
    password = any_filled.store.password
    any_filled.store.close()
    restore(location, backup, "Lea", password=password)
    with Store.open(location, password=password) as store:
        assert kept(store) == before
